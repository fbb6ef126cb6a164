"""Quiet hours in the recipient's time zone, guessed from the number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from phonenumbers import parse, timezone

from templates_hsm.campaigns.model.campaign_models import QuietHours

TRIED: Final = 48
"""Ends of quiet hours that are tried, one after another, before the zones are taken to leave no hour at all."""
LONGEST: Final = timedelta(hours=50)
"""Two days of a change to winter time: a free hour may be the one that a change to summer time leaves out."""
MINUTES: Final = 4 * 24 * 60
"""Of the days that are looked at minute by minute: two changes never leave out the free minutes of three of them."""
UNKNOWN_ZONE: Final = "Etc/Unknown"


def zones_of(digits: str) -> tuple[str, ...]:
    """Return the time zones where a phone number may be; a mobile number of a large country has many."""
    return _zones(digits[:7]) if len(digits) > 7 else ()


def quiet_until(now: datetime, zones: Sequence[str], hours: QuietHours) -> datetime | None:
    """Return when quiet hours are over in all zones; None if it is not quiet in any of them.

    A number that may be in several zones is written to only when it is day in all of them; where there is
    no such moment, the first zone decides.
    """
    ends = _quiet_ends(now, zones, hours)
    if not ends:
        return None
    for _ in range(TRIED):
        moment = max(ends)
        if moment - now > LONGEST:
            break
        ends = _quiet_ends(moment, zones, hours)
        if not ends:
            return moment
    return _quiet_end(now, ZoneInfo(zones[0]), hours)


def _quiet_ends(now: datetime, zones: Sequence[str], hours: QuietHours) -> list[datetime]:
    return [end for zone in zones if (end := _quiet_end(now, ZoneInfo(zone), hours)) is not None]


def _quiet_end(now: datetime, zone: ZoneInfo, hours: QuietHours) -> datetime | None:
    begin, end = time.fromisoformat(hours.begin), time.fromisoformat(hours.end)
    if not _is_quiet(now, zone, begin, end):
        return None
    local = now.astimezone(zone)
    wait = timedelta(hours=end.hour, minutes=end.minute) - (local.replace(tzinfo=None) - _midnight(local))
    moment = now + wait % timedelta(days=1)
    if moment.astimezone(zone).utcoffset() == local.utcoffset() and not _is_quiet(moment, zone, begin, end):
        return moment
    return _walk(now, zone, begin, end)


def _walk(now: datetime, zone: ZoneInfo, begin: time, end: time) -> datetime:
    """Look minute by minute where clocks are changed meanwhile: the end may be left out, or come twice."""
    minute = now.replace(second=0, microsecond=0)
    minutes = (minute + timedelta(minutes=n) for n in range(1, MINUTES))
    return next(moment for moment in minutes if not _is_quiet(moment, zone, begin, end))


def _is_quiet(now: datetime, zone: ZoneInfo, begin: time, end: time) -> bool:
    clock = now.astimezone(zone).time()
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


@lru_cache(maxsize=100_000)
def _zones(prefix: str) -> tuple[str, ...]:
    """Look zones up by a number's first digits: the table of `phonenumbers` knows no longer ones."""
    found = timezone.time_zones_for_geographical_number(parse(f"+{prefix}0000"))
    return tuple(zone for zone in found if zone != UNKNOWN_ZONE)
