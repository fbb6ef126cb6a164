"""Client libraries of other people against the emulators: each call is carried out, or refused as the provider does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.__main__ import reports
from tests.clients.outcomes import Outcome, table

DOCS = Path(__file__).parents[3] / "docs" / "sandbox.md"


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # pywa's own way of uploading
async def test_no_client_meets_what_its_provider_would_not_say() -> None:
    found = await reports()
    assert {report.library for report in found} >= {"pywa", "aiogram"}
    for report in found:
        faults = {name: report.errors[name] for name in report.names(Outcome.FAULT)}
        assert not faults, report.library
        assert report.names(Outcome.DONE)
    rows = [row for row in table(found).splitlines() if row.startswith(("| pywa", "| aiogram"))]
    assert all(row in DOCS.read_text() for row in rows), "make the table anew: python -m tests.clients"
