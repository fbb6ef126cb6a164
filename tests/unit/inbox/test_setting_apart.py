"""One bad item spoils no other, whatever it is that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from inbox.storage.database import WriteConflictError, is_unavailable
from inbox.storage.setting_apart import in_halves, is_unavailable_or_transient, write_setting_apart


class Writing:
    """Writes numbers; those in `bad` make a write fail, all or none."""

    def __init__(self, *bad: int, error: type[Exception] = ZeroDivisionError) -> None:
        self.bad = set(bad)
        self.error = error
        self.written: list[int] = []
        self.calls = 0

    async def write(self, items: Sequence[int]) -> Sequence[str]:
        self.calls += 1
        if self.bad & set(items):
            raise self.error("a bad one")
        self.written += items
        return [f"wrote {item}" for item in items]


def _aside(item: int, error: Exception) -> str:
    return f"{type(error).__name__} {item}"


@pytest.mark.parametrize("bad", [(), (0,), (7,), (0, 99), (3, 4, 5), (10, 20, 40, 41, 80)])
@pytest.mark.parametrize("error", [ZeroDivisionError, RecursionError, UnicodeError, AssertionError, KeyError])
async def test_each_has_its_outcome_in_order(bad: tuple[int, ...], error: type[Exception]) -> None:
    writing = Writing(*bad, error=error)
    outcomes = await write_setting_apart(range(100), writing.write, _aside)
    assert outcomes == [f"{error.__name__} {n}" if n in bad else f"wrote {n}" for n in range(100)]
    assert sorted(writing.written) == [n for n in range(100) if n not in bad], "each once"


async def test_one_bad_of_a_thousand_costs_little() -> None:
    writing = Writing(617)
    await write_setting_apart(range(1000), writing.write, _aside)
    assert writing.calls <= 21


async def test_a_batch_that_is_all_bad_is_given_up_before_long() -> None:
    writing = Writing(*range(1000))
    outcomes = await write_setting_apart(range(1000), writing.write, _aside, most_failures=20)
    assert len(outcomes) == 1000
    assert writing.calls < 50
    assert all(isinstance(outcome, ZeroDivisionError) for outcome in outcomes)


async def test_the_many_good_are_written_before_the_last_bad_one_is_found() -> None:
    writing = Writing(*range(500, 1000))
    outcomes = await write_setting_apart(range(1000), writing.write, _aside, most_failures=5)
    assert outcomes[:500] == [f"wrote {n}" for n in range(500)]


async def test_what_is_wrong_by_itself_costs_no_write() -> None:
    writing = Writing()

    def check(item: int) -> None:
        if item % 2:
            raise ValueError

    outcomes = await write_setting_apart(range(100), writing.write, _aside, check=check)
    assert outcomes == [f"ValueError {n}" if n % 2 else f"wrote {n}" for n in range(100)]
    assert writing.calls == 1


async def test_a_database_that_is_away_is_nobodys_fault() -> None:
    writing = Writing(3, error=TimeoutError)
    assert is_unavailable(TimeoutError())
    with pytest.raises(TimeoutError):
        await write_setting_apart(range(10), writing.write, _aside)
    assert writing.calls == 1


async def test_what_came_of_each_group_and_what_failed_alone() -> None:
    writing = Writing(3, 7)
    halved = await in_halves(range(10), writing.write)
    assert sorted(item for group, _ in halved.done for item in group) == [0, 1, 2, 4, 5, 6, 8, 9]
    assert sorted(list(group) for group, _ in halved.failed) == [[3], [7]]
    assert (await in_halves([], writing.write)).done == []


async def test_what_is_no_items_fault_is_raised_at_once() -> None:
    writing = Writing(5, error=WriteConflictError)
    with pytest.raises(WriteConflictError):
        await in_halves(range(10), writing.write, no_fault=is_unavailable_or_transient)
    assert writing.calls == 1
