"""What came back on a campaign's messages: answers, pressed buttons, opt-outs, and what each message cost.

Read when somebody asks, a batch of messages at a time: nothing is written down when customers write, so that their
messages cost nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.contacts.suppression import has_opted_out
from inbox.model.statuses import MessageStatus
from inbox.money.price_rules import Basis
from inbox.storage.database import Collections
from inbox.storage.documents import ChargeDocument, Condition, ContactDocument, Fields, MessageDocument
from inbox.storage.sequence import LOW_BITS
from inbox.storage.time_limits import READ_MS

_CAME: Final[Fields] = dict.fromkeys(
    ("conversation_id", "seq", "created_at", "content.type", "reply_to", "reply_to_provider_id"), 1
)
_PRESSED: Final = "choice"
_SENT: Final = frozenset({MessageStatus.SENT.value, MessageStatus.DELIVERED.value, MessageStatus.READ.value})
_DELIVERED: Final = frozenset({MessageStatus.DELIVERED.value, MessageStatus.READ.value})


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back on one message.

    Attributes:
        answered_at: When the customer wrote first after it, or pressed a button.
        pressed: A button of this very message was pressed.
        opted_out: The customer has opted out since.
        basis: How the price of a delivered message is known; None of one that was not delivered.
        amount: In millionths, where it is known.
    """

    answered_at: datetime | None = None
    pressed: bool = False
    opted_out: bool = False
    basis: Basis | None = None
    amount: int | None = None
    currency: str | None = None


NOTHING: Final = Response()


async def responses_to(
    database: Collections, messages: Sequence[MessageDocument], within: timedelta
) -> Mapping[str, Response]:
    """Return what came back on messages of one campaign, by their ids; nothing for those that were not sent."""
    sent = [one for one in messages if one["status"] in _SENT]
    if not sent:
        return {}
    workspace_id, channel_id = sent[0]["workspace_id"], sent[0]["channel_id"]
    contacts = await _contacts(database, workspace_id, sent)
    episodes = await _episodes(database, workspace_id, channel_id, contacts.values(), sent)
    came = await _came(database, workspace_id, episodes, sent, within)
    opted_out = await _opted_out(database, workspace_id, set(contacts.values()))
    charges = await _charges(database, workspace_id, sent)
    responses: dict[str, Response] = {}
    for message in sent:
        contact_id = contacts.get(message["conversation_id"], "")
        heard = [one for one in came.get(contact_id, ()) if _is_after(message, one, within)]
        charge = charges.get(f"{channel_id}:{message.get('provider_id')}")
        at = opted_out.get(contact_id)
        responses[message["_id"]] = Response(
            answered_at=min((one["created_at"] for one in heard), default=None),
            pressed=any(_presses(message, one) for one in heard),
            opted_out=at is not None and message["created_at"] <= at < message["created_at"] + within,
            basis=_basis(message, charge),
            amount=charge["amount"] if charge is not None else None,
            currency=charge["currency"] if charge is not None else None,
        )
    return responses


def _is_after(message: MessageDocument, came: MessageDocument, within: timedelta) -> bool:
    return message["seq"] < came["seq"] and came["created_at"] < message["created_at"] + within


def _presses(message: MessageDocument, came: MessageDocument) -> bool:
    """Tell whether an arriving message is a button of this message."""
    if came["content"]["type"] != _PRESSED:
        return False
    provider_id = message.get("provider_id")
    return came["reply_to"] == message["_id"] or (
        provider_id is not None and came["reply_to_provider_id"] == provider_id
    )


def _basis(message: MessageDocument, charge: ChargeDocument | None) -> Basis | None:
    if message["status"] not in _DELIVERED:
        return None
    return Basis(charge["basis"]) if charge is not None else Basis.UNKNOWN


async def _contacts(database: Collections, workspace_id: str, messages: Sequence[MessageDocument]) -> Mapping[str, str]:
    """Return whose conversations messages are in: contacts by conversations."""
    ids = list({message["conversation_id"] for message in messages})
    own: Condition = {"_id": {"$in": ids}, "workspace_id": workspace_id}
    found = await database.conversations.find(own, {"contact_id": 1}, max_time_ms=READ_MS).to_list(None)
    return {one["_id"]: one["contact_id"] for one in found}


async def _episodes(
    database: Collections,
    workspace_id: str,
    channel_id: str,
    contact_ids: Iterable[str],
    messages: Sequence[MessageDocument],
) -> Mapping[str, str]:
    """Return the conversations with contacts on the channel that went on after the messages: contacts by them."""
    since = min(message["created_at"] for message in messages)
    wanted: Condition = {
        "workspace_id": workspace_id,
        "contact_id": {"$in": list(set(contact_ids))},
        "channel_id": channel_id,
        "active_at": {"$gte": since},
    }
    found = await database.conversations.find(wanted, {"contact_id": 1}, max_time_ms=READ_MS).to_list(None)
    return {one["_id"]: one["contact_id"] for one in found}


async def _came(
    database: Collections,
    workspace_id: str,
    episodes: Mapping[str, str],
    messages: Sequence[MessageDocument],
    within: timedelta,
) -> Mapping[str, Sequence[MessageDocument]]:
    """Return what customers wrote after the messages, by contact; places begin with the time."""
    if not episodes:
        return {}
    until = max(message["created_at"] for message in messages) + within
    between = {
        "$gt": min(message["seq"] for message in messages),
        "$lt": (int(until.timestamp() * 1000) + 1) << LOW_BITS,
    }
    wanted: Condition = {
        "workspace_id": workspace_id,
        "conversation_id": {"$in": list(episodes)},
        "seq": between,
        "direction": "in",
        "is_notice": {"$ne": True},
    }
    came: defaultdict[str, list[MessageDocument]] = defaultdict(list)
    async for one in database.messages.find(wanted, _CAME, max_time_ms=READ_MS):
        came[episodes[one["conversation_id"]]].append(one)
    return came


async def _opted_out(database: Collections, workspace_id: str, contact_ids: set[str]) -> Mapping[str, datetime]:
    """Return when contacts said that they want no marketing any more."""
    theirs: Condition = {"_id": {"$in": list(contact_ids)}, "workspace_id": workspace_id}
    found = await database.contacts.find(theirs, {"marketing": 1}, max_time_ms=READ_MS).to_list(None)
    return {one["_id"]: at for one in found if (at := _refused_at(one)) is not None}


def _refused_at(contact: ContactDocument) -> datetime | None:
    marketing = contact.get("marketing")
    return marketing["at"] if marketing is not None and has_opted_out(contact) else None


async def _charges(
    database: Collections, workspace_id: str, messages: Sequence[MessageDocument]
) -> Mapping[str, ChargeDocument]:
    names = [f"{one['channel_id']}:{one.get('provider_id')}" for one in messages if one["status"] in _DELIVERED]
    rows: Condition = {"_id": {"$in": names}, "workspace_id": workspace_id}
    fields: Fields = {"basis": 1, "amount": 1, "currency": 1}
    found = await database.charges.find(rows, fields, max_time_ms=READ_MS).to_list(None)
    return {one["_id"]: one for one in found}
