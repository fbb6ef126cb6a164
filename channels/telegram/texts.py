"""Texts as Telegram takes them: how long one is, where a long one is cut, how a list is written. Pure.

Telegram counts UTF-16 code units. A cut comes after a line, otherwise after a word (so that no link or mention is
torn), otherwise between two graphemes: never inside of an emoji, a flag or an accented letter. Lists Telegram does not
have: the sections become text, with a button below it for each row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import regex

from channels.telegram.limits import MAX_TEXT_UNITS
from inbox.model.content import ChecklistTask, ListContent, ListSection
from inbox.model.marks import units

_GRAPHEME: Final = regex.compile(r"\X")
_EARLIEST: Final = 0.5
"""A cut at a line or word leaves at least this share of a message filled: a text is not spread over many for it."""
_LOOKAHEAD_CHARS: Final = 256
"""Longer than any grapheme that people write, so that its end is seen."""


def split_text(text: str, *, first: int = MAX_TEXT_UNITS, rest: int = MAX_TEXT_UNITS) -> Sequence[str]:
    """Cut a text into messages.

    Args:
        text: What to send.
        first: Most units of the first part (less where it is a caption).
        rest: Most units of the later parts.

    Returns:
        The parts in order, none empty. Only white space at the cuts is left out, which Telegram drops anyway.
    """
    parts: list[str] = []
    limit = first
    while units(text) > limit:
        place = _cut(text, limit)
        parts.append(text[:place].rstrip())
        text = text[place:].lstrip()
        limit = rest
    return [part for part in (*parts, text) if part.strip()]


def _cut(text: str, limit: int) -> int:
    """Choose the place of a cut: how many characters go into the part."""
    most = _chars_within(text, limit)
    places = [found.end() for found in _GRAPHEME.finditer(text[: most + _LOOKAHEAD_CHARS]) if found.end() <= most]
    late = [place for place in places if place >= most * _EARLIEST]
    after_line = (place for place in reversed(late) if text[place - 1] == "\n")
    after_word = (place for place in reversed(late) if text[place - 1].isspace() or text[place].isspace())
    return next(after_line, 0) or next(after_word, 0) or (places[-1] if places else most)


def _chars_within(text: str, limit: int) -> int:
    """Count the characters that fit into `limit` units."""
    used = 0
    for place, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            return place
    return len(text)


def numbers_of(tasks: Sequence[ChecklistTask]) -> Sequence[int]:
    """Return the number of each task of a checklist: the one that it has, otherwise its place."""
    return [place if task.id is None else task.id for place, task in enumerate(tasks, 1)]


def list_text(content: ListContent) -> str:
    """Write the text above the buttons; rows are named there only where something is said about them."""
    return "\n\n".join([content.text, *filter(None, ("\n".join(_lines(section)) for section in content.sections))])


def _lines(section: ListSection) -> Iterator[str]:
    if section.title:
        yield section.title
    for row in section.rows:
        if row.description:
            yield f"• {row.title}: {row.description}"
