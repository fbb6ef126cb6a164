"""Holds a content against Meta's limits before anything is stored or sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from channels.common_checks import check_file, check_location, check_source
from channels.whatsapp import limits
from channels.whatsapp.text_marks import whatsapp_words
from inbox.model.content import (
    AudioContent,
    Button,
    ButtonsContent,
    ContactRequestContent,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    ListContent,
    ListRow,
    ListSection,
    LocationContent,
    MediaContent,
    StickerContent,
    TemplateContent,
    TextContent,
    VideoContent,
    VoiceContent,
    kind_of,
    words_and_marks,
)
from inbox.model.marks import Mark
from inbox.sending.outbound import ContentNotSendableError

_TEMPLATE_NAME = re.compile(r"[a-z0-9_]+", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", re.ASCII)


def check_content(content: Content) -> None:
    """Check a content against WhatsApp's limits.

    Raises:
        ContentNotSendableError: With the JSON pointer of the first fault and the limit's number.
    """
    check = _CHECKS.get(type(content))
    if check is None:
        raise ContentNotSendableError("/type", f"WhatsApp cannot send content of type {kind_of(content)}.")
    check(content)


def _at_most(pointer: str, text: str | None, max_chars: int) -> None:
    if text is not None and len(text) > max_chars:
        raise ContentNotSendableError(
            pointer, f"WhatsApp allows at most {max_chars} characters here; this has {len(text)}."
        )


def _not_blank(pointer: str, text: str) -> None:
    if not text.strip():
        raise ContentNotSendableError(pointer, "WhatsApp refuses an empty text here.")


def _required(pointer: str, text: str, max_chars: int) -> None:
    _not_blank(pointer, text)
    _at_most(pointer, text, max_chars)


def _count(pointer: str, items: Sequence[object], most: int, what: str) -> None:
    if not 1 <= len(items) <= most:
        raise ContentNotSendableError(pointer, f"WhatsApp takes 1 to {most} {what}; this has {len(items)}.")


def _unique(pointer: str, values: Sequence[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise ContentNotSendableError(pointer, f"WhatsApp wants every {what} to be different.")


def _fits(pointer: str, words: str, marks: Sequence[Mark], max_chars: int) -> None:
    """Refuse words that are too long, alone or with the signs of their marks: who writes far too much costs nothing."""
    _at_most(pointer, words, max_chars)
    _at_most(pointer, whatsapp_words(words, marks), max_chars)


def _text(content: TextContent) -> None:
    _not_blank("/text", content.text)
    _fits("/text", content.text, content.marks, limits.MAX_TEXT_CHARS)


def _media(content: MediaContent) -> None:
    check_file(content, limits.MEDIA_LIMITS[type(content)], "WhatsApp")
    words, marks = words_and_marks(content)
    _fits("/caption", words, marks, limits.MAX_CAPTION_CHARS)
    check_source(content)


def _contacts(content: ContactsContent) -> None:
    _count("/contacts", content.contacts, limits.MAX_CONTACTS, "contact cards")
    for place, card in enumerate(content.contacts):
        _not_blank(f"/contacts/{place}/name", card.name)


def _buttons(content: ButtonsContent) -> None:
    _required("/text", content.text, limits.MAX_BUTTONS_BODY_CHARS)
    _count("/buttons", content.buttons, limits.MAX_BUTTONS, "buttons")
    for place, button in enumerate(content.buttons):
        _button(f"/buttons/{place}", button)
    _unique("/buttons", [button.title for button in content.buttons], "button's title")
    _unique("/buttons", [button.id for button in content.buttons], "button's id")


def _button(pointer: str, button: Button) -> None:
    _required(f"{pointer}/title", button.title, limits.MAX_BUTTON_TITLE_CHARS)
    _required(f"{pointer}/id", button.id, limits.MAX_BUTTON_ID_CHARS)


def _list(content: ListContent) -> None:
    _required("/text", content.text, limits.MAX_LIST_BODY_CHARS)
    _required("/button", content.button, limits.MAX_LIST_BUTTON_CHARS)
    _count("/sections", content.sections, limits.MAX_LIST_SECTIONS, "sections")
    titled = len(content.sections) > 1
    for place, section in enumerate(content.sections):
        _section(f"/sections/{place}", section, titled=titled)
    rows = [row for section in content.sections for row in section.rows]
    _count("/sections", rows, limits.MAX_LIST_ROWS, "rows in all sections together")
    _unique("/sections", [row.id for row in rows], "row's id")


def _section(pointer: str, section: ListSection, *, titled: bool) -> None:
    if titled and not section.title:
        raise ContentNotSendableError(f"{pointer}/title", "WhatsApp wants a title on each of several sections.")
    _at_most(f"{pointer}/title", section.title, limits.MAX_SECTION_TITLE_CHARS)
    for place, row in enumerate(section.rows):
        _row(f"{pointer}/rows/{place}", row)


def _row(pointer: str, row: ListRow) -> None:
    _required(f"{pointer}/title", row.title, limits.MAX_ROW_TITLE_CHARS)
    _required(f"{pointer}/id", row.id, limits.MAX_ROW_ID_CHARS)
    _at_most(f"{pointer}/description", row.description, limits.MAX_ROW_DESCRIPTION_CHARS)


def _contact_request(content: ContactRequestContent) -> None:
    _required("/text", content.text, limits.MAX_BUTTONS_BODY_CHARS)


def _template(content: TemplateContent) -> None:
    """Check only the template's address; whether the values fit is known where its definition is."""
    _at_most("/name", content.name, limits.MAX_TEMPLATE_NAME_CHARS)
    if not _TEMPLATE_NAME.fullmatch(content.name):
        raise ContentNotSendableError("/name", "A template's name has only a to z, 0 to 9 and _.")
    if not _LANGUAGE.fullmatch(content.language):
        raise ContentNotSendableError("/language", "A template's language looks like en or en_US.")


_CHECKS: dict[type, Callable[[Any], None]] = {
    TextContent: _text,
    ImageContent: _media,
    VideoContent: _media,
    AudioContent: _media,
    VoiceContent: _media,
    DocumentContent: _media,
    StickerContent: _media,
    LocationContent: check_location,
    ContactsContent: _contacts,
    ButtonsContent: _buttons,
    ListContent: _list,
    ContactRequestContent: _contact_request,
    TemplateContent: _template,
}
"""What WhatsApp can send; anything else is refused at `/type`."""
