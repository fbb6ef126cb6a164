"""Every kind of event with every kind of value that nobody should send, made by walking over the types."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from inbox.arriving.inbound import InboundEvent
from inbox.model.content import Content, Media

EVENTS: Final[tuple[type[Any], ...]] = get_args(InboundEvent)
CONTENTS: Final[tuple[type[Any], ...]] = get_args(Content)

VALUES: Final[dict[Any, dict[str, Any]]] = {
    str: {
        "long": "x" * 65_537,
        "very long": "y" * 3_000_000,
        "with a NUL": "a\x00b",
        "half an emoji": "a\ud83db",
        "empty": "",
        "an operator": "$where",
    },
    int: {"64 bits and more": 2**63, "twenty digits below nought": -(10**20)},
    float: {"endless": float("inf"), "no number": float("nan"), "huge": 1e308},
    bool: {"true": True, "false": False},
    datetime: {"the last": datetime.max.replace(tzinfo=UTC), "the first": datetime.min.replace(tzinfo=UTC)},
    dict: {
        "an operator": {"$gt": "", "a.b": ""},
        "a NUL": {"a\x00": ""},
        "half an emoji": {"\ud83d": "\ud83d"},
        "many": {str(n): "z" * 100 for n in range(20_000)},
    },
    tuple: {"none": (), "text": ("\ud83d", "z" * 65_537)},
}
"""What a parser could let through; wrong types it can't, and has a walk of its own."""
PLAIN: Final[dict[Any, Any]] = {
    str: "a text",
    bytes: b"{}",
    int: 3,
    float: 1.5,
    bool: False,
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
}


def sound(kind: Any) -> Any:
    """Make a value of a type that nothing is wrong with; every optional part is there, but ids that are ours."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return sound(arguments[0])
    if origin in (Union, types.UnionType):
        return sound(next(one for one in arguments if one is not type(None)))
    if origin is not None:
        return {"key": "value"} if origin is dict else (sound(arguments[0]),)
    if issubclass(kind, msgspec.Struct):
        own = {"id"} if kind is Media else set()
        return kind(**{field: sound(hint) for field, hint in _fields(kind).items() if field not in own})
    return next(iter(kind)) if issubclass(kind, Enum) else PLAIN[kind]


def hostile(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """Make a struct once for each of its fields, at any depth, and each value; with a name that says which."""
    whole = sound(kind)
    yield "sound", whole
    for field in _fields(kind):
        if field == "raw":  # the bytes as they came
            continue
        inner = getattr(whole, field)
        values = next((values for type_, values in VALUES.items() if isinstance(inner, type_)), {})
        for name, value in values.items():
            yield f"{field}: {name}", msgspec.structs.replace(whole, **{field: value})
        if isinstance(inner, msgspec.Struct):
            for name, variant in hostile(type(inner)):
                yield f"{field}.{name}", msgspec.structs.replace(whole, **{field: variant})
        if isinstance(inner, tuple) and inner and isinstance(inner[0], msgspec.Struct):
            for name, variant in hostile(type(inner[0])):
                yield f"{field}.0.{name}", msgspec.structs.replace(whole, **{field: (variant,)})


def _fields(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
