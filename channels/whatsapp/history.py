"""Reads what a phone app hands over: conversations of up to 180 days, and its contacts. Pure.

Source: embedded-signup/onboarding-business-app-users; webhooks/reference/history, smb_app_state_sync.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Raw

from channels.json_repair import decode_or_repair
from channels.whatsapp.contents import read_content
from channels.whatsapp.customers import customer_of
from channels.whatsapp.message_shapes import MessageShape
from channels.whatsapp.webhook_shapes import time_of
from inbox.arriving.history import Imported, ImportedMessage, ImportedThread, Progress
from inbox.arriving.inbound import Customer, MessageEchoed, MessageReceived
from inbox.model.statuses import MessageStatus

TOPICS: Final = ("history", "smb_app_state_sync")
DECLINED: Final = 2593109
"""The business did not allow its history to be shared."""
LAST_PHASE: Final = 2
PHASES: Final = 3
_STATUSES: Final = {
    "SENT": MessageStatus.SENT,
    "PENDING": MessageStatus.SENT,
    "DELIVERED": MessageStatus.DELIVERED,
    "READ": MessageStatus.READ,
    "PLAYED": MessageStatus.READ,
    "ERROR": MessageStatus.FAILED,
}


class _Context(msgspec.Struct):
    status: str = ""


class _HistoryMessage(MessageShape, kw_only=True):
    history_context: _Context | None = None


class _Thread(msgspec.Struct):
    id: str = ""
    messages: list[Raw] = []


class _Metadata(msgspec.Struct):
    phase: int = 0
    chunk_order: int = 0
    progress: int = 0


class _Error(msgspec.Struct):
    code: int = 0


class _Chunk(msgspec.Struct):
    metadata: _Metadata | None = None
    threads: list[_Thread] = []
    errors: list[_Error] = []


class _History(msgspec.Struct):
    history: list[_Chunk] = []
    messages: list[Raw] = []


class _Contact(msgspec.Struct):
    full_name: str = ""
    first_name: str = ""
    phone_number: str = ""


class _State(msgspec.Struct):
    type: str = ""
    action: str = ""
    contact: _Contact | None = None


class _StateSync(msgspec.Struct):
    state_sync: list[_State] = []


_message = msgspec.json.Decoder(_HistoryMessage)
_history = msgspec.json.Decoder(_History)
_states = msgspec.json.Decoder(_StateSync)


def read_handed_over(topic: str, raw: bytes) -> Imported | None:
    """Read a notice; None where it can't be read at all. An odd message in it hurts no other."""
    return _read_history(Raw(raw)) if topic == "history" else _read_contacts(Raw(raw))


def _read_history(raw: Raw) -> Imported | None:
    found = decode_or_repair(raw, _history)
    if found is None:
        return None
    threads = [_thread(thread) for chunk in found.history for thread in chunk.threads]
    files = [read for item in found.messages if (read := _read(item, None)) is not None]
    declined = any(error.code == DECLINED for chunk in found.history for error in chunk.errors)
    progress = [_progress(chunk.metadata) for chunk in found.history if chunk.metadata is not None]
    return Imported(
        threads=tuple(thread for thread in threads if thread is not None),
        files=tuple(files),
        progress=max(progress, key=lambda one: one.percent, default=None),
        declined=declined,
    )


def _progress(metadata: _Metadata) -> Progress:
    """Return how much has come of all phases: a phase tells its own share."""
    whole = (min(max(metadata.phase, 0), LAST_PHASE) * 100 + min(max(metadata.progress, 0), 100)) // PHASES
    done = metadata.phase >= LAST_PHASE and metadata.progress >= 100
    return Progress(percent=100 if done else min(whole, 99), done=done)


def _thread(thread: _Thread) -> ImportedThread | None:
    customer = customer_of(thread.id, None) if thread.id else None
    if customer is None:
        return None
    messages = (_read(item, customer) for item in thread.messages)
    return ImportedThread(customer=customer, messages=tuple(one for one in messages if one is not None))


def _read(raw: Raw, customer: Customer | None) -> ImportedMessage | None:
    message = decode_or_repair(raw, _message)
    if message is None:
        return None
    at, reply_to = time_of(message.timestamp), message.context.id if message.context is not None else None
    common: dict[str, Any] = {
        "raw": bytes(raw),
        "provider_id": message.id,
        "content": read_content(message),
        "provider_at": at,
        "reply_to": reply_to,
    }
    whose = customer or Customer(external_id=str(message.from_ or message.to or ""))
    ids = {whose.external_id, *whose.aliases}
    said = message.history_context.status if message.history_context is not None else ""
    if customer is None or str(message.from_ or "") in ids:
        return ImportedMessage(event=MessageReceived(customer=whose, opens_window=False, **common))
    status = _STATUSES.get(said.upper(), MessageStatus.SENT)
    return ImportedMessage(event=MessageEchoed(customer=whose, **common), status=status)


def _read_contacts(raw: Raw) -> Imported | None:
    found = decode_or_repair(raw, _states)
    return None if found is None else Imported(contacts=tuple(_contacts(found)))


def _contacts(found: _StateSync) -> Iterator[Customer]:
    """Return the contacts that were added or changed; one that the app forgot stays: it may have conversations."""
    for state in found.state_sync:
        if state.type != "contact" or state.action == "remove" or state.contact is None:
            continue
        digits = "".join(filter(str.isdecimal, state.contact.phone_number))
        customer = customer_of(digits, None) if digits else None
        name = (state.contact.full_name or state.contact.first_name).strip()
        if customer is not None and name:
            yield msgspec.structs.replace(customer, name=name[:MAX_NAME_CHARS])


MAX_NAME_CHARS: Final = 200
