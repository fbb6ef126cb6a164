"""What Telegram finds in texts by itself, and its old Markdown."""

from __future__ import annotations

from typing import Any

import pytest

from channels.sandbox.telegram.errors import BotApiError
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.texts import text_fields


def found(text: str, **params: Any) -> list[tuple[str, str]]:
    fields = text_fields(Params({"text": text, **params}))
    units = fields["text"].encode("utf-16-le")
    return [
        (one["type"], units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le"))
        for one in fields.get("entities", [])
    ]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("see https://shop.example/a?b=c.", [("url", "https://shop.example/a?b=c")]),
        ("see www.example.com, or shop.io/x", [("url", "www.example.com"), ("url", "shop.io/x")]),
        ("to bo@example.com", [("email", "bo@example.com")]),
        ("@shop_bot #roses $USD", [("mention", "@shop_bot"), ("hashtag", "#roses"), ("cashtag", "$USD")]),
        ("/start@shop_bot now", [("bot_command", "/start@shop_bot")]),
        ("call +49 30 123456", [("phone_number", "+49 30 123456")]),
        ("👍 /help", [("bot_command", "/help")]),
        ("3.50 EUR, e.g. and/or #7", []),
    ],
)
def test_what_is_found(text: str, entities: list[tuple[str, str]]) -> None:
    assert found(text) == entities


def test_formatting_and_what_is_found_stand_side_by_side() -> None:
    html = found("<b>see shop.io</b> <code>@not_me</code> @shop_bot", parse_mode="HTML")
    assert html == [("bold", "see shop.io"), ("url", "shop.io"), ("code", "@not_me"), ("mention", "@shop_bot")]
    given = [{"type": "text_link", "offset": 0, "length": 7, "url": "https://a.example"}]
    assert found("shop.io #a", entities=given) == [("text_link", "shop.io"), ("hashtag", "#a")]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*bold* _slanted_ `code`", "bold slanted code", [("bold", "bold"), ("italic", "slanted"), ("code", "code")]),
        ("[here](https://a.example)", "here", [("text_link", "here")]),
        ("[no link]", "no link", []),
        ("```python\nx = 1```", "x = 1", [("pre", "x = 1")]),
        (r"2 \* 3 \_ 4", "2 * 3 _ 4", []),
    ],
)
def test_old_markdown(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert text_fields(Params({"text": source, "parse_mode": "Markdown"}))["text"] == text
    assert found(source, parse_mode="Markdown") == entities


def test_a_mark_of_old_markdown_needs_an_end() -> None:
    with pytest.raises(BotApiError, match="Can't find end of the entity starting at byte offset 6"):
        text_fields(Params({"text": "föö *bar", "parse_mode": "Markdown"}))
    with pytest.raises(BotApiError, match="unsupported parse_mode"):
        text_fields(Params({"text": "x", "parse_mode": "BBCode"}))
