"""Holds a content against Telegram's limits before anything is stored or sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from channels.common_checks import check_file, check_location, check_source
from channels.telegram import limits
from channels.telegram.texts import list_text, numbers_of
from inbox.model.content import (
    AudioContent,
    ButtonsContent,
    ChecklistContent,
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
from inbox.model.marks import units
from inbox.sending.outbound import ContentNotSendableError


def check_content(content: Content) -> None:
    """Check a content against Telegram's limits.

    Raises:
        ContentNotSendableError: With the JSON pointer of the first fault and the limit's number.
    """
    check = _CHECKS.get(type(content))
    if check is None:
        raise ContentNotSendableError("/type", f"Telegram cannot send content of type {kind_of(content)}.")
    check(content)


def check_edit(content: Content) -> None:
    """Check a content that replaces another: one message stays one. Raises `ContentNotSendableError`."""
    if isinstance(content, MediaContent):
        _at_most("/caption", content.caption or "", limits.MAX_CAPTION_UNITS)
    elif isinstance(content, TextContent):
        _at_most("/text", content.text, limits.MAX_TEXT_UNITS)
    elif not isinstance(content, ButtonsContent | ListContent | ChecklistContent):
        raise ContentNotSendableError("/type", f"Telegram cannot change a {kind_of(content)} that was sent.")


def _not_blank(pointer: str, text: str) -> None:
    if not text.strip():
        raise ContentNotSendableError(pointer, "Telegram refuses an empty text here.")


def _at_most(pointer: str, text: str, most: int) -> None:
    if units(text) > most:
        raise ContentNotSendableError(
            pointer, f"Telegram allows at most {most} UTF-16 units here; this has {units(text)}."
        )


def _count(pointer: str, items: Sequence[object], most: int, what: str) -> None:
    if not 1 <= len(items) <= most:
        raise ContentNotSendableError(pointer, f"Telegram takes 1 to {most} {what}; this has {len(items)}.")


def _text(content: TextContent) -> None:
    _not_blank("/text", content.text)
    _at_most("/text", content.text, limits.MAX_LONG_TEXT_UNITS)


def _media(content: MediaContent) -> None:
    check_file(content, limits.MEDIA_LIMITS[type(content)], "Telegram", otherwise="; send others as a document")
    _at_most("/caption", content.caption or "", limits.MAX_LONG_TEXT_UNITS)
    check_source(content)


def _contacts(content: ContactsContent) -> None:
    _count("/contacts", content.contacts, limits.MAX_CONTACTS, "contact cards")
    for place, card in enumerate(content.contacts):
        _not_blank(f"/contacts/{place}/name", card.name)
        if not card.phones:
            raise ContentNotSendableError(
                f"/contacts/{place}/phones", "Telegram sends contact cards only with a phone."
            )


def _buttons(content: ButtonsContent) -> None:
    _not_blank("/text", content.text)
    _at_most("/text", content.text, limits.MAX_TEXT_UNITS)
    _count("/buttons", content.buttons, limits.MAX_BUTTONS, "buttons")
    for place, button in enumerate(content.buttons):
        _choice(f"/buttons/{place}", button.id, button.title)
    _unique("/buttons", [button.id for button in content.buttons])


def _list(content: ListContent) -> None:
    _not_blank("/text", content.text)
    rows = [row for section in content.sections for row in section.rows]
    _count("/sections", rows, limits.MAX_BUTTONS, "rows in all sections together")
    for at, section in enumerate(content.sections):
        for place, row in enumerate(section.rows):
            _choice(f"/sections/{at}/rows/{place}", row.id, row.title)
    _unique("/sections", [row.id for row in rows])
    _at_most("/text", list_text(content), limits.MAX_TEXT_UNITS)


def _checklist(content: ChecklistContent) -> None:
    """Check a checklist; only people in the chat mark what is done."""
    _not_blank("/title", content.title)
    _at_most("/title", content.title, limits.MAX_CHECKLIST_TITLE_UNITS)
    _count("/tasks", content.tasks, limits.MAX_CHECKLIST_TASKS, "tasks")
    for place, task in enumerate(content.tasks):
        _not_blank(f"/tasks/{place}/text", task.text)
        _at_most(f"/tasks/{place}/text", task.text, limits.MAX_TASK_UNITS)
        if task.done:
            raise ContentNotSendableError(f"/tasks/{place}/done", "Only people in the chat mark tasks as done.")
    if len({*numbers_of(content.tasks)}) < len(content.tasks) or min(numbers_of(content.tasks)) < 1:
        raise ContentNotSendableError("/tasks", "Every task needs a positive id of its own, or none has one.")


def _choice(pointer: str, choice_id: str, title: str) -> None:
    """Check what the customer can press; its id travels in the button."""
    _not_blank(f"{pointer}/title", title)
    _at_most(f"{pointer}/title", title, limits.MAX_BUTTON_TITLE_UNITS)
    length = len(choice_id.encode("utf-8", "surrogatepass"))
    if length > limits.MAX_CALLBACK_BYTES:
        raise ContentNotSendableError(
            f"{pointer}/id", f"Telegram allows ids of at most {limits.MAX_CALLBACK_BYTES} bytes; this has {length}."
        )


def _unique(pointer: str, ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        raise ContentNotSendableError(pointer, "Every choice needs an id of its own.")


_CHECKS: Final[dict[type, Callable[[Any], None]]] = {
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
    ChecklistContent: _checklist,
}
"""What Telegram can send; anything else is refused at `/type`."""
