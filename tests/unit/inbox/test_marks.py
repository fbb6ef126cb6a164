"""Marks lie on the words that they were put on, whatever is cut, moved or put between."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.foundation.problems import ProblemError
from inbox.model.content import Content, ImageContent, Media, TextContent, words_and_marks
from inbox.model.content_rules import check_outgoing, patch_of_words
from inbox.model.marks import Mark, MarkKind, marks_by_piece, moved, units, words_of
from inbox.views.masking import masked_json

URL = "https://shop.example/a"
BOLD = Mark(type=MarkKind.BOLD, offset=0, length=2)


def mark(kind: MarkKind, offset: int, length: int, url: str | None = None) -> Mark:
    return Mark(type=kind, offset=offset, length=length, url=url)


# (text, mark, the fault's words; None where there is none)
FAULTS: list[tuple[str, Mark, str | None]] = [
    ("hello", mark(MarkKind.BOLD, 0, 5), None),
    ("hello", mark(MarkKind.BOLD, 4, 2), "beyond"),
    # This emoji has two units: neither half is a place.
    ("👍 yes", mark(MarkKind.BOLD, 0, 2), None),
    ("👍 yes", mark(MarkKind.BOLD, 1, 2), "inside"),
    ("👍 yes", mark(MarkKind.BOLD, 0, 1), "inside"),
    ("hello", mark(MarkKind.LINK, 0, 5, URL), None),
    ("hello", mark(MarkKind.LINK, 0, 5), "address"),
    ("hello", mark(MarkKind.BOLD, 0, 5, URL), "address"),
]


@pytest.mark.parametrize(("text", "put", "fault"), FAULTS)
def test_a_mark_that_does_not_fit_its_text_is_refused(text: str, put: Mark, fault: str | None) -> None:
    for content in (
        TextContent(text=text, marks=(BOLD, put)),
        ImageContent(media=Media(id="m1"), caption=text, marks=(BOLD, put)),
    ):
        if fault is None:
            check_outgoing(content)
            continue
        with pytest.raises(ProblemError) as refused:
            check_outgoing(content)
        assert (refused.value.code, refused.value.errors[0].pointer) == ("content_invalid", "/content/marks/1")
        assert fault in refused.value.errors[0].message


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//shop.example", "https://", "https://a b", "https://a\n"]
)
def test_only_addresses_of_the_web_stand_behind_words(url: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "link", "offset": 0, "length": 1, "url": url}, Mark)


# (patch of a message, what it does to the marks: named means that they are in the patch then)
PATCHES = [
    ({"content": {"text": "new"}}, {"content": {"text": "new", "marks": None}}),
    ({"content": {"caption": "new"}}, {"content": {"caption": "new", "marks": None}}),
    ({"content": {"text": "new", "marks": []}}, {"content": {"text": "new", "marks": []}}),
    ({"content": {"marks": []}}, {"content": {"marks": []}}),
    ({"send_at": "x"}, {"send_at": "x"}),
    ({"content": 5}, {"content": 5}),
]


@pytest.mark.parametrize(("patch", "merged"), PATCHES)
def test_new_words_lose_the_marks_of_the_old_ones(patch: dict[str, object], merged: dict[str, object]) -> None:
    assert patch_of_words(patch) == merged


WORDS = st.text(alphabet=st.sampled_from("ab 👍é\n"), min_size=1, max_size=40)


@given(st.data())
def test_pieces_of_a_text_keep_the_marks_of_their_words(data: st.DataObject) -> None:
    pieces = [one for one in data.draw(st.lists(WORDS.map(str.strip), min_size=1, max_size=5)) if one]
    text = " ".join(pieces)
    begin = data.draw(st.integers(0, max(len(text) - 1, 0)))
    end = data.draw(st.integers(begin, len(text)))
    if begin == end:
        return
    put = mark(MarkKind.BOLD, units(text[:begin]), units(text[begin:end]))
    shared = marks_by_piece(text, pieces, (put,))
    said = "".join(words_of(piece, one) for piece, marks in zip(pieces, shared, strict=True) for one in marks)
    assert "".join(said.split()) == "".join(text[begin:end].split())


def test_marks_move_with_what_is_put_before() -> None:
    assert moved((BOLD,), 3) == (mark(MarkKind.BOLD, 3, 2),)


def test_a_masked_text_loses_the_marks_that_would_lie_elsewhere() -> None:
    content: Content = TextContent(text="call +1 650 555 1234 now", marks=(mark(MarkKind.BOLD, 21, 3),))
    whole = msgspec.json.encode({"content": content})
    assert "marks" not in msgspec.json.decode(masked_json(whole))["content"]
    plain = msgspec.json.encode({"content": TextContent(text="call now", marks=(BOLD,))})
    assert msgspec.json.decode(masked_json(plain))["content"]["marks"] == [msgspec.to_builtins(BOLD)]


def test_what_may_be_formatted() -> None:
    assert words_and_marks(TextContent(text="hi", marks=(BOLD,))) == ("hi", (BOLD,))
    assert words_and_marks(ImageContent(media=Media(id="m"), marks=())) == ("", ())
