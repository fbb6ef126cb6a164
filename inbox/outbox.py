"""Accepting messages to customers: checked, stored as `queued` with its event, sent later by a worker."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Final

import msgspec

from inbox.access import Caller, CallerKind
from inbox.channel_kind import ChannelKind
from inbox.clock import Clock
from inbox.content import Content, OutgoingContent, TemplateContent
from inbox.conversation_reading import visible_conversation
from inbox.conversation_rules import ConversationFacts, check_write
from inbox.database import Database, Document, Session, is_duplicate
from inbox.events import write_events
from inbox.ids import new_id
from inbox.ingest_events import message_created, message_updated
from inbox.message_reading import visible_message
from inbox.problems import Problem
from inbox.provider_tasks import reaction
from inbox.reply_window import may_write_freely
from inbox.sequence import SequenceClock
from inbox.statuses import RETRYABLE, MessageStatus
from inbox.views import Author, AuthorKind, Direction, MessageView, message_view, to_document

_AUTHORS: Final = {CallerKind.OPERATOR: AuthorKind.OPERATOR, CallerKind.API_KEY: AuthorKind.API}


class Lane(IntEnum):
    """Who goes first where a channel can't send everything at once."""

    REPLY = 0
    AUTO = 1
    CAMPAIGN = 2


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: a content, and our id of the message that it answers."""

    content: OutgoingContent
    reply_to: str | None = None


class Outbox:
    """Accepts messages; acceptance means stored, not sent."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence

    async def accept(
        self, caller: Caller, conversation_id: str, message: NewMessage, *, session: Session
    ) -> MessageView:
        """Store a message to be sent, inside a transaction.

        The content has been checked against the channel's limits.

        Raises:
            Problem: `not_found`, `conversation_closed`, `not_assigned`, `window_closed`.
        """
        conversation = await visible_conversation(self._database, caller, conversation_id, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        self._check_window(conversation, message.content)
        answered = await self._answered(caller, conversation, message.reply_to, session)
        document = self._document(conversation, message.content, Author(_AUTHORS[caller.kind], caller.id))
        document |= {"reply_to": message.reply_to, "reply_to_provider_id": answered}
        return await self._store(conversation, document, session)

    async def retry(self, caller: Caller, message_id: str, *, session: Session) -> MessageView:
        """Send a failed or uncertain message again, as a new one that names it; once only.

        Raises:
            Problem: as `accept`, and `not_retryable`.
        """
        old = await visible_message(self._database, caller, message_id, session=session)
        if old["direction"] != Direction.OUT.value or MessageStatus(old["status"]) not in RETRYABLE:
            raise Problem("not_retryable", "Only a message that failed, or whose fate is unknown, can be sent again.")
        conversation = await visible_conversation(self._database, caller, old["conversation_id"], session=session)
        check_write(ConversationFacts.of(conversation), caller)
        content: Content = msgspec.convert(old["content"], Content)
        self._check_window(conversation, content)
        document = self._document(conversation, content, Author(_AUTHORS[caller.kind], caller.id))
        document |= {
            "retry_of": message_id,
            "reply_to": old["reply_to"],
            "reply_to_provider_id": old["reply_to_provider_id"],
        }
        try:
            return await self._store(conversation, document, session)
        except Exception as error:
            if is_duplicate(error):
                raise Problem("not_retryable", "This message was already sent again.") from None
            raise

    async def react(self, caller: Caller, message_id: str, emoji: str, *, session: Session) -> MessageView:
        """React to a customer's message; an empty `emoji` takes the reaction back.

        Raises:
            Problem: `not_found`, `conversation_closed`, `not_assigned`, `window_closed`, `conflict`.
        """
        message = await visible_message(self._database, caller, message_id, session=session)
        conversation = await visible_conversation(self._database, caller, message["conversation_id"], session=session)
        check_write(ConversationFacts.of(conversation), caller)
        if not message.get("provider_id"):
            raise Problem("conflict", "The provider does not know this message yet. Try again when it is sent.")
        self._check_window(conversation, None)
        now = self._clock.now()
        author = to_document(Author(_AUTHORS[caller.kind], caller.id))
        others = [r for r in message.get("reactions", []) if r["author"]["kind"] == AuthorKind.CONTACT.value]
        reactions = [*others, {"author": author, "emoji": emoji, "at": now}]
        await self._database.messages.update_one(
            {"_id": message_id, "workspace_id": caller.workspace_id},
            {"$set": {"reactions": reactions}},
            session=session,
        )
        await reaction(self._database, conversation, message, emoji, at=now, session=session)
        changed = message | {"reactions": reactions}
        await write_events(self._database, [message_updated(changed, now)], at=now, session=session)
        return message_view(changed)

    def _check_window(self, conversation: Document, content: Content | None) -> None:
        kind = ChannelKind(conversation["channel_kind"])
        if isinstance(content, TemplateContent):
            return
        if not may_write_freely(kind, conversation.get("window_expires_at"), self._clock.now()):
            raise Problem(
                "window_closed",
                "The customer's last message is more than 24 hours old: only an approved template may be sent.",
                extra={"templates": []},
            )

    async def _answered(
        self, caller: Caller, conversation: Document, reply_to: str | None, session: Session
    ) -> str | None:
        """Give the provider's id of the message that is answered."""
        if reply_to is None:
            return None
        answered = await visible_message(self._database, caller, reply_to, session=session)
        if answered["channel_id"] != conversation["channel_id"]:
            raise Problem("invalid_request", "The message in reply_to is of another channel.")
        provider_id: str | None = answered.get("provider_id")
        return provider_id

    def _document(self, conversation: Document, content: Content, author: Author) -> Document:
        now = self._clock.now()
        above = max([*conversation.get("promised", {}).values(), conversation.get("last_out_seq", 0)])
        return {
            "_id": new_id(),
            "workspace_id": conversation["workspace_id"],
            "channel_id": conversation["channel_id"],
            "conversation_id": conversation["_id"],
            "seq": self._sequence.next(above),
            "direction": Direction.OUT.value,
            "author": to_document(author),
            "content": to_document(content),
            "status": MessageStatus.QUEUED.value,
            "to": conversation["identity"]["external_id"],
            "created_at": now,
            "due": True,
            "lane": Lane.REPLY.value,
            "next_attempt_at": now,
            "attempts": [],
        }

    async def _store(self, conversation: Document, document: Document, session: Session) -> MessageView:
        """Write message, conversation and event; a close at the same moment makes the transaction start again."""
        at: datetime = document["created_at"]
        await self._database.conversations.update_one(
            {"_id": conversation["_id"], "workspace_id": conversation["workspace_id"]},
            {"$max": {"active_at": at, "last_out_seq": document["seq"]}, "$inc": {"version": 1}},
            session=session,
        )
        await self._database.messages.insert_one(document, session=session)
        await write_events(self._database, [message_created(document, at)], at=at, session=session)
        return message_view(document)
