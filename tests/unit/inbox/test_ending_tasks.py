"""Ending tasks: whoever waits for their end leaves none behind, also when cancelled itself."""

from __future__ import annotations

import asyncio

import pytest

from inbox.foundation.ending_tasks import end_tasks


async def test_who_is_cancelled_while_waiting_hears_of_it_when_all_have_ended() -> None:
    ending, may_end = asyncio.Event(), asyncio.Event()

    async def slow_to_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            while not may_end.is_set():  # as a task does that gives back what it holds
                try:
                    await may_end.wait()
                except asyncio.CancelledError:
                    continue

    task = asyncio.create_task(slow_to_end())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(end_tasks([task]))
    await ending.wait()
    for _ in range(3):
        waiting.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not waiting.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert task.done()
