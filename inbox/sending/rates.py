"""How fast a provider lets an account send: values that a connector gives and the sender keeps to."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """So many messages in so many seconds.

    Attributes:
        seconds: What one message uses up.
        burst: How many may go at once, borrowed from the time that follows; 1 is none.
    """

    seconds: float
    burst: int = 1


def unlimited(_: str) -> tuple[Rate, ...]:
    """No limit for any recipient."""
    return ()


def itself(external_id: str) -> str:
    """Every recipient has limits of its own."""
    return external_id


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of one account.

    Attributes:
        per_second: Messages of the whole account in any second; None where there is no limit.
        counts_inbound: What customers write counts against `per_second` too.
        recipient: From a provider's id of a customer or group to the limits of messages to them, all of
            which hold.
        shared_by: From a provider's id of a customer to what its limits are counted for: a chat with several topics
            has them once.
        strike_factor: By how much longer each further refusal in a row for one recipient waits; 1 where the
            provider says each time how long to wait.
    """

    per_second: float | None = None
    counts_inbound: bool = False
    recipient: Callable[[str], tuple[Rate, ...]] = unlimited
    shared_by: Callable[[str], str] = itself
    strike_factor: float = 1.0


NO_LIMITS = Rates()
