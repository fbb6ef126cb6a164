"""Every captured webhook with every leaf replaced by what nobody should send: it is read, and fits what we store.

What a parser gives is stored as it is; so each value has to have the types, lengths and numbers that ours have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import bson
import msgspec
import pytest

from channels.contract import WebhookRejectedError
from channels.telegram.parse import parse_update
from channels.whatsapp.parse import parse_item_again, parse_webhook
from inbox.arriving.inbound import InboundEvent

FIXTURES = Path(__file__).parents[2] / "fixtures"
LONG = "x" * 65_537
DEEP = "[" * 2_000 + "]" * 2_000
HOSTILE: dict[str, str] = {
    "a long text": json.dumps(LONG),
    "a NUL": '"a\\u0000b"',
    "half an emoji": '"a\\ud83d"',
    "nothing": '""',
    "null": "null",
    "true": "true",
    "64 bits and more": str(2**63),
    "twenty digits below nought": str(-(10**20)),
    "five thousand digits": "9" * 5_000,
    "endless": "1e999",
    "a fraction": "0.5",
    "an object": '{"$gt": ""}',
    "a list": "[1, null, {}]",
    "a long list": json.dumps([{}] * 1_100),
    "deep": DEEP,
}
_MARK = "\u2603 here"


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every place in a document, the inner ones and the whole of each part."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _marked(document: Any, path: Sequence[Any]) -> str:
    """Write a document with a mark at a place."""
    copy = json.loads(json.dumps(document))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = _MARK
    return json.dumps(copy, ensure_ascii=False)


def _bodies(folder: str) -> Iterator[tuple[str, bytes]]:
    """Make the bodies: each place of a kind once, with each value."""
    seen: set[tuple[str, ...]] = set()
    for file in sorted((FIXTURES / folder).glob("*.json")):
        try:
            document = json.loads(file.read_bytes())
        except ValueError:  # some are broken on purpose
            continue
        for path in _places(document):
            shape = tuple("*" if isinstance(key, int) else key for key in path)
            if shape in seen:
                continue
            seen.add(shape)
            text = _marked(document, path)
            for name, value in HOSTILE.items():
                yield f"{file.stem} {path}: {name}", text.replace(json.dumps(_MARK, ensure_ascii=False), value).encode()


def _check(event: InboundEvent) -> None:
    """Check that a value is what its type says, and that the database could hold it."""
    plain = msgspec.to_builtins(event, builtin_types=(bytes, datetime))
    assert msgspec.convert(plain, type(event), builtin_types=(bytes, datetime)) == event
    bson.encode({"event": plain})


@pytest.mark.parametrize(("folder", "parse"), [("telegram", parse_update), ("whatsapp", parse_webhook)])
def test_whatever_stands_at_a_place_the_rest_is_read(
    folder: str, parse: Callable[[bytes], Sequence[InboundEvent]]
) -> None:
    read = 0
    for name, body in _bodies(folder):
        try:
            events = parse(body)
        except WebhookRejectedError:
            continue
        for event in events:
            try:
                _check(event)
            except Exception as error:
                raise AssertionError(name) from error
            read += 1
    assert read > 1_000


def test_an_item_of_a_dead_letter_may_be_anything() -> None:
    for value in HOSTILE.values():
        for raw in (value, '{"from": %s, "id": "m"}' % value, '{"status": %s}' % value):  # noqa: UP031
            for event in parse_item_again(raw.encode(), "1"):
                _check(event)
