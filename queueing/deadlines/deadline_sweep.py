"""Fires due deadlines of open conversations: closes, warnings, waiting texts, late-answer texts.

Each conversation says when it is to be looked at next (`check_at`, indexed). Messages don't move that time: a look
that comes too early computes the true deadline from `active_at` and moves it. So a busy conversation costs one
indexed write for each period of its rule, not for each message, and a quiet one none.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
import structlog

from inbox.channel.rechecks import RuleOwner
from inbox.conversation.conversations import Conversations
from inbox.conversation.cues import Cue, cue_for, note_cues
from inbox.conversation.unanswered import Turn, read_turns
from inbox.foundation.clock import Clock
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import Silence
from inbox.model.occasions import Occasion
from inbox.storage.database import Database, Document, UpdateOne
from inbox.storage.documents import ChannelDocument, ConversationDocument, Fields, QueueDocument, RecheckDocument
from inbox.storage.isolation import Isolated
from inbox.storage.setting_apart import in_halves
from inbox.views.conversation_views import snoozed_until
from queueing.deadlines.deadline_rules import DueNow, TimeFacts, look
from queueing.deadlines.resting import Resting
from queueing.targets.target_marks import KNOWN_AFTER, mark_looks

D = TypeVar("D")

LOOKED_AT_ONCE: Final = 500
CLOSED_AT_ONCE: Final = 100
RECHECKED_AT_ONCE: Final = 1_000
RECHECK_SPREAD: Final = timedelta(seconds=0.25)
"""Between thousands of conversations whose rule changed, so that other deadlines are not late."""
AFTER_FAULT: Final = timedelta(seconds=30)
"""Until a conversation that could not be dealt with is tried again."""
INACTIVITY: Final = close_by_rule(CloseReason.INACTIVITY)
_SEEN: Final[Document] = {"routing_log": 0}

_log = structlog.get_logger()


class DeadlineSweep:
    """Looks at conversations whose time has come; safe to run in many processes at once.

    Args:
        database: Where they are.
        clock: Tells what is due.
        on_freed: Hears of each workspace in which closes gave operators room.
    """

    def __init__(self, database: Database, clock: Clock, *, on_freed: Callable[[str], None] = lambda _: None) -> None:
        self._on_freed = on_freed
        self._database = database
        self._clock = clock
        self._conversations = Conversations(database, clock)
        self._rechecks = Isolated("rechecks")
        self._resting = Resting(database, clock)

    async def check_due(self) -> int:
        """Look at the conversations that are due, the longest due first, of all workspaces.

        Returns:
            How many there were, and how many changed rules were found: 0 when nothing is left to do.
        """
        now = self._clock.now()
        rechecked, seen = await asyncio.gather(self._recheck(), self._due(now))
        if seen:
            await self._attend(seen, now)
        return rechecked + len(seen)

    async def next_due(self) -> datetime | None:
        """Return when the first conversation is to be looked at, of all workspaces; now where a rule was changed."""
        if await self._database.rechecks.find_one({}, {"_id": 1}) is not None:
            return self._clock.now()
        timed = {"open": True, "check_at": {"$type": "date"}}
        first = await self._database.conversations.find_one(timed, {"check_at": 1}, sort=[("check_at", 1)])
        return None if first is None else first["check_at"]

    async def _due(self, now: datetime) -> list[ConversationDocument]:
        due = {"open": True, "$or": [{"check_at": None}, {"check_at": {"$lte": now}}]}
        found = self._database.conversations.find(due, _SEEN).sort("check_at", 1).limit(LOOKED_AT_ONCE)
        seen: list[ConversationDocument] = await found.to_list(None)
        return seen

    async def _attend(self, seen: Sequence[ConversationDocument], now: datetime) -> None:
        """Do what is due; one conversation that can't be dealt with is due again later and holds back no other."""
        halved = await in_halves(seen, partial(self._attend_together, now=now))
        for (conversation,), error in halved.failed:
            _log.error("a deadline could not be kept", conversation_id=conversation["_id"], exc_info=error)
            await self._look_later([conversation["_id"]], now + AFTER_FAULT)

    async def _attend_together(self, seen: Sequence[ConversationDocument], *, now: datetime) -> None:
        outlooks = await self._outlooks(seen, now)
        for workspace_id in await self._resting.turn([c for c in seen if outlooks[c["_id"]].turns]):
            self._on_freed(workspace_id)
        await self._tell_and_move([c for c in seen if not outlooks[c["_id"]].closes], outlooks, now)
        await self._close([c for c in seen if outlooks[c["_id"]].closes])

    async def _outlooks(self, seen: Sequence[ConversationDocument], now: datetime) -> Mapping[str, DueNow]:
        channels: Mapping[str, ChannelDocument] = await self._rules(
            "channels", {c["channel_id"] for c in seen}, {"auto_close": 1}
        )
        queue_fields = {"repeat_wait_text_seconds": 1, "no_answer_seconds": 1, "texts": 1, "resting_after_seconds": 1}
        queues: Mapping[str, QueueDocument] = await self._rules(
            "queues", {c["queue_id"] for c in seen if c["queue_id"]}, queue_fields
        )
        owed = [
            c["_id"]
            for c in seen
            if _text_seconds(queues, c, "no_answer_seconds", Occasion.NO_ANSWER)
            or _silence(channels.get(c["channel_id"], {})).only_while_customer_owes
            or _resting_after(queues, c) is not None
        ]
        whose_turn = await read_turns(self._database, owed) if owed else {}
        return {
            c["_id"]: look(_time_facts(c, channels.get(c["channel_id"], {}), queues, whose_turn), now) for c in seen
        }

    async def _rules(self, collection: str, ids: Iterable[str], fields: Document) -> Mapping[str, D]:
        found = getattr(self._database, collection).find({"_id": {"$in": list(ids)}}, fields)
        return {document["_id"]: document async for document in found}

    async def _tell_and_move(
        self, seen: Sequence[ConversationDocument], outlooks: Mapping[str, DueNow], now: datetime
    ) -> None:
        """Note what is to be said, then move the checks: after a crash in between the same cues are noted again."""
        cues = [cue for c in seen for cue in _cues(c, outlooks[c["_id"]])]
        await note_cues(self._database, cues, due_at=now)
        moves = [
            UpdateOne(
                {"_id": c["_id"], "open": True, "check_at": c.get("check_at")},
                {"$set": {"check_at": outlooks[c["_id"]].check_at}},
            )
            for c in seen
        ]
        if moves:
            await self._database.conversations.bulk_write(moves, ordered=False)

    async def _close(self, seen: Sequence[ConversationDocument]) -> None:
        """Close those that are still as they were seen; the others are due again at once."""
        by_workspace: dict[str, list[ConversationDocument]] = defaultdict(list)
        for conversation in seen:
            by_workspace[conversation["workspace_id"]].append(conversation)
        for workspace_id, conversations in by_workspace.items():
            for some in _in_groups(conversations, CLOSED_AT_ONCE):
                await self._conversations.close_many_as_seen(some, INACTIVITY)
            if any(conversation["operator_id"] for conversation in conversations):
                self._on_freed(workspace_id)

    async def _look_later(self, ids: Sequence[str], check_at: datetime) -> None:
        await self._database.conversations.update_many(
            {"_id": {"$in": list(ids)}, "open": True}, {"$set": {"check_at": check_at}}
        )

    async def _recheck(self) -> int:
        """Carry out what was noted: a rule was changed, so all under it are due, a thousand at a time."""
        asked = await self._database.rechecks.find(self._rechecks.among({})).to_list(None)
        return len(await self._rechecks.each(asked, self._recheck_one))

    async def _recheck_one(self, asked: RecheckDocument) -> None:
        under = {asked["field"]: asked["value"], "workspace_id": asked["workspace_id"], "open": True}
        found = self._database.conversations.find(under, {"_id": 1})
        ids = [conversation["_id"] async for conversation in found]
        for number, some in enumerate(_in_groups(ids, RECHECKED_AT_ONCE)):
            await self._look_later(some, self._clock.now() + number * RECHECK_SPREAD)
            if asked["field"] == RuleOwner.QUEUE.value:
                after = self._clock.now() + KNOWN_AFTER + number * RECHECK_SPREAD
                await mark_looks(self._database, dict.fromkeys(some, asked["workspace_id"]), after)
        await self._database.rechecks.delete_one({"_id": asked["_id"], "revision": asked["revision"]})


