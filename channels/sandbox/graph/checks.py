"""Small checks that every validator uses; each refuses with Meta's error."""

from __future__ import annotations

from typing import Any

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import JsonObject


def obj(parent: JsonObject, key: str, path: str) -> JsonObject:
    """A required JSON object."""
    value = required(parent, key, path)
    if not isinstance(value, dict):
        raise GraphError(100, f"Param {path} must be a JSON object.")
    return value


def items(parent: JsonObject, key: str, path: str) -> list[JsonObject]:
    """A required list of JSON objects, not empty."""
    value = required(parent, key, path)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise GraphError(100, f"Param {path} must be an array of JSON objects.")
    if not value:
        raise GraphError(131009, f"Param {path} must have at least 1 element.")
    return value


def required(parent: JsonObject, key: str, path: str) -> Any:
    """A field that must be there."""
    value = parent.get(key)
    if value is None:
        raise GraphError(131008, f"The parameter {path} is required.")
    return value


def text(parent: JsonObject, key: str, path: str, limit: int) -> str:
    """A required string of 1 to `limit` characters."""
    value = required(parent, key, path)
    if not isinstance(value, str):
        raise GraphError(100, f"Param {path} must be a string.")
    if not value.strip():
        raise GraphError(131008, f"The parameter {path} is required.")
    return _within(value, path, limit)


def optional_text(parent: JsonObject, key: str, path: str, limit: int) -> str | None:
    """A string that may be missing."""
    value = parent.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise GraphError(100, f"Param {path} must be a string.")
    return _within(value, path, limit)


def number(parent: JsonObject, key: str, path: str, bound: float) -> float:
    """A required number, or one in a string, within plus or minus `bound`."""
    value = required(parent, key, path)
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise GraphError(100, f"Param {path} must be a number.") from None
    if isinstance(value, bool) or not abs(found) <= bound:
        raise GraphError(131009, f"Param {path} must be between -{bound:g} and {bound:g}.")
    return found


def at_most(values: list[Any], path: str, limit: int) -> None:
    """A bound on a list's length."""
    if len(values) > limit:
        raise GraphError(131009, f"Param {path} exceeds the maximum of {limit} elements.")


def unique(values: list[str], path: str) -> None:
    """No value twice."""
    if len(set(values)) != len(values):
        raise GraphError(131009, f"Duplicated value in {path}: each must be unique.")


def _within(value: str, path: str, limit: int) -> str:
    if len(value) > limit:
        raise GraphError(100, f"Param {path} must be at most {limit} characters long.")
    return value
