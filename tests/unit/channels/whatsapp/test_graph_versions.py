"""The day on which a version of the Graph API ends."""

from __future__ import annotations

from datetime import date

import pytest
from pywa.utils import Version

from channels.whatsapp.graph_versions import NEWEST, says_of
from inbox.foundation.settings import Settings


def test_the_default_is_the_newest_that_pywa_speaks() -> None:
    assert str(Version.GRAPH_API.value) == NEWEST, (
        "pywa has learnt a newer version: read its changelog, then raise NEWEST"
    )
    assert Settings.model_fields["graph_version"].default == NEWEST


@pytest.mark.parametrize(
    ("version", "today", "ok", "words"),
    [
        ("24.0", date(2026, 11, 28), True, "ends on 2028-02-18"),
        ("21.0", date(2026, 11, 28), False, "set GATEWAY_GRAPH_VERSION to 26.0"),
        ("20.0", date(2026, 11, 28), False, "ended on 2026-09-24"),
        ("26.0", date(2026, 11, 28), True, "the newest known here"),
        ("27.0", date(2026, 11, 28), True, "not known here"),
    ],
)
def test_its_day_is_named(version: str, today: date, ok: bool, words: str) -> None:
    found = says_of(version, today)
    assert found[0] is ok
    assert words in found[1]
