"""The outbox as senders use it: due messages, begun attempts, ended attempts.

An attempt is recorded before the request goes out and its answer after it came: a
process that dies in between leaves a message `sending`, which whoever sends for the channel next
turns into `unknown`, never into a second request.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import msgspec
import structlog

from inbox.arriving.early_applying import EarlyApplying
from inbox.arriving.reachability import note_blocked, note_reached
from inbox.foundation.clock import Clock
from inbox.foundation.structs import to_document
from inbox.model.channel_ref import ChannelRef
from inbox.model.reply_window import WINDOWED_KINDS, may_write_freely
from inbox.model.statuses import MessageStatus
from inbox.sending.delivery_rules import Due, choose_due, end_of, ended_fields, failure
from inbox.sending.gate import Gate, Postponed, Withheld, open_gate
from inbox.sending.outbound import BLOCKED_BY_CUSTOMER, OutboundMessage
from inbox.sending.outgoing import Lane
from inbox.sending.retry_rules import LOST_ANSWER, UNREADABLE, WINDOW_CLOSED, Verdict, judge
from inbox.sending.uploading import INTERRUPTED, UPLOADING
from inbox.storage.database import Collections, Database, Session, is_duplicate
from inbox.storage.documents import Condition, Fields, MessageDocument, with_fields
from inbox.storage.setting_apart import write_setting_apart
from inbox.stream.events import Event, write_events
from inbox.views.message_views import content_of
from inbox.views.telling import message_updated

SCANNED: Final = 500
"""Waiting messages that are looked at in one go: 3 ms here, a second's work of a fast number."""
_HEAD_FIELDS: Final[Fields] = {
    "conversation_id": 1,
    "status": 1,
    "next_attempt_at": 1,
    "set_aside_until": 1,
    "lane": 1,
    "seq": 1,
    "to": 1,
}
_WITHOUT_RAW: Final[Fields] = {"raw": 0}

