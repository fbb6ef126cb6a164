"""The outbox from the sender's side: which message is next, that an attempt begins, how it ended.

An attempt is recorded before the request goes out and its answer after it came: a
process that dies in between leaves a message `sending`, which whoever sends for the channel next
turns into `unknown`, never into a second request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.channel_ref import ChannelRef
from inbox.clock import Clock
from inbox.database import Database, Document, Session, UpdateOne
from inbox.events import write_events
from inbox.inbound import ProviderError
from inbox.ingest_events import message_updated
from inbox.outbound import OutboundMessage
from inbox.reply_window import WINDOWED_KINDS, may_write_freely
from inbox.retry_rules import LOST_ANSWER, WINDOW_CLOSED, Verdict
from inbox.status_ingest import StatusIngest, drop_early, early_reports
from inbox.statuses import MessageStatus, may_become
from inbox.views import content_of, to_document

SCANNED: Final = 500
"""Waiting messages that are looked at in one go: 3 ms here, a second's work of a fast number."""
_HEAD_FIELDS: Final[Document] = {"conversation_id": 1, "status": 1, "next_attempt_at": 1, "lane": 1, "seq": 1}
_WITHOUT_RAW: Final[Document] = {"raw": 0}


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


class Attempted(msgspec.Struct, frozen=True, kw_only=True):
    """A message whose attempt is recorded: it may go out now."""

    message: OutboundMessage
    conversation_id: str
    attempts: int


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that ended, and what follows from it."""

    message_id: str
    verdict: Verdict


class Delivery:
    """Operations for the one who sends for a channel.

    Args:
        sender: Names the holder of the channel's lease in the records of attempts.
    """

    def __init__(self, database: Database, clock: Clock, channel: ChannelRef, *, sender: str) -> None:
        self._database = database
        self._clock = clock
        self._channel = channel
        self._of_channel: Final[Document] = {"workspace_id": channel.workspace_id, "channel_id": channel.id}
        self._sender = sender

    async def due(self, *, apart_from: Collection[str] = ()) -> Due:
        """Look for messages that may be sent.

        Args:
            apart_from: Conversations of which nothing can go now: however much waits in them, it is not
                looked at, so that it does not stand before the others.
        """
        condition = {**self._of_channel, "due": True}
        if apart_from:
            condition["conversation_id"] = {"$nin": list(apart_from)}
        found = self._database.messages.find(condition, _HEAD_FIELDS)
        waiting = await found.sort("seq", 1).limit(SCANNED).to_list(None)
        return choose_due(waiting, self._clock.now())

    async def settle_orphans(self) -> int:
        """Turn what another sender left `sending` into `unknown`; give how many.

        To be called once the channel's lease is held: whoever held it before sends no more.
        """
        orphaned = {
            **self._of_channel,
            "due": True,
            "status": MessageStatus.SENDING.value,
            "sender": {"$ne": self._sender},
        }

        async def work(session: Session) -> int:
            orphans = await self._database.messages.find(orphaned, _WITHOUT_RAW, session=session).to_list(SCANNED)
            fields = {"status": MessageStatus.UNKNOWN.value, "error": to_document(LOST_ANSWER), "due": False}
            await self._update_alike(orphans, fields, {}, session)
            return len(orphans)

        return await self._database.transaction(work)

    async def begin(self, message_ids: Sequence[str]) -> list[Attempted]:
        """Record that attempts begin; give the messages to send.

        A message whose window has closed meanwhile becomes `failed` and is not among them.
        """

        async def work(session: Session) -> list[Attempted]:
            condition = {"_id": {"$in": list(message_ids)}, **self._of_channel, "status": MessageStatus.QUEUED.value}
            queued = await self._database.messages.find(condition, _WITHOUT_RAW, session=session).to_list(None)
            shut = await self._outside_window(queued, session)
            failed = [message for message in queued if message["_id"] in shut]
            begun = [message for message in queued if message["_id"] not in shut]
            now = self._clock.now()
            await self._update_alike(failed, _failure(WINDOW_CLOSED), {}, session)
            sending = {"status": MessageStatus.SENDING.value, "sender": self._sender}
            await self._update_alike(begun, sending, {"attempts": {"started_at": now}}, session)
            return [_attempted(message) for message in begun]

        return await self._database.transaction(work)

    async def end(self, ended: Sequence[Ended]) -> Sequence[None]:
        """Record how attempts ended. What a provider's report said meanwhile is kept where it is further on."""

        verdicts = {end.message_id: end.verdict for end in ended}

        async def work(session: Session) -> None:
            condition = {"_id": {"$in": list(verdicts)}, **self._of_channel}
            messages = await self._database.messages.find(condition, _WITHOUT_RAW, session=session).to_list(None)
            now = self._clock.now()
            updates, events = [], []
            for message in messages:
                changed = ended_fields(message, verdicts[message["_id"]], now)
                updates.append(UpdateOne({"_id": message["_id"]}, {"$set": changed}))
                events.append(message_updated(message | changed, now))
            if updates:
                await self._database.messages.bulk_write(updates, ordered=False, session=session)
                await write_events(self._database, events, at=now, session=session)

        await self._database.transaction(work)
        await self._apply_early([v.provider_id for v in verdicts.values() if v.provider_id])
        return [None] * len(ended)

    async def _apply_early(self, provider_ids: Sequence[str]) -> None:
        """Apply reports that came before the provider's answer and did not carry our id."""
        reports = await early_reports(self._database, self._channel, provider_ids)
        if reports:
            await StatusIngest(self._database, self._clock).write(reports)
            await drop_early(self._database, reports)

    async def _outside_window(self, messages: Sequence[Document], session: Session) -> frozenset[str]:
        """Find messages that only an open window would let through, in conversations whose window has closed."""
        if self._channel.kind not in WINDOWED_KINDS:
            return frozenset()
        free = [message for message in messages if message["content"]["type"] != "template"]
        found = await self._database.conversations.find(
            {
                "_id": {"$in": list({message["conversation_id"] for message in free})},
                "workspace_id": self._channel.workspace_id,
            },
            {"window_expires_at": 1},
            session=session,
        ).to_list(None)
        ends = {conversation["_id"]: conversation.get("window_expires_at") for conversation in found}
        now = self._clock.now()
        return frozenset(
            m["_id"] for m in free if not may_write_freely(self._channel.kind, ends.get(m["conversation_id"]), now)
        )

    async def _update_alike(
        self, messages: Sequence[Document], fields: Document, pushed: Document, session: Session
    ) -> None:
        """Change messages in the same way with one statement, and tell of each."""
        if not messages:
            return
        change: Document = {"$set": fields, "$push": pushed} if pushed else {"$set": fields}
        ids = [message["_id"] for message in messages]
        await self._database.messages.update_many({"_id": {"$in": ids}, **self._of_channel}, change, session=session)
        now = self._clock.now()
        events = [message_updated(message | fields, now) for message in messages]
        await write_events(self._database, events, at=now, session=session)


