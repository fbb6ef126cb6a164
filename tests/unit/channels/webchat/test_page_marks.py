"""What is kept of a visitor's page: a table of addresses, kind and unkind ones."""

from __future__ import annotations

import pytest

from channels.webchat.frames import Text, VisitorPage, Write
from channels.webchat.identity import Visitor
from channels.webchat.page_marks import MARKS, page_marks
from channels.webchat.parse import message_received
from inbox.model.content import TextContent

SHOES = "https://shop.example/shoes"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (SHOES, {"source_url": SHOES}),
        (
            f"{SHOES}?utm_source=news&utm_campaign=May",
            {"source_url": SHOES, "utm_source": "news", "utm_campaign": "May"},
        ),
        (f"{SHOES}?session=secret&email=a@b.example#token=1", {"source_url": SHOES}),
        (f"{SHOES}?utm_source=a&utm_source=b", {"source_url": SHOES, "utm_source": "a"}),  # the first counts
        (f"{SHOES}?utm_id=1&UTM_SOURCE=x", {"source_url": SHOES}),
        ("https://user:password@shop.example:8443/a", {"source_url": "https://shop.example:8443/a"}),
        ("http://[::1]:3000/", {"source_url": "http://[::1]:3000/"}),
        ("javascript:alert(1)", {}),
        ("file:///etc/passwd", {}),
        ("https://", {}),
        ("https://shop.example:port/", {}),
        ("http://[", {}),
        ("", {}),
        (f"{SHOES}?" + "&".join(["a=1"] * 200), {}),
    ],
)
def test_of_an_address_only_the_place_and_campaign_marks_are_kept(url: str, kept: dict[str, str]) -> None:
    assert page_marks(VisitorPage(url=url)) == kept


def test_what_is_kept_is_one_short_line_each() -> None:
    marks = "&".join(f"{name}=" + "%0A\u202ex" * 150 for name in MARKS)
    kept = page_marks(VisitorPage(url=f"{SHOES}?{marks}", title="Shoes\n\x00 \u202e for all " + "x" * 280))
    assert set(kept) == {"source_url", "headline", *MARKS}
    assert kept["headline"].startswith("Shoes for all x")
    assert all(len(value) <= 300 and value.isprintable() for value in kept.values())


def test_only_the_beginning_says_where_it_was() -> None:
    frame = Write(id="12345678", content=Text(text="hi"), page=VisitorPage(url=SHOES))
    visitor, content = Visitor("v_1"), TextContent(text="hi")
    assert message_received(visitor, frame, content, b"", begins=True).referral == {"source_url": SHOES}
    assert message_received(visitor, frame, content, b"").referral == {}
