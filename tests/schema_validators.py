"""Validators of schemas that refer to a document's components."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import jsonschema_rs
import msgspec

_REFERENCE: Final = re.compile(rb'"#/components/schemas/([^"]+)"')


def validator_of(
    schema: Mapping[str, Any], document: Mapping[str, Any], *, validate_formats: bool | None = None
) -> jsonschema_rs.Validator:
    """Make a validator with no more of a document's components than it needs: with all of them it takes megabytes."""
    schemas = document["components"]["schemas"]
    needed: dict[str, Any] = {}
    unread = _names_in(schema)
    while unread:
        name = unread.pop()
        if name not in needed:
            needed[name] = schemas[name]
            unread |= _names_in(needed[name])
    whole = {**schema, "components": {"schemas": needed}}
    return jsonschema_rs.validator_for(whole, validate_formats=validate_formats)


def _names_in(schema: Any) -> set[str]:
    return {name.decode() for name in _REFERENCE.findall(msgspec.json.encode(schema))}
