"""Formatting both ways: entities become marks on the same words, marks become entities of each part."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telegram.customers import Address
from channels.telegram.payloads import parts_of
from inbox.model.content import ImageContent, Media, TextContent, words_and_marks
from inbox.model.marks import Mark, MarkKind, words_of
from inbox.sending.outbound import OutboundMessage
from tests.unit.channels.telegram.messages import GROUP, received

URL = "https://shop.example/o/1"


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def told(**fields: Any) -> list[tuple[str, str]]:
    """Return the marks of a message with the words that they lie on."""
    text, marks = words_and_marks(received(**fields).content)
    return [(mark.type.value, words_of(text, mark)) for mark in marks]


# (text, its entities, marks with their words)
READ: list[tuple[str, list[dict[str, Any]], list[tuple[str, str]]]] = [
    ("a bold word", [entity("bold", 2, 4)], [("bold", "bold")]),
    ("👍 yes", [entity("italic", 3, 3)], [("italic", "yes")]),
    ("x y", [entity("underline", 0, 1), entity("spoiler", 2, 1)], [("underline", "x"), ("spoiler", "y")]),
    ("ls -l", [entity("pre", 0, 5, language="sh")], [("pre", "ls -l")]),
    ("no", [entity("expandable_blockquote", 0, 2)], [("quote", "no")]),
    # What stands after the words moves what follows.
    (
        "here and there",
        [entity("text_link", 0, 4, url=URL), entity("bold", 9, 5)],
        [("link", "here"), ("bold", "there")],
    ),
    ("red blue", [entity("strikethrough", 0, 3), entity("code", 4, 4)], [("strikethrough", "red"), ("code", "blue")]),
    (
        "all of it",
        [entity("bold", 0, 9), entity("strikethrough", 4, 2)],
        [("bold", "all ~of~ it"), ("strikethrough", "of")],
    ),
    # A browser is led nowhere else than to the web; the address stands in the words.
    ("call", [entity("text_link", 0, 4, url="tg://user?id=5")], []),
    ("short", [entity("bold", 3, 40), entity("of_tomorrow", 0, 3)], []),
    ("@shop_bot /start #x", [entity("mention", 0, 9), entity("bot_command", 10, 6)], []),
]


@pytest.mark.parametrize(("text", "entities", "marks"), READ)
def test_entities_become_marks_on_the_same_words(
    text: str, entities: list[dict[str, Any]], marks: list[tuple[str, str]]
) -> None:
    assert told(text=text, entities=entities) == marks
    assert told(photo=[{"file_id": "f"}], caption=text, caption_entities=entities) == marks


def test_what_stands_before_the_words_moves_the_marks() -> None:
    around = {"chat": GROUP, "forward_origin": {"type": "hidden_user", "sender_user_name": "Zoë 👩"}}
    assert told(text="a bold word", entities=[entity("bold", 2, 4)], **around) == [("bold", "bold")]
    pictured = {"photo": [{"file_id": "f"}], "caption": "bold", "caption_entities": [entity("bold", 0, 4)]}
    assert told(**pictured, **around) == [("bold", "bold")]


def test_a_rich_message_keeps_its_formatting() -> None:
    bold = {"type": "bold", "text": ["very ", {"type": "italic", "text": "red"}]}
    blocks = [
        {"type": "heading", "text": "Order 7", "size": 1},
        {"type": "paragraph", "text": ["for ", bold, " ", {"type": "strikethrough", "text": "5"}]},
        {"type": "blockquote", "blocks": [{"type": "paragraph", "text": {"type": "code", "text": "a\nb"}}]},
        {"type": "pre", "text": "x = 1", "language": "python"},
        {"type": "paragraph", "text": {"type": "bold", "text": "  "}},
        {"type": "paragraph", "text": ["\ufdd0stray\ufdef", {"type": "of_tomorrow", "text": "new"}]},
    ]
    content = received(rich_message={"blocks": blocks}).content
    assert isinstance(content, TextContent)
    assert content.text == "Order 7\nfor very red ~5~\n> a\n> b\nx = 1\nstraynew"
    assert told(rich_message={"blocks": blocks}) == [
        ("bold", "Order 7"),
        ("bold", "very red"),
        ("italic", "red"),
        ("strikethrough", "5"),
        ("code", "a\n> b"),
        ("pre", "x = 1"),
    ]


KINDS = st.sampled_from(["bold", "italic", "text_link", "strikethrough", "text_mention", "spoiler", "url"])
ENTITIES = st.lists(st.builds(entity, KINDS, st.integers(-2, 30), st.integers(-2, 30), url=st.just(URL)), max_size=6)


@given(st.text(alphabet=st.sampled_from("ab 👍é\n~"), min_size=1, max_size=24), ENTITIES)
def test_no_list_of_entities_makes_marks_beside_the_words(text: str, entities: list[dict[str, Any]]) -> None:
    content = received(text=text, entities=entities).content
    if isinstance(content, TextContent):
        assert not [mark for mark in content.marks if "\ufffd" in words_of(content.text, mark)]
        assert all(mark.end <= len(content.text.encode("utf-16-le")) // 2 for mark in content.marks)


def sent(content: TextContent | ImageContent) -> list[Any]:
    message = OutboundMessage(id="m1", to="5", content=content)
    return list(parts_of(message, Address(5)))


def test_marks_become_entities_of_the_call() -> None:
    marks = (
        Mark(type=MarkKind.LINK, offset=0, length=4, url=URL),
        Mark(type=MarkKind.QUOTE, offset=5, length=2),
    )
    (call,) = sent(TextContent(text="here or", marks=marks))
    assert [(one.type, one.offset, one.length, one.url) for one in call.entities] == [
        ("text_link", 0, 4, URL),
        ("blockquote", 5, 2, None),
    ]
    (picture,) = sent(ImageContent(media=Media(url=URL), caption="here or", marks=marks[1:]))
    assert [one.type for one in picture.caption_entities] == ["blockquote"]


def test_plain_words_say_nothing_of_entities() -> None:
    (call,) = sent(TextContent(text="hello"))
    assert "entities" not in call.model_dump(exclude_none=True)


def test_each_part_of_a_long_text_has_the_marks_of_its_words() -> None:
    text = f"{'a' * 4_090}\n{'b' * 4_090} end"
    whole = Mark(type=MarkKind.BOLD, offset=4_085, length=20)
    last = Mark(type=MarkKind.ITALIC, offset=len(text) - 3, length=3)
    calls = sent(TextContent(text=text, marks=(whole, last)))
    shown = [[call.text[one.offset : one.offset + one.length] for one in call.entities] for call in calls]
    assert shown == [["a" * 5], ["b" * 14, "end"]]
