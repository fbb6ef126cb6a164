"""When a silent conversation is closed, and when its customer is warned before. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands in `check_at` of a conversation in which time alone changes nothing."""
SETTLING: Final = timedelta(seconds=3)
"""After a conversation was moved nothing can be due for longer than this (the shortest interval is ten seconds).

So the sweep of deadlines does not write into conversations that are being let in and handed out.
"""


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's rule on silence, in seconds; None is never.

    Attributes:
        only_while_customer_owes: An assigned conversation closes only while the customer owes the answer: never
            because its operator is slow.
    """

    assigned_seconds: int | None = None
    unassigned_seconds: int | None = None
    warn_before_seconds: int | None = None
    only_while_customer_owes: bool = False


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """What is due for a conversation, and when."""

    closes_at: datetime | None = None
    warns_at: datetime | None = None


def silent_since(active_at: datetime, snoozed_until: datetime | None) -> datetime:
    """Return from when silence counts: a conversation that was set aside is silent from the end of that on."""
    return active_at if snoozed_until is None else max(active_at, snoozed_until)


def deadline(rule: Silence, *, assigned: bool, active_at: datetime, operator_owes: bool = False) -> Deadline:
    """Return what is due next, counted from the last message or action.

    Args:
        rule: The channel's.
        assigned: An operator has the conversation.
        active_at: When the last message or action was.
        operator_owes: The customer wrote last.
    """
    seconds = rule.assigned_seconds if assigned else rule.unassigned_seconds
    if seconds is None or (assigned and operator_owes and rule.only_while_customer_owes):
        return Deadline()
    closes_at = active_at + timedelta(seconds=seconds)
    if not rule.warn_before_seconds or rule.warn_before_seconds >= seconds:
        return Deadline(closes_at=closes_at)
    return Deadline(closes_at=closes_at, warns_at=closes_at - timedelta(seconds=rule.warn_before_seconds))
