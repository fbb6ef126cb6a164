"""Turns msgspec's validation errors into ours: a JSON pointer, and what is expected there.

msgspec stops at the first fault and names its place as `$.a.b[0]`, without the keys of mappings and without the words
that an enumeration knows. Clients get the JSON pointer `/a/b/0`, with keys, and the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import inspect

from inbox.foundation.problems import FieldError

_AT: Final = re.compile(r" - at (?P<key>`?key` in |`?key in )?`?(?:key in )?\$(?P<path>[^`]*)`$")
_NAMED: Final = re.compile(r"(?:unknown field|missing required field) `(?P<name>[^`]+)`")
_RULE: Final = re.compile(r"`(?P<path>[\w.]+)` (?:must|is) ")
"""How our own checks of a model begin; they concern several of its fields, so that msgspec names the model only."""
_STEP: Final = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>[^\]]*)\]")
_ANY: Final = "..."
_NO_KEY: Final = "*"
_KEYS_TRIED: Final = 200
"""Of one mapping: finding the key costs a check for each, and none of ours may have more."""


def fault_of(error: msgspec.ValidationError, value: Any, model: Any, *, strict: bool = True) -> FieldError:
    """Return what is wrong in a value, and where.

    Args:
        error: What msgspec raised.
        value: What was not valid, as builtins.
        model: What it should have been.
        strict: As it was converted.
    """
    text = str(error)
    at = _AT.search(text)
    message = _AT.sub("", text)
    steps = [step["name"] or step["index"] for step in _STEP.finditer(at["path"])] if at else []
    is_key = bool(at and at["key"]) or "`key in $" in text
    if message.startswith("Invalid enum value"):
        words = _words_at(inspect.type_info(model), steps, is_key=is_key)
        message += f": must be one of {', '.join(words)}" if words else ""
    steps = _with_keys(steps + [_ANY] * is_key, text, value, model, strict)
    inner = _NAMED.search(message) or _RULE.match(message)
    if inner:
        named = inner.groupdict()
        steps += [named["name"]] if "name" in named else named["path"].split(".")
    pointer = "".join("/" + _escaped(_NO_KEY if step == _ANY else step) for step in steps)
    return FieldError(pointer, message[:1].lower() + message[1:])


def _with_keys(steps: Sequence[str], text: str, value: Any, model: Any, strict: bool) -> list[str]:
    """Put mapping keys into a path; msgspec does not name them, so each value is validated by itself to find it."""
    found = list(steps)
    for place, step in enumerate(steps):
        if step != _ANY:
            continue
        key, value = _faulty_key(found[:place], text, value, model, strict)
        if key is None:
            break
        found[place] = key
    return found


def _faulty_key(path: Sequence[str], text: str, value: Any, model: Any, strict: bool) -> tuple[str | None, Any]:
    mapping = value
    for step in path:
        mapping = mapping[int(step)] if isinstance(mapping, list | tuple) else mapping[step]
    if not isinstance(mapping, dict) or len(mapping) > _KEYS_TRIED:
        return None, value
    for key, item in mapping.items():
        tried = _replaced(value, path, {key: item})
        try:
            msgspec.convert(tried, model, strict=strict)
        except msgspec.ValidationError as error:
            if str(error) == text:
                return str(key), tried
    return None, value


def _replaced(value: Any, path: Sequence[str], part: Any) -> Any:
    """Return a copy of a value with another part at a path."""
    if not path:
        return part
    step, *rest = path
    if isinstance(value, list | tuple):
        index = int(step)
        return [*value[:index], _replaced(value[index], rest, part), *value[index + 1 :]]
    return {**value, step: _replaced(value[step], rest, part)}


def _words_at(type_: inspect.Type, steps: Sequence[str], *, is_key: bool) -> list[str]:
    """Return the values of the enumeration at a path of a model; empty if it is none or unknown."""
    for alternative in type_.types if isinstance(type_, inspect.UnionType) else (type_,):
        words = _words(alternative, steps, is_key)
        if words:
            return words
    return []


def _words(type_: inspect.Type, steps: Sequence[str], is_key: bool) -> list[str]:
    if isinstance(type_, inspect.Metadata):
        return _words_at(type_.type, steps, is_key=is_key)
    if isinstance(type_, inspect.EnumType) and not steps:
        return [str(member.value) for member in type_.cls]
    inner = _inner(type_, steps) if steps or is_key else None
    return [] if inner is None else _words_at(inner, steps[1:], is_key=is_key and bool(steps))


def _inner(type_: inspect.Type, steps: Sequence[str]) -> inspect.Type | None:
    """Return the type that a path's first step leads to; for a mapping at the end of the path, its keys' type."""
    match type_:
        case inspect.DictType():
            return type_.value_type if steps else type_.key_type
        case inspect.VarTupleType() | inspect.ListType():
            return type_.item_type
        case inspect.StructType() if steps:
            return next((field.type for field in type_.fields if field.encode_name == steps[0]), None)
    return None


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
