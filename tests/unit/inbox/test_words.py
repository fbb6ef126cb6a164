"""By what texts are found: stems, numbers, characters of scripts without spaces."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.finding.excerpts import BEFORE_CHARS, EXCERPT_CHARS, excerpt
from inbox.finding.message_terms import words_of
from inbox.finding.words import MAX_TERMS, spans_of, terms_of, wanted_terms


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Где моя доставка?", "доставку"),
        ("Мы доставили ваши заказы", "заказ"),
        ("ЕЛКИ и ёлочные игрушки", "ёлка"),
        ("красивый мой", "красивая"),
        ("Two orders were cancelled", "order cancel"),
        ("Deliveries are late", "delivery"),
        ("Das Café in der Straße", "cafe strasse"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("call +49 1512 3456789 please", "01512/3456789"),
        ("мой номер 8 (912) 345-67-89", "+7 912 3456789"),
        ("заказ 10482 и телефон 89123456789", "10482"),
        ("заказ 10482 и телефон 89123456789", "+79123456789"),
        ("bring 12345678901 20260101", "20260101"),
        ("write to ann@shop.example", "ann@shop.example"),
        ("我想退货", "退货"),
        ("我想退货", "我"),
        ("ร้านค้า", "ร้านค้า"),
        ("Номер ٠١٢٣٤٥٦٧٨", "012345678"),
    ],
)
def test_found(text: str, query: str) -> None:
    assert (wanted := wanted_terms(query))
    assert set(wanted) <= set(terms_of(text))
    assert spans_of(text, frozenset(wanted))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Где моя доставка?", "заказ"),
        ("Two orders", "two cancelled orders"),
        ("call +49 1512 3456789", "01512/3456788"),
        ("我想退货", "货退"),
        ("order 10482", "1048"),
    ],
)
def test_not_found(text: str, query: str) -> None:
    assert not set(wanted_terms(query)) <= set(terms_of(text))


@pytest.mark.parametrize("query", ["", " ", "и в на", "the", "?!", "🙂", "+", "x"])
def test_nothing_to_look_for(query: str) -> None:
    assert wanted_terms(query) == []


def test_a_book_has_as_many_terms_as_others() -> None:
    assert len(terms_of(" ".join(f"word{number}" for number in range(5_000)))) == MAX_TERMS


CONTENTS: list[tuple[dict[str, Any], str]] = [
    ({"type": "text", "text": "hello"}, "hello"),
    ({"type": "image", "media": {"id": "f1"}, "caption": "a cat"}, "a cat"),
    ({"type": "document", "media": {"filename": "bill.pdf"}}, "bill.pdf"),
    ({"type": "template", "name": "sale", "language": "en", "rendered": "20 % off"}, "20 % off"),
    ({"type": "choice", "id": "1", "title": "Yes", "description": "gladly"}, "Yes\ngladly"),
    ({"type": "location", "latitude": 1, "longitude": 2, "name": "Office"}, "Office"),
    ({"type": "buttons", "text": "Which?", "buttons": [{"id": "1", "title": "Red"}]}, "Which?\nRed"),
    (
        {"type": "list", "text": "T", "button": "B", "sections": [{"rows": [{"id": "1", "title": "Row"}]}]},
        "T\nB\nRow",
    ),
    ({"type": "contacts", "contacts": [{"name": "Ann", "phones": [{"phone": "+491"}]}]}, "Ann\n+491"),
    ({"type": "order", "catalog_id": "1", "items": [], "text": "soon"}, "soon"),
    ({"type": "system", "code": "number_changed", "text": "changed"}, ""),
    ({"type": "unsupported", "reason": "poll"}, ""),
]


@pytest.mark.parametrize(
    ("content", "words"), CONTENTS, ids=lambda value: value["type"] if isinstance(value, dict) else ""
)
def test_what_a_content_says(content: dict[str, Any], words: str) -> None:
    message: Any = {"content": content}
    assert words_of(message) == words
    assert words_of({**message, "deleted_at": "now"}) == ""


def test_an_excerpt_begins_before_the_first_word_that_was_found() -> None:
    text = "lorem ipsum " * 40 + "the order came " + "dolor sit " * 40
    shown = excerpt(text, frozenset(wanted_terms("orders")))
    ((start, end),) = shown.marks
    assert shown.text[start:end] == "order"
    assert 0 < start <= BEFORE_CHARS
    assert len(shown.text) == EXCERPT_CHARS


def test_an_excerpt_of_what_is_not_in_the_text_is_its_beginning() -> None:
    shown = excerpt("hello", frozenset({"order"}))
    assert (shown.text, shown.marks) == ("hello", ())
