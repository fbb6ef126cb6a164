"""What the variables of an integration page stand for in a conversation, as its caller may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inbox.contacts.field_store import read_fields, shown_values
from inbox.contacts.whole_contacts import read_wholes
from inbox.conversation.integration_models import FIELD_PREFIX
from inbox.model.channel_kind import ChannelKind
from inbox.people.access import Caller
from inbox.storage.database import Database
from inbox.storage.documents import ContactDocument, ConversationDocument, Fields
from inbox.views.masking import masked_text

Values = Mapping[str, str | None]

_OF_CUSTOMER: Final = "contact."
_OF_OPERATOR: Final[Fields] = {"name": 1, "email": 1}


async def read_values(
    database: Database, caller: Caller, conversation: ConversationDocument, wanted: frozenset[str]
) -> Values:
    """Return the values of the wanted variables; what a caller does not see of a customer is masked."""
    values = {
        **_of_conversation(caller, conversation),
        **await _of_channel(database, conversation),
        **await _of_operator(database, caller),
        **await _of_contact(database, conversation),
    }
    shown = {name: values.get(name) for name in wanted}
    return {name: _masked(name, value) for name, value in shown.items()} if caller.is_masked else shown


def _of_conversation(caller: Caller, conversation: ConversationDocument) -> Values:
    return {
        "workspace.id": conversation["workspace_id"],
        "conversation.id": conversation["_id"],
        "conversation.state": conversation["state"],
        "channel.id": conversation["channel_id"],
        "channel.kind": conversation["channel_kind"],
        "queue.id": conversation["queue_id"],
        "operator.id": caller.id,
        "operator.role": caller.role.value,
    }


async def _of_channel(database: Database, conversation: ConversationDocument) -> Values:
    own = {"_id": conversation["channel_id"], "workspace_id": conversation["workspace_id"]}
    channel = await database.channels.find_one(own, {"name": 1})
    return {} if channel is None else {"channel.name": channel["name"]}


async def _of_operator(database: Database, caller: Caller) -> Values:
    own = {"_id": caller.id, "workspace_id": caller.workspace_id}
    operator = await database.operators.find_one(own, _OF_OPERATOR)
    return {} if operator is None else {"operator.name": operator["name"], "operator.email": operator["email"]}


async def _of_contact(database: Database, conversation: ConversationDocument) -> Values:
    own = {"_id": conversation["contact_id"], "workspace_id": conversation["workspace_id"]}
    stored = await database.contacts.find_one(own)
    if stored is None:
        return {}
    ((contact, _),) = await read_wholes(database, [stored])
    known = await read_fields(database, conversation["workspace_id"])
    fields = shown_values(known, contact.get("fields", {}))
    return {
        "contact.id": contact["_id"],
        "contact.name": contact["name"],
        "contact.phone": _phone(contact, conversation),
        "contact.email": next(iter(contact.get("emails", [])), None),
        "contact.language": contact.get("language"),
        **{f"{FIELD_PREFIX}{key}": _text(value) for key, value in fields.items()},
    }


def _phone(contact: ContactDocument, conversation: ConversationDocument) -> str | None:
    """Return the number that the customer writes from, otherwise the first on the card."""
    account = conversation["identity"]
    if account["kind"] == ChannelKind.WHATSAPP.value and account["external_id"].isdigit():
        return f"+{account['external_id']}"
    return next(iter(contact.get("phones", [])), None)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _masked(name: str, value: str | None) -> str | None:
    is_shown = value is None or not name.startswith(_OF_CUSTOMER) or name == "contact.id"
    return value if is_shown else masked_text(str(value))
