"""The example of an importer adds each contact once, wherever it was stopped, and says what is wrong with a row."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from inbox.storage.database import Database
from messaging_gateway_client import every
from tests.integration.client.conftest import Clients

EXAMPLE = Path(__file__).parents[3] / "examples" / "importer.py"
ROWS = 60


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("example_importer", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    lines = [f"+49 1512 34567{n:02},Customer {n},vip; b2b,gold" for n in range(ROWS)]
    path.write_text("\n".join(["whatsapp,name,tags,plan", *lines]), encoding="utf-8")
    return path


def outcomes(table: Path) -> list[dict[str, str]]:
    with table.with_suffix(".results.csv").open(newline="") as results:
        return sorted(csv.DictReader(results), key=lambda row: int(row["row"]))


async def test_an_import_that_was_stopped_goes_on(clients: Clients, database: Database, table: Path) -> None:
    await clients.owner.make_contact_field({"key": "plan", "name": "Plan", "type": "text"})
    example = load_example()
    of_workspace = {"workspace_id": clients.team.owner.workspace_id}
    for enough in (5, 30):
        running = asyncio.ensure_future(example.import_contacts(clients.key, table))
        async with asyncio.timeout(60):
            while await database.contacts.count_documents(of_workspace) < enough and not running.done():
                continue
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        with table.with_suffix(".results.csv").open("a") as results:
            results.write("9")  # the line that was being written
    await example.import_contacts(clients.key, table)
    contacts = [one async for one in every(clients.key.show_contacts)]
    assert sorted(one["name"] or "" for one in contacts) == sorted(f"Customer {n}" for n in range(ROWS))
    assert all((one["tags"], one["fields"]) == (["vip", "b2b"], {"plan": "gold"}) for one in contacts)
    rows = outcomes(table)
    assert [int(row["row"]) for row in rows] == list(range(2, ROWS + 2))
    assert {row["contact_id"] for row in rows} == {one["id"] for one in contacts}
    assert await example.import_contacts(clients.key, table) == {}


async def test_each_row_says_what_became_of_it(clients: Clients, tmp_path: Path) -> None:
    known = await clients.key.add_contact({"identities": [{"kind": "whatsapp", "external_id": "+49 1512 3456789"}]})
    table = tmp_path / "mixed.csv"
    table.write_text("whatsapp,email\n0049 1512 3456789,\n12,\n,maria@example.com\n,\n", encoding="utf-8")
    counts = await load_example().import_contacts(clients.key, table)
    assert counts == {"known": 1, "refused": 2, "added": 1}
    first, second, _, fourth = outcomes(table)
    assert first["contact_id"] == known["id"]
    assert second["why"].startswith("/identities/0/external_id ")
    assert fourth["why"].startswith("/identities ")
