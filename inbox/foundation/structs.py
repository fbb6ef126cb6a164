"""Between stored documents and structs: documents have `_id`, structs have `id`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def from_document(document: Mapping[str, Any], type: type[T]) -> T:
    """Turn a stored value into its struct; datetimes stay as they are."""
    return msgspec.convert(document, type, builtin_types=(datetime, bytes))


def to_document(value: object) -> Any:
    """Turn a struct into what the database stores."""
    return msgspec.to_builtins(value, builtin_types=(datetime, bytes))


def read_as(document: Mapping[str, Any], model: type[T]) -> T:
    """Turn a stored document into a struct; fields that the struct lacks are dropped."""
    return from_document({**document, "id": document["_id"]}, model)


def store_as(value: msgspec.Struct, **further: Any) -> Any:
    """Turn a struct into a document with additional fields that the struct lacks."""
    document: dict[str, Any] = {**to_document(value), **further}
    document["_id"] = document.pop("id")
    return document
