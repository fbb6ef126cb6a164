"""Texts with entities, whose places count UTF-16 code units, as words with marks.

What formatting says is said in the words too, for programs that show nothing else: the address behind words stands
after them, what is crossed out between `~`.

Source: https://core.telegram.org/bots/api#messageentity, Bot API 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from channels.json_repair import JSON_FAULTS, clean_text
from channels.telegram.message_shapes import Shape, UserShape, is_there
from inbox.model.content import MAX_TEXT_CHARS
from inbox.model.marks import MAX_MARKS, Mark, MarkKind, is_address, splits, units, with_insertions

KINDS: Final = {
    **{kind.value: kind for kind in MarkKind},
    "blockquote": MarkKind.QUOTE,
    "expandable_blockquote": MarkKind.QUOTE,
    "text_link": MarkKind.LINK,
}
"""Telegram's names of what we have marks for; what it finds by itself (addresses, commands, hashtags) needs none."""

_UNIT_BYTES: Final = 2
_ENCODING: Final = "utf-16-le"

Insertion = tuple[int, str]


class FormattedText(NamedTuple):
    """Words, and what is special of them."""

    text: str
    marks: tuple[Mark, ...] = ()


class EntityShape(Shape):
    """A part of a text that is more than its words."""

    type: str
    offset: int
    length: int
    url: str = ""
    user: UserShape | None = None


class _Span(NamedTuple):
    """Where an entity lies in a text that it fits, and its words."""

    entity: EntityShape
    start: int
    end: int
    words: str


_entities = msgspec.json.Decoder(list[EntityShape])


def formatted(text: str, entities: Raw) -> FormattedText:
    """Return a text with what its formatting says.

    Args:
        text: The words.
        entities: Telegram's list; what can't be read in it changes nothing.

    Source: https://core.telegram.org/bots/api#messageentity.
    """
    if not is_there(entities):
        return FormattedText(text)
    spans = list(_spans(text, _read(entities)))
    insertions = [insertion for span in spans for insertion in _insertions(span)]
    if len(text) + sum(len(words) for _, words in insertions) > MAX_TEXT_CHARS:
        insertions = []
    marks = tuple(_marks(spans, insertions))
    return FormattedText(with_insertions(text, insertions) if insertions else text, marks)


def _read(entities: Raw) -> list[EntityShape]:
    try:
        return _entities.decode(entities)[:MAX_MARKS]
    except JSON_FAULTS:
        return []


def _spans(text: str, entities: Iterable[EntityShape]) -> Iterator[_Span]:
    """Yield the entities that say something, where they lie in the text as a whole."""
    data = text.encode(_ENCODING, "surrogatepass")
    for entity in entities:
        start, end = entity.offset, entity.offset + entity.length
        told = entity.type in KINDS or entity.type in _MEANINGS
        if told and 0 <= start < end <= len(data) // _UNIT_BYTES and not splits(data, start) and not splits(data, end):
            words = data[start * _UNIT_BYTES : end * _UNIT_BYTES].decode(_ENCODING, "replace")
            yield _Span(entity, start, end, words)


def _insertions(span: _Span) -> Iterator[Insertion]:
    """Yield what is put in, with its place in UTF-16 units."""
    make = _MEANINGS.get(span.entity.type)
    if make is not None:
        before, after = make(span.entity, span.words)
        yield from ((place, clean_text(said)) for place, said in ((span.start, before), (span.end, after)) if said)


def _marks(spans: Iterable[_Span], insertions: Sequence[Insertion]) -> Iterator[Mark]:
    """Yield the marks, at the places where their words are after the insertions."""
    placed = sorted((place, units(words)) for place, words in insertions)
    for entity, start, end, _ in spans:
        kind = KINDS.get(entity.type)
        url = entity.url if kind is MarkKind.LINK else None
        if kind is None or (url is not None and not is_address(url)):
            continue
        before = sum(length for place, length in placed if place <= start)
        inside = sum(length for place, length in placed if start < place < end)
        yield Mark(type=kind, offset=start + before, length=end - start + inside, url=url)


def _link(entity: EntityShape, words: str) -> tuple[str, str]:
    shown = words.strip().rstrip("/")
    told = entity.url.rstrip("/")
    return "", f" ({entity.url})" if told and shown not in {told, told.partition("://")[2]} else ""


def _mention(entity: EntityShape, _: str) -> tuple[str, str]:
    user = entity.user
    if user is None:
        return "", ""
    return "", f" (@{user.username})" if user.username else f" (tg://user?id={user.id})"


def _crossed_out(_: EntityShape, __: str) -> tuple[str, str]:
    return "~", "~"


_MEANINGS: Final[dict[str, Callable[[EntityShape, str], tuple[str, str]]]] = {
    "text_link": _link,
    "text_mention": _mention,
    "strikethrough": _crossed_out,
}
"""What is put before and after the words of an entity; any other kind is only shown differently."""
