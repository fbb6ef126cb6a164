"""What the visitor sees of messages and conversations: an own shape, so that nothing internal can slip through.

Every member is named here; what the inbox's objects have beside (operators' ids, queues, errors, raw payloads,
notes) has no way out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from channels.webchat.parse import client_id_of
from inbox.model.authors import AuthorKind, Direction
from inbox.model.content import (
    Content,
    Media,
    MediaContent,
    OrderContent,
    SystemContent,
    TemplateContent,
    TextContent,
    UnsupportedContent,
)
from inbox.model.conversation_state import ConversationState
from inbox.model.statuses import MessageStatus
from inbox.views.message_views import MessageView

LinkOf = Callable[[Media], Media]
"""Returns a file with the address from which the visitor's browser can load it."""

_SENDERS: Final[Mapping[AuthorKind, str]] = {
    AuthorKind.CONTACT: "visitor",
    AuthorKind.OPERATOR: "agent",
    AuthorKind.API: "agent",
    AuthorKind.EXTERNAL: "agent",
    AuthorKind.AUTO: "bot",
    AuthorKind.BOT: "bot",
    AuthorKind.AGENT: "bot",
    AuthorKind.CAMPAIGN: "bot",
}
_STATES: Final[Mapping[ConversationState, str]] = {
    ConversationState.NEW: "waiting",
    ConversationState.QUEUED: "waiting",
    ConversationState.BOT: "bot",
    ConversationState.ASSIGNED: "active",
    ConversationState.CLOSED: "closed",
}


class DeletedContent(msgspec.Struct, frozen=True, tag_field="type", tag="deleted"):
    """Stands where a message's content was."""


class ShownMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"sender": "from"}):
    """A message of the thread.

    Attributes:
        type: `message` for one that is new to the visitor, `update` for one that changed.
        sender: `visitor`, `agent` or `bot`.
        name: The operator's name for customers.
        client_id: The visitor's own name of the message.
        read: Whether the visitor has seen it.
    """

    type: str
    id: str
    conversation: str
    seq: int
    sender: str
    content: Content | DeletedContent
    at: datetime
    name: str | None = None
    client_id: str | None = None
    reply_to: str | None = None
    reaction: str | None = None
    read: bool = False
    edited: bool = False
    deleted: bool = False

    @property
    def has_changed(self) -> bool:
        """Whether it may differ from what the visitor was given first."""
        return self.edited or self.deleted or self.reaction is not None

    def as_update(self) -> ShownMessage:
        """Return it as a change of what the visitor has."""
        return msgspec.structs.replace(self, type="update")


class ShownConversation(msgspec.Struct, frozen=True, kw_only=True):
    """Where the visitor's conversation is.

    Attributes:
        state: `waiting`, `bot`, `active` or `closed`.
        agent: Name of who answers.
        read_seq: Up to where the business has read.
    """

    id: str
    state: str
    agent: str | None
    read_seq: int
    type: str = "conversation"


def is_shown(view: MessageView) -> bool:
    """Return whether the visitor sees a message: not what failed or waits, nor what only operators are told."""
    if view.status is MessageStatus.SCHEDULED or (view.error is not None and view.error.code == "withdrawn"):
        return False
    if view.deleted_at is not None:
        return True
    if isinstance(view.content, UnsupportedContent | OrderContent | SystemContent):
        return False
    return view.direction is Direction.IN or view.status is not MessageStatus.FAILED


def show_message(view: MessageView, name: str | None, link_of: LinkOf, *, type_: str = "message") -> ShownMessage:
    """Show a message for which `is_shown` holds."""
    deleted = view.deleted_at is not None
    reactions = [reaction.emoji for reaction in view.reactions if reaction.author.kind is not AuthorKind.CONTACT]
    return ShownMessage(
        type=type_,
        id=view.id,
        conversation=view.conversation_id,
        seq=view.seq,
        sender=_SENDERS[view.author.kind],
        content=DeletedContent() if deleted else _content(view.content, link_of),
        at=view.created_at,
        name=name,
        client_id=client_id_of(view.provider_id),
        reply_to=view.reply_to,
        reaction=reactions[-1] if reactions else None,
        read=view.status is MessageStatus.READ,
        edited=view.edited_at is not None,
        deleted=deleted,
    )


def show_conversation(
    conversation_id: str, state: ConversationState, *, agent: str | None, read_seq: int
) -> ShownConversation:
    """Show where a conversation is."""
    return ShownConversation(id=conversation_id, state=_STATES[state], agent=agent, read_seq=read_seq)


def _content(content: Content, link_of: LinkOf) -> Content:
    if isinstance(content, MediaContent):
        media = link_of(content.media)
        shown = Media(url=media.url, mime_type=media.mime_type, bytes=media.bytes, filename=media.filename)
        content = msgspec.structs.replace(content, media=shown)
    if isinstance(content, TemplateContent):
        content = TextContent(text=content.rendered or content.name)
    return content
