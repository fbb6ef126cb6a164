"""What is said of fields: in the documents each word stands at the field that it is about.

Docstrings say it in a section `Attributes:`, which in a document would be a list of names far from the fields.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from gateway.api.schema_references import structs_behind

Schema = dict[str, Any]

_SECTION: Final = re.compile(r"\n+Attributes:\n")
_FIELD: Final = re.compile(r"^    (\w+): ", re.MULTILINE)


def say_of_each_field(components: Mapping[str, Schema]) -> None:
    """Move what descriptions say of fields to the fields; a field's own words stay. Changes the components."""
    for schema in components.values():
        whole, fields = _parted(inspect.cleandoc(schema.get("description", "")))
        if whole:
            schema["description"] = whole
        for name, words in _words(fields):
            if name in schema.get("properties", {}):
                schema["properties"][name].setdefault("description", words)


def mark_times(components: Mapping[str, Schema], models: Iterable[Any]) -> None:
    """Say of each field that holds a time that it does. Changes the components."""
    for struct in structs_behind(models):
        schema = components.get(struct.cls.__name__, {})
        for field in struct.fields:
            if _holds_a_time(field.type):
                _mark(schema["properties"][field.encode_name])


def _parted(description: str) -> tuple[str, str]:
    found = _SECTION.search(description)
    return (description, "") if found is None else (description[: found.start()], description[found.end() :])


def _words(fields: str) -> Iterable[tuple[str, str]]:
    _, *parts = _FIELD.split(fields)
    for name, words in zip(parts[::2], parts[1::2], strict=True):
        yield name, " ".join(words.split())


def _holds_a_time(type_: msgspec.inspect.Type) -> bool:
    if isinstance(type_, msgspec.inspect.UnionType):
        return any(_holds_a_time(one) for one in type_.types)
    return isinstance(type_, msgspec.inspect.DateTimeType)


def _mark(schema: Schema) -> None:
    """Mark the first text among the ways in which the value can be."""
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("type") == "string":
            one.setdefault("format", "date-time")
            return
