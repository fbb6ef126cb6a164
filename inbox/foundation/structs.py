"""Between stored documents, which have `_id`, and structs, which have `id`."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from inbox.messages.views import from_document, to_document
from inbox.storage.database import Document

T = TypeVar("T")


def read_as(document: Document, model: type[T]) -> T:
    """Turn a stored document into a struct; fields that the struct lacks are dropped."""
    return from_document({**document, "id": document["_id"]}, model)


def store_as(value: msgspec.Struct, **further: Any) -> Document:
    """Turn a struct into a document, with further fields that no view shows."""
    document: Document = {**to_document(value), **further}
    document["_id"] = document.pop("id")
    return document