_log = structlog.get_logger()


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
    """Operations of the sender that holds a channel's lease.

    Args:
        sender: Names the holder of the channel's lease in the records of attempts.
        gate: A last look at messages before they go out.
    """

    def __init__(
        self, database: Database, clock: Clock, channel: ChannelRef, *, sender: str, gate: Gate = open_gate
    ) -> None:
        self._database = database
        self._clock = clock
        self._channel = channel
        self._of_channel: Final[Condition] = {"workspace_id": channel.workspace_id, "channel_id": channel.id}
        self._sender = sender
        self._gate = gate

    async def due(self, *, apart_from: Collection[str] = (), overtaking: Lane | None = None) -> Due:
        """Look for messages that may be sent.

        Args:
            apart_from: Conversations of which nothing can go now: however much waits in them, it is not
                looked at, so that it does not stand before the others.
            overtaking: Look only at conversations in which something waits that goes before this lane.
        """
        condition: Condition = {**self._of_channel, "due": True}
        if apart_from:
            condition["conversation_id"] = {"$nin": list(apart_from)}
        if overtaking is not None:
            condition["lane"] = {"$lt": overtaking.value}
        found = self._database.messages.find(condition, _HEAD_FIELDS)
        waiting = await found.sort([("lane", 1), ("seq", 1)]).limit(SCANNED).to_list(None)
        if overtaking is not None or len(waiting) == SCANNED:
            waiting += await self._in_front_of(waiting)
        return choose_due(waiting, self._clock.now())

    async def _in_front_of(self, waiting: Sequence[MessageDocument]) -> list[MessageDocument]:
        """Find what stands before these messages in their conversations, though it waits in a later lane."""
        newest: dict[str, int] = {}
        for message in waiting:
            newest[message["conversation_id"]] = max(message["seq"], newest.get(message["conversation_id"], 0))
        if not newest:
            return []
        condition = {
            **self._of_channel,
            "due": True,
            "lane": {"$gt": min(message["lane"] for message in waiting)},
            "conversation_id": {"$in": list(newest)},
        }
        seen = {message["_id"] for message in waiting}
        found = await self._database.messages.find(condition, _HEAD_FIELDS).to_list(None)
        return [m for m in found if m["_id"] not in seen and m["seq"] < newest[m["conversation_id"]]]

    async def settle_orphans(self) -> int:
        """Turn what another sender left `sending` into `unknown`; return how many.

        What was still uploading its file is certainly not sent: it is tried again.

        To be called once the channel's lease is held: whoever held it before sends no more.
        """
        return await self._database.batch_transaction(self._settle_orphans)

    async def begin(self, message_ids: Sequence[str]) -> list[Attempted]:
        """Record that attempts begin; return the messages to send.

        A message whose window has closed meanwhile becomes `failed` and is not among them.
        """
        return await self._database.batch_transaction(partial(self._begin, message_ids))

    async def give_back(self, message_ids: Sequence[str]) -> int:
        """Queue messages again whose attempts may have been recorded but never began; return how many."""
        return await self._database.batch_transaction(partial(self._give_back, message_ids))

    async def end(self, ended: Sequence[Ended]) -> Sequence[Exception | None]:
        """Record how attempts ended. What a provider's report said meanwhile is kept where it is further on.

        A provider that gives an id twice spoils nothing but that id: the message is recorded without it.
        """
        repeated: list[Ended] = []

        def set_aside(end: Ended, error: Exception) -> Exception | None:
            if not is_duplicate(error, "provider_once") or end.verdict.provider_id is None:
                return error
            repeated.append(_without_id(end))
            return None

        outcomes = await write_setting_apart(ended, self._end_together, set_aside)
        if repeated:
            await self._end_together(repeated)
        await self._apply_early([name for end in ended for name in _names(end.verdict)])
        return outcomes

    async def _end_together(self, ended: Sequence[Ended]) -> Sequence[None]:
        verdicts = {end.message_id: end.verdict for end in ended}
        await self._database.batch_transaction(partial(self._end, verdicts))
        return [None] * len(ended)

    async def _settle_orphans(self, database: Collections, session: Session) -> int:
        orphaned = {
            **self._of_channel,
            "due": True,
            "status": MessageStatus.SENDING.value,
            "sender": {"$ne": self._sender},
        }
        found = await database.messages.find(orphaned, _WITHOUT_RAW, session=session).limit(SCANNED).to_list(None)
        await self._try_again([message for message in found if message.get(UPLOADING)], database, session)
        orphans = [message for message in found if not message.get(UPLOADING)]
        fields = {"status": MessageStatus.UNKNOWN.value, "error": to_document(LOST_ANSWER), "due": False}
        await self._change(orphans, {"$set": fields}, fields, database, session)
        return len(orphans)

    async def _try_again(self, messages: Sequence[MessageDocument], database: Collections, session: Session) -> None:
        now = self._clock.now()
        verdicts = {m["_id"]: judge(INTERRUPTED, attempts=len(m["attempts"]), now=now) for m in messages}
        if verdicts:
            await self._end(verdicts, database, session)
            noted = {"_id": {"$in": list(verdicts)}, **self._of_channel}
            await database.messages.update_many(noted, {"$unset": {UPLOADING: ""}}, session=session)

    async def _begin(self, message_ids: Sequence[str], database: Collections, session: Session) -> list[Attempted]:
        condition = {"_id": {"$in": list(message_ids)}, **self._of_channel, "status": MessageStatus.QUEUED.value}
        queued = await database.messages.find(condition, _WITHOUT_RAW, session=session).to_list(None)
        attempted = {message["_id"]: read for message in queued if (read := _attempted(message)) is not None}
        unreadable = failure(UNREADABLE)
        spoilt = [message for message in queued if message["_id"] not in attempted]
        await self._change(spoilt, {"$set": unreadable}, unreadable, database, session)
        queued = [message for message in queued if message["_id"] in attempted]
        shut = await self._outside_window(queued, database, session)
        failed = failure(WINDOW_CLOSED)
        await self._change([m for m in queued if m["_id"] in shut], {"$set": failed}, failed, database, session)
        held = await self._hold_back([m for m in queued if m["_id"] not in shut], database, session)
        begun = [message for message in queued if message["_id"] not in shut | held]
        sending = {"status": MessageStatus.SENDING.value, "sender": self._sender}
        attempt = {"attempts": {"started_at": self._clock.now()}}
        await self._change(begun, {"$set": sending, "$push": attempt}, sending, database, session)
        return [attempted[message["_id"]] for message in begun]

    async def _give_back(self, message_ids: Sequence[str], database: Collections, session: Session) -> int:
        ours = {"_id": {"$in": list(message_ids)}, **self._of_channel, "sender": self._sender}
        sending = {**ours, "status": MessageStatus.SENDING.value}
        found = await database.messages.find(sending, _WITHOUT_RAW, session=session).to_list(None)
        queued = {"status": MessageStatus.QUEUED.value}
        update = {"$set": queued, "$unset": {"sender": ""}, "$pop": {"attempts": 1}}
        await self._change(found, update, queued, database, session)
        return len(found)

    async def _hold_back(
        self, messages: Sequence[MessageDocument], database: Collections, session: Session
    ) -> frozenset[str]:
        """Ask the gate; end or postpone what it holds back, and name it."""
        verdicts = await self._gate(messages, self._clock.now(), database, session)
        alike: dict[Withheld | Postponed, list[MessageDocument]] = {}
        for message in messages:
            if message["_id"] in verdicts:
                alike.setdefault(verdicts[message["_id"]], []).append(message)
        for verdict, held in alike.items():
            if isinstance(verdict, Withheld):
                fields = failure(verdict.error) | {"withheld": True}
                await self._change(held, {"$set": fields}, fields, database, session)
            else:
                waits = {"_id": {"$in": [message["_id"] for message in held]}, **self._of_channel}
                until = {"next_attempt_at": verdict.until, "set_aside_until": verdict.until}
                await database.messages.update_many(waits, {"$set": until}, session=session)
        return frozenset(verdicts)

    async def _end(self, verdicts: Mapping[str, Verdict], database: Collections, session: Session) -> None:
        """Write the ends of attempts; those that change alike with one statement."""
        condition = {"_id": {"$in": list(verdicts)}, **self._of_channel}
        now = self._clock.now()
        alike: dict[str, tuple[Fields, Fields, list[MessageDocument]]] = {}
        for message in await database.messages.find(condition, _WITHOUT_RAW, session=session).to_list(None):
            verdict = verdicts[message["_id"]]
            fields, end = ended_fields(message, verdict), end_of(verdict, now)
            alike.setdefault(repr((fields, end)), (fields, end, []))[2].append(message)
            if verdict.error is not None and verdict.error.code == BLOCKED_BY_CUSTOMER:
                await note_blocked(database, self._channel, message["to"], now, session)
        sent = {id_ for id_, verdict in verdicts.items() if verdict.status is MessageStatus.SENT}
        reached = {m["to"]: now for _, _, messages in alike.values() for m in messages if m["_id"] in sent}
        await note_reached(database, self._channel, reached, now, session)
        for fields, end, messages in alike.values():
            provider_ids = {m["_id"]: _provider_id(m, verdicts[m["_id"]]) for m in messages}
            for message in messages:
                message["provider_id"] = provider_ids[message["_id"]]
            await self._change(messages, _ending(fields, end, provider_ids), fields, database, session)

    async def _apply_early(self, provider_ids: Sequence[str]) -> None:
        """Apply what came before the provider's answer: reports that did not carry our id, reactions, edits."""
        keys = [(self._channel.workspace_id, self._channel.id, name) for name in provider_ids]
        await EarlyApplying(self._database, self._clock).find_and_apply({self._channel.id: self._channel}, keys)

    async def _outside_window(
        self, messages: Sequence[MessageDocument], database: Collections, session: Session
    ) -> frozenset[str]:
        """Find messages that only an open window would let through, in conversations whose window has closed."""
        if self._channel.kind not in WINDOWED_KINDS:
            return frozenset()
        free = [message for message in messages if message["content"]["type"] != "template"]
        ids = list({message["conversation_id"] for message in free})
        found = await database.conversations.find(
            {"_id": {"$in": ids}, "workspace_id": self._channel.workspace_id},
            {"window_expires_at": 1},
            session=session,
        ).to_list(None)
        ends = {conversation["_id"]: conversation.get("window_expires_at") for conversation in found}
        now = self._clock.now()
        return frozenset(
            m["_id"] for m in free if not may_write_freely(self._channel.kind, ends.get(m["conversation_id"]), now)
        )

    async def _change(
        self,
        messages: Sequence[MessageDocument],
        update: Fields | list[Fields],
        fields: Fields,
        database: Collections,
        session: Session,
    ) -> None:
        """Change messages in the same way with one statement, and tell of each."""
        if not messages:
            return
        ids = [message["_id"] for message in messages]
        await database.messages.update_many({"_id": {"$in": ids}, **self._of_channel}, update, session=session)
        now = self._clock.now()
        events = [event for message in messages if (event := _told(with_fields(message, fields), now)) is not None]
        await write_events(database, events, at=now, session=session)


