"""The widget's script: small, by itself, and without a way to run what people write."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from gateway.webchat.widget import MODULES, widget_source

MOST_BYTES = 20_000
FILES = Path(__file__).parents[4] / "gateway" / "static" / "webchat"


def test_it_is_less_than_20_kb_compressed() -> None:
    assert len(gzip.compress(widget_source(), 6)) < MOST_BYTES


def test_it_makes_no_markup_of_texts_and_loads_nothing() -> None:
    source = widget_source().decode()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert way not in source
    assert not re.search(r"\bimport\b|@import|\bexport\b|url\(", source)
    addresses = set(re.findall(r"https?://[\w./]+", source)) - {"http://www.w3.org/2000/svg"}
    assert addresses == set()


def test_both_languages_say_the_same_things() -> None:
    source = widget_source().decode()
    english, russian = source.split("  ru: {", 1)
    names = [re.findall(r"^    (\w+):", part.split("\n  },", 1)[0], re.M) for part in (english, russian)]
    assert names[0] == names[1]
    assert len(names[0]) > 30


def test_every_module_is_in_it_once_after_those_that_it_imports() -> None:
    assert sorted(MODULES) == sorted(path.name for path in FILES.glob("*.js"))
    for place, name in enumerate(MODULES):
        imported = re.findall(r'^import .* from "\./(.*)";$', (FILES / name).read_text(), re.M)
        assert set(imported) <= set(MODULES[:place]), name


def test_no_two_modules_have_a_name_of_their_own_in_common() -> None:
    """They share one closure: the second function of a name would silently replace the first."""
    names = re.findall(r"^(?:async )?(?:class|const|function|let) (\w+)", widget_source().decode(), re.M)
    assert len(names) == len(set(names))
