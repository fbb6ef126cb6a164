"""Makes JSON that strict parsers refuse readable: the slow path, for what needs it only."""

from __future__ import annotations

import json
import math
import re
from typing import TypeVar

import msgspec
from msgspec import Raw

JSON_FAULTS = (ValueError, RecursionError)
"""All that reading JSON can raise: msgspec's errors and bad UTF-8 are `ValueError`, nesting bombs the other."""

Shape = TypeVar("Shape")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_INT_DIGITS = 18
"""Longer integers stay text: they may not fit 64 bits, and Python refuses to read thousands of digits."""


def decode_or_repair(raw: Raw, decoder: msgspec.json.Decoder[Shape]) -> Shape | None:
    """Decode one part of a document strictly, then repaired; None where it does not have the shape."""
    try:
        return decoder.decode(raw)
    except JSON_FAULTS:
        pass
    try:
        return decoder.decode(repaired(bytes(raw)))
    except JSON_FAULTS:
        return None


def repaired(data: bytes) -> bytes:
    """Rewrite JSON so that it is strict and can be stored.

    Half emoji and broken UTF-8 become U+FFFD, NUL characters disappear, numbers that do not fit
    64 bits become text.

    Args:
        data: What a strict parser refused.

    Returns:
        The same document, written anew.

    Raises:
        ValueError: It is not JSON even so.
        RecursionError: It is nested deeper than the interpreter goes.
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return msgspec.json.encode(cleaned(json.loads(text, strict=False, parse_int=_int_or_text)))


def cleaned(value: object) -> object:
    """Clean a decoded JSON value, keys included. Raises `RecursionError` for nesting bombs."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def clean_text(text: str) -> str:
    """Take out what no store accepts: lone surrogates become U+FFFD, NUL characters go."""
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\x00", "")


def _int_or_text(digits: str) -> int | str:
    """Read an integer that fits 64 bits; leave any other as text."""
    return int(digits) if len(digits) <= _MAX_INT_DIGITS else digits