def ended_fields(message: Mapping[str, Any], verdict: Verdict, now: datetime) -> Document:
    """Give the fields that the end of an attempt changes; the status only where it moves forward."""
    attempts = [*message["attempts"]]
    if attempts:
        error = None if verdict.error is None else to_document(verdict.error)
        attempts[-1] = attempts[-1] | {"finished_at": now, "outcome": verdict.outcome, "error": error}
    fields: Document = {"attempts": attempts}
    if verdict.provider_id is not None and not message.get("provider_id"):
        fields["provider_id"] = verdict.provider_id
    if not may_become(MessageStatus(message["status"]), verdict.status):
        return fields | {"due": False}
    return fields | {
        "status": verdict.status.value,
        "due": verdict.status is MessageStatus.QUEUED,
        "next_attempt_at": verdict.next_attempt_at,
        "error": None if verdict.error is None else to_document(verdict.error),
    }


def _failure(error: ProviderError) -> Document:
    return {"status": MessageStatus.FAILED.value, "error": to_document(error), "due": False}


def _attempted(message: Document) -> Attempted:
    content = content_of(message)
    return Attempted(
        message=OutboundMessage(
            id=message["_id"], to=message["to"], content=content, reply_to=message.get("reply_to_provider_id")
        ),
        conversation_id=message["conversation_id"],
        attempts=len(message["attempts"]) + 1,
    )
