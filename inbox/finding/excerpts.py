"""Excerpts of messages around what was found. Pure."""

from __future__ import annotations

from typing import Final

from inbox.finding.search_models import Excerpt
from inbox.finding.words import spans_of

EXCERPT_CHARS: Final = 200
"""Three lines of a list."""
BEFORE_CHARS: Final = 60
"""Of what stands before the first word that was found: enough to see what is spoken of."""
SEARCHED_CHARS: Final = 20_000
"""Beyond, a text is shown from its beginning, without marks: looking through it would take too long."""


def excerpt(text: str, wanted: frozenset[str]) -> Excerpt:
    """Cut out the part with the first word that was found, and mark what was found in it."""
    spans = spans_of(text[:SEARCHED_CHARS], wanted)
    start = _start(text, spans[0].start) if spans else 0
    end = start + EXCERPT_CHARS
    marks = tuple((span.start - start, span.end - start) for span in spans if span.end <= end)
    return Excerpt(text=text[start:end], marks=marks)


def _start(text: str, first: int) -> int:
    """Begin at a word, not too far before what was found."""
    if first <= BEFORE_CHARS:
        return 0
    blank = text.find(" ", first - BEFORE_CHARS, first)
    return blank + 1 if blank >= 0 else first - BEFORE_CHARS
