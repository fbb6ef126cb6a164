"""Marks in texts as the emulated Telegram reads them."""

from __future__ import annotations

from typing import Any

import pytest

from channels.sandbox.telegram.errors import BotApiError
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.texts import formatted

HTML = [
    ("<b>bold</b> <i>it</i>", "bold it", [("bold", 0, 4), ("italic", 5, 2)]),
    ("<strong>a<em>b</em></strong>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("😀<u>x</u><s>y</s>", "😀xy", [("underline", 2, 1), ("strikethrough", 3, 1)]),
    ('<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', "st", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
    ('<a href="https://x.example/?a=1&amp;b">x</a>', "x", [("text_link", 0, 1)]),
    ("<code>a &lt; b &amp;&quot;&#33;</code>", 'a < b &"!', [("code", 0, 9)]),
    ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
    ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
    ("  <b> x </b>  ", "x", [("bold", 0, 1)]),
    ("a > b & c", "a > b & c", []),
    ("<b></b>x", "x", []),
]

MARKDOWN = [
    ("*bold* _it_", "bold it", [("bold", 0, 4), ("italic", 5, 2)]),
    ("*a_b_*", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("__u__ ~s~ ||p||", "u s p", [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
    (r"1\.5 \*x\*", "1.5 *x*", []),
    ("[x](https://x.example/)", "x", [("text_link", 0, 1)]),
    ("`a.b`", "a.b", [("code", 0, 3)]),
    ("```python\nx = 1```", "x = 1", [("pre", 0, 5)]),
    (">one\n>two\nthree", "one\ntwo\nthree", [("blockquote", 0, 8)]),
    ("😀*x*", "😀x", [("bold", 2, 1)]),
]


def parse(text: str, mode: str) -> tuple[str, list[Any]]:
    plain, entities = formatted(Params({"text": text, "parse_mode": mode}), "text", "entities")
    return plain, [(one["type"], one["offset"], one["length"]) for one in entities]


@pytest.mark.parametrize(("source", "text", "entities"), HTML)
def test_html(source: str, text: str, entities: list[Any]) -> None:
    assert parse(source, "HTML") == (text, entities)


@pytest.mark.parametrize(("source", "text", "entities"), MARKDOWN)
def test_markdown(source: str, text: str, entities: list[Any]) -> None:
    assert parse(source, "MarkdownV2") == (text, entities)


@pytest.mark.parametrize(
    ("source", "mode", "details"),
    [
        ("<b>x", "HTML", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ж<b>x</i>", "HTML", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "HTML", "Unexpected end tag at byte offset 1"),
        ("<p>x</p>", "HTML", 'Unsupported start tag "p" at byte offset 0'),
        ("1 < 2", "HTML", 'Unsupported start tag "" at byte offset 2'),
        ("x.", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*x", "MarkdownV2", "Can't find end of Bold entity at byte offset 0"),
        ("`x", "MarkdownV2", "Can't find end of Code entity at byte offset 0"),
    ],
)
def test_faults(source: str, mode: str, details: str) -> None:
    with pytest.raises(BotApiError) as caught:
        parse(source, mode)
    assert caught.value.description == f"Bad Request: can't parse entities: {details}"


def test_an_unknown_mode() -> None:
    with pytest.raises(BotApiError, match="unsupported parse_mode"):
        parse("x", "rtf")


def test_own_entities_that_do_not_fit_are_dropped() -> None:
    given = [{"type": "bold", "offset": 0, "length": 2}, {"type": "bold", "offset": 1, "length": 2}]
    params = Params({"text": "ab", "entities": given, "parse_mode": "HTML"})
    assert formatted(params, "text", "entities") == ("ab", given[:1])
