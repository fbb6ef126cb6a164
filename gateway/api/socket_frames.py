"""Frames of sockets as schemas, for `/asyncapi.json`."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
YES_OR_NO: Final[Schema] = {"type": "boolean"}


def frame(type_: str, says: str, /, **fields: Schema) -> Schema:
    """Describe a frame; all of its fields are there but those that are `optional`."""
    properties = {"type": {"const": type_}, **fields}
    required = [name for name, field in properties.items() if not field.get("x-optional")]
    shown = {
        name: {word: value for word, value in field.items() if word != "x-optional"}
        for name, field in properties.items()
    }
    return {"description": says, "type": "object", "properties": shown, "required": required}


def optional(schema: Schema) -> Schema:
    """Describe a field that may be left out."""
    return {**schema, "x-optional": True}


def nullable(schema: Schema) -> Schema:
    """Describe a field that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def several(schema: Schema) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": schema}
