"""The addresses that stand behind words of a text, and words that are crossed out: formatting that carries meaning.

Telegram counts an entity's place in UTF-16 code units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec
from msgspec import Raw

from channels.json_repair import JSON_FAULTS, clean_text
from channels.telegram.update_shapes import Shape, User, is_there
from inbox.model.content import MAX_TEXT_CHARS

MAX_ENTITIES: Final = 100
"""As many as Telegram's apps keep; the bound is here so that a made-up update with a million costs no time."""

_UNIT_BYTES: Final = 2
_ENCODING: Final = "utf-16-le"


class Entity(Shape):
    """A part of a text that is more than its words."""

    type: str
    offset: int
    length: int
    url: str = ""
    user: User | None = None


_entities = msgspec.json.Decoder(list[Entity])


def with_meaning(text: str, entities: Raw) -> str:
    """Return a text with what its formatting says: addresses after their words, crossed-out words between `~`.

    Args:
        text: The words.
        entities: Telegram's list; what can't be read in it changes nothing.

    Source: https://core.telegram.org/bots/api#messageentity.
    """
    if not is_there(entities):
        return text
    insertions = list(_insertions(text, _read(entities)))
    added = sum(len(words) for _, words in insertions)
    return _inserted(text, insertions) if insertions and len(text) + added <= MAX_TEXT_CHARS else text


def _read(entities: Raw) -> list[Entity]:
    try:
        return _entities.decode(entities)[:MAX_ENTITIES]
    except JSON_FAULTS:
        return []


def _insertions(text: str, entities: Iterable[Entity]) -> Iterable[tuple[int, str]]:
    """Say what is put where, in units."""
    data = text.encode(_ENCODING, "surrogatepass")
    units = len(data) // _UNIT_BYTES
    for entity in entities:
        start, end = entity.offset, entity.offset + entity.length
        make = _MEANINGS.get(entity.type)
        if make is None or not 0 <= start < end <= units or _splits(data, start) or _splits(data, end):
            continue
        words = data[start * _UNIT_BYTES : end * _UNIT_BYTES].decode(_ENCODING, "replace")
        before, after = make(entity, words)
        yield from ((place, clean_text(said)) for place, said in ((start, before), (end, after)) if said)


def _inserted(text: str, insertions: list[tuple[int, str]]) -> str:
    data = text.encode(_ENCODING, "surrogatepass")
    pieces, done = [], 0
    for place, said in sorted(insertions, key=lambda insertion: insertion[0]):
        pieces += [data[done : place * _UNIT_BYTES], said.encode(_ENCODING)]
        done = place * _UNIT_BYTES
    return b"".join([*pieces, data[done:]]).decode(_ENCODING, "replace")


def _splits(data: bytes, unit: int) -> bool:
    """Whether a place is inside of a pair: its second half stands there."""
    return 0xDC <= (data[unit * _UNIT_BYTES + 1] if unit * _UNIT_BYTES < len(data) else 0) <= 0xDF


def _link(entity: Entity, words: str) -> tuple[str, str]:
    shown = words.strip().rstrip("/")
    told = entity.url.rstrip("/")
    return "", f" ({entity.url})" if told and shown not in {told, told.partition("://")[2]} else ""


def _mention(entity: Entity, _: str) -> tuple[str, str]:
    user = entity.user
    if user is None:
        return "", ""
    return "", f" (@{user.username})" if user.username else f" (tg://user?id={user.id})"


def _crossed_out(_: Entity, __: str) -> tuple[str, str]:
    return "~", "~"


_MEANINGS: Final[dict[str, Callable[[Entity, str], tuple[str, str]]]] = {
    "text_link": _link,
    "text_mention": _mention,
    "strikethrough": _crossed_out,
}
"""What is put before and after the words of an entity; any other kind is only shown differently."""
