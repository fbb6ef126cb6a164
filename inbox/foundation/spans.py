"""Spans of time in queries: since when, and before when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from inbox.foundation.ids import lowest_id

Time = Annotated[datetime, Meta(tz=True, description="RFC 3339, with a time zone.")]


def check_span(since: datetime | None, before: datetime | None) -> None:
    """Refuse a span that ends before it begins. Raises `ValueError` for the field `from`."""
    if since is not None and before is not None and since >= before:
        raise ValueError("`from` must be before `to`")


def first_id(at: datetime | None) -> str | None:
    """Return the lowest id of what is made from a time on; None without one."""
    return None if at is None else lowest_id(max(0.0, at.timestamp()))


def made_between(since: datetime | None, before: datetime | None) -> dict[str, Any]:
    """Return the query condition for what was made in a span, by its id; empty without a span."""
    bounds = {"$gte": first_id(since), "$lt": first_id(before)}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"_id": given} if given else {}
