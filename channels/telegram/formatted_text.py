"""Formatted texts as plain words. Formatting that carries meaning stays: the address behind words, what is crossed out.

Two forms: a text with entities, whose places count UTF-16 code units, and a rich message, a tree of blocks.

Source: https://core.telegram.org/bots/api#messageentity and #richmessage, Bot API 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from msgspec import Raw

from channels.json_repair import JSON_FAULTS, clean_text
from channels.telegram.message_shapes import Shape, UserShape, is_there
from inbox.model.content import MAX_TEXT_CHARS

MAX_ENTITIES: Final = 100
"""As many as Telegram's apps keep; the bound is here so that a made-up update with a million costs no time."""
MAX_DEPTH: Final = 32
"""Twice as deep as Telegram nests rich messages; what lies deeper is left out."""

_UNIT_BYTES: Final = 2
_ENCODING: Final = "utf-16-le"

Block = dict[str, Any]


class EntityShape(Shape):
    """A part of a text that is more than its words."""

    type: str
    offset: int
    length: int
    url: str = ""
    user: UserShape | None = None


_entities = msgspec.json.Decoder(list[EntityShape])


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


def _read(entities: Raw) -> list[EntityShape]:
    try:
        return _entities.decode(entities)[:MAX_ENTITIES]
    except JSON_FAULTS:
        return []


def _insertions(text: str, entities: Iterable[EntityShape]) -> Iterable[tuple[int, str]]:
    """Yield what is put in, with its place in UTF-16 units."""
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


def rich_words(message: object) -> str:
    """Return the words of a decoded rich message, at most as many as a text may have; empty where there are none."""
    blocks = message.get("blocks") if isinstance(message, dict) else None
    return clean_text("\n".join(_blocks(blocks, 0)))[:MAX_TEXT_CHARS].strip()


def _blocks(blocks: object, depth: int) -> list[str]:
    if not isinstance(blocks, list) or depth > MAX_DEPTH:
        return []
    return [line for block in blocks if isinstance(block, dict) for line in _block(block, depth + 1)]


def _block(block: Block, depth: int) -> list[str]:
    reader = _BLOCKS.get(_word(block.get("type")), _plain)
    return [line for line in reader(block, depth) if line.strip()]


def _plain(block: Block, depth: int) -> list[str]:
    """Read any block by the parts that blocks have: text, further blocks, caption, credit."""
    own = [_inline(block.get(name), depth) for name in ("summary", "text", "expression")]
    caption = block.get("caption")
    below = caption if isinstance(caption, dict) and "type" not in caption else {"text": caption}
    credits = [_inline(part.get("credit"), depth) for part in (block, below)]
    return [
        *own,
        *_blocks(block.get("blocks"), depth),
        _inline(below.get("text"), depth),
        *(f"— {credit}" for credit in credits if credit),
    ]


def _quotation(block: Block, depth: int) -> list[str]:
    return [f"> {line}" for lines in _plain(block, depth) for line in lines.splitlines()]


def _list(block: Block, depth: int) -> list[str]:
    items = block.get("items")
    return [line for item in (items if isinstance(items, list) else []) for line in _item(item, depth)]


def _item(item: object, depth: int) -> list[str]:
    if not isinstance(item, dict):
        return []
    box = ("☑ " if item.get("is_checked") else "☐ ") if item.get("has_checkbox") else ""
    first, *others = _blocks(item.get("blocks"), depth) or [""]
    return [f"{_word(item.get('label')) or '•'} {box}{first}", *others]


def _table(block: Block, depth: int) -> list[str]:
    rows = block.get("cells")
    lines = [
        " | ".join(_inline(cell.get("text"), depth) for cell in row if isinstance(cell, dict))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, list)
    ]
    return [_inline(block.get("caption"), depth), *lines]


def _buttons(block: Block, depth: int) -> list[str]:
    buttons = block.get("buttons")
    return [" ".join(_button(button, depth) for button in (buttons if isinstance(buttons, list) else []))]


def _map(block: Block, depth: int) -> list[str]:
    place = block.get("location")
    where = f"📍 {place.get('latitude')}, {place.get('longitude')}" if isinstance(place, dict) else ""
    return [where, *_plain(block, depth)]


def _file(block: Block, depth: int) -> list[str]:
    return [f"[{_word(block.get('type')).replace('_', ' ')}]", *_plain(block, depth)]


def _divider(_: Block, __: int) -> list[str]:
    return ["—"]


def _inline(value: object, depth: int) -> str:
    """Return the words of a formatted text: a string, a list, or a part with a kind."""
    if isinstance(value, str):
        return value
    if depth > MAX_DEPTH:
        return ""
    if isinstance(value, list):
        return "".join(_inline(part, depth + 1) for part in value)
    return _part(value, depth + 1) if isinstance(value, dict) else ""


def _part(part: Block, depth: int) -> str:
    words = _inline(part.get("text"), depth) or _word(part.get("alternative_text")) or _word(part.get("expression"))
    match part.get("type"):
        case "url":
            address = _word(part.get("url"))
            return words if address in ("", words) else f"{words} ({address})"
        case "strikethrough":
            return f"~{words}~"
        case "button":
            return _button(part.get("button"), depth)
        case _:
            return words


def _button(button: object, depth: int) -> str:
    if not isinstance(button, dict):
        return ""
    address = _word(button.get("url"))
    return f"[{_inline(button.get('text'), depth)}]" + (f" ({address})" if address else "")


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


_BLOCKS: Final[dict[str, Callable[[Block, int], list[str]]]] = {
    "blockquote": _quotation,
    "expandable_blockquote": _quotation,
    "pullquote": _quotation,
    "list": _list,
    "table": _table,
    "buttons": _buttons,
    "map": _map,
    "divider": _divider,
    **dict.fromkeys(("animation", "audio", "document", "photo", "video", "voice_note"), _file),
}
"""Kinds that are more than their words; any other, also one that is newer than this, is read by its parts."""
