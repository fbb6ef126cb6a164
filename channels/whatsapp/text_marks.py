"""Formatted texts as WhatsApp writes them: signs around the words. Pure.

Source: https://faq.whatsapp.com/539178204879377, "How to format your messages" (November 2026). The signs hold only
within a line and beside a word; what WhatsApp has no sign for (underlined, hidden) goes as plain words, and the address
behind words stands after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from inbox.model.marks import Mark, MarkKind, moved, units, with_insertions, words_of

_SIGNS: Final = {
    MarkKind.BOLD: "*",
    MarkKind.ITALIC: "_",
    MarkKind.STRIKETHROUGH: "~",
    MarkKind.CODE: "`",
}
_BLOCK: Final = "```"
_QUOTE: Final = "> "

Insertion = tuple[int, str]


def whatsapp_words(text: str, marks: Sequence[Mark]) -> str:
    """Return a text with WhatsApp's signs where it is formatted."""
    if not marks:
        return text
    befores: list[Insertion] = []
    afters: list[Insertion] = []
    for mark in sorted(marks, key=_outer_first):
        for before, after in _signs(text, mark):
            befores.append(before)
            afters.insert(0, after)  # what began last ends first
    return with_insertions(text, [*afters, *befores])


def _outer_first(mark: Mark) -> tuple[bool, int, int]:
    """Put quotations before all else, since their sign begins a line, and what is around before what is inside."""
    return mark.type != MarkKind.QUOTE, mark.offset, -mark.length


def _signs(text: str, mark: Mark) -> Iterator[tuple[Insertion, Insertion]]:
    """Yield what is put before and after the words, with its places in UTF-16 units."""
    words = words_of(text, mark)
    match mark.type:
        case MarkKind.LINK:
            told = (mark.url or "").rstrip("/")
            said = words.strip().rstrip("/")
            if said not in (told, told.partition("://")[2]):
                yield (mark.offset, ""), (mark.offset + units(words.rstrip()), f" ({mark.url})")
        case MarkKind.PRE:
            yield from (_around(part, _BLOCK) for part in _trimmed(mark, words))
        case MarkKind.QUOTE:
            yield from (((line.offset, _QUOTE), (line.offset, "")) for line in _lines(mark, words))
        case _ if mark.type in _SIGNS:
            bare = (part for line in _lines(mark, words) for part in _trimmed(line, words_of(text, line)))
            yield from (_around(part, _SIGNS[mark.type]) for part in bare)


def _around(mark: Mark, sign: str) -> tuple[Insertion, Insertion]:
    return (mark.offset, sign), (mark.end, sign)


def _lines(mark: Mark, words: str) -> Iterator[Mark]:
    """Yield a mark for each line of its words that says something."""
    at = mark.offset
    for line in words.splitlines(keepends=True):
        length = units(line)
        if line.strip():
            yield Mark(type=mark.type, offset=at, length=length)
        at += length


def _trimmed(mark: Mark, words: str) -> Iterator[Mark]:
    """Yield the mark without the white space around its words: beside one no sign holds."""
    bare = words.strip()
    if bare:
        (placed,) = moved([mark], units(words[: len(words) - len(words.lstrip())]))
        yield Mark(type=mark.type, offset=placed.offset, length=units(bare))
