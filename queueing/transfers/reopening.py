"""Taking a close back: by who closed, at once, and only if nothing came meanwhile. After that `closed` is final."""

from __future__ import annotations

from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.counters import operator_line, queue_line
from inbox.conversation.cues import forget_closing
from inbox.conversation.moves import TAKEN_BACK_WITHIN, reopened
from inbox.conversation.moving import store_move
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.model.close_reasons import CloseReason
from inbox.people.access import Caller
from inbox.storage.database import Database, Session, is_duplicate
from inbox.storage.documents import ConversationDocument
from inbox.views.conversation_views import ConversationView
from queueing.transfers.transfers import Transfers

_NEWS = "The customer has written since: that opened another conversation."
_FINAL = (
    f"A close can be taken back for {TAKEN_BACK_WITHIN.seconds} seconds only. "
    "The conversation opens anew when the customer writes again."
)


class Reopening:
    """Takes closes back; each with its counters and its event in one transaction."""

    def __init__(self, database: Database, clock: Clock, transfers: Transfers) -> None:
        self._database = database
        self._clock = clock
        self._transfers = transfers

    async def reopen(self, caller: Caller, conversation_id: str) -> ConversationView:
        """Let a conversation be where it was before the caller closed it; the closing text is not sent.

        Raises:
            ProblemError: `not_found`; `conflict` if it is open; `forbidden` if somebody else closed it;
                `conversation_closed` if it is too late; `stale_state` if the customer wrote meanwhile;
                `operator_full`, `operator_unavailable`, `queue_full` if its place is taken.
        """
        seen = await visible_conversation(self._database, caller, conversation_id)

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            self._check(before, caller)
            await self._check_quiet(before, session)
            await self._check_place(before, session)
            now = self._clock.now()
            note = routing_note(RoutingRule.REOPENING, "reopened", now, queue_id=before["queue_id"], by=who(caller))
            await forget_closing(self._database, before, before["closed_at"] or now, session=session)
            return await store_move(self._database, reopened(before, at=now).noted(note), at=now, session=session)

        try:
            return await self._database.transaction(work, line=_line(seen))
        except Exception as error:
            if is_duplicate(error, "one_open"):
                raise ProblemError("stale_state", _NEWS) from None
            raise

    def _check(self, conversation: ConversationDocument, caller: Caller) -> None:
        if conversation["open"]:
            raise ProblemError("conflict", "This conversation is open.")
        by_person = conversation.get("close_reason") == CloseReason.OPERATOR.value
        if not by_person or conversation.get("closed_by") != who(caller):
            raise ProblemError("forbidden", "Only the person who closed a conversation can take that back.")
        closed_at = conversation.get("closed_at")
        if closed_at is None or self._clock.now() - closed_at > TAKEN_BACK_WITHIN:
            raise ProblemError("conversation_closed", _FINAL)
        if conversation["operator_id"] is None and conversation["queued_at"] is None:
            raise ProblemError("conversation_closed", "This conversation had no place yet that it could go back to.")

    async def _check_quiet(self, conversation: ConversationDocument, session: Session) -> None:
        later = {
            "workspace_id": conversation["workspace_id"],
            "channel_id": conversation["channel_id"],
            "identity.external_id": conversation["identity"]["external_id"],
            "_id": {"$gt": conversation["_id"]},
        }
        if await self._database.conversations.find_one(later, {"_id": 1}, session=session) is not None:
            raise ProblemError("stale_state", _NEWS)

    async def _check_place(self, conversation: ConversationDocument, session: Session) -> None:
        """Refuse to go above an operator's capacity or a queue's limit. Raises `ProblemError`."""
        workspace_id, operator_id = conversation["workspace_id"], conversation["operator_id"]
        if operator_id is not None:
            operator = await self._transfers.active_operator(workspace_id, operator_id, session)
            await self._transfers.check_room(operator, session)
        elif conversation["queue_id"] is not None:
            wanted = {"_id": conversation["queue_id"], "workspace_id": workspace_id}
            queue = await self._database.queues.find_one(wanted, {"waiting": 1, "limit": 1}, session=session)
            if queue is None:
                raise ProblemError("conversation_closed", "The queue of this conversation was deleted meanwhile.")
            if queue["limit"] is not None and queue["waiting"] >= queue["limit"]:
                raise ProblemError("queue_full", "Somebody else has taken its place: the queue is full.")


def _line(conversation: ConversationDocument) -> str | None:
    """Name the line of those who count where the conversation goes."""
    if conversation["operator_id"] is not None:
        return operator_line(conversation["operator_id"])
    return None if conversation["queue_id"] is None else queue_line(conversation["queue_id"])