def _time_facts(
    conversation: ConversationDocument,
    channel: ChannelDocument | Fields,
    queues: Mapping[str, QueueDocument],
    whose_turn: Mapping[str, Turn],
) -> TimeFacts:
    turn = whose_turn.get(conversation["_id"])
    return TimeFacts(
        state=ConversationState(conversation["state"]),
        active_at=conversation["active_at"],
        silence=_silence(channel),
        queued_at=conversation.get("queued_at"),
        waiting_text_seconds=_text_seconds(queues, conversation, "repeat_wait_text_seconds", Occasion.WAITING),
        no_answer_seconds=_text_seconds(queues, conversation, "no_answer_seconds", Occasion.NO_ANSWER),
        unanswered_since=turn.since if turn is not None and turn.operator_owes else None,
        snoozed_until=snoozed_until(conversation),
        resting_after_seconds=_resting_after(queues, conversation),
        customer_owes_since=turn.since if turn is not None and not turn.operator_owes else None,
        rests=conversation.get("rested_at") is not None,
    )


def _resting_after(queues: Mapping[str, QueueDocument], conversation: ConversationDocument) -> int | None:
    queue = queues.get(conversation["queue_id"] or "")
    return None if queue is None else queue.get("resting_after_seconds")


def _silence(channel: ChannelDocument | Fields) -> Silence:
    return msgspec.convert(channel.get("auto_close") or {}, Silence)


def _text_seconds(
    queues: Mapping[str, QueueDocument], conversation: ConversationDocument, field: str, occasion: Occasion
) -> int | None:
    """Return a queue's interval where it has a text for it; without one nothing needs to be looked at."""
    queue = queues.get(conversation["queue_id"] or "")
    if queue is None or not queue.get("texts", {}).get(occasion.value):
        return None
    settings: Mapping[str, Any] = queue
    seconds: int | None = settings.get(field)
    return seconds


def _cues(conversation: ConversationDocument, outlook: DueNow) -> list[Cue]:
    queue_id = conversation["queue_id"]
    return [cue_for(conversation, queue_id, told.occasion, told.moment) for told in outlook.told] if queue_id else []


def _in_groups(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
