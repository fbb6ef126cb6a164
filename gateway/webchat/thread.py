"""Reading a visitor's thread: all conversations of the visitor on the channel, as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from cachetools import TTLCache

from channels.webchat import limits
from channels.webchat.seen import OVERLAP
from channels.webchat.shown import (
    LinkOf,
    ShownConversation,
    ShownMessage,
    is_shown,
    show_conversation,
    show_message,
)
from inbox.model.authors import AuthorKind
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Placement
from inbox.storage.database import Database
from inbox.storage.documents.collections import Filter, Projection
from inbox.storage.documents.conversations import ConversationDocument
from inbox.storage.documents.messages import MessageDocument
from inbox.views.message_views import MessageView, message_view

NAME_SECONDS: Final = 30.0
MAX_NAMES: Final = 5_000
_HEADS: Final[Projection] = {"state": 1, "operator_id": 1, "queue_id": 1, "read_seq": 1}
MOST_CHANGED: Final = 100
_SHOWN: Final[Projection] = {"raw": 0, "attempts": 0, "ends": 0}
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ALL: Final[Filter] = {}
_CHANGED: Final[Filter] = {
    "$or": [{"edited_at": {"$gt": _LONG_AGO}}, {"deleted_at": {"$gt": _LONG_AGO}}, {"reactions.0": {"$exists": True}}]
}


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a visitor's thread.

    Attributes:
        conversation_ids: The newest conversations, the newest first.
        conversation: The newest one, None for a visitor who never wrote.
        placement: Where it is: for whom what the visitor does is a hint.
        messages: Ascending by place.
        changed: On resuming: messages before those that were edited, deleted or reacted to at any time.
        more: Whether there is more before (or, on resuming, whether too much was missed).
    """

    conversation_ids: tuple[str, ...] = ()
    conversation: ShownConversation | None = None
    placement: Placement = Placement()
    messages: Sequence[ShownMessage] = ()
    changed: Sequence[ShownMessage] = ()
    more: bool = False


class Names:
    """Operators' names for customers, remembered for half a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: TTLCache[tuple[str, str], str | None] = TTLCache(MAX_NAMES, NAME_SECONDS)

    async def of(self, workspace_id: str, operator_id: str | None) -> str | None:
        """Return an operator's name; None where there is none."""
        if operator_id is None:
            return None
        key = (workspace_id, operator_id)
        try:
            return self._known[key]
        except KeyError:
            self._known[key] = name = await self._read(*key)
            return name

    async def _read(self, workspace_id: str, operator_id: str) -> str | None:
        found = await self._database.operators.find_one({"_id": operator_id, "workspace_id": workspace_id}, {"name": 1})
        return found["name"] if found else None


class ThreadReader:
    """Reads threads from the database, in the visitor's shape."""

    def __init__(self, database: Database, names: Names, link_of: LinkOf) -> None:
        self._database = database
        self._names = names
        self._link_of = link_of

    async def newest(self, workspace_id: str, channel_id: str, visitor_id: str) -> Thread:
        """Read the end of the thread, for a page that has nothing."""
        return await self._read(workspace_id, channel_id, visitor_id, {}, limits.FIRST_MESSAGES)

    async def before(self, workspace_id: str, channel_id: str, visitor_id: str, seq: int) -> Thread:
        """Read further back."""
        return await self._read(workspace_id, channel_id, visitor_id, {"$lt": seq}, limits.FIRST_MESSAGES)

    async def after(self, workspace_id: str, channel_id: str, visitor_id: str, seq: int) -> Thread:
        """Read what may be missing after a place (see `OVERLAP`), and what may have changed before it."""
        start = max(0, seq - OVERLAP)
        thread = await self._read(workspace_id, channel_id, visitor_id, {"$gt": start}, limits.MOST_MISSED)
        if thread.more or not thread.conversation_ids:
            return thread
        changed = await self._documents(workspace_id, thread.conversation_ids, {"$lte": start}, MOST_CHANGED, _CHANGED)
        views = [message_view(document) for document in changed[::-1]]
        shown = [await self.show(view, workspace_id, type_="update") for view in views if is_shown(view)]
        return msgspec.structs.replace(thread, changed=shown)

    async def show(self, view: MessageView, workspace_id: str, *, type_: str = "message") -> ShownMessage:
        """Show one message, with the name of who wrote it."""
        operator_id = view.author.id if view.author.kind is AuthorKind.OPERATOR else None
        name = await self._names.of(workspace_id, operator_id)
        return show_message(view, name, self._link_of, type_=type_)

    async def show_conversation(self, workspace_id: str, conversation_id: str, facts: ThreadFacts) -> ShownConversation:
        """Show where a conversation is, with the name of who answers."""
        agent = await self._names.of(workspace_id, facts.operator_id)
        return show_conversation(conversation_id, facts.state, agent=agent, read_seq=facts.read_seq)

    async def _read(self, workspace_id: str, channel_id: str, visitor_id: str, bound: Any, limit: int) -> Thread:
        heads = await self._heads(workspace_id, channel_id, visitor_id)
        if not heads:
            return Thread()
        ids = tuple(head["_id"] for head in heads)
        documents = await self._documents(workspace_id, ids, bound, limit + 1)
        views = [message_view(document) for document in documents[:limit][::-1]]
        facts = msgspec.convert(heads[0], ThreadFacts)
        return Thread(
            conversation_ids=ids,
            conversation=await self.show_conversation(workspace_id, ids[0], facts),
            placement=Placement(facts.queue_id, facts.operator_id),
            messages=[await self.show(view, workspace_id) for view in views if is_shown(view)],
            more=len(documents) > limit,
        )

    async def _heads(self, workspace_id: str, channel_id: str, visitor_id: str) -> list[ConversationDocument]:
        own = {"workspace_id": workspace_id, "channel_id": channel_id, "identity.external_id": visitor_id}
        found = self._database.conversations.find(own, _HEADS).sort("_id", -1).limit(limits.EPISODES)
        documents: list[ConversationDocument] = await found.to_list(None)
        return documents

    async def _documents(
        self, workspace_id: str, ids: Sequence[str], bound: Any, limit: int, only: Filter = _ALL
    ) -> list[MessageDocument]:
        wanted: dict[str, Any] = {
            "workspace_id": workspace_id,
            "conversation_id": {"$in": list(ids)},
            "void": {"$exists": False},
            **only,
        }
        if bound:
            wanted["seq"] = bound
        found = self._database.messages.find(wanted, _SHOWN).sort("seq", -1).limit(limit)
        documents: list[MessageDocument] = await found.to_list(None)
        return documents


class ThreadFacts(msgspec.Struct, frozen=True):
    """What a visitor may learn of a conversation, as the database and the events have it."""

    state: ConversationState
    operator_id: str | None = None
    queue_id: str | None = None
    read_seq: int = 0
