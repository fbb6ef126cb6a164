"""Tasks side by side: one owner's leave room for the others', and a failure is nobody else's."""

from __future__ import annotations

import asyncio

import pytest

from inbox.foundation.task_pool import TaskPool


@pytest.fixture
def pool() -> TaskPool:
    return TaskPool("test", 5, workspace=3, channel=2)


async def wait(event: asyncio.Event) -> None:
    await event.wait()


async def test_an_owner_leaves_room_for_the_others(pool: TaskPool) -> None:
    go_on = asyncio.Event()
    for channel in ("a", "a", "b"):
        assert pool.has_room(channel=channel, workspace="w1")
        pool.begin(wait(go_on), channel=channel, workspace="w1")
    assert not pool.has_room(channel="c", workspace="w1"), "the tenant's third is its last"
    assert (pool.at_limit("workspace"), pool.at_limit("channel")) == (["w1"], ["a"])
    for channel in ("d", "e"):
        assert pool.has_room(channel=channel, workspace="w2")
        pool.begin(wait(go_on), channel=channel, workspace="w2")
    assert pool.is_full
    assert not pool.has_room(channel="f", workspace="w3")
    go_on.set()
    await pool.drain()
    assert pool.has_room(channel="a", workspace="w1")
    assert pool.at_limit("workspace") == []


async def test_a_failure_frees_its_place_and_a_stop_ends_the_others(pool: TaskPool) -> None:
    async def fail() -> None:
        raise KeyError

    pool.begin(fail(), channel="a", workspace="w1")
    await pool.drain()
    pool.begin(wait(asyncio.Event()), channel="a", workspace="w1")
    await pool.stop()
    await pool.drain()
    assert pool.at_limit("channel") == []
    assert pool.has_room(channel="a", workspace="w1")
