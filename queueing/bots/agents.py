"""Conversations in which another agent answers go to their queue once it does so no longer.

It handed over, the customer's messages come to us again, or it was silent for a day: whatever says so is a field of the
conversation, and this looks at those that an agent holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from inbox.bots.bot_models import HandOverReason
from inbox.conversation.control import is_others
from inbox.conversation.moving import store_move
from inbox.foundation.clock import Clock
from inbox.model.control import IDLE
from inbox.model.conversation_state import ConversationState
from inbox.model.reply_window import REPLY_WINDOW
from inbox.people.sight import holding_bot
from inbox.storage.database import ASCENDING, Database, Session
from inbox.storage.documents import Condition, ConversationDocument
from inbox.storage.isolation import Isolated
from inbox.views.conversation_views import ConversationView
from queueing.bots.handing_over import Passing, passing

AT_ONCE: Final = 100
QUERY_MS: Final = 2_000
_HELD: Final[Condition] = {
    "open": True,
    "state": ConversationState.BOT.value,
    "control.agent_at": {"$exists": True},
}
_REPLY_WINDOW_MS: Final = int(REPLY_WINDOW.total_seconds() * 1000)
_LEFT: Final[Condition] = {
    "$expr": {
        "$or": [
            {"$gte": ["$control.ours_at", "$control.agent_at"]},
            {"$gt": ["$window_expires_at", {"$add": ["$control.agent_at", _REPLY_WINDOW_MS]}]},
        ]
    }
}
"""The rule of `inbox.model.control.other_answers` as a query; a field that is absent is less than any time."""


class AgentsLeft:
    """Passes on what other agents hold no longer; any number may work side by side."""

    def __init__(self, database: Database, clock: Clock, wake_queue: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake_queue = wake_queue
        self._isolated = Isolated("agents_left")

    async def pass_on(self) -> bool:
        """Pass on what is found, across all workspaces; tell whether there was any."""
        idle: Condition = {"control.agent_at": {"$lte": self._clock.now() - IDLE}}
        condition = self._isolated.among({**_HELD, "$or": [idle, _LEFT]})
        found = await self._database.conversations.find(condition, max_time_ms=QUERY_MS).limit(AT_ONCE).to_list(None)
        return any(await self._isolated.each(found, self._pass_on))

    async def next_due(self) -> datetime | None:
        """Return when the first agent has been silent for a day."""
        first = await self._database.conversations.find_one(
            _HELD, {"control": 1}, sort=[("control.agent_at", ASCENDING)], max_time_ms=QUERY_MS
        )
        control = None if first is None else first.get("control")
        return control["agent_at"] + IDLE if control and "agent_at" in control else None

    async def _pass_on(self, seen: ConversationDocument) -> bool:
        """Pass one on; False if another was first, or the agent answers again."""

        async def work(session: Session) -> ConversationView | None:
            now = self._clock.now()
            wanted: Condition = {"_id": seen["_id"], "workspace_id": seen["workspace_id"], **_HELD}
            before = await self._database.conversations.find_one(wanted, session=session)
            if before is None or holding_bot(before) is not None or is_others(before, now):
                return None
            why = Passing(reason=HandOverReason.AGENT_LEFT, by="agents")
            move = await passing(self._database, before, why, at=now, session=session)
            return await store_move(self._database, move, at=now, session=session)

        passed = await self._database.transaction(work)
        if passed is not None and passed.queue_id is not None:
            self._wake_queue(passed.queue_id)
        return passed is not None
