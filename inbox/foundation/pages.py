"""Cursor pages: every list of the API is cut the same way."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from inbox.foundation.problems import FieldError, ProblemError

MAX_PAGE = 200
DEFAULT_PAGE = 50

T = TypeVar("T")
K = TypeVar("K")

Limit = Annotated[int, Meta(ge=1, le=MAX_PAGE, description="Most items to answer.")]
Cursor = Annotated[str, Meta(max_length=512, description="`next_cursor` of the page before.")]


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query parameters of a plain list."""

    limit: Limit = DEFAULT_PAGE
    cursor: Cursor | None = None


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A part of a list; `next_cursor` is null at its end."""

    items: Sequence[T]
    next_cursor: str | None = None


def cut_page(items: Sequence[T], limit: int, key: Callable[[T], object]) -> Page[T]:
    """Cut a page out of up to `limit + 1` items; `key` returns the sort key that the cursor keeps of the last one."""
    if len(items) <= limit:
        return Page(items=items)
    shown = items[:limit]
    return Page(items=shown, next_cursor=encode_cursor(key(shown[-1])))


def encode_cursor(key: object) -> str:
    """Make an opaque cursor of a sort key (anything that msgspec encodes as JSON)."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, key_type: type[K]) -> K | None:
    """Return the sort key of a cursor, None for the first page.

    Raises:
        ProblemError: `invalid_request` if it is none of ours.
    """
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=key_type)
    except (msgspec.DecodeError, binascii.Error, UnicodeError, ValueError):
        raise ProblemError(
            "invalid_request",
            "The cursor is not one of this list.",
            errors=[FieldError("/cursor", "use next_cursor of the page before, or leave it out")],
        ) from None
