"""Each collection has its line in the docs, and what MongoDB deletes by itself is what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from inbox.model.retention import Retention
from inbox.storage.indexes import DAY_SECONDS, INDEXES
from templates_hsm.campaigns.life.list_retention import LISTS_KEPT

DOCS = Path(__file__).parents[3] / "docs" / "retention.md"
ROWS = [line.split("|")[1:-1] for line in DOCS.read_text().splitlines() if line.startswith("| `")]
KEPT = {name: row[3] for row in ROWS for name in re.findall(r"`([^`]+)`", row[0])}


def expiries(collection: str) -> dict[str, Any]:
    return {index.name: index.keep_seconds for index in INDEXES[collection] if index.keep_seconds is not None}


def test_every_collection_is_in_the_docs() -> None:
    assert set(INDEXES) <= set(KEPT)


@pytest.mark.parametrize(
    ("collection", "name", "days"),
    [
        ("dead_letters", "usual_expiry", 90),
        ("dead_letters", "replayed_expiry", 7),
        ("notices", "expiry", 30),
        ("notices", "handled_expiry", 7),
        ("status_changes", "expiry", 400),
        ("audit", "expiry", 1095),
        ("events", "expiry", 1),
        ("early_events", "expiry", 30),
        ("idempotency", "expiry", 1),
    ],
)
def test_what_goes_by_itself(collection: str, name: str, days: int) -> None:
    assert expiries(collection)[name] == days * DAY_SECONDS
    assert ("a day" if days == 1 else f"{days} days") in KEPT[collection]


def test_a_channel_that_says_nothing_keeps_dead_letters_as_long_as_mongodb() -> None:
    assert expiries("dead_letters")["usual_expiry"] == Retention().dead_letters_days * DAY_SECONDS


def test_lists_of_campaigns() -> None:
    assert f"{LISTS_KEPT.days} days" in KEPT["campaign_recipients"]


@pytest.mark.parametrize(
    "collection", ["messages", "conversations", "contacts", "suppressions", "campaigns", "campaign_recipients"]
)
def test_what_must_live_never_goes_by_itself(collection: str) -> None:
    assert expiries(collection) == {}
