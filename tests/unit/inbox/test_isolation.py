"""What fails in a sweep is set apart: it is left out of the next looks, and comes again after a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from inbox.storage.database import OutcomeUnknownError
from inbox.storage.isolation import APART_SECONDS, Isolated

ITEMS: list[dict[str, Any]] = [{"_id": str(number), "number": number} for number in range(9)]
BAD = 4


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def number_of(item: dict[str, Any]) -> int:
    if item["number"] == BAD:
        raise KeyError
    return int(item["number"])


async def numbers_of(items: Sequence[dict[str, Any]]) -> list[int]:
    return [await number_of(item) for item in items]


async def test_one_that_fails_hurts_no_other() -> None:
    good = [number for number in range(9) if number != BAD]
    assert await Isolated("x").each(ITEMS, number_of) == good
    parts = await Isolated("x").together(ITEMS, numbers_of)
    assert [number for part in parts for number in part] == good


async def test_what_failed_is_left_out_for_a_while() -> None:
    time = Time()
    isolated = Isolated("x", monotonic=time)
    assert isolated.among({"open": True}) == {"open": True}
    await isolated.each(ITEMS, number_of)
    assert isolated.among({"open": True}) == {"open": True, "_id": {"$nin": [str(BAD)]}}
    asked: list[int] = []

    async def ask(item: dict[str, Any]) -> None:
        asked.append(item["number"])

    await isolated.each(ITEMS, ask)
    assert BAD not in asked
    time.now += APART_SECONDS
    await isolated.each(ITEMS, ask)
    assert BAD in asked
    assert isolated.among({}) == {}


async def test_a_database_that_is_away_is_nobodys_fault() -> None:
    isolated = Isolated("x")

    async def away(_: object) -> None:
        raise OutcomeUnknownError

    with pytest.raises(OutcomeUnknownError):
        await isolated.each(ITEMS, away)
    with pytest.raises(OutcomeUnknownError):
        await isolated.together(ITEMS, away)
    assert isolated.among({}) == {}
