"""What counts as an opt-out, and what only looks like one."""

from __future__ import annotations

import pytest

from inbox.contacts.opt_out_words import IN, OUT, wish_in
from inbox.messages.content import ChoiceContent, Content, LocationContent, TextContent


@pytest.mark.parametrize(
    ("content", "wish"),
    [
        pytest.param(TextContent(text="STOP"), False, id="the word"),
        pytest.param(TextContent(text=" Stop! "), False, id="as people type it"),
        pytest.param(TextContent(text="СТОП"), False, id="Russian"),
        pytest.param(TextContent(text="Arrêt"), False, id="French"),
        pytest.param(ChoiceContent(id="x", title="Stop promotions"), False, id="Meta's quick reply"),
        pytest.param(TextContent(text="start"), True, id="again"),
        pytest.param(TextContent(text="please stop by at five"), None, id="a sentence"),
        pytest.param(TextContent(text="stop" * 100), None, id="long"),
        pytest.param(LocationContent(latitude=1, longitude=1), None, id="no text"),
    ],
)
def test_wishes(content: Content, wish: bool | None) -> None:
    assert wish_in(content) is wish


def test_no_word_means_both() -> None:
    words = [word for table in (OUT, IN) for listed in table.values() for word in set(listed)]
    assert len(words) == len(set(words))
    assert all(word == word.casefold() for word in words)
