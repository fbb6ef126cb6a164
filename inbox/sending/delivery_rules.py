"""Which message goes next, and what the end of an attempt changes: rules over values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from inbox.foundation.structs import to_document
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus, may_become
from inbox.sending.outgoing import Lane
from inbox.sending.retry_rules import Verdict
from inbox.storage.documents import Fields, MessageDocument, OutboxDocument


class Waiting(NamedTuple):
    """A message that waits to be sent."""

    id: str
    lane: Lane
    to: str


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting messages of a channel.

    Attributes:
        queues: Messages to send, in order, by conversation; conversations with replies before
            those with campaign messages, then by the age of their first message. What stands before a
            reply in its conversation goes in the reply's lane.
        retries: When the first message of a conversation may be tried again, for those that wait for it.
    """

    queues: Mapping[str, Sequence[Waiting]]
    retries: Mapping[str, datetime]


def choose_due(waiting: Iterable[OutboxDocument], now: datetime) -> Due:
    """Choose what may be sent, each conversation in its order.

    A message that is being sent or that waits for a retry holds back the later ones of its conversation; one that
    was set aside, such as a paused campaign's, holds back none.

    Args:
        waiting: Rows of the outbox; what is being sent names its sender.
        now: The current time.
    """
    conversations: dict[str, list[OutboxDocument]] = {}
    for message in sorted(waiting, key=lambda m: m["seq"]):
        conversations.setdefault(message["conversation_id"], []).append(message)
    lines = {c: [m for m in ms if not _is_set_aside(m, now)] for c, ms in conversations.items()}
    queued = {c: ms for c, ms in lines.items() if ms and "sender" not in ms[0]}
    set_aside = {c: min(m["next_attempt_at"] for m in ms) for c, ms in conversations.items() if not lines[c]}
    ready = {c: _lined_up(ms) for c, ms in queued.items() if ms[0]["next_attempt_at"] <= now}
    return Due(
        queues=dict(sorted(ready.items(), key=lambda item: (item[1][0].lane, queued[item[0]][0]["seq"]))),
        retries=set_aside | {c: ms[0]["next_attempt_at"] for c, ms in queued.items() if c not in ready},
    )


def _is_set_aside(row: OutboxDocument, now: datetime) -> bool:
    until = row.get("set_aside_until")
    return until is not None and until == row["next_attempt_at"] and until > now


def _lined_up(messages: Sequence[OutboxDocument]) -> list[Waiting]:
    """Line a conversation's messages up, each in the most urgent lane of those from it on."""
    lined_up: list[Waiting] = []
    lane = Lane.CAMPAIGN
    for message in reversed(messages):
        lane = min(lane, Lane(message["lane"]))
        lined_up.append(Waiting(message["_id"], lane, message["to"]))
    return lined_up[::-1]


def ended_fields(message: MessageDocument, verdict: Verdict) -> Fields:
    """Return the fields that the end of an attempt changes; the status only where it moves forward."""
    if not may_become(MessageStatus(message["status"]), verdict.status):
        return {}
    return {
        "status": verdict.status.value,
        "error": _stored(verdict.error),
        **({"part_ids": list(verdict.part_ids)} if verdict.part_ids else {}),
        **({"endpoint": verdict.endpoint} if verdict.endpoint else {}),
    }


def is_noted(message: MessageDocument, verdict: Verdict) -> bool:
    """Tell whether the end of an attempt was written before, and only the word of it was lost."""
    return len(message.get("ends", ())) >= verdict.attempt


def stays_due(message: MessageDocument, verdict: Verdict) -> bool:
    """Tell whether a message waits for another attempt after one that ended so."""
    return verdict.status is MessageStatus.QUEUED and may_become(MessageStatus(message["status"]), verdict.status)


def end_of(verdict: Verdict, at: datetime) -> Fields:
    """Return the record of an attempt's end."""
    return {"finished_at": at, "outcome": verdict.outcome, "error": _stored(verdict.error)}


def failure(error: ProviderError) -> Fields:
    """Return the fields of a message that fails before any attempt."""
    return {"status": MessageStatus.FAILED.value, "error": to_document(error)}


def _stored(error: ProviderError | None) -> Fields | None:
    return None if error is None else to_document(error)