def _ending(fields: Fields, end: Fields, provider_ids: Mapping[str, str | None]) -> list[Fields]:
    """Make the one statement that ends attempts alike, each with its own provider's id.

    An end that is written again, because its acknowledgement was lost, is not noted twice.
    """
    ends: Fields = {"$ifNull": ["$ends", []]}
    unended = {"$lt": [{"$size": ends}, {"$size": "$attempts"}]}
    changed: Fields = {name: {"$literal": value} for name, value in fields.items()}
    changed["ends"] = {"$cond": [unended, {"$concatArrays": [ends, [{"$literal": end}]]}, ends]}
    known = {message_id: name for message_id, name in provider_ids.items() if name is not None}
    if known:
        place = {"$indexOfArray": [list(known), "$_id"]}
        own = {
            "$cond": [{"$gte": [place, 0]}, {"$arrayElemAt": [{"$literal": list(known.values())}, place]}, "$$REMOVE"]
        }
        changed["provider_id"] = {"$ifNull": ["$provider_id", own]}
    return [{"$set": changed}]


def _names(verdict: Verdict) -> tuple[str, ...]:
    """Name what the provider calls a message, and its further parts."""
    return (verdict.provider_id, *verdict.part_ids) if verdict.provider_id else ()


def _without_id(end: Ended) -> Ended:
    return msgspec.structs.replace(end, verdict=msgspec.structs.replace(end.verdict, provider_id=None))


