"""Prepared replies and their collections, as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.foundation.pages import DEFAULT_PAGE, Cursor, Limit, Page
from inbox.foundation.patterns import END
from inbox.model.content import (
    AudioContent,
    ButtonsContent,
    ContactsContent,
    DocumentContent,
    ImageContent,
    ListContent,
    LocationContent,
    TextContent,
    VideoContent,
    VoiceContent,
)
from queueing.queues.queue_models import Id, Language, Name

MAX_MESSAGES = 10
"""Of one reply: a customer reads no more in a row."""
MAX_TRANSLATIONS = 20
"""Of one reply: a text takes milliseconds to check, and all are checked in one request."""
ReplyContent = (
    TextContent
    | ImageContent
    | VideoContent
    | AudioContent
    | VoiceContent
    | DocumentContent
    | LocationContent
    | ContactsContent
    | ButtonsContent
    | ListContent
)
"""What may be prepared: all that an operator writes, apart from stickers and WhatsApp's own templates."""
Messages = Annotated[tuple[ReplyContent, ...], Meta(min_length=1, max_length=MAX_MESSAGES)]
Shortcut = Annotated[
    str, Meta(pattern=r"^[a-z0-9_-]{1,32}" + END, examples=["hours"], description="Unique in the workspace.")
]


class ReplyCollectionFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A collection of prepared replies; operators of its groups are offered what is active in it."""

    name: Name
    group_ids: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    active: bool = True


class ReplyCollection(ReplyCollectionFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A collection."""

    id: str
    created_at: datetime


class ReplyCollectionPage(Page[ReplyCollection], frozen=True, kw_only=True):
    """A part of the list of collections."""


class PreparedReplyFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A prepared reply: for each language the messages that it consists of.

    In `text` and `caption` variables may stand, as in automatic texts: `{{ contact.name }}`.
    """

    title: Name
    translations: Annotated[dict[Language, Messages], Meta(min_length=1, max_length=MAX_TRANSLATIONS)]
    shortcut: Shortcut | None = None
    active: bool = True


class PreparedReply(PreparedReplyFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A prepared reply; `version` grows with each change."""

    id: str
    collection_id: str
    version: int
    created_at: datetime
    updated_at: datetime


class PreparedReplyPage(Page[PreparedReply], frozen=True, kw_only=True):
    """A part of a list of prepared replies."""


class ReplyVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A prepared reply as it was in one version; `by` is `kind:id` of who wrote it."""

    version: int
    title: str
    translations: dict[str, tuple[ReplyContent, ...]]
    at: datetime
    by: str


class ReplyVersionPage(Page[ReplyVersion], frozen=True, kw_only=True):
    """Versions of a reply, the newest first."""


class RepliesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is offered: all, or the one with a shortcut."""

    shortcut: Shortcut | None = None
    limit: Limit = DEFAULT_PAGE
    cursor: Cursor | None = None


class ReplyChangeQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `version` a change is refused where somebody else has changed the reply since that version."""

    version: Annotated[int, Meta(ge=1, le=2**31)] | None = None


class ReplyChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which prepared reply, and in which language; without one the customer's is taken.

    With `version` it is refused where the reply has changed since it was shown.
    """

    reply_id: Id
    language: Language | None = None
    version: Annotated[int, Meta(ge=1, le=2**31)] | None = None


class ReplyPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer would get."""

    reply_id: str
    version: int
    language: str
    contents: tuple[ReplyContent, ...]
