"""A few searches of one workspace at once; the others wait in line, and the line has an end."""

from __future__ import annotations

import asyncio

import pytest

from gateway.http.turns import MAX_IN_LINE, Turns
from inbox.foundation.problems import ProblemError

AT_ONCE = 2


async def two_at_once(_: str) -> int:
    return AT_ONCE


class Work:
    """Counts who is inside at once, and in which order they came in."""

    def __init__(self) -> None:
        self.turns = Turns(two_at_once)
        self.inside: list[str] = []
        self.came: list[str] = []
        self.may_end = asyncio.Event()

    async def __call__(self, name: str, workspace_id: str = "w1", *, needed: bool = True) -> None:
        async with self.turns.turn(workspace_id, needed=needed):
            self.inside.append(name)
            self.came.append(name)
            await self.may_end.wait()
            self.inside.remove(name)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_few_at_once_in_their_order() -> None:
    work = Work()
    names = [str(number) for number in range(10)]
    tasks = [asyncio.ensure_future(work(name)) for name in names]
    await settled()
    assert work.inside == names[:AT_ONCE]
    others = [asyncio.ensure_future(work("other", "w2")), asyncio.ensure_future(work("light", needed=False))]
    await settled()
    assert work.inside == [*names[:AT_ONCE], "other", "light"], "neither waits for the first workspace"
    work.may_end.set()
    await asyncio.gather(*tasks, *others)
    assert [name for name in work.came if name in names] == names


async def test_the_line_has_an_end_and_is_forgotten_when_empty() -> None:
    work = Work()
    tasks = [asyncio.ensure_future(work(str(number))) for number in range(AT_ONCE + MAX_IN_LINE)]
    await settled()
    with pytest.raises(ProblemError) as caught:
        await work("too many")
    assert (caught.value.status, caught.value.extra["retry_after_seconds"]) == (429, 1)
    tasks[-1].cancel()
    await settled()
    last = asyncio.ensure_future(work("last"))
    work.may_end.set()
    await asyncio.gather(*tasks[:-1], last)
    assert work.came[-1] == "last"
    await work("again")
