"""What outlives a restart of the emulator: who the customers are, and when they wrote last.

Without it a restarted emulator would know of no customer's message, and refuse answers as outside
the 24-hour window. Of the messages only those are kept that the business has not taken yet: they are posted
again, as Meta does. A kill loses at most the last second.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from channels.sandbox.graph.state import ChatMessage, EmulatedCustomer, Number, WhatsAppState
from channels.sandbox.saving import write_whole

Waiting: TypeAlias = tuple[Number, EmulatedCustomer, ChatMessage]

FIELDS = (
    "profile_name",
    "last_message_at",
    "referred_at",
    "free_entry_until",
    "reachable",
    "marketing",
    "owner",
    "owned_at",
    "members",
)


class SavedCustomer(msgspec.Struct, kw_only=True):
    """A customer of one number, and the messages of theirs that wait for the business."""

    phone_number_id: str
    key: str
    fields: dict[str, Any]
    waiting: list[ChatMessage] = []


def save(state: WhatsAppState, path: Path) -> None:
    """Write the file, wholly or not at all."""
    write_whole(path, msgspec.json.encode(list(_saved(state))))


def load(state: WhatsAppState, path: Path) -> list[Waiting]:
    """Bring back what was saved, for the numbers that are registered; a missing file is a first start.

    Returns:
        What has to be posted again.
    """
    waiting: list[Waiting] = []
    if not path.exists():
        return waiting
    for saved in msgspec.json.decode(path.read_bytes(), type=list[SavedCustomer]):
        number = state.numbers.get(saved.phone_number_id)
        if number is not None:
            customer = _restore(number, saved)
            for message in saved.waiting:
                state.keep(customer, message)
                waiting.append((number, customer, message))
    return waiting


def version(state: WhatsAppState) -> object:
    """Something that differs when there is something to save."""
    return [(number.inbound, number.accepted, number.statuses.total()) for number in state.numbers.values()]


def _saved(state: WhatsAppState) -> Iterator[SavedCustomer]:
    for number in state.numbers.values():
        for customer in number.customers.values():
            fields = {name: getattr(customer, name) for name in FIELDS}
            waiting = [m for m in customer.messages.values() if m.direction == "out" and m.status == "sent"]
            yield SavedCustomer(phone_number_id=number.id, key=customer.key, fields=fields, waiting=waiting)


def _restore(number: Number, saved: SavedCustomer) -> EmulatedCustomer:
    customer: EmulatedCustomer = number.customer(saved.key)
    for name, value in saved.fields.items():
        setattr(customer, name, value)
    return customer
