"""Answers reports: reads the counts of half hours, counts the last ones itself, and names the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import from_document
from inbox.people.access import RIGHTS, Action, Caller, check_may
from inbox.people.accounts import get_workspace
from inbox.reports.columns import column_names, fields_needed, values_of
from inbox.reports.day_rollups import day_from, day_of, of_days
from inbox.reports.facts import EVERYTHING, count_slot
from inbox.reports.names import name_rows
from inbox.reports.report_models import USUAL_SPAN, GroupBy, Report, ReportName, ReportQuery, ReportRow
from inbox.reports.rollups import next_slot
from inbox.reports.slots import SLOT, Group, slot_from, slot_of
from inbox.reports.tallies import Tally, together
from inbox.storage.database import Database
from inbox.storage.documents import Fields
from inbox.storage.time_limits import READ_MS, told_when_too_slow

TOO_BROAD: Final = "Counting this took too long: choose a shorter span."
COUNTED_HERE: Final = 4
"""Half hours that a report counts itself where they were not counted yet: the one that runs, the one before while it
settles, and two for a worker that was away."""
_STORED: Final[Mapping[GroupBy, Group]] = {
    GroupBy.QUEUE: Group.QUEUE,
    GroupBy.CHANNEL: Group.CHANNEL,
    GroupBy.OPERATOR: Group.OPERATOR,
    GroupBy.TAG: Group.TAG,
    GroupBy.TOPIC: Group.TOPIC,
}
"""Which counts a report reads; those by time are made of the counts of everything, or of the caller's queues."""
_NAMED_BY_TIME: Final[Mapping[GroupBy, str]] = {GroupBy.DAY: "%Y-%m-%d", GroupBy.HOUR: "%H", GroupBy.WEEKDAY: "%u"}
Slots = dict[datetime, dict[str, Tally]]


class _Span(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime


class _Source(msgspec.Struct, frozen=True):
    """What a report is made of: counts of a group, all of them or those of some keys."""

    group_by: GroupBy
    group: Group
    only: frozenset[str] | None = None

    def seen(self, tallies: Mapping[str, Tally]) -> dict[str, Tally]:
        return {key: tally for key, tally in tallies.items() if self.only is None or key in self.only}


async def make_report(
    database: Database, caller: Caller, name: ReportName, query: ReportQuery, *, now: datetime
) -> Report:
    """Make a report of what the caller may see.

    Raises:
        ProblemError: `forbidden`, `too_broad`.
    """
    source = _source(caller, query.group_by)
    zone = query.time_zone or (await get_workspace(database, caller.workspace_id)).settings.time_zone
    span = _span(query, now)
    with told_when_too_slow(TOO_BROAD):
        slots, counted_until = await _slots(
            database, caller.workspace_id, source, span=span, needed=fields_needed(name)
        )
    tallies = _rows(slots, source, ZoneInfo(zone))
    rows = await name_rows(database, caller.workspace_id, query.group_by, tallies)
    return Report(
        name=name,
        from_=span.start,
        to=span.end,
        counted_until=counted_until,
        time_zone=zone,
        group_by=query.group_by,
        columns=column_names(name),
        rows=[ReportRow(key=key, name=label, values=values_of(name, tally)) for key, label, tally in rows],
        total=values_of(name, together(tally for _, _, tally in rows)),
    )


def _source(caller: Caller, group_by: GroupBy) -> _Source:
    """Return what a report is made of for a caller. Raises `ProblemError` (`forbidden`).

    A supervisor's days and hours are those of their queues together.
    """
    if caller.sees_all:
        return _Source(group_by, _STORED.get(group_by, Group.ALL))
    check_may(caller, Action.READ_REPORTS)
    if group_by not in _STORED or group_by is GroupBy.QUEUE:
        return _Source(group_by, Group.QUEUE, caller.queue_ids)
    if group_by is GroupBy.OPERATOR:
        return _Source(group_by, Group.OPERATOR, caller.supervised_ids | {caller.id})
    raise ProblemError("forbidden", RIGHTS[Action.READ_REPORTS].refusal)


def _span(query: ReportQuery, now: datetime) -> _Span:
    """Return the half hours that are asked for, none of them in the future."""
    end = min(slot_from(query.to or now), slot_from(now))
    start = slot_of(query.from_ or end - USUAL_SPAN)
    return _Span(min(start, end), end)


async def _slots(
    database: Database, workspace_id: str, source: _Source, *, span: _Span, needed: Sequence[str]
) -> tuple[Slots, datetime]:
    """Return the counts of the half hours of a span, and up to when there are some."""
    mark = await database.rollup_marks.find_one({"_id": workspace_id, "workspace_id": workspace_id})
    until = mark.get("until") if mark is not None else None
    days_until = mark.get("days_until") if mark is not None and source.group_by not in _NAMED_BY_TIME else None
    shown: Fields = {"slot": 1, "counts.key": 1, **{f"counts.{name}": 1 for name in needed}}
    stored: Slots = {}
    for name, part in _parts(source.group, span, days_until):
        wanted = {"workspace_id": workspace_id, "group": name, "slot": {"$gte": part.start, "$lt": part.end}}
        async for document in database.rollups.find(wanted, shown, max_time_ms=READ_MS):
            stored[document["slot"]] = source.seen(
                {one["key"]: from_document(one, Tally) for one in document["counts"]}
            )
    late, counted_until = await _late(database, workspace_id, until, span)
    fresh = {slot: source.seen((await count_slot(database, workspace_id, slot))[source.group]) for slot in late}
    return {**stored, **fresh}, counted_until


def _parts(group: Group, span: _Span, days_until: datetime | None) -> Sequence[tuple[str, _Span]]:
    """Cut a span into whole days that were summed, and the half hours before and behind them."""
    first = day_from(span.start)
    last = first if days_until is None else min(day_of(span.end), days_until)
    if last <= first:
        return [(group.value, span)]
    halves = (_Span(span.start, first), _Span(last, span.end))
    return [(of_days(group), _Span(first, last)), *((group.value, part) for part in halves if part.start < part.end)]


async def _late(
    database: Database, workspace_id: str, until: datetime | None, span: _Span
) -> tuple[list[datetime], datetime]:
    """Return the half hours of a span that were not counted yet, as far as a report may count them itself."""
    slots: list[datetime] = []
    reached = span.start if until is None else max(until, span.start)
    while reached < span.end:
        slot = await next_slot(database, workspace_id, reached)
        if slot is None or slot >= span.end:
            return slots, span.end
        if len(slots) == COUNTED_HERE:
            return slots, slot
        slots.append(slot)
        reached = slot + SLOT
    return slots, span.end


def _rows(slots: Slots, source: _Source, zone: ZoneInfo) -> dict[str, Tally]:
    """Put half hours together into rows."""
    rows: dict[str, list[Tally]] = defaultdict(list)
    for slot, tallies in slots.items():
        for key, tally in tallies.items():
            rows[_row_key(source.group_by, slot, key, zone)].append(tally)
    return {key: together(tallies) for key, tallies in _sorted(rows.items())}


def _row_key(group_by: GroupBy, slot: datetime, key: str, zone: ZoneInfo) -> str:
    pattern = _NAMED_BY_TIME.get(group_by)
    if pattern is not None:
        return slot.astimezone(zone).strftime(pattern)
    return "" if group_by is GroupBy.NOTHING or key == EVERYTHING else key


def _sorted(rows: Iterable[tuple[str, list[Tally]]]) -> list[tuple[str, list[Tally]]]:
    return sorted(rows, key=lambda row: row[0])
