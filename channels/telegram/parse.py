"""Reads Telegram's updates: bytes in, values out, no I/O.

The update is read strictly first; what the strict reader refuses is repaired and read again. A part that stays
unreadable becomes `Undeciphered`, and is answered 200 all the same: repeated, it would be no better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec import Raw

from channels.contract import WebhookRejectedError
from channels.json_repair import JSON_FAULTS, repaired
from channels.telegram.message_shapes import is_there
from channels.telegram.parse_changes import (
    read_deletions,
    read_edit,
    read_marked_checklist,
    read_member,
    read_reaction,
)
from channels.telegram.parse_messages import read_business_message, read_callback, read_message
from channels.telegram.webhook_shapes import UpdatePart, UpdateShape
from inbox.arriving.inbound import InboundEvent, ProviderNotice, Undeciphered

_CHECKLIST: Final = b'"checklist_tasks_'
_NUL: Final = re.compile(rb"\\u0000")
_update = msgspec.json.Decoder(UpdateShape)
_names = msgspec.json.Decoder(dict[str, Raw])

READERS: Final[dict[str, Callable[[UpdatePart], InboundEvent]]] = {
    "message": read_message,
    "edited_message": read_edit,
    "callback_query": read_callback,
    "message_reaction": read_reaction,
    "my_chat_member": read_member,
    "business_message": read_business_message,
    "edited_business_message": read_edit,
}
"""The parts that are about a customer, and who reads them; an update with any other part is a notice."""

DELETIONS: Final = "deleted_business_messages"
CONNECTIONS: Final = "business_connection"
"""Kept raw: whether the bot may still answer for an owner shows with the next send."""
NOTICES: Final = (
    "guest_message",
    "purchased_paid_media",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
)
"""Kept raw and counted: a guest message is of a chat that the bot is not in, the others are about no message here."""
ALLOWED_UPDATES: Final = (*READERS, DELETIONS, CONNECTIONS, *NOTICES)
"""What we ask Telegram for. Reactions come only if asked for. Source: setWebhook, `allowed_updates`."""


def parse_update(body: bytes) -> Sequence[InboundEvent]:
    """Turn an update into values: mostly one, since Telegram sends one update a call.

    Args:
        body: Raw bytes of a caller whose secret token has been checked.

    Raises:
        WebhookRejectedError: 400 when it is not JSON or not Telegram's envelope.

    Source: https://core.telegram.org/bots/api#update.
    """
    try:
        data = repaired(body) if _NUL.search(body) else body
        update = _update.decode(data)
    except JSON_FAULTS:
        update = _read_repaired(body)
    for name, reader in READERS.items():
        raw: Raw = getattr(update, name)
        if is_there(raw):
            part = UpdatePart(raw, body, update.update_id)
            marked = read_marked_checklist(part) if _CHECKLIST in bytes(raw) else None
            return [_read_alone(reader, part), *([marked] if marked is not None else [])]
    if is_there(update.deleted_business_messages):
        return read_deletions(UpdatePart(update.deleted_business_messages, body, update.update_id))
    return [ProviderNotice(topic=_topic(body), raw=body)]


def _read_alone(read: Callable[[UpdatePart], InboundEvent], part: UpdatePart) -> InboundEvent:
    """Read a part; one that its reader was not made for is kept, and stops no update after it."""
    try:
        return read(part)
    except Exception as error:
        return Undeciphered(raw=part.update, reason=f"its reader failed: {type(error).__name__}")


def parse_again(raw: bytes) -> Sequence[InboundEvent]:
    """Read an update that was kept as a dead letter."""
    try:
        return parse_update(raw)
    except WebhookRejectedError:
        return [Undeciphered(raw=raw, reason="still not understood")]


def _read_repaired(body: bytes) -> UpdateShape:
    try:
        return _update.decode(repaired(body))
    except JSON_FAULTS:
        raise WebhookRejectedError(400, "Not an update of Telegram's: expected JSON with `update_id`.") from None


def _topic(body: bytes) -> str:
    """Name the part of an update that is about no customer."""
    try:
        names = _names.decode(repaired(body)).keys() - {"update_id"} - READERS.keys()
    except JSON_FAULTS:
        return "unknown"
    return min(names, default="empty")[:64]
