"""What the documents say of the code's layout is there: every file they name exists, every term stands once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.api.routes import ROUTES
from inbox.foundation.settings import Settings
from inbox.stream.events import EventType
from tests.made_files import outdated

ROOT = Path(__file__).parents[2]
ROOMS = ("inbox", "channels", "queueing", "templates_hsm", "workers", "gateway", "tests", "bench", "docs", "deploy")
NAMED = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)(?:::\w+)?`")
LINKED = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
MADE_BY_THE_READER = {"channels/sms/__init__.py", "channels/sms/connector.py", "tests/contract/sms.py"}
"""Steps of docs/ADDING_CHANNELS.md."""
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
TERM = re.compile(r"^\| (?!term \||---)(?P<term>[^|]+?) \| .+ \| `(?P<file>[^`]+)` \|$", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_named_file_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {path for path in NAMED.findall(text) if path not in MADE_BY_THE_READER}
    linked = {str((document.parent / link).resolve().relative_to(ROOT)) for link in LINKED.findall(text)}

    assert sorted(path for path in named | linked if not (ROOT / path).exists()) == []


def test_the_map_shows_every_folder() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"(\w+)/", text.partition("## The map")[2].partition("```")[2].partition("```")[0]))
    rooms = ("inbox", "channels", "queueing", "templates_hsm", "workers", "gateway")
    folders = {path.parent.name for room in rooms for path in (ROOT / room).glob("*/__init__.py")}

    assert sorted({*rooms, *folders} - shown) == []


def test_the_glossary_has_each_term_once_with_the_file_that_holds_it() -> None:
    rows = [line for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    terms = [match["term"] for match in TERM.finditer("\n".join(rows))]
    headings = sum(line.startswith(("| term", "| ---")) for line in rows)

    assert len(terms) == len(rows) - headings
    assert len(terms) == len(set(terms)) > 60


def test_every_setting_is_in_the_list_of_settings() -> None:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    written = set(re.findall(r"GATEWAY_\w+", "\n".join(re.findall(r"^\| .+$", text, re.MULTILINE))))

    assert sorted({f"GATEWAY_{name.upper()}" for name in Settings.model_fields} - written) == []


def test_every_event_has_a_row() -> None:
    text = (ROOT / "docs/events.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))

    assert sorted({event.value for event in EventType} - rows) == []


def test_what_is_made_from_the_code_is_what_the_code_makes() -> None:
    assert outdated() == [], "run: make made"


def test_the_workplace_names_calls_and_events_that_exist() -> None:
    text = (ROOT / "docs/workplace.md").read_text(encoding="utf-8")
    calls = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]+)`", text))
    events = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", text))

    assert sorted(calls - {f"{route.method} {route.path}" for route in ROUTES}) == []
    assert sorted(events - {event.value for event in EventType}) == []
    assert len(calls) > 60
