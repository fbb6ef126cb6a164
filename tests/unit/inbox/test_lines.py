"""Lines: one after the other for a key, and nothing left behind by those who failed."""

from __future__ import annotations

import asyncio

import pytest

from inbox.storage.lines import Lines


async def test_one_has_the_turn_and_the_others_come_in_their_order() -> None:
    lines, came, inside = Lines(), [], 0

    async def one(number: int) -> None:
        nonlocal inside
        async with lines.turn("q"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            came.append(number)
            inside -= 1

    await asyncio.gather(*(one(number) for number in range(20)))
    assert came == list(range(20))
    assert len(lines) == 0


async def test_other_keys_and_no_key_wait_for_nobody() -> None:
    lines = Lines()
    async with lines.turn("q"), lines.turn("p"), lines.turn(None), lines.turn(None):
        assert len(lines) == 2


async def test_a_turn_that_fails_or_is_broken_off_leaves_no_line() -> None:
    lines = Lines()
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it is
        async with lines.turn("q"):
            raise ValueError
    async with lines.turn("q"):

        async def wait() -> None:
            async with lines.turn("q"):
                raise AssertionError("it was not our turn")

        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert len(lines) == 1
    assert len(lines) == 0
