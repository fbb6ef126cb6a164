"""The words of messages: formatting that carries meaning, rich messages, service messages."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.model.content import SystemContent, TextContent
from tests.unit.channels.telegram.messages import received


def said(**fields: Any) -> str:
    content = received(**fields).content
    assert isinstance(content, TextContent)
    return content.text


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


URL = "https://shop.example/o/1"
# (text, its entities, what operators read)
MEANINGS: list[tuple[str, Any, str]] = [
    ("my order is here", [entity("text_link", 12, 4, url=URL)], f"my order is here ({URL})"),
    ("here and there", [entity("text_link", 0, 4, url=URL)], f"here ({URL}) and there"),
    # Places count UTF-16 units: this emoji has two.
    ("👍 here!", [entity("text_link", 3, 4, url=URL)], f"👍 here ({URL})!"),
    # Inside of an emoji is no place.
    ("👍 here!", [entity("text_link", 1, 4, url=URL)], "👍 here!"),
    (URL, [entity("text_link", 0, len(URL), url=URL)], URL),
    ("shop.example/o/1", [entity("text_link", 0, 16, url=URL)], "shop.example/o/1"),
    ("ask Bo", [entity("text_mention", 4, 2, user={"id": 5, "first_name": "Bo"})], "ask Bo (tg://user?id=5)"),
    ("red blue", [entity("strikethrough", 0, 3)], "~red~ blue"),
    ("bold", [entity("bold", 0, 4)], "bold"),
    ("short", [entity("text_link", 3, 40, url=URL)], "short"),
    ("short", [entity("text_link", -1, 2, url=URL), entity("text_link", 2, 0, url=URL)], "short"),
    ("short", "nonsense", "short"),
    # No message has more than a hundred.
    ("a" * 300, [entity("strikethrough", n, 1) for n in range(300)], "~a~" * 100 + "a" * 200),
    # The addresses would be longer than any text may be.
    ("a" * 60_000, [entity("text_link", 0, 1, url="x" * 6_000)], "a" * 60_000),
]


@pytest.mark.parametrize(("text", "entities", "read_as"), MEANINGS)
def test_formatting_that_carries_meaning(text: str, entities: Any, read_as: str) -> None:
    assert said(text=text, entities=entities) == read_as
    photo = received(photo=[{"file_id": "f"}], caption=text, caption_entities=entities)
    assert photo.content.caption == read_as  # type: ignore[union-attr]


def paragraph(text: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text}


RICH = {
    "blocks": [
        {"type": "heading", "text": "Order 7", "size": 1},
        paragraph(["for ", {"type": "bold", "text": "Ann"}, " ", {"type": "url", "text": "here", "url": URL}]),
        {"type": "list", "items": [{"label": "1.", "blocks": [paragraph("roses")]}, {"label": "2.", "blocks": []}]},
        {"type": "table", "cells": [[{"text": "red"}, {"text": "2"}], [{"text": "blue"}, {}]]},
        {"type": "blockquote", "blocks": [paragraph("soon")], "credit": "Bo"},
        {"type": "photo", "photo": [], "caption": {"text": "the scratch"}},
        {"type": "details", "summary": "more", "blocks": [paragraph("less")]},
        {"type": "buttons", "buttons": [{"text": "Buy", "url": URL}]},
        {"type": "hologram", "text": "of tomorrow"},
        {"type": "anchor", "name": "x"},
    ]
}
RICH_WORDS = f"""Order 7
for Ann here ({URL})
1. roses
2.
red | 2
blue |
> soon
> — Bo
[photo]
the scratch
more
less
[Buy] ({URL})
of tomorrow"""


def test_the_words_of_a_rich_message() -> None:
    lines = [line.rstrip() for line in said(rich_message=RICH).splitlines()]
    assert lines == RICH_WORDS.splitlines()


@pytest.mark.parametrize(
    "blocks", [None, 7, [7], [{"type": 7}], [{"type": "list", "items": 7}], [{"type": "table", "cells": [7]}]]
)
def test_a_rich_message_of_any_shape_hurts_nobody(blocks: object) -> None:
    assert received(rich_message={"blocks": blocks}).content.reason == "Telegram message with rich_message"  # type: ignore[union-attr]


def test_a_rich_message_may_be_nested_as_deep_as_it_likes() -> None:
    block: dict[str, Any] = paragraph("bottom")
    for _ in range(200):
        block = {"type": "details", "summary": "x", "blocks": [block]}
    assert said(rich_message={"blocks": [block]}).count("x") < 200


# (fields of the message, its words, facts)
SERVICE: list[tuple[dict[str, Any], str, dict[str, str]]] = [
    (
        {
            "users_shared": {
                "request_id": 1,
                "users": [{"user_id": 5, "first_name": "Bo", "username": "bo"}, {"user_id": 6}],
            }
        },
        "The customer shared users with the bot: Bo (@bo), 6",
        {"user_ids": "5,6", "request_id": "1"},
    ),
    (
        {"chat_shared": {"request_id": 2, "chat_id": -1001, "title": "Roses"}},
        "The customer shared a chat with the bot: Roses",
        {"chat_id": "-1001", "request_id": "2"},
    ),
    ({"new_chat_title": "Roses"}, "The chat has a new title: Roses", {"title": "Roses"}),
    (
        {"successful_payment": {"currency": "JPY", "total_amount": 500, "invoice_payload": "o1"}},
        "The customer paid: 500 JPY",
        {"currency": "JPY", "total_amount": "500", "amount": "500", "payload": "o1"},
    ),
    (
        {"refunded_payment": {"currency": "XTR", "total_amount": 3, "invoice_payload": ""}},
        "A payment was given back: 3 stars",
        {"currency": "XTR", "total_amount": "3", "amount": "3"},
    ),
    ({"forum_topic_edited": {"name": "Returns"}}, "The topic was changed: Returns", {"title": "Returns"}),
    (
        {
            "checklist_tasks_done": {
                "marked_as_done_task_ids": [1, 2],
                "checklist_message": {"checklist": {"tasks": [{"id": 1, "text": "milk"}]}},
            }
        },
        "Tasks of a checklist were marked: ☑ milk, ☑ 2",
        {},
    ),
]


@pytest.mark.parametrize(("fields", "words", "facts"), SERVICE)
def test_service_messages_say_whom_and_what(fields: dict[str, Any], words: str, facts: dict[str, str]) -> None:
    (code,) = fields
    assert received(**fields).content == SystemContent(code=code, text=words, data=facts)
