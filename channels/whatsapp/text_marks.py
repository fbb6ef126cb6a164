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
    for mark in sorted(_joined(marks), key=_outer_first):
        for before, after in _signs(mark, words_of(text, mark)):
            befores.append(before)
            afters.append(after)
    afters.reverse()  # what began last ends first
    return with_insertions(text, [*afters, *befores])


def _joined(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield the marks, those of one kind that overlap as one: bold within bold is bold, and each line's signs cost."""
    last: dict[MarkKind, Mark] = {}
    for mark in sorted(marks, key=lambda one: one.offset):
        before = last.get(mark.type)
        if mark.type == MarkKind.LINK:
            yield mark
        elif before is not None and mark.offset < before.end:
            last[mark.type] = Mark(
                type=mark.type, offset=before.offset, length=max(before.end, mark.end) - before.offset
            )
        else:
            if before is not None:
                yield before
            last[mark.type] = mark
    yield from last.values()


def _outer_first(mark: Mark) -> tuple[bool, int, int]:
    """Put quotations before all else, since their sign begins a line, and what is around before what is inside."""
    return mark.type != MarkKind.QUOTE, mark.offset, -mark.length


def _signs(mark: Mark, words: str) -> Iterator[tuple[Insertion, Insertion]]:
    """Yield what is put before and after the words, with its places in UTF-16 units."""
    match mark.type:
        case MarkKind.LINK:
            told = (mark.url or "").rstrip("/")
            said = words.strip().rstrip("/")
            if said not in (told, told.partition("://")[2]):
                yield (mark.offset, ""), (mark.offset + units(words.rstrip()), f" ({mark.url})")
        case MarkKind.PRE:
            yield from (_around(part, _BLOCK) for part in _trimmed(mark, words))
        case MarkKind.QUOTE:
            yield from (((line.offset, _QUOTE), (line.offset, "")) for line, _ in _lines(mark, words))
        case _ if mark.type in _SIGNS:
            bare = (part for line, said in _lines(mark, words) for part in _trimmed(line, said))
            yield from (_around(part, _SIGNS[mark.type]) for part in bare)


def _around(mark: Mark, sign: str) -> tuple[Insertion, Insertion]:
    return (mark.offset, sign), (mark.end, sign)


def _lines(mark: Mark, words: str) -> Iterator[tuple[Mark, str]]:
    """Yield a mark for each line of its words that says something, with the line."""
    at = mark.offset
    for line in words.splitlines(keepends=True):
        length = units(line)
        if line.strip():
            yield Mark(type=mark.type, offset=at, length=length), line
        at += length


def _trimmed(mark: Mark, words: str) -> Iterator[Mark]:
    """Yield the mark without the white space around its words: beside one no sign holds."""
    bare = words.strip()
    if bare:
        (placed,) = moved([mark], units(words[: len(words) - len(words.lstrip())]))
        yield Mark(type=mark.type, offset=placed.offset, length=units(bare))
