"""Tells of reply windows that will close soon: once for each window, only in open conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from inbox.foundation.clock import Clock
from inbox.storage.database import Database, Session, UpdateOne
from inbox.storage.documents import ConversationDocument
from inbox.storage.isolation import Isolated
from inbox.stream.events import Event, EventAudience, EventType, write_events

BATCH: Final = 200


class WindowClosing(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of `window.closing`."""

    conversation_id: str
    expires_at: datetime


class WindowWatch:
    """Finds windows by their ends.

    Args:
        notice: How long before the end it is told.
    """

    def __init__(self, database: Database, clock: Clock, notice: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._notice = notice
        self._telling = Isolated("closing_windows")

    async def tell_closing(self) -> int:
        """Tell of all windows that are about to close, across all workspaces; return how many."""
        told = 0
        while found := await self._untold():
            told += sum(await self._telling.together(found, self._tell_together))
        return told

    async def _tell_together(self, found: Sequence[ConversationDocument]) -> int:
        return await self._database.transaction(partial(self._tell, found))

    async def _untold(self) -> list[ConversationDocument]:
        now = self._clock.now()
        ending = self._telling.among(
            {
                "open": True,
                "window_expires_at": {"$gt": now, "$lte": now + self._notice},
                "$expr": {"$ne": ["$window_told", "$window_expires_at"]},
            }
        )
        fields = {"workspace_id": 1, "window_expires_at": 1}
        found: list[ConversationDocument] = (
            await self._database.conversations.find(ending, fields).limit(BATCH).to_list(None)
        )
        return found

    async def _tell(self, found: Sequence[ConversationDocument], session: Session) -> int:
        """Mark and tell; a window that was renewed meanwhile is not told of, another writer starts this again."""
        now = self._clock.now()
        ids = [conversation["_id"] for conversation in found]
        workspaces = list({conversation["workspace_id"] for conversation in found})
        still = {
            "_id": {"$in": ids},
            "workspace_id": {"$in": workspaces},
            "open": True,
            "window_expires_at": {"$lte": now + self._notice},
            "$expr": {"$ne": ["$window_told", "$window_expires_at"]},
        }
        fields = {"workspace_id": 1, "window_expires_at": 1}
        current = await self._database.conversations.find(still, fields, session=session).to_list(None)
        if current:
            await self._database.conversations.bulk_write(
                [_mark(conversation) for conversation in current], ordered=False, session=session
            )
            events = [_closing(conversation, now) for conversation in current]
            await write_events(self._database, events, at=now, session=session)
        return len(current)


def _mark(conversation: ConversationDocument) -> UpdateOne:
    key = {"_id": conversation["_id"], "workspace_id": conversation["workspace_id"]}
    return UpdateOne(key, {"$set": {"window_told": conversation["window_expires_at"]}})


def _closing(conversation: ConversationDocument, now: datetime) -> Event:
    return Event(
        workspace_id=conversation["workspace_id"],
        type=EventType.WINDOW_CLOSING,
        at=now,
        data=WindowClosing(conversation_id=conversation["_id"], expires_at=conversation["window_expires_at"]),
        audience=EventAudience(conversation_id=conversation["_id"]),
    )
