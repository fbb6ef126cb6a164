"""Holds what goes to a visitor against the limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from channels.webchat import limits
from inbox.model.content import (
    AudioContent,
    ButtonsContent,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    ListContent,
    LocationContent,
    MediaContent,
    StickerContent,
    TextContent,
    VideoContent,
    VoiceContent,
    kind_of,
)
from inbox.sending.outbound import ContentNotSendableError


def check_content(content: Content) -> None:
    """Check a content. Raises `ContentNotSendableError` with the JSON pointer of the first fault."""
    check = _CHECKS.get(type(content))
    if check is None:
        raise ContentNotSendableError("/type", f"The web chat cannot show content of type {kind_of(content)}.")
    check(content)


def _at_most(pointer: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        raise ContentNotSendableError(
            pointer, f"The web chat takes at most {most} characters here; this has {len(text)}."
        )


def _required(pointer: str, text: str, most: int) -> None:
    if not text.strip():
        raise ContentNotSendableError(pointer, "An empty text can't be sent.")
    _at_most(pointer, text, most)


def _text(content: TextContent) -> None:
    _required("/text", content.text, limits.MAX_TEXT_CHARS)


def _media(content: MediaContent) -> None:
    if not (content.media.id or content.media.url):
        raise ContentNotSendableError("/media", "A file needs an id or a link.")
    _at_most("/caption", content.caption, limits.MAX_CAPTION_CHARS)


def _buttons(content: ButtonsContent) -> None:
    _required("/text", content.text, limits.MAX_TEXT_CHARS)
    if len(content.buttons) > limits.MAX_BUTTONS:
        raise ContentNotSendableError("/buttons", f"The web chat shows at most {limits.MAX_BUTTONS} buttons.")
    for place, button in enumerate(content.buttons):
        _required(f"/buttons/{place}/title", button.title, limits.MAX_BUTTON_TITLE_CHARS)
        _at_most(f"/buttons/{place}/id", button.id, limits.MAX_ID_CHARS)


def _list(content: ListContent) -> None:
    _required("/text", content.text, limits.MAX_TEXT_CHARS)
    _required("/button", content.button, limits.MAX_BUTTON_TITLE_CHARS)
    if sum(len(section.rows) for section in content.sections) > limits.MAX_LIST_ROWS:
        raise ContentNotSendableError("/sections", f"The web chat shows at most {limits.MAX_LIST_ROWS} rows.")
    for place, section in enumerate(content.sections):
        _at_most(f"/sections/{place}/title", section.title, limits.MAX_BUTTON_TITLE_CHARS)
        for number, row in enumerate(section.rows):
            pointer = f"/sections/{place}/rows/{number}"
            _required(f"{pointer}/title", row.title, limits.MAX_BUTTON_TITLE_CHARS)
            _at_most(f"{pointer}/description", row.description, limits.MAX_ROW_DESCRIPTION_CHARS)
            _at_most(f"{pointer}/id", row.id, limits.MAX_ID_CHARS)


def _anything(_: LocationContent | ContactsContent) -> None:
    """Nothing to check: the content's own shape is enough."""


_CHECKS: Final[dict[type, Callable[[Any], None]]] = {
    TextContent: _text,
    ImageContent: _media,
    VideoContent: _media,
    AudioContent: _media,
    VoiceContent: _media,
    DocumentContent: _media,
    StickerContent: _media,
    LocationContent: _anything,
    ContactsContent: _anything,
    ButtonsContent: _buttons,
    ListContent: _list,
}
"""What the widget can show; anything else is refused at `/type`."""
