"""The same action on many conversations: each has its own rights and its own answer; some dozens a transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Final

from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.conversation.conversation_rules import ConversationFacts, check_close
from inbox.conversation.conversations import Conversations
from inbox.conversation.counters import operator_line, queue_line
from inbox.conversation.cues import note_cues
from inbox.conversation.moves import Moved
from inbox.conversation.moving import cues_of, store_moves
from inbox.conversation.queue_members import busy, capacity_of
from inbox.conversation.queue_places import end_of_line
from inbox.conversation.required_before_close import check_required, read_required
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError, not_found
from inbox.labels.label_reading import keys_of_tag
from inbox.labels.tag_use import keys_for, labelling
from inbox.model.close_reasons import Close
from inbox.people.access import Caller, may_see
from inbox.people.sight import customers_in_hand, placement_of
from inbox.storage.database import Database, Session, is_transient, is_unavailable
from inbox.storage.documents import ConversationDocument, OperatorDocument, SnoozeDocument
from inbox.storage.setting_apart import in_halves
from inbox.stream.events import EventType
from queueing.queues.queue_snapshot import own_queues, read_snapshot
from queueing.queues.returned import with_returned
from queueing.transfers import bulk_rules
from queueing.transfers.bulk_rules import Decide, Room
from queueing.transfers.transfer_targets import may_exceed_capacity
from queueing.transfers.transfers import Transfers

AT_ONCE: Final = 50
"""In one transaction: short enough that a message meanwhile seldom makes it start again."""
CLOSE_ROUNDS: Final = 5
"""Each leaves only those to which a message came meanwhile."""
_BUSY: Final = ProblemError("unavailable", "This conversation is changing too fast. Try again.")

Problems = dict[str, ProblemError | None]
"""Conversation → why nothing happened to it; None where all went well."""
Prepare = Callable[[Session], Awaitable[Decide]]
"""Reads inside a transaction what decisions need."""


class BulkActions:
    """Acts on many conversations of one workspace."""

    def __init__(self, database: Database, clock: Clock, transfers: Transfers, conversations: Conversations) -> None:
        self._database = database
        self._clock = clock
        self._transfers = transfers
        self._conversations = conversations

    async def assign(self, caller: Caller, ids: Sequence[str], operator_id: str, *, take_over: bool) -> Problems:
        """Assign to an operator as long as they have room. Raises `ProblemError` (`operator_unavailable`)."""

        async def prepare(session: Session) -> Decide:
            operator = await self._transfers.active_operator(caller.workspace_id, operator_id, session)
            room, now = await self._room(operator, session), self._clock.now()
            return bulk_rules.assigning(caller, operator, room, take_over=take_over, at=now)

        return await self._act(caller, ids, prepare, operator_line(operator_id))

    async def to_operator(self, caller: Caller, ids: Sequence[str], operator_id: str, note: str | None) -> Problems:
        """Transfer to an operator as long as they have room. Raises `ProblemError` (`operator_unavailable`)."""

        async def prepare(session: Session) -> Decide:
            operator = await self._transfers.active_operator(caller.workspace_id, operator_id, session)
            return bulk_rules.handing_over(
                caller, operator, await self._room(operator, session), note, at=self._clock.now()
            )

        return await self._act(caller, ids, prepare, operator_line(operator_id))

    async def to_queue(self, caller: Caller, ids: Sequence[str], queue_id: str, note: str | None) -> Problems:
        """Transfer to the end of a queue as long as it has room, in the order of the ids.

        Raises `ProblemError` (`not_found`) where there is no such queue.
        """

        async def prepare(session: Session) -> Decide:
            now, workspace_id = self._clock.now(), caller.workspace_id
            world = await read_snapshot(self._database, workspace_id, queue_id, now=now, session=session)
            if world is None:
                raise not_found("queue")
            end = await end_of_line(self._database, workspace_id, queue_id, now, session=session, behind_all=True)
            return bulk_rules.queueing(caller, world, end, note, at=now)

        return await self._act(caller, ids, prepare, queue_line(queue_id))

    async def snooze(self, caller: Caller, ids: Sequence[str], snooze: SnoozeDocument) -> Problems:
        """Set aside."""

        async def prepare(_: Session) -> Decide:
            return bulk_rules.snoozing(caller, snooze)

        return await self._act(caller, ids, prepare)

    async def tag(self, caller: Caller, ids: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> Problems:
        """Add tags and take others away; a word that is no tag yet becomes one. Raises `ProblemError`."""
        workspace_id = caller.workspace_id

        async def make(session: Session) -> list[str]:
            return await keys_for(self._database, workspace_id, add, at=self._clock.now(), session=session)

        added = await labelling(self._database, make) if add else []
        gone = frozenset([key for name in remove for key in await keys_of_tag(self._database, workspace_id, name)])

        async def prepare(_: Session) -> Decide:
            return bulk_rules.tagging(caller, added, gone)

        return await self._act(caller, ids, prepare)

    async def close(self, caller: Caller, ids: Sequence[str], close: Close) -> Problems:
        """Close, each wholly before or wholly after any message that arrives."""
        problems: Problems = {}
        left = list(dict.fromkeys(ids))
        for _ in range(CLOSE_ROUNDS):
            seen, refused = await self._closable(caller, left)
            problems |= refused
            for start in range(0, len(seen), AT_ONCE):
                some = seen[start : start + AT_ONCE]
                halved = await in_halves(some, partial(self._close_together, close))
                problems |= {id_: None for _, closed in halved.done for id_ in closed}
            left = [id_ for id_ in left if id_ not in problems]
            if not left:
                return problems
        return problems | dict.fromkeys(left, _BUSY)

    async def give_back(self, caller: Caller, *, at_most: int) -> Problems:
        """Give all of one's own open conversations back to their queues, with their old places and priorities."""
        own = {"workspace_id": caller.workspace_id, "open": True, "operator_id": caller.id}
        found = await self._database.conversations.find(own, {"_id": 1}).sort("_id", 1).limit(at_most).to_list(None)

        async def prepare(session: Session) -> Decide:
            of_workspace = {"workspace_id": caller.workspace_id}
            queues = await self._database.queues.find(of_workspace, {"_id": 1}, session=session).to_list(None)
            return bulk_rules.giving_back(caller, frozenset(q["_id"] for q in queues), at=self._clock.now())

        return await self._act(caller, [one["_id"] for one in found], prepare, operator_line(caller.id))

    async def _act(self, caller: Caller, ids: Sequence[str], prepare: Prepare, line: str | None = None) -> Problems:
        """Decide and store, some dozens in a transaction; where one can't be stored the others are all the same."""
        problems: Problems = {}
        unique = list(dict.fromkeys(ids))
        for start in range(0, len(unique), AT_ONCE):
            work = partial(self._together, caller, prepare, line)
            halved = await in_halves(unique[start : start + AT_ONCE], work, no_fault=_concerns_all)
            for _, answered in halved.done:
                problems |= answered
            for group, error in halved.failed:
                if not is_transient(error):
                    raise error
                problems |= dict.fromkeys(group, _BUSY)
        return problems

    async def _together(self, caller: Caller, prepare: Prepare, line: str | None, ids: Sequence[str]) -> Problems:
        async def work(session: Session) -> Problems:
            decide = await prepare(session)
            found = await self._visible(caller, ids, session)
            problems: Problems = {}
            moves: list[Moved] = []
            changes: list[Change] = []
            for id_ in ids:
                try:
                    decision = decide(_there(found, id_))
                except ProblemError as problem:
                    problems[id_] = problem
                    continue
                problems[id_] = None
                if isinstance(decision, Moved):
                    moves.append(decision)
                elif decision is not None:
                    changes.append(Change(found[id_], decision))
            await self._store(moves, changes, session)
            return problems

        return await self._database.transaction(work, line=line)

    async def _store(self, moves: Sequence[Moved], changes: Sequence[Change], session: Session) -> None:
        now = self._clock.now()
        await store_moves(self._database, moves, at=now, session=session)
        await note_cues(self._database, cues_of(moves, now), session=session)
        type_ = EventType.CONVERSATION_UPDATED
        await change_conversations(self._database, changes, type_, at=now, session=session)

    async def _closable(self, caller: Caller, ids: Sequence[str]) -> tuple[list[ConversationDocument], Problems]:
        """Read those that the caller may close, and why the others can't be closed."""
        found = await self._visible(caller, ids, None)
        required = await read_required(self._database, caller, list(found.values()))
        asked = dict(zip(found, required, strict=True))
        seen: list[ConversationDocument] = []
        refused: Problems = {}
        for id_ in ids:
            try:
                check_close(ConversationFacts.of(_there(found, id_)), caller)
                check_required(found[id_], asked[id_])
            except ProblemError as problem:
                refused[id_] = problem
            else:
                seen.append(found[id_])
        return seen, refused

    async def _close_together(self, close: Close, some: Sequence[ConversationDocument]) -> frozenset[str]:
        return await self._conversations.close_many_as_seen(some, close)

    async def _visible(
        self, caller: Caller, ids: Sequence[str], session: Session
    ) -> Mapping[str, ConversationDocument]:
        """Read the conversations that the caller sees, also as the past of customers whom they have."""
        wanted = {"_id": {"$in": list(ids)}, "workspace_id": caller.workspace_id}
        found = await self._database.conversations.find(wanted, session=session).to_list(None)
        hidden = [one for one in found if not may_see(caller, placement_of(one))]
        past = {one["contact_id"] for one in hidden if not one["open"]}
        served = await customers_in_hand(self._database, caller, past, session=session) if past else set()
        return {
            one["_id"]: one for one in found if one not in hidden or (not one["open"] and one["contact_id"] in served)
        }

    async def _room(self, operator: OperatorDocument, session: Session) -> Room:
        if await may_exceed_capacity(self._database, operator["workspace_id"], session):
            return Room(None)
        capacity = capacity_of(operator, await own_queues(self._database, operator, session=session))
        (counted,) = await with_returned(self._database, operator["workspace_id"], [operator], session=session)
        return Room(capacity - busy(counted))


def _concerns_all(error: Exception) -> bool:
    """Tell whether nothing can be done to any: the database is away, or there is no such operator or queue."""
    return is_unavailable(error) or isinstance(error, ProblemError)


def _there(found: Mapping[str, ConversationDocument], id_: str) -> ConversationDocument:
    if id_ not in found:
        raise not_found("conversation")
    return found[id_]
