"""Promises of processes that are gone do not stay in a conversation for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.conversation.promises import MANY_LANES
from inbox.foundation.clock import FixedClock
from inbox.storage.database import DuplicateKeyError, is_duplicate
from inbox.storage.sequence import LOW_BITS
from tests.integration.inbox.inbox_world import World, text


def _place(clock: FixedClock, hours: float) -> int:
    return int((clock.now() - timedelta(hours=hours)).timestamp() * 1000) << LOW_BITS


async def test_old_promises_are_settled_and_go_when_a_new_process_writes(world: World, clock: FixedClock) -> None:
    await world.receive(text("hello", provider_id="m1"))
    conversation = await world.only("conversations")
    gone = {f"gone{n}": _place(clock, 2 + n) for n in range(MANY_LANES + 5)}
    fresh = {"alive": _place(clock, 0.5)}
    names = {f"promised.{writer}": seq for writer, seq in (gone | fresh).items()}
    await world.database.conversations.update_one({"_id": conversation["_id"]}, {"$set": names})
    await world.receive(text("again", provider_id="m2"), process=1)
    after = (await world.only("conversations"))["promised"]
    assert len(after) == 3
    assert {"alive", *conversation["promised"]} < set(after)
    for seq in gone.values():  # who comes back after hours can't write any more
        with pytest.raises(DuplicateKeyError):
            await world.database.messages.insert_one({"conversation_id": conversation["_id"], "seq": seq})


async def test_few_promises_are_left_alone(world: World, clock: FixedClock) -> None:
    await world.receive(text("hello", provider_id="m1"))
    await world.database.conversations.update_one({}, {"$set": {"promised.gone": _place(clock, 9)}})
    await world.receive(text("again", provider_id="m2"), process=1)
    assert "gone" in (await world.only("conversations"))["promised"]


async def test_a_duplicate_says_which_index_refused_it(world: World) -> None:
    await world.receive(text("hello", provider_id="m1"))
    message = await world.only("messages")
    with pytest.raises(DuplicateKeyError) as refused:
        await world.database.messages.insert_one({**message, "_id": "another", "seq": 1})
    assert is_duplicate(refused.value)
    assert is_duplicate(refused.value, "provider_once")
    assert not is_duplicate(refused.value, "retry_once")
