"""Tags and topics as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page
from inbox.foundation.patterns import END, VISIBLE
from inbox.foundation.unicode_forms import normalized

MAX_TAGS: Final = 50
"""Of one contact or conversation: more is read by nobody."""
MAX_TOPICS: Final = 20
"""Of one conversation, likewise."""
TAGS_OF_WORKSPACE: Final = 2_000
"""Whoever has more has typed in what belongs into a field; the list is still searched by eye."""
TOPICS_OF_WORKSPACE: Final = 1_000
"""The tree is read whole, in some milliseconds."""
MAX_DEPTH: Final = 5
"""Levels of the tree, so that a path still fits a line."""

TagName = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^\S(.*\S)?" + END)]
Color = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}" + END, examples=["#2f80ed"])]
TopicName = Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
LabelId = Annotated[str, Meta(min_length=1, max_length=100)]


class TagFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tag: a word by which conversations and contacts are found."""

    name: TagName
    color: Color | None = None


class Tag(TagFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A tag. `deleted` is true in the last event about it."""

    id: str
    created_at: datetime
    deleted: bool = False


class TagPage(Page[Tag], frozen=True, kw_only=True):
    """A part of the list of tags."""


class TopicFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What conversations are about: a place in the workspace's tree of topics.

    Attributes:
        parent_id: The topic above; null for one at the top.
        order: Its place among those beside it, the lowest first.
        active: An inactive one, and what is below it, is not offered any more; what has it keeps it.
    """

    name: TopicName
    parent_id: LabelId | None = None
    order: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    active: bool = True


class Topic(TopicFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A topic. `deleted` is true in the last event about it."""

    id: str
    created_at: datetime
    deleted: bool = False


class TopicPage(Page[Topic], frozen=True, kw_only=True):
    """A part of the list of topics."""


def folded(name: str) -> str:
    """Return what two names have in common that people take for the same: no case, no width, no doubled blanks."""
    return " ".join(normalized("NFKC", name).casefold().split())
