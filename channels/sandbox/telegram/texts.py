"""Texts and captions on their way into a message."""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.entities import with_detected
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.html_marks import HtmlParser
from channels.sandbox.telegram.legacy_markdown import LegacyMarkdownParser
from channels.sandbox.telegram.lengths import MAX_CAPTION, MAX_TEXT, utf16_length
from channels.sandbox.telegram.markdown_marks import MarkdownParser
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.state import JsonObject

PARSERS: dict[str, type[HtmlParser | LegacyMarkdownParser | MarkdownParser]] = {
    "html": HtmlParser,
    "markdown": LegacyMarkdownParser,
    "markdownv2": MarkdownParser,
}


def text_fields(params: Params) -> JsonObject:
    """`text` with `entities`.

    Raises:
        BotApiError: It is empty, too long, or its marks make no sense.
    """
    text, entities = formatted(params, "text", "entities")
    if not text.strip():
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_fields(params: Params) -> JsonObject:
    """`caption` with `caption_entities`, or nothing.

    Raises:
        BotApiError: It is too long, or its marks make no sense.
    """
    caption, entities = formatted(params, "caption", "caption_entities")
    if utf16_length(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not caption.strip():
        return {}
    return {"caption": caption, **({"caption_entities": entities} if entities else {})}


def formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[JsonObject]]:
    """A text and its entities, which the client gave itself or left to `parse_mode`.

    Raises:
        BotApiError: The mode is unknown, or the marks make no sense.
    """
    text, given = params.text(name), params.json(entities_name)
    if isinstance(given, list) and given:
        return text, with_detected(text, [one for one in given if _fits(one, utf16_length(text))])
    mode = params.text("parse_mode").lower()
    if not mode:
        stripped = text.strip()
        return stripped, with_detected(stripped, [])
    if mode not in PARSERS:
        raise bad_request("unsupported parse_mode")
    parsed, entities = PARSERS[mode](text).parse()
    stripped, moved = _stripped(parsed, entities)
    return stripped, with_detected(stripped, moved)


def _fits(entity: Any, length: int) -> bool:
    """Whether an entity lies in the text; others are dropped without a word, as Telegram does."""
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad_request("can't parse entities: entity must be an object with a type")
    offset, size = entity.get("offset"), entity.get("length")
    return isinstance(offset, int) and isinstance(size, int) and 0 <= offset < offset + size <= length


def _stripped(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Without the white space around it; entities move along."""
    whole = text.rstrip()
    cut = len(whole) - len(whole.lstrip())
    shift, end = utf16_length(whole[:cut]), utf16_length(whole)
    moved = []
    for one in entities:
        first, last = max(one["offset"] - shift, 0), min(one["offset"] + one["length"], end) - shift
        if last > first:
            moved.append({**one, "offset": first, "length": last - first})
    return whole[cut:], moved
