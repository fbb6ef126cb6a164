"""Which message goes next, and what the end of an attempt changes: rules over values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from inbox.arriving.inbound import ProviderError
from inbox.messages.statuses import MessageStatus, may_become
from inbox.messages.views import to_document
from inbox.sending.retry_rules import Verdict
from inbox.storage.database import Document


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting messages of a channel.

    Attributes:
        queues: Message ids to send, in order, by conversation; conversations with replies before
            those with campaign messages, then by the age of their first message.
        retries: When the first message of a conversation may be tried again, for those that wait for it.
    """

    queues: Mapping[str, Sequence[str]]
    retries: Mapping[str, datetime]


def choose_due(waiting: Sequence[Mapping[str, Any]], now: datetime) -> Due:
    """Choose what may be sent, each conversation in its order.

    A message that is being sent or that waits for a retry holds back the later ones of its conversation.

    Args:
        waiting: Messages that are `queued` or `sending`, ascending by `seq`.
        now: The current time.
    """
    heads: dict[str, Mapping[str, Any]] = {}
    queues: dict[str, list[str]] = {}
    for message in waiting:
        heads.setdefault(message["conversation_id"], message)
        queues.setdefault(message["conversation_id"], []).append(message["_id"])
    queued = [head for head in heads.values() if head["status"] == MessageStatus.QUEUED.value]
    ready = sorted((h for h in queued if h["next_attempt_at"] <= now), key=lambda h: (h["lane"], h["seq"]))
    return Due(
        queues={head["conversation_id"]: queues[head["conversation_id"]] for head in ready},
        retries={h["conversation_id"]: h["next_attempt_at"] for h in queued if h["next_attempt_at"] > now},
    )


def ended_fields(message: Mapping[str, Any], verdict: Verdict) -> Document:
    """Give the fields that the end of an attempt changes; the status only where it moves forward."""
    if not may_become(MessageStatus(message["status"]), verdict.status):
        return {"due": False}
    return {
        "status": verdict.status.value,
        "due": verdict.status is MessageStatus.QUEUED,
        "next_attempt_at": verdict.next_attempt_at,
        "error": _stored(verdict.error),
        **({"part_ids": list(verdict.part_ids)} if verdict.part_ids else {}),
    }


def end_of(verdict: Verdict, at: datetime) -> Document:
    """Give the record of an attempt's end."""
    return {"finished_at": at, "outcome": verdict.outcome, "error": _stored(verdict.error)}


def failure(error: ProviderError) -> Document:
    """Give the fields of a message that fails before any attempt."""
    return {"status": MessageStatus.FAILED.value, "error": to_document(error), "due": False}


def _stored(error: ProviderError | None) -> Document | None:
    return None if error is None else to_document(error)
