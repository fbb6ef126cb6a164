"""Open or closed: local time, clocks that are put forward and back, nights, holidays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from queueing.queues.business_hours import DAYS, is_open, open_until

OFFICE = [{"from": "09:00", "to": "18:00"}]
NIGHT = [{"from": "00:00", "to": "06:00"}, {"from": "22:00", "to": "24:00"}]


def hours(time_zone: str = "UTC", *, spans: list[dict[str, str]] = OFFICE, **more: Any) -> dict[str, Any]:
    return {"time_zone": time_zone, "week": dict.fromkeys(DAYS, spans), "holidays": [], **more}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "moment", "open_"),
    [
        (hours(), "2026-03-02 08:59:59", False),
        (hours(), "2026-03-02 09:00:00", True),
        (hours(), "2026-03-02 17:59:59", True),
        (hours(), "2026-03-02 18:00:00", False),  # the end is not part of it
        (hours("Asia/Kolkata"), "2026-03-02 03:29:59", False),
        (hours("Asia/Kolkata"), "2026-03-02 03:30:00", True),
        (hours("Europe/Lisbon"), "2026-03-28 08:59:00", False),  # winter: the same as UTC
        (hours("Europe/Lisbon"), "2026-03-29 08:00:00", True),  # summer began this night
        (hours("Europe/Berlin", spans=[{"from": "02:30", "to": "04:00"}]), "2026-03-29 00:59:59", False),
        (hours("Europe/Berlin", spans=[{"from": "02:30", "to": "04:00"}]), "2026-03-29 01:00:00", True),  # 03:00
        (hours("Europe/Berlin", spans=[{"from": "02:00", "to": "03:00"}]), "2026-03-29 01:00:00", False),  # no 02:xx
        (hours("Europe/Berlin", spans=[{"from": "02:00", "to": "03:00"}]), "2026-10-25 00:30:00", True),  # 02:30
        (hours("Europe/Berlin", spans=[{"from": "02:00", "to": "03:00"}]), "2026-10-25 01:30:00", True),  # once more
        (hours(spans=NIGHT), "2026-03-02 23:59:59", True),
        (hours(spans=NIGHT), "2026-03-03 00:00:00", True),  # the night goes on
        (hours(spans=NIGHT), "2026-03-03 06:00:00", False),
        (hours(week={"monday": OFFICE}), "2026-03-02 10:00:00", True),
        (hours(week={"monday": OFFICE}), "2026-03-03 10:00:00", False),
        (hours("Pacific/Auckland", week={"monday": OFFICE}), "2026-03-01 21:00:00", True),  # Monday there
        (hours(week={}), "2026-03-02 10:00:00", False),
        (hours(holidays=["2026-03-02"]), "2026-03-02 10:00:00", False),
        (hours("Pacific/Auckland", holidays=["2026-03-02"]), "2026-03-01 21:00:00", False),  # by the local date
        (hours("Europe/Lisbon", holiday_country="PT"), "2026-04-25 10:00:00", False),
        (hours("Europe/Lisbon", holiday_country="PT"), "2026-04-24 10:00:00", True),
        (hours("Europe/Lisbon", holiday_country="PT"), "2031-12-25 10:00:00", False),  # whatever the year
        (hours("America/New_York", holiday_country="US"), "2026-07-03 15:00:00", False),  # the day off for the 4th
        (hours(holiday_country=None), "2026-12-25 10:00:00", True),
    ],
)
def test_is_it_open(rule: dict[str, Any], moment: str, open_: bool) -> None:
    assert is_open(rule, at(moment)) is open_


WEEKDAYS = dict.fromkeys(DAYS[:5], OFFICE)


@pytest.mark.parametrize(
    ("rule", "since", "seconds", "until"),
    [
        (None, "2026-03-07 23:00:00", 7200, "2026-03-08 01:00:00"),  # always open
        (hours(), "2026-03-02 10:00:00", 600, "2026-03-02 10:10:00"),
        (hours(), "2026-03-02 08:00:00", 600, "2026-03-02 09:10:00"),  # before it opens
        (hours(), "2026-03-02 17:55:00", 600, "2026-03-03 09:05:00"),  # over the night
        (hours(), "2026-03-02 17:50:00", 600, "2026-03-02 18:00:00"),  # just before it closes
        (hours(week=WEEKDAYS), "2026-03-06 17:55:00", 600, "2026-03-09 09:05:00"),  # over the weekend
        (hours(week=WEEKDAYS), "2026-03-07 12:00:00", 60, "2026-03-09 09:01:00"),
        (hours(holidays=["2026-03-03"]), "2026-03-02 17:55:00", 600, "2026-03-04 09:05:00"),
        (hours(spans=NIGHT), "2026-03-02 23:30:00", 3600, "2026-03-03 00:30:00"),  # midnight is no gap
        (hours(spans=NIGHT), "2026-03-03 05:30:00", 3600, "2026-03-03 22:30:00"),
        (hours("Asia/Kolkata"), "2026-03-02 00:00:00", 60, "2026-03-02 03:31:00"),
        (hours("Europe/Lisbon"), "2026-03-28 17:59:00", 120, "2026-03-29 08:01:00"),  # summer began this night
        (
            hours("Europe/Berlin", spans=[{"from": "02:00", "to": "03:00"}]),
            "2026-10-25 00:30:00",
            5400,
            "2026-10-25 02:00:00",
        ),
        (hours(), "2026-03-02 12:00:00", 3 * 9 * 3600, "2026-03-05 12:00:00"),  # days of it
        (hours(week={}), "2026-03-02 10:00:00", 60, None),
    ],
)
def test_until_when_is_it_open_so_long(
    rule: dict[str, Any] | None, since: str, seconds: int, until: str | None
) -> None:
    assert open_until(rule, at(since), seconds) == (None if until is None else at(until))
