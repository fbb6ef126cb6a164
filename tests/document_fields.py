"""The fields of the documents' types, by name and by path."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from inbox.storage.documents import StoredCollections

ANY: Final = "*"
"""A part of a path that is only known when the code runs."""
_fields_of = cache(typing.get_type_hints)


@cache
def collection_types() -> Mapping[str, type]:
    """Return the type of each collection's documents."""
    declared = typing.get_type_hints(StoredCollections)
    return {name: typing.get_args(collection)[0] for name, collection in declared.items()}


@cache
def field_names() -> frozenset[str]:
    """Return the names of all fields of all documents, whatever they are part of."""
    found: set[str] = set()
    kinds: list[Any] = list(collection_types().values())
    while kinds:
        kind = kinds.pop()
        fields = _fields_of(kind) if typing.is_typeddict(kind) else {}
        found |= fields.keys()
        kinds += [*fields.values(), *typing.get_args(kind)]
    return frozenset(found)


def has_path(kind: Any, path: Sequence[str]) -> bool:
    """Tell whether a type has a field of this name; the parts of `path` lead into what is nested."""
    if not path or kind is Any:
        return True
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if typing.is_typeddict(kind):
        fields = _fields_of(kind)
        named = fields.values() if path[0] == ANY else [fields[path[0]]] if path[0] in fields else []
        return any(has_path(field, path[1:]) for field in named)
    if origin is dict:
        return has_path(arguments[1], path[1:])
    if origin is list:
        return has_path(arguments[0], path[1:] if path[0].isdecimal() else path)
    return any(has_path(one, path) for one in arguments if one is not type(None))
