"""SCIM's filters: read once, then asked of each resource. Pure.

Source: RFC 7644, 3.4.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from gateway.scim.scim_problems import ScimError

Test = Callable[[Mapping[str, Any]], bool]

MOST_CHARS: Final = 2_000
MOST_DEPTH: Final = 20
_TOKEN: Final = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<sign>[()\[\]])|(?P<word>[^\s()\[\]"]+))')
_URN: Final = re.compile(r"^urn:[^\s]+:(?=[A-Za-z])", re.IGNORECASE)
_EXACT: Final = frozenset({"id", "externalid", "value"})
"""Attributes whose case counts; the others are compared without (RFC 7643, `caseExact`)."""


def read_filter(text: str) -> Test:
    """Read a filter. Raises `ScimError` (`invalidFilter`)."""
    if len(text) > MOST_CHARS:
        raise _invalid(f"is longer than {MOST_CHARS} characters")
    reader = _Reader(list(_tokens(text)))
    test = reader.alternatives(0)
    reader.expect_end()
    return test


def path_parts(path: str) -> list[str]:
    """Return the names of a path, without the schema before them."""
    return _URN.sub("", path).split(".")


def value_at(resource: Any, parts: list[str]) -> list[Any]:
    """Return what stands under a path, each value of a list by itself; names are found whatever their case."""
    if isinstance(resource, list):
        return [found for one in resource for found in value_at(one, parts)]
    if not parts:
        return [] if resource is None else [resource]
    if not isinstance(resource, Mapping):
        return []
    name = parts[0].casefold()
    return [found for key, value in resource.items() if key.casefold() == name for found in value_at(value, parts[1:])]


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _invalid(f"can't be read at character {at + 1}")
        at = match.end()
        yield match.group().strip()


class _Reader:
    """Reads tokens from left to right: `or` binds least, then `and`, then `not`."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def alternatives(self, depth: int) -> Test:
        tests = [self._together(depth)]
        while self._word("or"):
            tests.append(self._together(depth))
        return tests[0] if len(tests) == 1 else lambda one: any(test(one) for test in tests)

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise _invalid(f"has something after its end: {self._tokens[self._at]}")

    def _together(self, depth: int) -> Test:
        tests = [self._single(depth)]
        while self._word("and"):
            tests.append(self._single(depth))
        return tests[0] if len(tests) == 1 else lambda one: all(test(one) for test in tests)

    def _single(self, depth: int) -> Test:
        if depth > MOST_DEPTH:
            raise _invalid("is nested too deeply")
        if self._word("not"):
            inner = self._single(depth + 1)
            return lambda one: not inner(one)
        if self._word("("):
            test = self.alternatives(depth + 1)
            self._expect(")")
            return test
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Test:
        parts = path_parts(self._next())
        if self._word("["):
            inner = self.alternatives(depth + 1)
            self._expect("]")
            return lambda one: any(inner(value) for value in value_at(one, parts) if isinstance(value, Mapping))
        operator = self._next().casefold()
        if operator == "pr":
            return lambda one: any(value not in ("", [], {}) for value in value_at(one, parts))
        compare = _OPERATORS.get(operator)
        if compare is None:
            raise _invalid(f"has no operator “{operator}”")
        wanted = _literal(self._next())
        if parts[-1].casefold() not in _EXACT:
            wanted = _folded(wanted)
            return lambda one: _any(compare, [_folded(value) for value in _plain(one, parts)], wanted)
        return lambda one: _any(compare, _plain(one, parts), wanted)

    def _word(self, word: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].casefold() == word:
            self._at += 1
            return True
        return False

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise _invalid("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if not self._word(sign):
            raise _invalid(f"lacks a “{sign}”")


def _plain(resource: Mapping[str, Any], parts: list[str]) -> list[Any]:
    """Return the values to compare; of an object with several members its `value` counts (RFC 7643, 2.4)."""
    found = value_at(resource, parts)
    return [value.get("value") if isinstance(value, Mapping) else value for value in found]


def _any(compare: Callable[[Any, Any], bool], values: list[Any], wanted: Any) -> bool:
    if not values:
        return compare is _differs or (compare is _equals and wanted is None)
    return any(compare(value, wanted) for value in values)


def _literal(token: str) -> Any:
    try:
        value = msgspec.json.decode(token.encode() if token[:1] == '"' else token.casefold().encode())
    except msgspec.DecodeError:
        raise _invalid(f"compares with what is no value: {token}") from None
    if isinstance(value, dict | list):
        raise _invalid("compares with what is no single value")
    return value


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _equals(one: Any, other: Any) -> bool:
    return bool(type(one) is type(other) and one == other)


def _differs(one: Any, other: Any) -> bool:
    return not _equals(one, other)


def _of_texts(compare: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: isinstance(one, str) and isinstance(other, str) and compare(one, other)


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": _equals,
    "ne": _differs,
    "co": _of_texts(lambda one, other: other in one),
    "sw": _of_texts(lambda one, other: one.startswith(other)),
    "ew": _of_texts(lambda one, other: one.endswith(other)),
    "gt": _of_texts(lambda one, other: one > other),
    "ge": _of_texts(lambda one, other: one >= other),
    "lt": _of_texts(lambda one, other: one < other),
    "le": _of_texts(lambda one, other: one <= other),
}


def _invalid(what: str) -> ScimError:
    return ScimError("invalidFilter", f"The filter {what}.")
