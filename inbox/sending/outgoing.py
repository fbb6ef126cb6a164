"""What goes into the outbox: a client's request, and the document that waits to be sent."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.conversation.control import check_control
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.messages.waiting import outbox_row
from inbox.model.authors import Author, AuthorKind, Direction
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, OutgoingContent, TemplateContent
from inbox.model.direct_utility import DirectUtility
from inbox.model.reply_window import may_write_freely
from inbox.model.statuses import MessageStatus
from inbox.people.access import Caller, CallerKind
from inbox.storage.documents import ConversationDocument, MessageDocument, OutboxDocument

Time = Annotated[datetime, Meta(tz=True)]
_AUTHORS: Final = {
    CallerKind.OPERATOR: AuthorKind.OPERATOR,
    CallerKind.API_KEY: AuthorKind.API,
    CallerKind.BOT: AuthorKind.BOT,
}


class Lane(IntEnum):
    """Who goes first where a channel can't send everything at once."""

    REPLY = 0
    AUTO = 1
    CAMPAIGN = 2


class TemplateChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template and its values, as somebody chose them."""

    name: str
    language: str
    parameters: dict[str, object] = {}

    @property
    def content(self) -> TemplateContent:
        """The same as a message's content."""
        return TemplateContent(name=self.name, language=self.language, parameters=self.parameters)


class HeldBy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The template that is sent if the reply window is closed; the message waits for the customer's answer."""

    template: TemplateChoice


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: a content, and our id of the message that it answers.

    Attributes:
        held: What to do if the window is closed; without it the message is refused then.
        send_at: When it is to go; without it at once.
        seen_seq: The newest message that its author has seen: where a colleague has answered since then, it is
            refused.
        direct_utility: WhatsApp: if the window is closed, it goes all the same, as a utility message without a
            template. With `held` that comes second: where the number may not.
    """

    content: OutgoingContent
    reply_to: str | None = None
    held: HeldBy | None = None
    send_at: Time | None = None
    seen_seq: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    direct_utility: DirectUtility | None = None

    def __post_init__(self) -> None:
        """Refuse to wait for two things."""
        if self.send_at is not None and self.held is not None:
            raise ValueError("`send_at` must not come with `held`: a message waits for its time or for an answer")
        if self.send_at is not None and self.direct_utility is not None:
            raise ValueError("`send_at` must not come with `direct_utility`: such a message goes at once")


def author_of(caller: Caller) -> Author:
    """Say who writes."""
    return Author(_AUTHORS[caller.kind], caller.id)


def check_window(conversation: ConversationDocument, content: Content | None, now: datetime) -> None:
    """Refuse what may only be sent inside the reply window, and all where another agent answers.

    Raises:
        ProblemError: `window_closed`, `not_in_control`.
    """
    check_control(conversation, now)
    kind = ChannelKind(conversation["channel_kind"])
    if isinstance(content, TemplateContent):
        return
    if not may_write_freely(kind, conversation.get("window_expires_at"), now):
        raise ProblemError(
            "window_closed",
            "The customer's last message is more than 24 hours old: only an approved template may be sent.",
            extra={"templates": []},
        )


def outgoing_document(
    conversation: ConversationDocument, content: Content, author: Author, seq: int, now: datetime
) -> MessageDocument:
    """Make the document of a message that waits to be sent; it needs a row in the outbox (`reply_row`)."""
    return {
        "_id": new_id(),
        "workspace_id": conversation["workspace_id"],
        "channel_id": conversation["channel_id"],
        "conversation_id": conversation["_id"],
        "seq": seq,
        "direction": Direction.OUT.value,
        "author": to_document(author),
        "content": to_document(content),
        "status": MessageStatus.QUEUED.value,
        "reply_to": None,
        "reply_to_provider_id": None,
        "to": conversation["identity"]["external_id"],
        "created_at": now,
        "attempts": [],
    }


def reply_row(message: MessageDocument) -> OutboxDocument:
    """Make the row of somebody's message that may be sent at once."""
    return outbox_row(message, lane=Lane.REPLY, at=message["created_at"])
