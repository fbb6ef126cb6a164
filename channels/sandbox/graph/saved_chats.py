"""Chats that outlive a restart: who the customers are, when they wrote last, and the newest messages.

Without it a restarted emulator would know of no customer's message, and refuse answers as outside
the 24-hour window. A kill loses at most the last seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from channels.sandbox.graph.state import ChatMessage, Customer, Number, WhatsAppState

SAVE_EVERY_SECONDS = 1.0
KEPT_CHATS = 50
KEPT_MESSAGES = 50
"""Of the chats written in last: what a person may look at again. Of all others only the customer is kept."""

FIELDS = ("profile_name", "last_message_at", "referred_at", "free_entry_until", "reachable", "marketing")


class SavedCustomer(msgspec.Struct, kw_only=True):
    """A customer of one number; `messages` oldest first."""

    phone_number_id: str
    key: str
    fields: dict[str, Any]
    messages: list[ChatMessage] = []


def save(state: WhatsAppState, path: Path) -> None:
    """Write the file, wholly or not at all."""
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(list(_saved(state))))
    beside.replace(path)


def load(state: WhatsAppState, path: Path) -> None:
    """Bring back what was saved, for the numbers that are registered; a missing file is a first start."""
    if not path.exists():
        return
    for saved in msgspec.json.decode(path.read_bytes(), type=list[SavedCustomer]):
        number = state.numbers.get(saved.phone_number_id)
        if number is not None:
            _restore(state, number, saved)


async def keep_saving(state: WhatsAppState, path: Path) -> None:
    """Save once a second when something has happened, until cancelled; and once more then."""
    seen = None
    try:
        while True:
            happened = [(n.inbound, n.accepted, n.statuses.total()) for n in state.numbers.values()]
            if happened != seen:
                seen = happened
                save(state, path)
            await asyncio.sleep(SAVE_EVERY_SECONDS)
    finally:
        save(state, path)


def _saved(state: WhatsAppState) -> Iterator[SavedCustomer]:
    everybody = [(number, customer) for number in state.numbers.values() for customer in number.customers.values()]
    everybody.sort(key=lambda pair: pair[1].last_message_at or 0.0, reverse=True)
    for place, (number, customer) in enumerate(everybody):
        newest = list(islice(reversed(customer.messages.values()), KEPT_MESSAGES if place < KEPT_CHATS else 0))
        fields = {name: getattr(customer, name) for name in FIELDS}
        yield SavedCustomer(phone_number_id=number.id, key=customer.key, fields=fields, messages=newest[::-1])


def _restore(state: WhatsAppState, number: Number, saved: SavedCustomer) -> None:
    customer: Customer = number.customer(saved.key)
    for name, value in saved.fields.items():
        setattr(customer, name, value)
    for message in saved.messages:
        state.keep(customer, message)
        if message.tracker:
            state.track(number, message.tracker, message.id)
