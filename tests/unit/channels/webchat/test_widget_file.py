"""The widget's script: small, by itself, and without a way to run what people write."""

from __future__ import annotations

import gzip
import re

from gateway.webchat.webchat_page import widget_source

MOST_BYTES = 20_000


def test_it_is_less_than_20_kb_compressed() -> None:
    assert len(gzip.compress(widget_source(), 6)) < MOST_BYTES


def test_it_makes_no_markup_of_texts_and_loads_nothing() -> None:
    source = widget_source().decode()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert way not in source
    assert not re.search(r"\bimport\b|@import|url\(", source)
    addresses = set(re.findall(r"https?://[\w./]+", source)) - {"http://www.w3.org/2000/svg"}
    assert addresses == set()


def test_both_languages_say_the_same_things() -> None:
    source = widget_source().decode()
    english, russian = source.split("  ru: {", 1)
    names = [re.findall(r"^    (\w+):", part.split("\n  },", 1)[0], re.M) for part in (english, russian)]
    assert names[0] == names[1]
    assert len(names[0]) > 30
