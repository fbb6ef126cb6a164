"""Rules of Web Push: which event is told to whom, what a notice says, and when it is tried again. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from inbox.people.access import CallerKind
from inbox.stream.events import EventAudience, EventType

TELLS_FOR: Final = timedelta(hours=4)
"""After it a notice would be no news any more: the page shows what there is."""
SPACING: Final = timedelta(seconds=20)
"""Between two notices of one conversation on one device: what comes meanwhile is told together."""
_WAITS: Final = tuple(timedelta(seconds=each) for each in (10, 60, 300, 900, 3600))
"""After the first failure, the second and so on; then always the last one."""
LONGEST_WAIT: Final = timedelta(hours=1)
"""Of what a push service asks for."""
SPREAD: Final = 0.2
PAD_BYTES: Final = 256
"""Notices are padded to a multiple, so that their length does not say what they are about."""
TOPIC_CHARS: Final = 32
"""The most that a topic may have. Source: RFC 8030, section 5.4."""


class PushKind(StrEnum):
    """Of what somebody can be told; each can be chosen by itself."""

    GIVEN = "given"
    """A conversation was distributed or assigned to them."""
    TRANSFERRED = "transferred"
    """A conversation was transferred to them."""
    MESSAGE = "message"
    """The customer wrote in a conversation of theirs."""
    DUE = "due"
    """An answer of theirs is due soon."""
    OVERDUE = "overdue"
    """An answer of theirs is late."""
    SNOOZED = "snoozed"
    """A conversation that they set aside is there again."""
    TEST = "test"
    """They asked for a notice to see one; it can't be chosen."""


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody is to be told of something.

    Attributes:
        operator_id: Whom; None: whoever has the conversation.
    """

    kind: PushKind
    conversation_id: str
    operator_id: str | None


class EventFacts(msgspec.Struct, frozen=True):
    """What the rule needs of an event's data."""

    id: str | None = None
    conversation_id: str | None = None
    operator_id: str | None = None
    direction: str | None = None
    by: str | None = None


TELLING_TYPES: Final[Mapping[str, PushKind]] = {
    EventType.CONVERSATION_ASSIGNED.value: PushKind.GIVEN,
    EventType.CONVERSATION_TRANSFERRED.value: PushKind.TRANSFERRED,
    EventType.MESSAGE_CREATED.value: PushKind.MESSAGE,
    EventType.SLA_DUE.value: PushKind.DUE,
    EventType.SLA_BREACHED.value: PushKind.OVERDUE,
    EventType.SNOOZE_ENDED.value: PushKind.SNOOZED,
}


def telling_of(type_: str, facts: EventFacts, audience: EventAudience) -> Telling | None:
    """Tell what an event means to somebody; None where nobody is told."""
    kind = TELLING_TYPES.get(type_)
    conversation_id = audience.conversation_id
    if kind is None or conversation_id is None:
        return None
    if kind is PushKind.MESSAGE:
        return (
            Telling(kind=kind, conversation_id=conversation_id, operator_id=None) if facts.direction == "in" else None
        )
    operator_id = _who_set_aside(facts.by) if kind is PushKind.SNOOZED else facts.operator_id
    if operator_id is None or (kind in _GIVES and not _is_new_to(operator_id, audience)):
        return None
    return Telling(kind=kind, conversation_id=conversation_id, operator_id=operator_id)


_GIVES: Final = {PushKind.GIVEN, PushKind.TRANSFERRED}


def _is_new_to(operator_id: str, audience: EventAudience) -> bool:
    """Tell whether somebody did not have the conversation before."""
    return any(placement.operator_id != operator_id for placement in audience.placements)


def _who_set_aside(by: str | None) -> str | None:
    kind, _, setter = (by or "").partition(":")
    return setter if kind == CallerKind.OPERATOR.value and setter else None


class PushVerdict(StrEnum):
    """What a push service's answer means."""

    TAKEN = "taken"
    GONE = "gone"
    LATER = "later"
    REFUSED = "refused"


def push_verdict(status: int | None) -> PushVerdict:
    """Judge an answer; None is none. Source: RFC 8030, sections 5 and 7.3."""
    if status is None or status in {408, 425, 429} or status >= 500:
        return PushVerdict.LATER
    if status in {404, 410}:
        return PushVerdict.GONE
    return PushVerdict.TAKEN if 200 <= status < 300 else PushVerdict.REFUSED


def push_wait(tries: int, *, asked_seconds: float | None, jitter: float) -> timedelta:
    """Return how long to wait after so many failures; not shorter than what the push service asked for.

    Args:
        jitter: From 0 to 1: spreads what would come together.
    """
    usual = _WAITS[min(max(tries, 1), len(_WAITS)) - 1] * (1 + SPREAD * jitter)
    return max(usual, min(timedelta(seconds=asked_seconds or 0.0), LONGEST_WAIT))


def topic_of(key: str) -> str:
    """Name what a notice is about, so that a newer one takes the place of one that waits for a device.

    A hash: the push service learns no id. Source: RFC 8030, section 5.4.
    """
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).decode()[:TOPIC_CHARS]


class PushPayload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the page's service worker gets; it puts it in the words of the reader's language.

    Attributes:
        channel: The kind of the channel.
        name: The customer's, where the workspace lets notices show it.
    """

    kind: PushKind
    at: datetime
    conversation_id: str | None = None
    channel: str | None = None
    name: str | None = None


def padded(payload: PushPayload) -> bytes:
    """Return a payload as JSON, with blanks behind it that JSON's readers leave aside."""
    body = msgspec.json.encode(payload)
    return body.ljust(-(-len(body) // PAD_BYTES) * PAD_BYTES)
