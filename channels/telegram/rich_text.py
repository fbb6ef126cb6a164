"""The words of a rich message: paragraphs, lists, tables and quotations as plain lines. One row a kind of block.

Source: https://core.telegram.org/bots/api#richmessage, Bot API 10.3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from channels.json_repair import clean_text
from inbox.model.content import MAX_TEXT_CHARS

MAX_DEPTH: Final = 32
"""Twice as deep as Telegram nests; what lies deeper is left out."""

Block = dict[str, Any]


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
