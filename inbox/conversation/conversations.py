"""What people do with conversations: close, read."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from inbox.channel.provider_tasks import read_receipt
from inbox.conversation.closing import close_unchanged
from inbox.conversation.conversation_changes import Change, change_conversation, view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_close, check_open
from inbox.conversation.counters import line_of
from inbox.conversation.promises import settle_promises
from inbox.conversation.required_before_close import check_filled_in
from inbox.conversation.routing_notes import who
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.model.authors import Direction
from inbox.model.close_reasons import Close, CloseReason
from inbox.people.access import Caller, CallerKind, may_see
from inbox.people.sight import placement_of
from inbox.storage.database import Database, Document, Session
from inbox.storage.documents import ConversationDocument, MessageDocument
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView

CLOSE_ATTEMPTS: Final = 50
"""Each attempt fails only if a message arrived meanwhile; a customer does not write fifty times in that time."""


class Conversations:
    """Operations on conversations; each change and its event are one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def close(self, caller: Caller, conversation_id: str, close: Close) -> ConversationView:
        """Close a conversation, wholly before or wholly after any message that arrives.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `required_before_close`, `stale_state`.
        """
        for _ in range(CLOSE_ATTEMPTS):
            seen = await visible_conversation(self._database, caller, conversation_id)
            check_close(ConversationFacts.of(seen), caller)
            await check_filled_in(self._database, caller, seen)
            closed = await self.close_as_seen(seen, close)
            if closed is not None:
                return closed
            await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 - lets the messages that arrive through
        raise ProblemError("stale_state", "Messages keep arriving in this conversation. Read them, then close it.")

    async def close_as_seen(self, seen: ConversationDocument, close: Close) -> ConversationView | None:
        """Close a conversation if no message and no other change came since `seen` was read; None if one did.

        Raises:
            ProblemError: `stale_state` if the customer wrote after `close.seen_seq`.
        """
        await settle_promises(self._database, [seen])
        await self._check_seen(seen, close)
        now = self._clock.now()

        async def work(session: Session) -> ConversationView | None:
            closed = await self._close_unchanged([seen], close, now, session)
            return await view_of(self._database, seen, at=now, session=session) if closed else None

        return await self._database.transaction(work, line=line_of(seen))

    async def close_many_as_seen(self, seen: Sequence[ConversationDocument], close: Close) -> frozenset[str]:
        """Close those conversations of one workspace that are still as they were seen; return their ids.

        One transaction: some hundred at once is a good number.
        """
        if not seen:
            return frozenset()
        await settle_promises(self._database, seen)
        now = self._clock.now()
        return await self._database.transaction(lambda session: self._close_unchanged(seen, close, now, session))

    async def _close_unchanged(
        self, seen: Sequence[ConversationDocument], close: Close, at: datetime, session: Session
    ) -> frozenset[str]:
        return await close_unchanged(self._database, seen, close, at=at, session=session)

    async def mark_read(self, caller: Caller, conversation_id: str) -> ConversationView:
        """Mark all messages as read, here and, where the channel can, at the customer's.

        Raises:
            ProblemError: `not_found`; `conversation_closed` for who only sees it as a customer's past.
        """

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            if not may_see(caller, placement_of(before)):
                check_open(ConversationFacts.of(before))
            newest = await self._newest_inbound(before, session)
            if newest is None or newest["seq"] <= before["read_seq"]:
                return await view_of(self._database, before, at=self._clock.now(), session=session)
            await read_receipt(self._database, before, newest, at=self._clock.now(), session=session)
            return await self._change(before, {"read_seq": newest["seq"]}, EventType.CONVERSATION_UPDATED, session)

        return await self._database.transaction(work)

    async def mark_unread(self, caller: Caller, conversation_id: str, from_seq: int | None) -> ConversationView:
        """Mark the customer's messages from a place on as unread, the newest one without it; only for colleagues.

        Raises:
            ProblemError: `not_found`; `conversation_closed` for who only sees it as a customer's past.
        """

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            if not may_see(caller, placement_of(before)):
                check_open(ConversationFacts.of(before))
            newest = await self._newest_inbound(before, session)
            place = from_seq if from_seq is not None else (newest["seq"] if newest else 0)
            read_seq = min(int(before["read_seq"]), max(int(place) - 1, 0))
            if read_seq == before["read_seq"]:
                return await view_of(self._database, before, at=self._clock.now(), session=session)
            return await self._change(before, {"read_seq": read_seq}, EventType.CONVERSATION_UPDATED, session)

        return await self._database.transaction(work)

    async def _change(
        self, before: ConversationDocument, fields: Document, type_: EventType, session: Session
    ) -> ConversationView:
        return await change_conversation(
            self._database, Change(before, fields), type_, at=self._clock.now(), session=session
        )

    async def _check_seen(self, conversation: ConversationDocument, close: Close) -> None:
        if close.seen_seq is None:
            return
        newest = await self._newest_inbound(conversation, None)
        if newest is not None and newest["seq"] > close.seen_seq:
            raise ProblemError(
                "stale_state", "The customer wrote after the last message that you have seen. Read it first."
            )

    async def _newest_inbound(self, conversation: ConversationDocument, session: Session) -> MessageDocument | None:
        found: MessageDocument | None = await self._database.messages.find_one(
            {
                "workspace_id": conversation["workspace_id"],
                "conversation_id": conversation["_id"],
                "direction": Direction.IN.value,
            },
            {"seq": 1, "provider_id": 1},
            sort=[("seq", -1)],
            session=session,
        )
        return found


def closing(caller: Caller, *, seen_seq: int | None, silent: bool) -> Close:
    """Describe a close that a person or a program asked for."""
    reason = CloseReason.OPERATOR if caller.kind is CallerKind.OPERATOR else CloseReason.API
    return Close(reason=reason, by=who(caller), seen_seq=seen_seq, silent=silent)
