"""`docs/ADDING_CHANNELS.md` leads to a working channel: its steps are done with a copy of the project."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "ADDING_CHANNELS.md"
COPIED = ("inbox", "channels", "queueing", "templates_hsm", "workers", "gateway", "tests")
STEP = re.compile(
    r"^[^`\n]*In `(?P<changed>[\w/]+\.py)`|^`(?P<made>[\w/]+\.py)`:$|^```(?P<kind>diff|python)\n(?P<text>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
"""A file's name, or what to put into the file that was named last."""


def follow(page: str, project: Path) -> int:
    """Do what the page says; return the number of steps."""
    path, done = "", 0
    for step in STEP.finditer(page):
        if step["kind"] is None:
            path = step["changed"] or step["made"]
            continue
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(step["text"] if step["kind"] == "python" else changed(target.read_text(), step["text"], path))
        done += 1
    return done


def changed(text: str, diff: str, path: str) -> str:
    lines = diff.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] in " -")
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] in " +" or not line)
    assert text.count(before) == 1, f"{path} has changed: adapt docs/ADDING_CHANNELS.md to it\n{before}"
    return text.replace(before, after)


async def test_the_page_leads_to_a_channel_that_keeps_the_contract(tmp_path: Path) -> None:
    for name in COPIED:
        shutil.copytree(PROJECT / name, tmp_path / name)  # with what is compiled of it
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    assert follow(PAGE.read_text(), tmp_path) == 11
    pytest_arguments = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/contract/test_connectors.py",
        "-k",
        "sms",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *pytest_arguments,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-4000:]
    assert b"passed" in output or b"[100%]" in output
