"""Business hours with time zone and holidays: whether it is open at a moment. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from inbox.storage.documents import BusinessHoursDocument

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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
def _calendar(country: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=year)
