"""Formatted texts as WhatsApp writes them, within its limits."""

from __future__ import annotations

import pytest

from channels.whatsapp.check import check_content
from channels.whatsapp.limits import MAX_TEXT_CHARS
from channels.whatsapp.payloads import message_object
from inbox.model.content import Content, ImageContent, Media, TextContent
from inbox.model.marks import Mark, MarkKind
from inbox.sending.outbound import ContentNotSendableError

URL = "https://shop.example/a"
B, E, S, C, P, Q, L = (
    MarkKind.BOLD,
    MarkKind.ITALIC,
    MarkKind.STRIKETHROUGH,
    MarkKind.CODE,
    MarkKind.PRE,
    MarkKind.QUOTE,
    MarkKind.LINK,
)

# (text, (kind, offset, length) of its marks, what WhatsApp is sent)
WRITTEN = [
    ("plain", [], "plain"),
    ("a bold word", [(B, 2, 4)], "a *bold* word"),
    ("👍 bold it", [(B, 3, 4)], "👍 *bold* it"),
    ("old new", [(S, 0, 3), (E, 4, 3)], "~old~ _new_"),
    ("run ls -l", [(C, 4, 5)], "run `ls -l`"),
    # One inside of the other: what began last ends first.
    ("a bold both x", [(B, 2, 9), (E, 7, 4)], "a *bold _both_* x"),
    ("both", [(E, 0, 4), (B, 0, 4)], "_*both*_"),
    # A sign beside white space would be shown as a star.
    (" bold  word", [(B, 0, 7)], " *bold*  word"),
    ("    x", [(B, 0, 3)], "    x"),
    # Signs hold within a line; that of a quotation begins it.
    ("one\ntwo\n\nthree", [(B, 0, 14)], "*one*\n*two*\n\n*three*"),
    ("he said\nno\nso", [(Q, 8, 2), (B, 8, 2)], "he said\n> *no*\nso"),
    ("x = 1\ny = 2", [(P, 0, 11)], "```x = 1\ny = 2```"),
    # One kind within itself says nothing more; what only touches stays two.
    ("all of it", [(B, 0, 6), (B, 4, 5), (B, 0, 9)], "*all of it*"),
    ("ab", [(B, 0, 1), (B, 1, 1)], "*a**b*"),
    ("one\ntwo", [(Q, 0, 7)] * 5, "> one\n> two"),
    ("a\n" * 500, [(B, place, 1000 - place) for place in range(100)], "*a*\n" * 500),
    # WhatsApp has no sign for these.
    ("under spoiler", [(MarkKind.UNDERLINE, 0, 5), (MarkKind.SPOILER, 6, 7)], "under spoiler"),
    ("see here now", [(L, 4, 4)], f"see here ({URL}) now"),
    ("see here now", [(L, 4, 4), (B, 4, 4)], f"see *here* ({URL}) now"),
    (URL, [(L, 0, len(URL))], URL),
    ("shop.example/a", [(L, 0, 14)], "shop.example/a"),
]


def marks(given: list[tuple[MarkKind, int, int]]) -> tuple[Mark, ...]:
    return tuple(Mark(type=k, offset=o, length=n, url=URL if k is L else None) for k, o, n in given)


@pytest.mark.parametrize(("text", "given", "written"), WRITTEN)
def test_formatting_becomes_whatsapps_signs(text: str, given: list[tuple[MarkKind, int, int]], written: str) -> None:
    content = TextContent(text=text, marks=marks(given))
    assert message_object(content) == ("text", {"body": written})
    picture = ImageContent(media=Media(url=URL), caption=text, marks=marks(given))
    assert message_object(picture) == ("image", {"link": URL, "caption": written})


@pytest.mark.parametrize(("length", "fits"), [(MAX_TEXT_CHARS - 2, True), (MAX_TEXT_CHARS - 1, False)])
def test_the_signs_count_for_the_limit(length: int, fits: bool) -> None:
    content: Content = TextContent(text="x" * length, marks=marks([(B, 0, length)]))
    if fits:
        check_content(content)
        return
    with pytest.raises(ContentNotSendableError) as refused:
        check_content(content)
    assert refused.value.pointer == "/text"


def test_a_text_that_is_far_too_long_is_refused_before_its_marks_are_looked_at() -> None:
    text = "a\n" * 30_000
    nested = marks([(kind, 0, len(text)) for kind in (B, E, S, C, Q)])
    with pytest.raises(ContentNotSendableError):
        check_content(TextContent(text=text, marks=nested * 20))
