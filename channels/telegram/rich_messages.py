"""Rich messages, a tree of blocks, as lines with marks.

While the lines are put together a mark is a pair of characters that no text has; at the end they are taken out, which
tells the places.

Source: https://core.telegram.org/bots/api#richmessage, Bot API 10.3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from channels.json_repair import clean_text
from channels.telegram.formatted_text import FormattedText
from inbox.model.content import MAX_TEXT_CHARS
from inbox.model.marks import MAX_MARKS, Mark, MarkKind, marks_within, units

MAX_DEPTH: Final = 32
"""Twice as deep as Telegram nests rich messages; what lies deeper is left out."""

_NONCHARACTERS: Final = re.compile("[\ufdd0-\ufdef]")
"""Meant for programs alone. Source: Unicode 17, 23.7 Noncharacters."""
_FIRST: Final = 0xFDD0
_KINDS: Final = tuple(kind for kind in MarkKind if kind is not MarkKind.LINK)
"""A link's address stands after its words, where it is a link by itself."""
_OPEN: Final[dict[MarkKind, str]] = {kind: chr(_FIRST + number) for number, kind in enumerate(_KINDS)}
_CLOSE: Final = "\ufdef"
_STYLES: Final[Mapping[str, MarkKind]] = {kind.value: kind for kind in _KINDS} | {"marked": MarkKind.BOLD}

Block = dict[str, Any]


def rich_words(message: object) -> FormattedText:
    """Return the words of a decoded rich message, at most as many as a text may have; empty where there are none."""
    blocks = message.get("blocks") if isinstance(message, dict) else None
    text, marks = _taken_out(clean_text("\n".join(_blocks(blocks, 0))))
    whole = text[:MAX_TEXT_CHARS].rstrip()
    bare = whole.lstrip()
    start = units(whole[: len(whole) - len(bare)])
    return FormattedText(bare, marks_within(marks[:MAX_MARKS], start, start + units(bare)))


def _taken_out(text: str) -> tuple[str, list[Mark]]:
    """Take the pairs out of a text; return what stood between them as marks, by their beginnings."""
    pieces, open_, marks, at, done = [], [], [], 0, 0
    for found in _NONCHARACTERS.finditer(text):
        pieces.append(text[done : found.start()])
        at, done = at + units(pieces[-1]), found.end()
        if found[0] != _CLOSE:
            open_.append((_KINDS[ord(found[0]) - _FIRST], at))
        elif open_:
            kind, start = open_.pop()
            marks.append(Mark(type=kind, offset=start, length=at - start))
    return "".join([*pieces, text[done:]]), sorted(marks, key=lambda mark: (mark.offset, -mark.length))


def _marked(words: str, kind: MarkKind | None) -> str:
    return f"{_OPEN[kind]}{words}{_CLOSE}" if kind is not None and words.strip() else words


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


def _heading(block: Block, depth: int) -> list[str]:
    return [_marked(line, MarkKind.BOLD) for line in _plain(block, depth)]


def _code(block: Block, depth: int) -> list[str]:
    return [_marked(line, MarkKind.PRE) for line in _plain(block, depth)]


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
        return _NONCHARACTERS.sub("", value)
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
            return f"~{_marked(words, MarkKind.STRIKETHROUGH)}~"
        case "button":
            return _button(part.get("button"), depth)
        case style:
            return _marked(words, _STYLES.get(_word(style)))


def _button(button: object, depth: int) -> str:
    if not isinstance(button, dict):
        return ""
    address = _word(button.get("url"))
    return f"[{_inline(button.get('text'), depth)}]" + (f" ({address})" if address else "")


def _word(value: object) -> str:
    return _NONCHARACTERS.sub("", value) if isinstance(value, str) else ""


_BLOCKS: Final[dict[str, Callable[[Block, int], list[str]]]] = {
    "heading": _heading,
    "pre": _code,
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
