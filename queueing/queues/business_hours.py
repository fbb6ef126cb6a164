"""Business hours with time zone and holidays: whether it is open at a moment, and how long that takes. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from inbox.storage.documents import BusinessHoursDocument

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_AHEAD: Final = 400
"""Who does not open within a year and a month does not open."""


def is_open(hours: BusinessHoursDocument, now: datetime) -> bool:
    """Tell whether business hours are on.

    Args:
        hours: `time_zone`, `week` (day → list of `{"from": "09:00", "to": "18:00"}`, `to` exclusive, "24:00"
            is the day's end), `holidays` (ISO dates), `holiday_country` (ISO 3166 code or None).
        now: Aware.
    """
    local = now.astimezone(ZoneInfo(hours["time_zone"]))
    if _is_holiday(hours, local):
        return False
    clock = f"{local:%H:%M}"
    return any(span["from"] <= clock < span["to"] for span in hours["week"].get(DAYS[local.weekday()], ()))


def _is_holiday(hours: BusinessHoursDocument, local: datetime) -> bool:
    if local.date().isoformat() in hours.get("holidays", ()):
        return True
    country = hours.get("holiday_country")
    return country is not None and local.date() in _calendar(country, local.year)


@lru_cache(maxsize=256)
def _calendar(country: str, year: int) -> Container[date]:
    import holidays  # noqa: PLC0415 - 9 MB and a fifth of a second that hours without a country never need

    return holidays.country_holidays(country, years=year)


def open_until(hours: BusinessHoursDocument | None, since: datetime, seconds: int) -> datetime | None:
    """Return when so many seconds of opening hours have passed since a time; None where that takes over a year.

    Without hours it is always open.
    """
    if hours is None:
        return since + timedelta(seconds=seconds)
    left = timedelta(seconds=seconds)
    for opens, closes in _open_spans(hours, since):
        begins = max(opens, since)
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta())
    return None


def _open_spans(hours: BusinessHoursDocument, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return from when till when it is open on the day of a time and on those after it, in UTC."""
    zone = ZoneInfo(hours["time_zone"])
    today = since.astimezone(zone).date()
    for number in range(DAYS_AHEAD):
        day = today + timedelta(days=number)
        if not _is_holiday(hours, datetime.combine(day, time(), zone)):
            for span in hours["week"].get(DAYS[day.weekday()], ()):
                yield _instant(day, span["from"], zone), _instant(day, span["to"], zone)


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
