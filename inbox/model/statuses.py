"""The life of an outgoing message as one table; a status only moves forward."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class MessageStatus(StrEnum):
    """States of a message; `received` is the only one of inbound messages.

    `held` waits for the customer's answer, `scheduled` for its time.
    """

    RECEIVED = "received"
    HELD = "held"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


_S = MessageStatus

FORWARD: Mapping[MessageStatus, frozenset[MessageStatus]] = {
    _S.RECEIVED: frozenset(),
    _S.HELD: frozenset({_S.QUEUED, _S.FAILED}),
    _S.SCHEDULED: frozenset({_S.QUEUED, _S.FAILED}),
    _S.QUEUED: frozenset({_S.SENDING, _S.SENT, _S.DELIVERED, _S.READ, _S.FAILED}),
    _S.SENDING: frozenset({_S.QUEUED, _S.UNKNOWN, _S.SENT, _S.DELIVERED, _S.READ, _S.FAILED}),
    _S.UNKNOWN: frozenset({_S.SENT, _S.DELIVERED, _S.READ, _S.FAILED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.READ, _S.FAILED}),
    _S.DELIVERED: frozenset({_S.READ}),
    _S.READ: frozenset(),
    _S.FAILED: frozenset(),
}
"""Where each state may go. `sending → queued` is a refusal that may be tried again; `failed`
may follow `sent`, never `delivered`; nothing follows `read` and `failed` (a retry is a new message)."""

UNSENT = frozenset({_S.HELD, _S.SCHEDULED, _S.QUEUED, _S.SENDING})
"""States in which the customer has not all of it, as far as we know."""
RETRYABLE = frozenset({_S.FAILED, _S.UNKNOWN})
"""States in which an operator may ask for a retry."""


def may_become(current: MessageStatus, new: MessageStatus) -> bool:
    """Tell whether a message may move from `current` to `new`; a repeat or a step back may not."""
    return new in FORWARD[current]
