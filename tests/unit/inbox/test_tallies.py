"""Counts: sums of parts are the count of the whole; half hours, columns, CSV."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.model.close_reasons import CloseReason
from inbox.reports.columns import as_csv, column_names, values_of
from inbox.reports.report_models import GroupBy, Report, ReportName, ReportRow
from inbox.reports.slots import SLOT, slot_from, slot_of
from inbox.reports.tallies import Closed, Tally, tally_of, together, took

AT = datetime(2026, 3, 1, 10, 7, tzinfo=UTC)
times = st.integers(0, 200_000).map(lambda seconds: AT + timedelta(seconds=seconds))
closes = st.builds(
    Closed,
    opened_at=st.just(AT),
    closed_at=times,
    reason=st.sampled_from(list(CloseReason)).map(lambda reason: reason.value),
    first_assigned_at=times | st.none(),
    first_answer_at=times | st.none(),
    is_started=st.booleans(),
    transfers=st.integers(0, 5),
)


@given(st.lists(closes, max_size=12), st.integers(0, 12))
def test_parts_make_the_whole_wherever_it_is_cut(all_closes: list[Closed], cut: int) -> None:
    tallies = [tally_of(one) for one in all_closes]
    assert together([together(tallies[:cut]), together(tallies[cut:])]) == together(tallies)
    whole = together(tallies)
    assert whole.closed == sum(whole.reasons.values()) == len(all_closes)
    assert sum(whole.waiting.within) == whole.waiting.count


def test_what_is_counted_of_a_close() -> None:
    tally = tally_of(
        Closed(
            opened_at=AT,
            closed_at=AT + timedelta(seconds=1000),
            reason="operator",
            first_assigned_at=AT + timedelta(seconds=30),
            first_answer_at=AT + timedelta(seconds=90),
            transfers=2,
        )
    )
    assert (tally.waiting.seconds, tally.first_answer.seconds, tally.handling.seconds) == (30, 90, 970)
    assert (tally.transfers, tally.never_assigned, tally.reasons) == (2, 0, {"operator": 1})


def test_nobody_waited_where_the_business_began_it() -> None:
    tally = tally_of(
        Closed(opened_at=AT, closed_at=AT, reason="operator", first_assigned_at=AT, first_answer_at=AT, is_started=True)
    )
    assert (tally.waiting.count, tally.first_answer.count, tally.handling.count) == (0, 0, 1)


@pytest.mark.parametrize(("seconds", "place"), [(0, 0), (30, 0), (30.5, 1), (86_400, 8), (86_401, 9)])
def test_a_duration_counts_up_to_its_limit(seconds: float, place: int) -> None:
    assert took(seconds).within[place] == 1


def test_half_hours() -> None:
    assert slot_of(AT) == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert slot_from(AT) == slot_of(AT) + SLOT
    assert slot_from(slot_of(AT)) == slot_of(AT)


@pytest.mark.parametrize("name", ReportName)
def test_a_row_has_a_value_for_each_column(name: ReportName) -> None:
    for tally in (Tally(), tally_of(Closed(opened_at=AT, closed_at=AT, reason="operator"))):
        assert len(values_of(name, tally)) == len(column_names(name))


def test_a_name_is_no_formula_of_a_spreadsheet() -> None:
    report = Report(
        name=ReportName.CONVERSATIONS,
        from_=AT,
        to=AT,
        counted_until=AT,
        time_zone="UTC",
        group_by=GroupBy.TAG,
        columns=("opened",),
        rows=[ReportRow(key="=1+1", name="-x", values=(3,)), ReportRow(key="plain", name=None, values=(None,))],
        total=(3,),
    )
    assert as_csv(report).splitlines() == ["tag,name,opened", "'=1+1,'-x,3", "plain,,"]
