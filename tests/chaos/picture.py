"""What the inbox holds, read through the API: all conversations and all messages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tests.chaos.http_client import HttpClient

PAGE = 200
AT_ONCE = 8
JsonObject = dict[str, Any]


class Picture(msgspec.Struct):
    """Conversations and messages by id, as the API shows them."""

    conversations: dict[str, JsonObject]
    messages: dict[str, JsonObject]

    def of_customers(self, customers: Iterable[str]) -> Picture:
        """The part that is about some customers."""
        wanted = set(customers)
        conversations = {n: c for n, c in self.conversations.items() if c["identity"]["external_id"] in wanted}
        messages = {name: m for name, m in self.messages.items() if m["conversation_id"] in conversations}
        return Picture(conversations, messages)

    def outline(self) -> Mapping[str, object]:
        """What a list shows of each: state and operator of conversations, status of messages."""
        return {name: (c["state"], c["operator_id"]) for name, c in self.conversations.items()} | {
            name: (m["conversation_id"], m["status"]) for name, m in self.messages.items()
        }


async def read_picture(api: HttpClient, customers: Iterable[str] | None = None) -> Picture:
    """Read everything, or what is about some customers."""
    open_ones = await _all(api, "/api/v1/conversations?view=all")
    closed = await _all(api, "/api/v1/conversations?view=all&state=closed")  # later: one that closes is not overlooked
    picture = Picture({c["id"]: c for c in (*open_ones, *closed)}, {})
    if customers is not None:
        picture = picture.of_customers(customers)
    slots = asyncio.Semaphore(AT_ONCE)

    async def read_one(conversation_id: str) -> list[JsonObject]:
        async with slots:
            return await read_thread(api, conversation_id)

    for thread in await asyncio.gather(*map(read_one, picture.conversations)):
        picture.messages |= {message["id"]: message for message in thread}
    return picture


async def read_thread(api: HttpClient, conversation_id: str) -> list[JsonObject]:
    """All messages of a conversation, ascending by `seq`."""
    messages: list[JsonObject] = []
    after = 0
    while True:
        path = f"/api/v1/conversations/{conversation_id}/messages?after_seq={after}&limit={PAGE}"
        page = (await api.get(path))["items"]
        messages += page
        if len(page) < PAGE:
            return messages
        after = page[-1]["seq"]


async def _all(api: HttpClient, path: str) -> list[JsonObject]:
    found: list[JsonObject] = []
    cursor = ""
    while True:
        page = await api.get(f"{path}&limit={PAGE}" + (f"&cursor={cursor}" if cursor else ""))
        found += page["items"]
        if not page["next_cursor"]:
            return found
        cursor = page["next_cursor"]
