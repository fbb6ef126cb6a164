"""Finding contacts by the beginning of a word of their name, or by a number in whatever spelling, or by e-mail. Pure.

A contact carries the terms by which it is found (`search_terms`), so that a search reads a range of an index
instead of all contacts: each word of its names, each number as it is and backwards. A number backwards is found by
its last digits, which is what all of its spellings have in common: +49 1512 3456789, 0049 1512…, 01512 3456789.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from inbox.foundation.unicode_forms import normalized
from inbox.model.channel_kind import ChannelKind
from inbox.storage.documents import Condition, ContactDocument

MAX_QUERY_CHARS: Final = 100
MAX_WORDS: Final = 12
"""Of a name; who has more is found by the first ones."""
MAX_TERM_CHARS: Final = 32
"""Of a word, as stored and as looked for: index entries stay small."""
MAX_BEGINNINGS: Final = 12
"""Of a word in a script without spaces, in which a given name begins within the word."""
FEWEST_LAST_DIGITS: Final = 4
"""Fewer last digits are those of thousands."""
RUSSIAN_NATIONAL_DIGITS: Final = 11
"""With the 8 that is dialled first within the country."""

FIELD: Final = "search_terms"
FOUND_BY: Final = ("identity_keys", "name", "profile_name", "phones", "emails")
"""Fields of a contact that terms are made of."""
_BACKWARDS: Final = "<"
_ID: Final = "@"
"""They set numbers from behind, and ids that are no numbers, apart from words, which have neither."""
_LAST: Final = "\U0010ffff"
"""Sorts behind whatever follows a beginning."""
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\+?[\s\-()./]*\d[\d\s\-()./]*")
_TRUNK_ZERO: Final = re.compile(r"\(\s*0\s*\)")
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u1112\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese, and the first letter of each Korean syllable."""


def search_terms(contact: ContactDocument) -> list[str]:
    """Return the terms of a stored contact, from its names, accounts, phones and e-mails; each once, in order."""
    names = dict.fromkeys((contact.get("name") or "", contact.get("profile_name") or ""))
    words = [part for name in names for word in _words(name)[:MAX_WORDS] for part in _beginnings(word)]
    keys = [term for key in contact["identity_keys"] for term in _terms_of_account(key)]
    phones = [term for phone in contact.get("phones", ()) for term in _terms_of_phone(phone.removeprefix("+"))]
    emails = [_ID + _folded(email)[:MAX_TERM_CHARS] for email in contact.get("emails", ())]
    return list(dict.fromkeys([*words, *keys, *phones, *emails]))


def with_terms(contact: ContactDocument) -> ContactDocument:
    """Return a stored contact with its search terms added."""
    return {**contact, "search_terms": search_terms(contact)}


def wanted(query: str) -> Condition | None:
    """Return the query condition for a search text; None if the text holds nothing to search for."""
    number = _as_number(query)
    if number is not None:
        return _any_of([_beginning(term) for term in dict.fromkeys(_spellings(number))])
    words = [word[:MAX_TERM_CHARS] for word in _words(query)[:MAX_WORDS]]
    if not words:
        return None
    account = _beginning(_ID + _folded(query.strip())[:MAX_TERM_CHARS])
    if len(words) == 1:
        return _any_of([_beginning(words[0]), account])
    return _any_of([{"$and": [_beginning(word) for word in dict.fromkeys(words)]}, account])


def _any_of(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else {"$or": conditions}


def _beginning(term: str) -> Condition:
    """Return the condition for terms with a prefix: a range, so that the index alone answers it."""
    return {FIELD: {"$elemMatch": {"$gte": term, "$lt": term + _LAST}}}


def _terms_of_account(key: str) -> Iterator[str]:
    kind, _, external_id = key.partition(":")
    if not (external_id.isascii() and external_id.isdigit()):
        yield _ID + _folded(external_id)[:MAX_TERM_CHARS]
        return
    if kind == ChannelKind.WHATSAPP.value:
        yield from _terms_of_phone(external_id)
    else:
        yield external_id[:MAX_TERM_CHARS]


def _terms_of_phone(digits: str) -> Iterator[str]:
    yield digits[:MAX_TERM_CHARS]
    yield _BACKWARDS + digits[::-1][:MAX_TERM_CHARS]


def _as_number(query: str) -> str | None:
    """Return a search text in plain digits if it can only be a phone number."""
    plain = "".join(_plain_digit(char) for char in query.strip())
    return plain if _NUMBER.fullmatch(plain) else None


def _plain_digit(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    return normalized("NFKC", char) if digit is None else str(digit)


def _spellings(written: str) -> Iterable[str]:
    """Return the terms that may match a number: a prefix with country code, a suffix without."""
    digits = re.sub(r"\D", "", _TRUNK_ZERO.sub("", written))
    if written.startswith("+"):
        return [digits]
    if digits.startswith("00"):
        return [digits, digits[2:]] if len(digits) > len("00") else [digits]
    endings = [digits, digits.lstrip("0")]
    if digits.startswith("8") and len(digits) == RUSSIAN_NATIONAL_DIGITS:
        endings.append(digits[1:])
    return [digits, *(_BACKWARDS + end[::-1] for end in endings if len(end) >= FEWEST_LAST_DIGITS)]


def _words(text: str) -> list[str]:
    """Split a text into folded words; one without letters or digits, such as an emoji, stays as it is."""
    tokens = _folded(text).split()
    return [word for token in tokens for word in (_WORD.findall(token) or [_printable(token)]) if word]


def _printable(token: str) -> str:
    return "".join(char for char in token if unicodedata.category(char)[0] != "C")


def _folded(text: str) -> str:
    """Fold case, width and accents, which people leave out when they type a name."""
    parts = normalized("NFKD", normalized("NFKD", text).casefold())
    return "".join(char for char in parts if not unicodedata.combining(char)).replace("ı", "i")


def _beginnings(word: str) -> Iterator[str]:
    """Return a word; in scripts without spaces also its suffixes, since a name may begin inside of it."""
    yield word[:MAX_TERM_CHARS]
    places = [found.start() for found in _UNSPACED.finditer(word) if found.start()]
    for place in places[: MAX_BEGINNINGS - 1]:
        yield word[place : place + MAX_TERM_CHARS]
