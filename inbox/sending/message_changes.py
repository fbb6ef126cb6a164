"""Changing and taking back what was sent, and reacting to what came.

Stored at once, told to the provider by a task, undone if it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from inbox.channel.connected import check_connected
from inbox.channel.provider_tasks import ProviderTask, TaskKind, deleted, edited, reaction
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.finding.message_terms import change_terms
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.messages.message_reading import visible_message
from inbox.model.authors import AuthorKind, Direction
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, MediaContent, OutgoingContent
from inbox.model.content_rules import check_marks, content_invalid, patch_of_words
from inbox.model.reactable import may_react
from inbox.model.statuses import UNSENT, MessageStatus
from inbox.people.access import Caller
from inbox.sending.abilities import Ability, CheckAbility
from inbox.sending.outgoing import Time, author_of, check_window
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, Fields, MessageDocument, with_fields
from inbox.stream.events import write_events
from inbox.views.message_views import MessageView, content_of, message_view
from inbox.views.telling import message_updated

CheckEdit = Callable[[ChannelKind, Content], None]
"""Holds the new content against the channel's limits. Raises `ProblemError` (`content_invalid`)."""


class MessageFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of a message; `send_at` only before its time."""

    content: OutgoingContent
    send_at: Time | None = None


class MessageChanges:
    """Operations on messages that the customer has, each inside a transaction of the caller's."""

    def __init__(self, database: Database, clock: Clock, *, ability: CheckAbility, check: CheckEdit) -> None:
        self._database = database
        self._clock = clock
        self._ability = ability
        self._check = check

    async def edit(self, caller: Caller, message_id: str, patch: Mapping[str, Any], *, session: Session) -> MessageView:
        """Merge a patch into a message's content and have the customer shown it.

        Raises:
            ProblemError: `not_found`, `invalid_request`, `conversation_closed`, `not_assigned`,
                `unsupported_by_channel`, `content_invalid`, `conflict`.
        """
        message, conversation = await self._changeable(caller, message_id, Ability.EDIT, session)
        current: Content = content_of(message)
        fields = apply_patch({"content": msgspec.to_builtins(current)}, patch_of_words(patch), MessageFields)
        if fields.send_at is not None:
            raise field_problem("/send_at", "only a scheduled message has a time: this one is not scheduled (any more)")
        content = fields.content
        _check_same_kind(current, content)
        check_marks(content)
        if message.get("part_ids"):
            raise content_invalid("/text", "this text went out as several messages, which can't be changed together")
        self._check(ChannelKind(conversation["channel_kind"]), content)
        now = self._clock.now()
        check_window(conversation, content, now)
        changed = {"content": to_document(content), "edited_at": now}
        view = await self._change(message, changed, now, session)
        await edited(
            self._database,
            conversation,
            with_fields(message, changed),
            at=now,
            before=_before(message),
            session=session,
        )
        return view

    async def delete(self, caller: Caller, message_id: str, *, session: Session) -> None:
        """Take a message back at the customer's; a second time nothing happens.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `unsupported_by_channel`, `conflict`.
        """
        message, conversation = await self._changeable(caller, message_id, Ability.DELETE, session)
        if message.get("deleted_at") is not None:
            return
        now = self._clock.now()
        await self._change(message, {"deleted_at": now}, now, session)
        await deleted(self._database, conversation, message, at=now, session=session)

    async def react(self, caller: Caller, message_id: str, emoji: str, *, session: Session) -> MessageView:
        """React to a customer's message; an empty `emoji` takes the reaction back.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `window_closed`, `conflict`,
                `unsupported_by_channel`.
        """
        message = await visible_message(self._database, caller, message_id, session=session)
        conversation = await visible_conversation(self._database, caller, message["conversation_id"], session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        kind = ChannelKind(conversation["channel_kind"])
        self._ability(kind, Ability.REACTION)
        if not may_react(kind, conversation["identity"]["external_id"]):
            raise ProblemError("unsupported_by_channel", "Nobody can react in this chat.")
        if not message.get("provider_id"):
            raise ProblemError("conflict", "The provider does not know this message yet. Try again when it is sent.")
        now = self._clock.now()
        check_window(conversation, None, now)
        author = to_document(author_of(caller))
        others = [r for r in message.get("reactions", []) if r["author"]["kind"] == AuthorKind.CONTACT.value]
        reactions = [*others, {"author": author, "emoji": emoji, "at": now}]
        await self._database.messages.update_one(
            {"_id": message_id, "workspace_id": caller.workspace_id},
            {"$set": {"reactions": reactions}},
            session=session,
        )
        await reaction(self._database, conversation, message, emoji, at=now, session=session)
        changed = with_fields(message, {"reactions": reactions})
        await write_events(self._database, [message_updated(changed, now)], at=now, session=session)
        return message_view(changed)

    async def _changeable(
        self, caller: Caller, message_id: str, ability: Ability, session: Session
    ) -> tuple[MessageDocument, ConversationDocument]:
        """Read message and conversation; refuse what the caller or the channel may not do."""
        message = await visible_message(self._database, caller, message_id, session=session)
        conversation = await visible_conversation(self._database, caller, message["conversation_id"], session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        self._ability(ChannelKind(conversation["channel_kind"]), ability)
        if message["direction"] != Direction.OUT.value:
            raise ProblemError("conflict", "Only messages of the business can be changed or taken back.")
        if not message.get("provider_id") or MessageStatus(message["status"]) in UNSENT:
            raise ProblemError("conflict", "The customer does not have this message (yet): wait until it is sent.")
        if ability is Ability.EDIT and message.get("deleted_at") is not None:
            raise ProblemError("conflict", "This message was deleted.")
        return message, conversation

    async def _change(self, message: MessageDocument, changed: Fields, now: datetime, session: Session) -> MessageView:
        after = with_fields(message, changed)
        await _write(self._database, message, {"$set": changed}, after, now, session)
        return message_view(after)


async def undo(database: Database, task: ProviderTask, now: datetime) -> None:
    """Show a message as the customer has it, after the provider refused to change it, take it back or react to it."""

    async def work(session: Session) -> None:
        message = await database.messages.find_one(
            {"_id": task.message_id, "workspace_id": task.workspace_id}, {"raw": 0}, session=session
        )
        fields = None if message is None else _undone(message, task)
        if message is None or fields is None:
            return
        await _write(database, message, {"$set": fields}, with_fields(message, fields), now, session)

    await database.transaction(work)


def _undone(message: MessageDocument, task: ProviderTask) -> Fields | None:
    """Return the fields as they were before; None where the message has changed again meanwhile."""
    if task.kind is TaskKind.DELETE:
        return {"deleted_at": None} if message.get("deleted_at") == task.revision else None
    if task.kind is TaskKind.REACT and task.emoji:
        left = [r for r in message.get("reactions", []) if r["at"] != task.revision or r["emoji"] != task.emoji]
        return {"reactions": left} if len(left) < len(message.get("reactions", [])) else None
    if task.kind is TaskKind.EDIT and message.get("edited_at") == task.revision:
        return task.before
    return None


def _before(message: MessageDocument) -> Fields:
    return {"content": message["content"], "edited_at": message.get("edited_at")}


async def _write(
    database: Database,
    message: MessageDocument,
    update: Fields,
    changed: MessageDocument,
    now: datetime,
    session: Session,
) -> None:
    ours = {"_id": message["_id"], "workspace_id": message["workspace_id"]}
    await database.messages.update_one(ours, update, session=session)
    await change_terms(database, [changed], session)
    await write_events(database, [message_updated(changed, now)], at=now, session=session)


def _check_same_kind(current: Content, content: Content) -> None:
    """Refuse to make a picture of a text, or another picture of a picture."""
    if type(current) is not type(content):
        raise content_invalid("/type", "a message keeps its kind: send a new one instead")
    if isinstance(current, MediaContent) and isinstance(content, MediaContent) and current.media != content.media:
        raise content_invalid("/media", "a file can't be exchanged: only its caption can be changed")
