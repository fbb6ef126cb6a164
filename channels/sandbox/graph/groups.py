"""Groups: chats in which several people write. They are customers whose key is the group's id.

Source: groups/groups-messaging and groups/pricing, 16 Jun 2026.
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.ids import business_scoped_id, is_group
from channels.sandbox.graph.state import ChatMessage, EmulatedCustomer, JsonObject, Number

KINDS = ("text", "image", "video", "audio", "document", "sticker", "template")
"""What may be sent into a group."""
FIRST_MEMBER = "15550100001"


def join(group: EmulatedCustomer, message: JsonObject, name: Any) -> None:
    """Fill in who writes, and know them from now on."""
    writer = str(message.get("from") or next(reversed(group.members), FIRST_MEMBER)).lstrip("+")
    known = group.members.pop(writer, f"Member {writer[-4:]}")
    group.members[writer] = str(name) if name else known
    message["from"] = writer


def sender_of(number: Number, customer: EmulatedCustomer, message: JsonObject) -> JsonObject:
    """Whom a message names as its sender."""
    writer = message.get("from")
    if not is_group(customer.key) or not isinstance(writer, str):
        known: JsonObject = {"from": customer.wa_id} if customer.wa_id else {}
        return known | {"from_user_id": customer.user_id}
    ids = {"from": writer, "from_user_id": business_scoped_id(number.config.waba_id, writer)}
    return {**ids, "group_id": customer.key}


def contact_of(number: Number, customer: EmulatedCustomer, message: ChatMessage) -> JsonObject:
    """The entry of `contacts` for whoever wrote."""
    if not is_group(customer.key):
        return customer.contact()
    writer = str(message.content["from"])
    user_id = business_scoped_id(number.config.waba_id, writer)
    return {"profile": {"name": message.sender}, "wa_id": writer, "user_id": user_id}


def receiver_of(customer: EmulatedCustomer, status: str) -> JsonObject:
    """Whom a status names as the receiver: of a group also which member, once it has arrived somewhere."""
    if not is_group(customer.key):
        known: JsonObject = {"recipient_id": customer.wa_id} if customer.wa_id is not None else {}
        return known | {"recipient_user_id": customer.user_id}
    group = {"recipient_id": customer.key, "recipient_type": "group"}
    member = next(reversed(customer.members), None)
    return group if member is None or status == "sent" else {**group, "recipient_participant_id": member}


def check_kind(key: str, message: JsonObject, kind: str) -> None:
    """Refuse what groups do not take, and a group that is named as a person.

    Raises:
        GraphError: 131051 for a kind, 131009 for a recipient that does not fit its type.
    """
    is_to_group = message.get("recipient_type", "individual") == "group"
    if is_to_group != is_group(key):
        raise GraphError(131009, "Param to does not fit recipient_type.")
    if is_to_group and kind not in KINDS:
        raise GraphError(131051, "Groups take text, media and template messages.")
