"""By what contacts are found: words, numbers in every spelling, ids."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.contacts.search_terms import FIELD, search_terms, wanted


def contact(name: str | None = None, *keys: str, profile: str | None = None) -> dict[str, Any]:
    return {"name": name, "profile_name": profile, "identity_keys": list(keys)}


def fits(condition: dict[str, Any] | None, terms: list[str]) -> bool:
    """Do what MongoDB does with a condition of ours."""
    match condition:
        case None:
            return False
        case {"$or": several}:
            return any(fits(one, terms) for one in several)
        case {"$and": several}:
            return all(fits(one, terms) for one in several)
        case _:
            span = condition[FIELD]["$elemMatch"]
            return any(span["$gte"] <= term < span["$lt"] for term in terms)


GERMAN = "whatsapp:4915123456789"
RUSSIAN = "whatsapp:79123456789"
ITALIAN = "whatsapp:390612345678"


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        *[(contact("Ann", GERMAN), typed) for typed in ("ann", "AN", " Ann ", "ａｎｎ")],
        *[(contact("Ánn-Marie O'Neil"), typed) for typed in ("ann", "marie", "neil", "o'neil", "ann mar", "marie ann")],
        *[(contact("Straße"), typed) for typed in ("strasse", "STRASSE", "straß")],
        *[(contact("Йосиф"), typed) for typed in ("йосиф", "иос", "ЙО")],
        *[(contact("张伟明"), typed) for typed in ("张伟", "伟明", "明")],
        *[(contact("김철수"), typed) for typed in ("김철", "철수")],
        *[(contact("🌸"), typed) for typed in ("🌸",)],
        *[(contact("ann@example.com"), typed) for typed in ("ann@example.com", "example", "ann@ex")],
        (contact("Mrs Smith", profile="annie_77"), "annie"),
        *[
            (contact(None, GERMAN), typed)
            for typed in (
                *("+4915123456789", "+49 1512 3456789", "+49-1512-345-6789", "+49 (0)1512 3456789", "+49.1512"),
                *("004915123456789", "0049 1512", "4915123456789", "49 1512", "015123456789", "01512 345 67 89"),
                *("1512/3456789", "6789", "３４５６７８９", "٣٤٥٦٧٨٩", "+４９1512"),
            )
        ],
        *[(contact(None, RUSSIAN), typed) for typed in ("8 912 345-67-89", "8(912)3456789", "+7 912", "912 345 67 89")],
        *[(contact(None, ITALIAN), typed) for typed in ("06 1234 5678", "+39 06 1234", "0612345678")],
        (contact(None, "whatsapp:5511987654321", "whatsapp:551187654321"), "11 8765-4321"),
        *[(contact(None, "telegram:123456"), typed) for typed in ("123456", "1234")],
        *[(contact(None, "webchat:v_AbC-9"), typed) for typed in ("v_AbC-9", "v_abc", "V_ABC-9")],
        *[(contact(None, "whatsapp:US.13491208655"), typed) for typed in ("US.1349", "us.13491208655")],
    ],
)
def test_is_found(known: dict[str, Any], typed: str) -> None:
    assert fits(wanted(typed), search_terms(known))


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (contact("Ann", GERMAN), "nn"),
        (contact("Ann Smith"), "ann jones"),
        (contact(None, GERMAN), "+1512"),  # a country code is one
        (contact(None, GERMAN), "789"),  # too few last digits
        (contact(None, GERMAN), "456789123"),
        (contact("Ann", GERMAN), "$ne"),
        (contact("Ann", GERMAN), ".*"),
        (contact("Ann", GERMAN), "\0"),
        (contact("Ann", GERMAN), "   "),
    ],
)
def test_is_not_found(known: dict[str, Any], typed: str) -> None:
    assert not fits(wanted(typed), search_terms(known))


def test_terms_are_few_and_short() -> None:
    long = contact("word " * 40 + "x" * 500, "whatsapp:" + "1" * 15, "webchat:" + "y" * 300, profile="张" * 200)
    terms = search_terms(long)
    assert len(terms) <= 40
    assert max(map(len, terms)) <= 33
