"""A conversation leaves its bot for a queue: the bot asked for it, lost its time, or lost the channel."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from inbox.bots.bot_models import HandOverReason
from inbox.bots.turn_rows import forget_turns
from inbox.conversation.moves import Moved, passed
from inbox.conversation.moving import store_move
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.foundation.clock import Clock
from inbox.people.sight import holding_bot
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ConversationDocument

_BY_TIME: Final = "bots"
"""Who hands over where the bot did not ask for it."""


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """Why a conversation leaves its bot, where to, and who says so.

    Attributes:
        queue_id: None: the queue that the channel has now.
    """

    reason: HandOverReason
    queue_id: str | None = None
    by: str = _BY_TIME


async def passing(
    database: Database, before: ConversationDocument, why: Passing, *, at: datetime, session: Session
) -> Moved:
    """Make the move of a conversation from its bot to a queue, or to nobody where there is none."""
    queue_id = why.queue_id
    if queue_id is None:
        of_channel: Condition = {"_id": before["channel_id"], "workspace_id": before["workspace_id"]}
        channel = await database.channels.find_one(of_channel, {"queue_id": 1}, session=session)
        queue_id = None if channel is None else channel["queue_id"]
    note = routing_note(RoutingRule.BOT, why.reason, at, queue_id=queue_id, by=why.by)
    return passed(before, queue_id, at=at).noted(note)


class HandingOver:
    """Hands over what bots may not hold any more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def hand_over(
        self, seen: ConversationDocument, reason: HandOverReason, *, unanswered_seq: int | None = None
    ) -> str | None:
        """Hand a conversation over; return the queue that is to be asked, None where there is none.

        Args:
            seen: The conversation as it was read; whoever has it by now keeps it.
            reason: Why.
            unanswered_seq: Only if the bot has still not answered up to this place.
        """
        bot_id = holding_bot(seen)

        async def work(session: Session) -> str | None:
            wanted: Condition = {"_id": seen["_id"], "workspace_id": seen["workspace_id"]}
            before = await self._database.conversations.find_one(wanted, session=session)
            if before is None or bot_id is None or holding_bot(before) != bot_id:
                await forget_turns(self._database, seen, session=session)
                return None
            if unanswered_seq is not None and before["bot"]["answered_seq"] >= unanswered_seq:
                await forget_turns(self._database, before, up_to=unanswered_seq, session=session)
                return None
            now = self._clock.now()
            move = await passing(self._database, before, Passing(reason=reason), at=now, session=session)
            view = await store_move(self._database, move, at=now, session=session)
            await forget_turns(self._database, before, session=session)
            return view.queue_id

        return await self._database.transaction(work)
