"""From what a client sent to strict models: the same faults and the same pointers everywhere.

msgspec stops at the first fault and names it as `$.a.b[0]`; clients get the JSON pointer `/a/b/0`.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec

from inbox.foundation.merge_patch import merge_patch
from inbox.foundation.problems import FieldError, Problem

T = TypeVar("T")

_AT: Final = re.compile(r" - at (?:`key` in )?`(?:key in )?\$(?P<path>[^`]*)`$")
_NAMED: Final = re.compile(r"(?:unknown field|missing required field) `(?P<name>[^`]+)`")
_STEP: Final = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>[^\]]*)\]")


def decode_json(raw: bytes, model: type[T]) -> T:
    """Decode a body.

    Raises:
        Problem: `malformed` if it is not JSON, `invalid_request` with a pointer if it does not fit the model.
    """
    try:
        return msgspec.json.decode(raw, type=model)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Problem("malformed", "The body is not valid JSON in UTF-8.") from None


def convert(value: Any, model: type[T], *, strict: bool = True) -> T:
    """Convert builtins to a model; `strict=False` also reads numbers and booleans from strings (query parameters).

    Raises:
        Problem: `invalid_request` with a pointer.
    """
    try:
        return msgspec.convert(value, model, strict=strict)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def apply_patch(current: Any, patch: Any, model: type[T]) -> T:
    """Merge a patch (RFC 7396) into the builtins of an object and check the outcome as a whole.

    Raises:
        Problem: `invalid_request` if the outcome does not fit the model.
    """
    if not isinstance(patch, dict):
        raise Problem("invalid_request", "A patch is a JSON object.", errors=[FieldError("", "expected `object`")])
    return convert(merge_patch(current, patch), model)


def invalid(error: msgspec.ValidationError) -> Problem:
    """Turn msgspec's fault into ours."""
    text = str(error)
    message = _AT.sub("", text)
    fault = FieldError(pointer_of(text), message[:1].lower() + message[1:])
    where = f" at {fault.pointer}" if fault.pointer else ""
    return Problem("invalid_request", f"The request is not valid{where}: {fault.message}.", errors=[fault])


def field_problem(pointer: str, message: str) -> Problem:
    """Say that one field is not acceptable."""
    return Problem(
        "invalid_request", f"The request is not valid at {pointer}: {message}.", errors=[FieldError(pointer, message)]
    )


def pointer_of(text: str) -> str:
    """Give the JSON pointer that a message of msgspec is about; an unknown key of a mapping shows as `*`."""
    at = _AT.search(text)
    steps = [step["name"] or step["index"] for step in _STEP.finditer(at["path"])] if at else []
    named = _NAMED.search(text)
    if named:
        steps.append(named["name"])
    return "".join("/" + _escape("*" if step == "..." else step) for step in steps)


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
