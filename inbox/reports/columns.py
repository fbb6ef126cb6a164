"""The columns of each report, and how a row of them is made of counts. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from inbox.foundation.spreadsheets import harmless
from inbox.model.close_reasons import CLOSES
from inbox.model.ratings import GOOD_FROM, SCORES
from inbox.reports.report_models import Report, ReportName
from inbox.reports.tallies import LIMITS_SECONDS, Durations, Scoring, Tally, Transferring
from inbox.views.masking import masked_text

Value = float | None
_REASONS: Final = [reason.value for reason, rule in CLOSES.items() if rule.is_work]


class _Columns(NamedTuple):
    """The columns of a report; `needs` are the fields of the tally of which they are made."""

    needs: Sequence[str]
    names: Sequence[str]
    values: Callable[[Tally], Sequence[Value]]


def _of_durations(field: str) -> _Columns:
    """Return count, mean, longest, and how many took no longer than each limit."""

    def values(tally: Tally) -> list[Value]:
        took: Durations = getattr(tally, field)
        up_to = [sum(took.within[: place + 1]) for place in range(len(LIMITS_SECONDS))]
        return [took.count, took.average, took.longest if took.count else None, *up_to]

    names = ("count", "average_seconds", "longest_seconds", *(f"within_{limit}_seconds" for limit in LIMITS_SECONDS))
    return _Columns((field,), names, values)


def _all_of(part: Transferring) -> Sequence[Value]:
    return msgspec.structs.astuple(part)


def _with_share(good: int, bad: int) -> Sequence[Value]:
    """Return two counts and the share of the first; None without any."""
    return (good, bad, good / (good + bad) if good + bad else None)


def _of_scores(scoring: Scoring) -> Sequence[Value]:
    """Return asked, answered, the mean, the share of good ones, and how many gave each score."""
    counted = dict(zip(sorted(SCORES), scoring.scores, strict=True))
    answered = sum(counted.values())
    total = sum(score * count for score, count in counted.items())
    good = sum(count for score, count in counted.items() if score >= GOOD_FROM)
    shares = (total / answered, good / answered) if answered else (None, None)
    return (scoring.asked, answered, *shares, *counted.values())


_COUNTS: Final = ("opened", "closed", "never_assigned", "transfers")
_COLUMNS: Final[Mapping[ReportName, _Columns]] = {
    ReportName.CONVERSATIONS: _Columns(
        _COUNTS,
        _COUNTS,
        lambda tally: (tally.opened, tally.closed, tally.never_assigned, tally.transfers),
    ),
    ReportName.WAITING: _of_durations("waiting"),
    ReportName.FIRST_ANSWER: _of_durations("first_answer"),
    ReportName.HANDLING: _of_durations("handling"),
    ReportName.TRANSFERS: _Columns(
        ("closed", "transferring"),
        ("closed", "transferred", "to_queues", "to_operators", "received"),
        lambda tally: (tally.closed, *_all_of(tally.transferring)),
    ),
    ReportName.TARGETS: _Columns(
        ("answering",),
        (
            *("first_in_time", "first_late", "first_in_time_share"),
            *("next_in_time", "next_late", "next_in_time_share"),
        ),
        lambda tally: (
            *_with_share(tally.answering.first_in_time, tally.answering.first_late),
            *_with_share(tally.answering.next_in_time, tally.answering.next_late),
        ),
    ),
    ReportName.RATINGS: _Columns(
        ("scoring",),
        ("asked", "answered", "average_score", "good_share", *(f"score_{score}" for score in sorted(SCORES))),
        lambda tally: _of_scores(tally.scoring),
    ),
    ReportName.CLOSES: _Columns(
        ("closed", "reasons"),
        ("closed", *_REASONS),
        lambda tally: (tally.closed, *(tally.reasons.get(reason, 0) for reason in _REASONS)),
    ),
}


def column_names(name: ReportName) -> Sequence[str]:
    """Name the columns of a report."""
    return _COLUMNS[name].names


def fields_needed(name: ReportName) -> Sequence[str]:
    """Name what a report reads of each tally: a tally has sixty numbers, and months have thousands of them."""
    return _COLUMNS[name].needs


def values_of(name: ReportName, tally: Tally) -> Sequence[Value]:
    """Return a row's values."""
    return _COLUMNS[name].values(tally)


def as_csv(report: Report, *, is_masked: bool = False) -> str:
    """Write a report as CSV with a header; names are no formulas, and where masked no numbers."""
    said = masked_text if is_masked else str
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow((report.group_by.value, "name", *report.columns))
    for row in report.rows:
        writer.writerow((harmless(said(row.key)), harmless(said(row.name or "")), *row.values))
    return written.getvalue()
