"""Texts and captions on their way into a message."""

from __future__ import annotations

from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.lengths import MAX_CAPTION, MAX_TEXT, utf16_length
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.state import JsonObject


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
    """A text and its entities, which the client gave itself or left to `parse_mode`."""
    text = params.text(name)
    given = params.json(entities_name)
    return text.strip(), given if isinstance(given, list) else []
