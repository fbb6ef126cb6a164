"""When somebody may be written to, by the clock where they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from phonenumbers import parse, timezone

from templates_hsm.campaigns.models import QuietHours

TRIED: Final = 48
"""Ends of quiet hours that are tried, one after another, before the zones are taken to leave no hour at all."""
UNKNOWN_ZONE: Final = "Etc/Unknown"


def zones_of(digits: str) -> tuple[str, ...]:
    """Give the time zones where a phone number may be; a mobile number of a large country has many."""
    return _zones(digits[:7]) if len(digits) > 7 else ()


def quiet_until(now: datetime, zones: Sequence[str], hours: QuietHours) -> datetime | None:
    """Give when quiet hours are over in all zones; None if it is not quiet in any of them.

    A number that may be in several zones is written to only when it is day in all of them; where there is
    no such moment, the first zone decides.
    """
    quiet = [end for zone in zones if (end := _quiet_end(now, ZoneInfo(zone), hours)) is not None]
    if not quiet:
        return None
    moment = min(quiet)
    for _ in range(TRIED):
        ends = [end for zone in zones if (end := _quiet_end(moment, ZoneInfo(zone), hours)) is not None]
        if not ends:
            return moment
        moment = min(ends)
        if moment - now > timedelta(hours=25):
            break
    return _quiet_end(now, ZoneInfo(zones[0]), hours)


def _quiet_end(now: datetime, zone: ZoneInfo, hours: QuietHours) -> datetime | None:
    begin, end = time.fromisoformat(hours.begin), time.fromisoformat(hours.end)
    local = now.astimezone(zone)
    clock = local.time()
    is_quiet = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1) if begin > end and clock >= begin else local.date()
    return datetime.combine(day, end, zone).astimezone(now.tzinfo)


@lru_cache(maxsize=100_000)
def _zones(prefix: str) -> tuple[str, ...]:
    """Look zones up by a number's first digits: the table of `phonenumbers` knows no longer ones."""
    found = timezone.time_zones_for_geographical_number(parse(f"+{prefix}0000"))
    return tuple(zone for zone in found if zone != UNKNOWN_ZONE)
