"""Counts a half hour from the conversations themselves, so that counting again always gives what is true now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from inbox.conversation.routing_notes import STARTED, RoutingRule
from inbox.foundation.spans import made_between
from inbox.model.authors import ANSWERING, Direction
from inbox.model.close_reasons import CLOSES, CloseReason
from inbox.model.target_kind import TargetKind
from inbox.reports.handed_on import handed_on
from inbox.reports.slots import SLOT, Group
from inbox.reports.tallies import Answering, Closed, Scoring, Tally, Transferring, tally_of, together
from inbox.storage.database import Database
from inbox.storage.documents import AnswerWaitDocument, Condition, ConversationDocument, Fields, with_fields

Counted = Mapping[Group, Mapping[str, Tally]]
"""By what, which one, its counts."""
EVERYTHING: Final = "*"
"""The one key of `Group.ALL`."""
NOBODY: Final = ""
"""The key of conversations without a queue or operator."""
READ_TOGETHER: Final = 500
_ANSWERS: Final = [kind.value for kind in ANSWERING]
_PLACED: Final = ("workspace_id", "channel_id", "queue_id", "operator_id", "tags", "topics")
_OPENED: Final[Fields] = dict.fromkeys(_PLACED, 1)
_CLOSED: Final[Fields] = dict.fromkeys((*_PLACED, "opened_at", "closed_at", "close_reason", "routing_log"), 1)
_WORK: Final[Condition] = {
    "close_reason": {"$nin": [reason.value for reason, rule in CLOSES.items() if not rule.is_work]},
    "closed_by": {"$ne": CLOSES[CloseReason.IMPORT].by},
}
"""A campaign's messages to people without an open conversation are in its own report, and what was imported was done
elsewhere. Earlier versions imported with another reason: who closed it tells."""


async def count_slot(database: Database, workspace_id: str, slot: datetime) -> Counted:
    """Count what was opened and closed in a half hour."""
    counted: dict[Group, dict[str, Tally]] = {group: defaultdict(Tally) for group in Group}
    opened = {
        "workspace_id": workspace_id,
        "open": {"$in": [True, False]},
        **made_between(slot, slot + SLOT),
        **_WORK,
    }
    async for conversation in database.conversations.find(opened, _OPENED):
        _add(counted, conversation, Tally(opened=1))
    closed = {"workspace_id": workspace_id, "closed_at": {"$gte": slot, "$lt": slot + SLOT}, **_WORK}
    batch: list[ConversationDocument] = []
    async for conversation in database.conversations.find(closed, _CLOSED):
        batch.append(conversation)
        if len(batch) == READ_TOGETHER:
            await _add_closed(database, counted, batch)
            batch = []
    await _add_closed(database, counted, batch)
    await _add_waits(database, counted, workspace_id, slot)
    await _add_ratings(database, counted, workspace_id, slot)
    return counted


async def _add_ratings(
    database: Database, counted: dict[Group, dict[str, Tally]], workspace_id: str, slot: datetime
) -> None:
    """Count questions by when they were asked, and answers by when they came: an answer may come days later."""
    within = {"$gte": slot, "$lt": slot + SLOT}
    asked = {"workspace_id": workspace_id, "rating.asked_at": within}
    async for conversation in database.conversations.find(asked, _OPENED):
        _add(counted, conversation, Tally(scoring=Scoring(asked=1)))
    answered = {"workspace_id": workspace_id, "rating.answered_at": {"$type": "date", **within}}
    async for conversation in database.conversations.find(answered, {**_OPENED, "rating.score": 1}):
        _add(counted, conversation, Tally(scoring=Scoring(**{f"score_{conversation['rating']['score']}": 1})))


async def _add_waits(
    database: Database, counted: dict[Group, dict[str, Tally]], workspace_id: str, slot: datetime
) -> None:
    """Count what was decided of waits under targets, for who answered or had it then, with the labels of now."""
    decided = {"workspace_id": workspace_id, "at": {"$gte": slot, "$lt": slot + SLOT}}
    waits = await database.answer_waits.find(decided).to_list(None)
    for start in range(0, len(waits), READ_TOGETHER):
        some = waits[start : start + READ_TOGETHER]
        ids = list({wait["conversation_id"] for wait in some})
        found = database.conversations.find({"workspace_id": workspace_id, "_id": {"$in": ids}}, _OPENED)
        of = {conversation["_id"]: conversation async for conversation in found}
        for wait in some:
            if wait["conversation_id"] in of:
                then = {"queue_id": wait["queue_id"], "operator_id": wait["operator_id"]}
                _add(counted, with_fields(of[wait["conversation_id"]], then), Tally(answering=answering_of(wait)))


def answering_of(wait: AnswerWaitDocument) -> Answering:
    """Count one wait that was decided."""
    is_first, late = wait["kind"] == TargetKind.FIRST_ANSWER.value, wait["breached"]
    return Answering(
        first_in_time=int(is_first and not late),
        first_late=int(is_first and late),
        next_in_time=int(not is_first and not late),
        next_late=int(not is_first and late),
    )


async def _add_closed(
    database: Database, counted: dict[Group, dict[str, Tally]], conversations: Sequence[ConversationDocument]
) -> None:
    if not conversations:
        return
    answers = await _first_answers(database, conversations)
    for conversation in conversations:
        _add(counted, conversation, tally_of(closed_facts(conversation, answers.get(conversation["_id"]))))
        _add_transfers(counted, conversation)


def _add_transfers(counted: dict[Group, dict[str, Tally]], conversation: ConversationDocument) -> None:
    """Count transfers for who made them and who got them; in rows that are neither, each counts on both sides."""
    made = list(handed_on(conversation.get("routing_log", [])))
    if made:
        _add(counted, conversation, Tally(transferring=Transferring(conversations=1)))
    for one in made:
        given = Tally(
            transferring=Transferring(
                to_queues=int(one.to_queue is not None), to_operators=int(one.to_operator is not None)
            )
        )
        received = Tally(transferring=Transferring(received=1))
        sides = {Group.QUEUE: (one.from_queue, one.to_queue), Group.OPERATOR: (one.by, one.to_operator)}
        for group, key in _keys(conversation):
            if group not in sides:
                counted[group][key] = together((counted[group][key], given, received))
        for group, (giver, taker) in sides.items():
            counted[group][giver or NOBODY] = together((counted[group][giver or NOBODY], given))
            if taker is not None:
                counted[group][taker] = together((counted[group][taker], received))


def _add(counted: dict[Group, dict[str, Tally]], conversation: ConversationDocument, tally: Tally) -> None:
    for group, key in _keys(conversation):
        counted[group][key] = together((counted[group][key], tally))


def _keys(conversation: ConversationDocument) -> Iterator[tuple[Group, str]]:
    """Return under what a conversation counts; with several tags under each."""
    yield Group.ALL, EVERYTHING
    yield Group.QUEUE, conversation["queue_id"] or NOBODY
    yield Group.CHANNEL, conversation["channel_id"]
    yield Group.OPERATOR, conversation["operator_id"] or NOBODY
    yield from ((Group.TAG, key) for key in dict.fromkeys(conversation.get("tags", ())))
    yield from ((Group.TOPIC, key) for key in dict.fromkeys(conversation.get("topics", ())))


def closed_facts(conversation: ConversationDocument, first_answer_at: datetime | None) -> Closed:
    """Read what is counted from a closed conversation and the log of its moves."""
    log = conversation.get("routing_log", [])
    closed_at, reason = conversation["closed_at"], conversation["close_reason"]
    if closed_at is None or reason is None:
        raise LookupError("a closed conversation says when and why it was closed")
    assigned = [note for note in log if note["operator_id"] is not None]
    return Closed(
        opened_at=conversation["opened_at"],
        closed_at=closed_at,
        reason=reason,
        first_assigned_at=assigned[0]["at"] if assigned else None,
        first_answer_at=first_answer_at,
        is_started=any(note["answer"] == STARTED for note in assigned[:1]),
        transfers=sum(note["rule"] == RoutingRule.TRANSFER.value for note in log),
    )


async def _first_answers(database: Database, conversations: Sequence[ConversationDocument]) -> Mapping[str, datetime]:
    """Return when somebody answered first in each conversation; automatic texts are no answers."""
    answers = {
        "workspace_id": conversations[0]["workspace_id"],
        "conversation_id": {"$in": [conversation["_id"] for conversation in conversations]},
        "direction": Direction.OUT.value,
        "author.kind": {"$in": _ANSWERS},
    }
    first: list[dict[str, Any]] = [
        {"$match": answers},
        {"$sort": {"conversation_id": 1, "seq": 1}},
        {"$group": {"_id": "$conversation_id", "at": {"$first": "$created_at"}}},
    ]
    return {one["_id"]: one["at"] async for one in database.messages.aggregate(first)}
