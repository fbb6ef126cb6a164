"""Saying what a conversation is about: its tags and topics. Neither puts off its close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.conversation.conversation_changes import Change, change_conversation, view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_classify
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.labels.label_models import MAX_TAGS, MAX_TOPICS, LabelId, TagName
from inbox.labels.label_reading import read_tree
from inbox.labels.tag_use import keys_for, labelling
from inbox.labels.topic_tree import Tree, canonical, is_offered
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, Fields
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView


class TagsRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All tags that a conversation has from now on."""

    tags: Annotated[tuple[TagName, ...], Meta(max_length=MAX_TAGS)]


class TopicsRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All topics that a conversation has from now on, by their ids."""

    topics: Annotated[tuple[LabelId, ...], Meta(max_length=MAX_TOPICS)]


class Classifying:
    """Sets tags and topics; each change and its event are one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def put_tags(self, caller: Caller, conversation_id: str, tags: Sequence[str]) -> ConversationView:
        """Let a conversation have these tags and no others. Raises `ProblemError`."""

        async def work(session: Session) -> ConversationView:
            before = await self._open(caller, conversation_id, session)
            return await self._set(before, {"tags": await self._keys(caller, tags, session)}, session)

        return await labelling(self._database, work)

    async def put_topics(self, caller: Caller, conversation_id: str, topics: Sequence[str]) -> ConversationView:
        """Let a conversation have these topics and no others. Raises `ProblemError`."""

        async def work(session: Session) -> ConversationView:
            before = await self._open(caller, conversation_id, session)
            tree = await read_tree(self._database, caller.workspace_id, session=session)
            has = canonical(tree, before.get("topics", ()))
            return await self._set(before, {"topics": checked_topics(tree, topics, has)}, session)

        return await self._database.transaction(work)

    async def _open(self, caller: Caller, conversation_id: str, session: Session) -> ConversationDocument:
        before = await visible_conversation(self._database, caller, conversation_id, session=session)
        check_classify(ConversationFacts.of(before), caller)
        return before

    async def _keys(self, caller: Caller, tags: Sequence[str], session: Session) -> list[str]:
        now = self._clock.now()
        return await keys_for(self._database, caller.workspace_id, tags, at=now, session=session)

    async def _set(self, before: ConversationDocument, fields: Fields, session: Session) -> ConversationView:
        now = self._clock.now()
        if all(value == before.get(name, []) for name, value in fields.items()):
            return await view_of(self._database, before, at=now, session=session)
        type_ = EventType.CONVERSATION_UPDATED
        return await change_conversation(self._database, Change(before, fields), type_, at=now, session=session)


def checked_topics(tree: Tree, topics: Sequence[str], has: Sequence[str]) -> list[str]:
    """Return topics, each once; one that is not offered any more only where the conversation has it already."""
    for index, topic_id in enumerate(topics):
        if topic_id not in tree:
            raise field_problem(f"/topics/{index}", "there is no such topic")
        if topic_id not in has and not is_offered(tree, topic_id):
            raise field_problem(f"/topics/{index}", "is not in use any more")
    return list(dict.fromkeys(topics))
