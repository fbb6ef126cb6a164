"""Random walks: tabs come, go and are cut off, Redis is emptied; each tab has the thread, each message once."""

from __future__ import annotations

import random
import secrets
from typing import Any

import pytest

from inbox.storage.runtime import Runtime
from tests.integration.webchat.visitors import Visitor
from tests.integration.webchat.webchat_world import Shop
from tests.waiting import eventually

STEPS = 40
WRITES = 9
"""Below the burst of a visitor: this walk is not about rates."""


class Walk:
    """One visitor with two tabs, one operator, and what they said."""

    def __init__(self, shop: Shop, runtime: Runtime, seed: int) -> None:
        self.shop = shop
        self.runtime = runtime
        self.random = random.Random(seed)
        self.said: list[str] = []
        self.writes = 0
        self.tabs: list[Visitor] = []
        self.open: set[Visitor] = set()
        self.conversation_id = ""

    async def begin(self) -> None:
        first = self.shop.visitor()
        await first.connect()
        await first.write("first")
        self.said.append("first")
        self.conversation_id = (await self.shop.conversation())["id"]
        second = self.shop.visitor(token=first.token)
        await second.connect()
        self.tabs, self.open = [first, second], {first, second}

    async def step(self) -> None:
        moves = [self.write, self.write_and_be_cut, self.answer, self.answer, self.cut, self.come_back, self.reload]
        move = self.random.choices([*moves, self.empty_redis], [*[4] * len(moves), 1])[0]
        await move(self.random.choice(self.tabs))

    async def write(self, tab: Visitor) -> None:
        if self._may_write(1):
            await self.come_back(tab)
            await tab.write(self._new("v"))

    async def write_and_be_cut(self, tab: Visitor) -> None:
        """The acknowledgement is lost, perhaps the message too: the page says it again."""
        if not self._may_write(2):
            return
        await self.come_back(tab)
        text, id_ = self._new("v"), secrets.token_hex(8)
        await tab.say({"type": "message", "id": id_, "content": {"type": "text", "text": text}})
        await self.cut(tab)
        await self.come_back(tab)
        await tab.write(text, id_=id_)

    async def answer(self, _: Visitor) -> None:
        await self.shop.answer(self.conversation_id, self._new("o"))

    async def cut(self, tab: Visitor) -> None:
        if tab in self.open:
            await tab.cut()
            self.open.discard(tab)

    async def come_back(self, tab: Visitor) -> None:
        if tab not in self.open:
            await tab.connect()
            self.open.add(tab)

    async def reload(self, tab: Visitor) -> None:
        await self.cut(tab)
        await tab.connect(fresh=True)
        self.open.add(tab)

    async def empty_redis(self, _: Visitor) -> None:
        await self.runtime.redis.flushall()

    async def end(self) -> None:
        for tab in self.tabs:
            await self.come_back(tab)
        await self.shop.answer(self.conversation_id, "last")
        self.said.append("last")
        stored = [message["content"]["text"] for message in await self.shop.messages(self.conversation_id)]
        assert sorted(stored) == sorted(self.said)
        for tab in self.tabs:

            async def complete(tab: Visitor = tab) -> Any:
                return tab.texts() == stored

            await eventually(complete)
            assert len(tab.given) == len(set(tab.given)), "something was given twice"
            await tab.leave()

    def _may_write(self, times: int) -> bool:
        self.writes += times
        return self.writes <= WRITES

    def _new(self, who: str) -> str:
        self.said.append(f"{who}{len(self.said)}")
        return self.said[-1]


@pytest.mark.parametrize("seed", range(4))
async def test_each_tab_has_the_whole_thread_once(shop: Shop, runtime: Runtime, seed: int) -> None:
    walk = Walk(shop, runtime, seed)
    await walk.begin()
    for _ in range(STEPS):
        await walk.step()
    await walk.end()
