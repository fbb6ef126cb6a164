"""Decodes what clients send into strict models; all faults become the same kind of problem."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from inbox.foundation.faults import fault_of
from inbox.foundation.merge_patch import merge_patch
from inbox.foundation.problems import FieldError, ProblemError

T = TypeVar("T")


def decode_json(raw: bytes, model: type[T]) -> T:
    """Decode a body.

    Raises:
        ProblemError: `malformed` if it is not JSON, `invalid_request` with a pointer if it does not fit the model.
    """
    try:
        return msgspec.json.decode(raw, type=model)
    except msgspec.ValidationError as error:
        raise invalid(fault_of(error, _builtins(raw), model)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _malformed() from None


def _builtins(raw: bytes) -> Any:
    """Decode a whole body in which a fault was found early: what follows may not be JSON."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _malformed() from None


def _malformed() -> ProblemError:
    return ProblemError("malformed", "The body is not valid JSON in UTF-8.")


def convert(value: Any, model: type[T], *, strict: bool = True) -> T:
    """Convert builtins to a model; `strict=False` also reads numbers and booleans from strings (query parameters).

    Raises:
        ProblemError: `invalid_request` with a pointer.
    """
    try:
        return msgspec.convert(value, model, strict=strict)
    except msgspec.ValidationError as error:
        raise invalid(fault_of(error, value, model, strict=strict)) from None


def apply_patch(current: Any, patch: Any, model: type[T]) -> T:
    """Merge a patch (RFC 7396) into an object's fields and validate the result as a whole.

    Raises:
        ProblemError: `invalid_request` if the outcome does not fit the model.
    """
    if not isinstance(patch, dict):
        raise ProblemError("invalid_request", "A patch is a JSON object.", errors=[FieldError("", "expected `object`")])
    return convert(merge_patch(current, patch), model)


def invalid(fault: FieldError) -> ProblemError:
    """Return the problem that a value does not fit its model."""
    where = f" at {fault.pointer}" if fault.pointer else ""
    return ProblemError("invalid_request", f"The request is not valid{where}: {fault.message}.", errors=[fault])


def field_problem(pointer: str, message: str) -> ProblemError:
    """Return the problem that one field is not acceptable."""
    return ProblemError(
        "invalid_request", f"The request is not valid at {pointer}: {message}.", errors=[FieldError(pointer, message)]
    )
