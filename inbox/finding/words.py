"""From what people write to the terms by which it is found: stems of Russian and English, numbers, characters. Pure.

A text and a search go through the same function, so that both meet in the same terms: `доставку` and `доставки` in
`доставк`, `orders` and `order` in `order`. A number with seven digits or more is found by its last seven, which all
spellings of a phone number have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import Stemmer

from inbox.foundation.unicode_forms import normalized

MAX_TERMS: Final = 200
"""Of a text, each once; who pastes a book is found by its first pages."""
MAX_TERM_CHARS: Final = 24
"""Longer words differ before: index entries stay small."""
LAST_DIGITS: Final = 7
"""A number within a city has seven digits or more; what stands before them is spelt in several ways."""
MOST_DIGITS: Final = 15
"""Of a phone number (ITU-T E.164); what is longer is several numbers, or none."""
WORDS_REMEMBERED: Final = 50_000
"""Of which nearly all texts consist; some 10 MB."""

_NUMBER_MARK: Final = "#"
"""Sets the last digits of numbers apart from words, in which it never is."""
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d[\d \-()./\u00a0]*\d")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean: a word there is found by pairs of its characters."""
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LATIN: Final = re.compile(r"[a-z]")

_STOP_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "а без бы был была были было быть в вам вас во вот все вы где да для до его ее если есть еще же за и из или им "
        "их к как ко когда кто ли мы на над не нет ни но ну о об он она они от по под при с со так там то тоже только "
        "ты у уж что чтобы это этот я "
        "a an and are as at be but by do for from had has have i if in is it its me my no not of on or our so that "
        "the their them then there these they this to was we were will with you your",
    )
)
"""What most texts have: nobody is looking for it, and it would be a third of the index."""

_RUSSIAN: Final[Callable[[str], str]] = Stemmer.Stemmer("russian", 0).stemWord
_ENGLISH: Final[Callable[[str], str]] = Stemmer.Stemmer("english", 0).stemWord


class Span(NamedTuple):
    """Where something stands in a text: the first character, and the one behind the last."""

    start: int
    end: int


def terms_of(text: str) -> list[str]:
    """Return the terms of a text, each once, in order."""
    plain = _plain(text)
    found = dict.fromkeys(term for word in _WORD.findall(plain) for term in _terms_of_word(word))
    found |= dict.fromkeys(term for match in _NUMBER.finditer(plain) for term in _terms_of_number(match[0]))
    return list(found)[:MAX_TERMS]


def wanted_terms(query: str) -> list[str]:
    """Return the terms that a text must have to be found; none where the search holds nothing to look for."""
    plain = _plain(query).strip(" +")
    if _NUMBER.fullmatch(plain) and (ending := _ending(plain)):
        return [ending]
    words = (_wanted_of_word(word) for word in _WORD.findall(plain))
    return list(dict.fromkeys(term for terms in words for term in terms))


def spans_of(text: str, wanted: frozenset[str]) -> list[Span]:
    """Return where a text says what was looked for, in order."""
    words = (Span(*match.span()) for match in _WORD.finditer(text) if wanted.intersection(terms_of(match[0])))
    numbers = (Span(*match.span()) for match in _NUMBER.finditer(text) if _ending(_plain(match[0])) in wanted)
    return _apart(sorted([*words, *numbers]))


def _apart(spans: list[Span]) -> list[Span]:
    """Leave out what lies in a span before."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _plain(text: str) -> str:
    """Fold case and width; `ё` is written as `е` by most."""
    return normalized("NFKC", normalized("NFKC", text).casefold()).replace("ё", "е")


@lru_cache(maxsize=WORDS_REMEMBERED)
def _terms_of_word(word: str) -> tuple[str, ...]:
    if _UNSPACED.search(word):
        return (*_pairs(word), *dict.fromkeys(word))
    stem = _stem(word)
    return () if stem is None else (stem,)


def _wanted_of_word(word: str) -> tuple[str, ...]:
    if _UNSPACED.search(word):
        return tuple(_pairs(word)) or (word,)
    return _terms_of_word(word)


def _pairs(word: str) -> Iterator[str]:
    return (word[place : place + 2] for place in range(len(word) - 1))


def _stem(word: str) -> str | None:
    """Return a word without its ending; None for one that nobody looks for."""
    if word in _STOP_WORDS or (len(word) == 1 and not word.isdigit()):
        return None
    if _CYRILLIC.search(word):
        return _folded(_RUSSIAN(word))[:MAX_TERM_CHARS]
    folded = _folded(word)
    return (_ENGLISH(folded) if _LATIN.search(folded) else folded)[:MAX_TERM_CHARS] or None


def _folded(word: str) -> str:
    """Leave out accents, which people leave out when they search."""
    return "".join(char for char in normalized("NFKD", word) if not unicodedata.combining(char))


def _terms_of_number(written: str) -> Iterator[str]:
    """Return the endings of a number, and of each part of it that may be a number by itself."""
    endings = (_ending(part) for part in (written, *re.findall(r"\d+", written)))
    return (ending for ending in endings if ending)


def _ending(written: str) -> str | None:
    digits = "".join(str(unicodedata.decimal(char)) for char in written if char.isdecimal())
    return _NUMBER_MARK + digits[-LAST_DIGITS:] if LAST_DIGITS <= len(digits) <= MOST_DIGITS else None