def _provider_id(message: MessageDocument, verdict: Verdict) -> str | None:
    known: str | None = message.get("provider_id")
    return known or verdict.provider_id


def _sent_parts(message: MessageDocument) -> tuple[str, ...]:
    """Name what an earlier attempt got through: a message that is queued again has a provider's id only then."""
    first = message.get("provider_id")
    return (first, *message.get("part_ids", ())) if first else ()


def _attempted(message: MessageDocument) -> Attempted | None:
    """Make what goes out of a stored message; None where it can't be read, which must not stop its channel."""
    try:
        return Attempted(
            message=OutboundMessage(
                id=message["_id"],
                to=message["to"],
                content=content_of(message),
                reply_to=message.get("reply_to_provider_id"),
                sent_parts=_sent_parts(message),
            ),
            conversation_id=message["conversation_id"],
            attempts=len(message["attempts"]) + 1,
        )
    except (KeyError, TypeError, ValueError) as error:
        _log.error("a message can't be read", message_id=message["_id"], exc_info=error)
        return None


def _told(message: MessageDocument, now: datetime) -> Event | None:
    """Make the event of a changed message; None where nobody could read it."""
    try:
        return message_updated(message, now)
    except (KeyError, TypeError, ValueError) as error:
        _log.error("a message can't be shown", message_id=message["_id"], exc_info=error)
        return None
