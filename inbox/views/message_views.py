"""Messages as the API and the events show them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from inbox.foundation.structs import from_document
from inbox.model.authors import Author, Direction, Reaction
from inbox.model.content import Content, Media, MediaContent, SystemContent, kind_of, preview
from inbox.model.direct_utility import DirectUtility
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus
from inbox.storage.documents import MessageDocument

_DELETED: Final = SystemContent(code="deleted", text="This message was deleted.")


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a conversation.

    Attributes:
        held_until: When a held reply is given up.
        send_at: When a scheduled message goes, or was to go.
        sender: The name of who wrote, where the customer is a group.
        forwarded_from: The name of whose words the customer passes on.
        quote: The words that it is about, of another chat or chosen out of a message, with where they stand.
        direct_utility: Set where it went outside of the reply window as a utility message without a template.
        referral: The advertisement, post, product or link that led the customer here, in the provider's own words;
            the page with a web chat.
    """

    id: str
    conversation_id: str
    seq: int
    direction: Direction
    author: Author
    content: Content
    status: MessageStatus
    reply_to: str | None = None
    reactions: tuple[Reaction, ...] = ()
    error: ProviderError | None = None
    provider_id: str | None = None
    provider_at: datetime | None = None
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    retry_of: str | None = None
    group_id: str | None = None
    held_until: datetime | None = None
    send_at: datetime | None = None
    sender: str | None = None
    forwarded_from: str | None = None
    quote: str | None = None
    referral: dict[str, str] = {}
    direct_utility: DirectUtility | None = None


class LastMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest message that a person wrote, for a list; `at` is when we stored it.

    One by a campaign or an automatic text only where there is no other: they would hide what the customer said.

    Attributes:
        preview: One line of it in English where it has no words of its own; empty where it was deleted.
        type: The `type` of its content: for lists in another language.
        code: Of a line of the system, what happened.
    """

    seq: int
    direction: Direction
    preview: str
    type: str
    code: str | None = None
    at: datetime


class _WithContent(msgspec.Struct):
    content: Content


def content_of(message: MessageDocument) -> Content:
    """Read the content of a stored message. (Through a struct: converting to a union itself takes 50 µs.)"""
    return msgspec.convert({"content": message["content"]}, _WithContent).content


def message_view(document: MessageDocument) -> MessageView:
    """Show a stored message, without deleted content, removed reactions and the provider's file reference."""
    view = from_document({**document, "id": document["_id"]}, MessageView)
    content: Content = _DELETED if view.deleted_at is not None else public_content(view.content)
    quote = None if view.deleted_at is not None else view.quote
    reactions = tuple(reaction for reaction in view.reactions if reaction.emoji)
    return msgspec.structs.replace(view, content=content, quote=quote, reactions=reactions)


def public_content(content: Content) -> Content:
    """Return a content without the provider's file reference."""
    if isinstance(content, MediaContent) and content.media.provider_media_id is not None:
        media: Media = msgspec.structs.replace(content.media, provider_media_id=None)
        return msgspec.structs.replace(content, media=media)
    return content


def last_message(view: MessageView) -> LastMessage:
    """Shorten a message for a list."""
    return newest(view.seq, view.direction, view.content, view.created_at)


def newest(seq: int, direction: Direction, content: Content, at: datetime, *, deleted: bool = False) -> LastMessage:
    """Shorten a message to what a list shows of it."""
    return LastMessage(
        seq=seq,
        direction=direction,
        preview="" if deleted else preview(content),
        type=kind_of(content),
        code=content.code if isinstance(content, SystemContent) else None,
        at=at,
    )
