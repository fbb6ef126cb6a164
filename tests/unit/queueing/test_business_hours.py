"""Open or closed: local time, clocks that are put forward and back, nights, holidays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from queueing.queues.business_hours import DAYS, is_open

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
