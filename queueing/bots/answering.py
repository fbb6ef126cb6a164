"""A bot's answer: checked against the conversation as it is, and carried out whole, in one transaction.

Whoever else writes to the conversation meanwhile (a person who takes it, a customer's message that is promised a
place) meets the transaction there, and it begins anew with what is true then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from inbox.bots.bot_models import HandOverReason
from inbox.bots.turn_rows import forget_turns, put_off_turns
from inbox.conversation.classifying import checked_topics
from inbox.conversation.closing import close_unchanged
from inbox.conversation.conversation_changes import Change, change_conversation, view_of
from inbox.conversation.moves import Moved, handed_over, with_note
from inbox.conversation.moving import store_move
from inbox.conversation.promises import settle_promises
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError, not_found
from inbox.labels.label_reading import read_tree
from inbox.labels.tag_use import keys_for
from inbox.labels.topic_tree import canonical
from inbox.model.authors import AuthorKind, Direction
from inbox.model.close_reasons import Close, CloseReason
from inbox.model.operator_status import REACHABLE
from inbox.model.statuses import MessageStatus
from inbox.people.access import Caller
from inbox.people.sight import holding_bot
from inbox.sending.series import MessageSeries
from inbox.storage.database import Database, Session
from inbox.storage.documents import BotHoldDocument, Condition, ConversationDocument, Fields
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView
from queueing.bots.handing_over import Passing, passing
from queueing.bots.turn_models import Turn, TurnTaken, TurnTransfer
from queueing.bots.turn_rules import TurnFacts, check_turn
from queueing.transfers.transfer_targets import AWAY
from queueing.transfers.transfers import Transfers

_NOT_SAID: Final[Condition] = {"void": {"$exists": False}, "is_notice": {"$exists": False}}
_BY_THEMSELVES: Final = [AuthorKind.AUTO.value, AuthorKind.CAMPAIGN.value]


class Answering:
    """Takes bots' answers, each inside a transaction of the caller's."""

    def __init__(self, database: Database, clock: Clock, series: MessageSeries, transfers: Transfers) -> None:
        self._database = database
        self._clock = clock
        self._series = series
        self._transfers = transfers

    async def answer(self, caller: Caller, conversation_id: str, turn: Turn, *, session: Session) -> TurnTaken:
        """Take an answer: send, classify, and hand over or close.

        Raises:
            ProblemError: `not_found` where the bot never had the conversation, `conversation_closed`, `handed_over`,
                `stale_state`, `invalid_request`, `operator_unavailable`, `operator_full`, and those of a message.
        """
        before = await self._find(caller, conversation_id, session)
        await settle_promises(self._database, [before])
        facts = await self._facts(caller, before)
        check_turn(facts, caller.id, turn)
        bot = await self._database.bots.find_one({"_id": caller.id, "workspace_id": caller.workspace_id})
        if bot is None:
            raise not_found("bot")
        messages: list[MessageView] = []
        if turn.messages:
            messages = await self._series.send(caller, conversation_id, turn.messages, session=session)
            before = await self._find(caller, conversation_id, session)
        change = Change(before, await self._fields(caller, before, turn, facts, session))
        after = await self._end(caller, change, turn, bot["max_turns"], session)
        await self._note_rows(before, turn, facts, bot["answer_seconds"], session)
        return TurnTaken(conversation=after, messages=tuple(messages))

    async def _find(self, caller: Caller, conversation_id: str, session: Session) -> ConversationDocument:
        """Read a conversation that the bot holds, or held."""
        wanted: Condition = {"_id": conversation_id, "workspace_id": caller.workspace_id}
        found = await self._database.conversations.find_one(wanted, session=session)
        if found is None or "bot" not in found or found["bot"]["id"] != caller.id:
            raise not_found("conversation")
        return found

    async def _facts(self, caller: Caller, conversation: ConversationDocument) -> TurnFacts:
        """Read what is newest, outside of the transaction: what it has not seen makes it begin anew."""
        mine: Condition = {"author.kind": AuthorKind.BOT.value, "author.id": caller.id}
        scheduled = MessageStatus.SCHEDULED.value
        customers: Condition = {**_NOT_SAID, "direction": Direction.IN.value}
        others: Condition = {
            **_NOT_SAID,
            "status": {"$ne": scheduled},
            "author.kind": {"$nin": _BY_THEMSELVES},
            "$nor": [mine],
        }
        return TurnFacts(
            is_open=conversation["open"],
            holder=holding_bot(conversation),
            answered_seq=conversation["bot"]["answered_seq"],
            said=conversation["bot"]["said"],
            customer_seq=await self._newest(conversation, customers),
            others_seq=await self._newest(conversation, others),
            newest_seq=await self._newest(conversation, {}),
        )

    async def _newest(self, conversation: ConversationDocument, which: Condition) -> int:
        own: Condition = {"workspace_id": conversation["workspace_id"], "conversation_id": conversation["_id"]}
        found = await self._database.messages.find_one({**own, **which}, {"seq": 1}, sort=[("seq", -1)])
        return 0 if found is None else int(found["seq"])

    async def _fields(
        self, caller: Caller, before: ConversationDocument, turn: Turn, facts: TurnFacts, session: Session
    ) -> Fields:
        """Say what the conversation gets besides its messages."""
        hold: BotHoldDocument = {
            "id": caller.id,
            "answered_seq": facts.answered_seq if turn.more else facts.customer_seq,
            "turns": before["bot"]["turns"] + 1,
            "said": facts.said + len(turn.messages) if turn.more else 0,
        }
        fields: Fields = {"bot": hold}
        if turn.priority is not None:
            fields["priority"] = turn.priority
        if turn.skills is not None:
            fields["skills"] = list(dict.fromkeys(turn.skills))
        if turn.tags is not None:
            now, workspace_id = self._clock.now(), caller.workspace_id
            fields["tags"] = await keys_for(self._database, workspace_id, turn.tags, at=now, session=session)
        if turn.topics is not None:
            tree = await read_tree(self._database, caller.workspace_id, session=session)
            fields["topics"] = checked_topics(tree, turn.topics, canonical(tree, before.get("topics", ())))
        return fields

    async def _end(
        self, caller: Caller, change: Change, turn: Turn, max_turns: int, session: Session
    ) -> ConversationView:
        """Store the change with what ends the turn."""
        if turn.close:
            return await self._close(caller, change, session)
        if turn.transfer is not None:
            move = await self._transfer(caller, change.before, turn.transfer, session)
            return await self._move(move, change.fields, session)
        if change.fields["bot"]["turns"] >= max_turns:
            why, now = Passing(reason=HandOverReason.TOO_MANY_TURNS), self._clock.now()
            move = await passing(self._database, change.before, why, at=now, session=session)
            return await self._move(move, change.fields, session)
        return await self._change(change, session)

    async def _move(self, move: Moved, fields: Fields, session: Session) -> ConversationView:
        whole = msgspec.structs.replace(move, fields={**fields, **move.fields})
        return await store_move(self._database, whole, at=self._clock.now(), session=session)

    async def _change(self, change: Change, session: Session) -> ConversationView:
        now, type_ = self._clock.now(), EventType.CONVERSATION_UPDATED
        return await change_conversation(self._database, change, type_, at=now, session=session)

    async def _close(self, caller: Caller, change: Change, session: Session) -> ConversationView:
        await self._change(change, session)
        close, now = Close(reason=CloseReason.BOT, by=who(caller)), self._clock.now()
        await close_unchanged(self._database, [change.after], close, at=now, session=session)
        return await view_of(self._database, change.after, at=now, session=session)

    async def _transfer(
        self, caller: Caller, before: ConversationDocument, asked: TurnTransfer, session: Session
    ) -> Moved:
        now = self._clock.now()
        if asked.operator_id is not None:
            return await self._to_operator(caller, before, asked, session)
        if asked.queue_id is not None:
            wanted: Condition = {"_id": asked.queue_id, "workspace_id": caller.workspace_id}
            if await self._database.queues.find_one(wanted, {"_id": 1}, session=session) is None:
                raise field_problem("/transfer/queue_id", "there is no such queue")
        why = Passing(reason=HandOverReason.ASKED, queue_id=asked.queue_id, by=who(caller))
        move = await passing(self._database, before, why, at=now, session=session)
        return with_note(move, asked.note, who(caller), at=now)

    async def _to_operator(
        self, caller: Caller, before: ConversationDocument, asked: TurnTransfer, session: Session
    ) -> Moved:
        operator_id, now = asked.operator_id or "", self._clock.now()
        operator = await self._transfers.active_operator(caller.workspace_id, operator_id, session)
        if operator["status"] not in REACHABLE:
            raise ProblemError("operator_unavailable", AWAY)
        await self._transfers.check_room(operator, session)
        note = routing_note(RoutingRule.BOT, HandOverReason.ASKED, now, operator_id=operator_id, by=who(caller))
        return with_note(handed_over(before, operator_id, at=now).noted(note), asked.note, who(caller), at=now)

    async def _note_rows(
        self, before: ConversationDocument, turn: Turn, facts: TurnFacts, answer_seconds: int, session: Session
    ) -> None:
        """Take away what is answered; a bot that is not done has its time again."""
        if not turn.more:
            await forget_turns(self._database, before, up_to=facts.customer_seq, session=session)
            return
        due_at = self._clock.now() + timedelta(seconds=answer_seconds)
        await put_off_turns(self._database, before, due_at, session=session)
