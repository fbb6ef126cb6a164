"""The inbox's pure modules, tested in Node where there is one; in a browser they are tested in any case."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
HERE = Path(__file__).parent
PAGES = HERE.parents[2] / "gateway" / "static"
KNOWS_MODULES = (20, 19)
"""First version that sees by itself that a `.js` file is a module."""


def _version() -> tuple[int, ...]:
    if NODE is None:
        return (0,)
    said = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.findall(r"\d+", said)))


@pytest.mark.skipif(_version() < KNOWS_MODULES, reason="Node 20.19 or later is needed")
@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_module(name: str) -> None:
    done = subprocess.run(
        [str(NODE), "--test-reporter=tap", name], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(_version() < KNOWS_MODULES, reason="Node 20.19 or later is needed")
@pytest.mark.parametrize("path", sorted(PAGES.glob("*/*.js")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_module_is_sound(path: Path) -> None:
    """Each file by itself: a name that is declared twice stops a whole page."""
    command = [str(NODE), "--input-type=module", "--check"]
    done = subprocess.run(command, input=path.read_text(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
