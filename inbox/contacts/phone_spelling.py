"""From a phone number as people and programs write it to its digits.

Digits are joined only over what people put inside of one number. Where a sign may mean that something else
follows (a second number, a fraction, an extension), the number is refused: joined, it would be somebody else's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple

MAX_CHARS: Final = 40
"""Fifteen digits and what people put between them."""
_PREFIXES: Final = ("tel:", "whatsapp:")
"""How links and other programs say that a number follows."""
_SIGNS: Final[Mapping[str, str]] = {
    **dict.fromkeys("\uff0b\ufe62", "+"),
    **dict.fromkeys("\u2212\u02d7", "-"),
    **dict.fromkeys("\uff08[\uff3b", "("),
    **dict.fromkeys("\uff09]\uff3d", ")"),
    "\uff0e": ".",
    "\uff0f": "/",
    "\u2019": "'",
    "\t": " ",
}
"""Other forms of the signs that belong into a number."""
_CATEGORIES: Final[Mapping[str, str]] = {"Zs": " ", "Pd": "-", "Cf": ""}
"""All blanks and dashes are alike; direction marks, which come along with copied numbers, say nothing."""
_ALLOWED: Final = re.compile(r"[-0-9 ()./+']*", re.ASCII)
_FRACTION: Final = re.compile(r"([1-9][0-9]{6,14})\.0", re.ASCII)
"""A number that went through a program as a fraction: no phone number has a last group of one zero."""
_ROUNDED: Final = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", re.ASCII)
_AREA_CODE: Final = re.compile(r"(?:\+[0-9]{3,8}|0[0-9]{1,5})", re.ASCII)
"""What may stand before a slash: `0151/2345678`. Longer, it may be a number by itself, and another one follows."""
_AFTER_SLASH: Final = 5
"""Digits at least: fewer would be another ending of the same number (`2345678 / 9`)."""
_BEFORE_POINT: Final = 6
"""Digits at most before an only point: `+49.1512345678` is a spelling, `491512345678.25` is none."""
_BRACKETED_ZERO: Final = re.compile(r"\( *0 *\)")


class PhoneRefusedError(Exception):
    """A text is not a phone number that can exist; the message says why."""


class Spelled(NamedTuple):
    """The digits of a number.

    Attributes:
        digits: All of them, 0 to 9.
        plus: Whether it begins with `+`.
        without_zero: The digits without a `(0)`, which is dialled at home only; otherwise the same.
    """

    digits: str
    plus: bool
    without_zero: str


def spelled(written: str) -> Spelled:
    """Read the signs of a number. Raises `PhoneRefusedError`."""
    text = _plain(written)
    if fraction := _FRACTION.fullmatch(text):
        text = fraction[1]
    _check_signs(text)
    _check_slash(text)
    _check_points(text)
    digits = _digits(text)
    if not digits:
        raise PhoneRefusedError("there is no phone number")
    return Spelled(digits, "+" in text, _digits(_BRACKETED_ZERO.sub("", text)))


def _plain(written: str) -> str:
    """Return the text with look-alike characters replaced by the common ones."""
    text = written.strip()
    if len(text) > MAX_CHARS:
        raise PhoneRefusedError("it is too long for a phone number")
    if not text.isascii() or "[" in text or "\t" in text:
        text = "".join(map(_common_form, text)).strip()
    prefix = next((prefix for prefix in _PREFIXES if text.lower().startswith(prefix)), "")
    return text[len(prefix) :]


def _common_form(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    digit = unicodedata.decimal(sign, None)
    return _CATEGORIES.get(unicodedata.category(sign), sign) if digit is None else str(digit)


def _check_signs(text: str) -> None:
    if _ROUNDED.fullmatch(text):
        raise PhoneRefusedError("a spreadsheet has shortened the number: give the column the format Text")
    if not _ALLOWED.fullmatch(text):
        raise PhoneRefusedError("it is not a phone number: there is more than digits, blanks, dashes and brackets")
    before, plus, after = text.partition("+")
    if plus and ("+" in after or _digits(before)):
        raise PhoneRefusedError("it is not a phone number: a + may only begin it")


def _check_slash(text: str) -> None:
    before, slash, after = text.partition("/")
    if not slash:
        return
    opening = re.sub(r"[^0-9+]", "", before)
    if "/" in after or not _AREA_CODE.fullmatch(opening) or len(_digits(after)) < _AFTER_SLASH:
        raise PhoneRefusedError("there may be two numbers: write one, without a slash")


def _check_points(text: str) -> None:
    before, *others = text.split(".")
    if not others:
        return
    alone = len(others) == 1 and len(_digits(before)) > _BEFORE_POINT
    if alone or len(_digits(others[-1])) == 1:
        raise PhoneRefusedError("digits after a point may be a fraction: write the number without a point")


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
