"""Examples for the documentation: made of the schemas, so that no field can be forgotten and no new route lacks one.

What a schema can't tell (that `email` is an address) is told by the name of the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

EXAMPLE_ID: Final = "0192d1a5c0f8b1c2d3e4f5a6"
_TIME: Final = "2026-11-27T09:30:00Z"
_URL: Final = "https://gateway.example/api/v1/media/0192d1a5c0f8b1c2d3e4f5a6"

BY_NAME: Final[Mapping[str, Any]] = {
    "account_key": "106540352242922",
    "body": "Your order is on its way.",
    "country": "DE",
    "cursor": "MTIzNDU2Nzg5MA",
    "description": "New orders",
    "detail": "The request is not valid at /name: it must not be empty.",
    "direction": "in",
    "email": "ann@example.com",
    "emoji": "👍",
    "external_id": "16505551234",
    "filename": "invoice.pdf",
    "key": "loyalty_level",
    "language": "en",
    "message": "must not be empty",
    "mime_type": "application/pdf",
    "name": "Ann",
    "next_cursor": None,
    "phone": "+16505551234",
    "pointer": "/name",
    "preview": "Where is my order?",
    "provider_id": "wamid.HBgLMTY1MDU1NTEyMzQ",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "status": "ready",
    "text": "Where is my order?",
    "time_zone": "Europe/Berlin",
    "title": "Greeting",
    "to": "+16505551234",
    "token": "gw_0123456789abcdef",
    "value": "gold",
    "wa_id": "16505551234",
}
"""What a field of this name holds, where that fits its schema."""
_BY_ENDING: Final = (("_at", _TIME), ("_id", EXAMPLE_ID), ("_url", _URL), ("_seq", 3618743562240))
_BY_FORMAT: Final[Mapping[str, str]] = {"date-time": _TIME, "date": "2026-11-27", "time": "09:00:00"}


class Examples:
    """Makes an example of a schema; `components` are those that it may refer to."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self._within: list[str] = []

    def of(self, schema: Schema, name: str = "") -> Any:
        """Return a value that fits the schema of a field with this name."""
        if "$ref" in schema:
            return self._of_component(schema["$ref"].rpartition("/")[2], name)
        for known in ("const", "example"):
            if known in schema:
                return schema[known]
        for several in ("examples", "enum"):
            if schema.get(several):
                return schema[several][0]
        choice = schema.get("anyOf") or schema.get("oneOf")
        return self._of_choice(choice, name) if choice else self._of_type(schema, name)

    def _of_component(self, component: str, name: str) -> Any:
        if component in self._within:
            return None
        self._within.append(component)
        try:
            return self.of(self._components[component], name)
        finally:
            self._within.pop()

    def _of_choice(self, choice: list[Schema], name: str) -> Any:
        """Return an example of the first way in which the value can be, null last; null where it would go round."""
        if name in BY_NAME and BY_NAME[name] is None:
            return None
        filled = [one for one in choice if one.get("type") != "null"]
        return self.of(filled[0], name) if filled else None

    def _of_type(self, schema: Schema, name: str) -> Any:
        match schema.get("type"):
            case "string":
                return _text(schema, name)
            case "integer" | "number":
                return _number(schema, name)
            case "boolean":
                return bool(schema.get("default", True))
            case "array":
                return self._list(schema, name)
            case "object":
                return self._object(schema)
            case _:
                return None

    def _list(self, schema: Schema, name: str) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(one) for one in schema["prefixItems"]]
        one = self.of(schema.get("items", {}), name.removesuffix("s") or "item")
        count = max(1, schema.get("minItems", 0))
        return [] if one is None or schema.get("maxItems") == 0 else [one] * count

    def _object(self, schema: Schema) -> dict[str, Any]:
        made = {name: self.of(one, name) for name, one in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping) and not made:
            made["en" if "propertyNames" in schema else "name"] = self.of(more)
        return made


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    ended = next((value for ending, value in _BY_ENDING if name.endswith(ending) and isinstance(value, str)), None)
    known = EXAMPLE_ID if name == "id" else BY_NAME.get(name, ended)
    text = known if isinstance(known, str) else "text"
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _number(schema: Schema, name: str) -> int:
    if isinstance(schema.get("default"), int):
        return int(schema["default"])
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    known = next((value for ending, value in _BY_ENDING if name.endswith(ending) and isinstance(value, int)), 1)
    return max(int(low), min(int(known), int(schema.get("maximum", known))))
