"""Objects as the API and the events show them, made from stored documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec

from inbox.arriving.inbound import ProviderError
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, Media, MediaContent, SystemContent
from inbox.model.deadlines import Silence, deadline
from inbox.model.reply_window import WINDOWED_KINDS
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Document

T = TypeVar("T")


class Direction(StrEnum):
    """Which way a message goes, seen from the business."""

    IN = "in"
    OUT = "out"


class AuthorKind(StrEnum):
    """Who wrote a message; `external` is the business's own phone app."""

    CONTACT = "contact"
    OPERATOR = "operator"
    AUTO = "auto"
    CAMPAIGN = "campaign"
    BOT = "bot"
    API = "api"
    EXTERNAL = "external"


class ConversationState(StrEnum):
    """Where a conversation is in its life; `closed` is final."""

    NEW = "new"
    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    CLOSED = "closed"


class Author(msgspec.Struct, frozen=True):
    """Who wrote: the kind, and the contact's, operator's or key's id where there is one."""

    kind: AuthorKind
    id: str | None = None


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """One person's reaction to a message."""

    author: Author
    emoji: str
    at: datetime


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the contract.

    Attributes:
        held_until: When a held reply is given up.
        sender: The name of who wrote, where the customer is a group.
        forwarded_from: The name of whose words the customer passes on.
        quote: The words that it is about, of another chat or chosen out of a message, with where they stand.
        referral: The advertisement, post, product or link that led the customer here, in the provider's own words.
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
    sender: str | None = None
    forwarded_from: str | None = None
    quote: str | None = None
    referral: dict[str, str] = {}


_DELETED: Final = SystemContent(code="deleted", text="This message was deleted.")


class IdentityView(msgspec.Struct, frozen=True):
    """A customer's account with a provider."""

    kind: ChannelKind
    external_id: str


class ContactBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The contact inside a conversation; `unreachable_on` names the channels that the customer has blocked."""

    id: str
    name: str | None
    identities: tuple[IdentityView, ...]
    unreachable_on: tuple[str, ...] = ()


class ChannelBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The channel inside a conversation."""

    id: str
    kind: ChannelKind
    name: str


class LastMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest message, for a list; `at` is when we stored it."""

    seq: int
    direction: Direction
    preview: str
    at: datetime


class WindowView(msgspec.Struct, frozen=True, kw_only=True):
    """The reply window; a channel without one is always open and never expires."""

    open: bool
    expires_at: datetime | None
    free_entry_expires_at: datetime | None


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of the contract.

    Attributes:
        expected_wait_seconds: How long it will still wait in its queue; null where it waits in none, or where the
            queue's recent pace does not tell.
    """

    id: str
    state: ConversationState
    channel: ChannelBrief
    contact: ContactBrief
    identity: IdentityView
    group_id: str | None = None
    campaign_id: str | None = None
    version: int
    queue_id: str | None
    queue_position: int | None = None
    expected_wait_seconds: int | None = None
    operator_id: str | None
    priority: int = 0
    opened_at: datetime
    queued_at: datetime | None = None
    assigned_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    last_message: LastMessage | None = None
    unread: int = 0
    read_seq: int = 0
    window: WindowView
    closes_at: datetime | None = None
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def from_document(document: Mapping[str, Any], type: type[T]) -> T:
    """Turn a stored value into its struct; datetimes are already there."""
    return msgspec.convert(document, type, builtin_types=(datetime, bytes))


def to_document(value: object) -> Any:
    """Turn a struct into what the database stores."""
    return msgspec.to_builtins(value, builtin_types=(datetime, bytes))


class _WithContent(msgspec.Struct):
    content: Content


def content_of(message: Mapping[str, Any]) -> Content:
    """Read the content of a stored message. (Through a struct: converting to a union itself takes 50 µs.)"""
    return msgspec.convert({"content": message["content"]}, _WithContent).content


def message_view(document: Document) -> MessageView:
    """Show a stored message: without what was deleted, reactions taken back, and the provider's file reference."""
    view = from_document({**document, "id": document["_id"]}, MessageView)
    content: Content = _DELETED if view.deleted_at is not None else public_content(view.content)
    quote = None if view.deleted_at is not None else view.quote
    reactions = tuple(reaction for reaction in view.reactions if reaction.emoji)
    return msgspec.structs.replace(view, content=content, quote=quote, reactions=reactions)


def public_content(content: Content) -> Content:
    """Take the provider's file reference out of a content."""
    if isinstance(content, MediaContent) and content.media.provider_media_id is not None:
        media: Media = msgspec.structs.replace(content.media, provider_media_id=None)
        return msgspec.structs.replace(content, media=media)
    return content


def window_view(kind: ChannelKind, document: Document, now: datetime) -> WindowView:
    """Show a conversation's reply window as it is at `now`."""
    if kind not in WINDOWED_KINDS:
        return WindowView(open=True, expires_at=None, free_entry_expires_at=None)
    expires_at = document.get("window_expires_at")
    return WindowView(
        open=expires_at is not None and now < expires_at,
        expires_at=expires_at,
        free_entry_expires_at=document.get("free_entry_expires_at"),
    )


def contact_brief(document: Document) -> ContactBrief:
    """Show a stored contact inside a conversation."""
    return ContactBrief(
        id=document["_id"],
        name=document.get("name"),
        identities=tuple(IdentityView(i["kind"], i["external_id"]) for i in document["identities"]),
        unreachable_on=unreachable_on(document),
    )


def unreachable_on(contact: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the channels that a contact has blocked."""
    return tuple(c for c, known in contact.get("reachability", {}).items() if not known["reachable"])


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation's view needs beside its own document."""

    channel_name: str
    contact: ContactBrief
    last_message: LastMessage | None
    unread: int
    queue_position: int | None = None
    expected_wait_seconds: int | None = None
    silence: Silence = Silence()
    operator_owes: bool = False


def conversation_view(document: Document, surroundings: Surroundings, now: datetime) -> ConversationView:
    """Show a stored conversation."""
    kind = ChannelKind(document["channel_kind"])
    state = ConversationState(document["state"])
    return ConversationView(
        id=document["_id"],
        state=state,
        channel=ChannelBrief(id=document["channel_id"], kind=kind, name=surroundings.channel_name),
        contact=surroundings.contact,
        identity=IdentityView(kind, document["identity"]["external_id"]),
        campaign_id=document.get("campaign_id"),
        version=document["version"],
        queue_id=document["queue_id"],
        queue_position=surroundings.queue_position,
        expected_wait_seconds=surroundings.expected_wait_seconds,
        operator_id=document["operator_id"],
        priority=document.get("priority", 0),
        opened_at=document["opened_at"],
        queued_at=document.get("queued_at"),
        assigned_at=document.get("assigned_at"),
        closed_at=document.get("closed_at"),
        close_reason=document.get("close_reason"),
        last_message=surroundings.last_message,
        unread=surroundings.unread,
        read_seq=int(document.get("read_seq", 0)),
        window=window_view(kind, document, now),
        closes_at=_closes_at(state, document, surroundings),
        tags=tuple(document.get("tags", ())),
        topics=tuple(document.get("topics", ())),
    )


def _closes_at(state: ConversationState, document: Document, surroundings: Surroundings) -> datetime | None:
    if state is ConversationState.CLOSED:
        return None
    assigned = state is ConversationState.ASSIGNED
    return deadline(
        surroundings.silence,
        assigned=assigned,
        active_at=document["active_at"],
        operator_owes=surroundings.operator_owes,
    ).closes_at
