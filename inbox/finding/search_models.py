"""A search as the API takes it, and what it answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.contacts.contact_models import Contact
from inbox.contacts.search_terms import MAX_QUERY_CHARS
from inbox.foundation.pages import DEFAULT_PAGE, Cursor, Limit, Page
from inbox.foundation.spans import Time, check_span
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView

Mark = tuple[int, int]
"""The place of a found word in an excerpt, in characters: the first, and the one behind the last."""


class Found(StrEnum):
    """What is looked for."""

    MESSAGES = "messages"
    CONTACTS = "contacts"
    CONVERSATIONS = "conversations"


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for, where, and when it was written.

    Attributes:
        q: Words, all of which must be there; for contacts beginnings of names. Or a number in any spelling.
        from_: Since when, of messages; of contacts and conversations, since when they have had one.
        to: Before when.
    """

    q: Annotated[str, Meta(max_length=MAX_QUERY_CHARS)] = ""
    kind: Found = Found.MESSAGES
    channel_id: str | None = None
    queue_id: str | None = None
    operator_id: str | None = None
    contact_id: str | None = None
    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    limit: Limit = DEFAULT_PAGE
    cursor: Cursor | None = None

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins."""
        check_span(self.from_, self.to)


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a message's words in which something was found."""

    text: str
    marks: tuple[Mark, ...]


class SearchHit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was found: a contact, a conversation, or a message with its conversation."""

    kind: Found
    message: MessageView | None = None
    excerpt: Excerpt | None = None
    conversation: ConversationView | None = None
    contact: Contact | None = None


class SearchPage(Page[SearchHit], frozen=True, kw_only=True):
    """A part of what was found.

    Attributes:
        newest_only: Of conversations: more messages fit than were looked at. Found are those of the newest ones.
    """

    newest_only: bool = False
