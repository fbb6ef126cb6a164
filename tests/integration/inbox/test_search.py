"""Search terms of stored contacts are filled in once; a search that takes too long is ended."""

from __future__ import annotations

import pytest

from inbox.contacts.filling_terms import fill_search_terms
from inbox.contacts.search_terms import search_terms
from inbox.foundation.problems import ProblemError
from inbox.storage.database import Database
from inbox.storage.time_limits import told_when_too_slow


async def test_contacts_from_before_get_their_terms(database: Database) -> None:
    await database.workspaces.insert_many([{"_id": "w1"}, {"_id": "w2"}])
    old = [
        {"_id": f"c{n}", "workspace_id": f"w{n % 2 + 1}", "name": f"Kim {n}", "identity_keys": [f"whatsapp:4915{n:08}"]}
        for n in range(1_100)
    ]
    await database.contacts.insert_many([*old, {"_id": "x", "workspace_id": "w1", "search_terms": ["own"]}])
    assert await fill_search_terms(database) == len(old)
    assert await fill_search_terms(database) == 0
    async for contact in database.contacts.find({"_id": {"$ne": "x"}}):
        assert contact["search_terms"] == search_terms(contact)
    assert (await database.contacts.find_one({"_id": "x"}))["search_terms"] == ["own"]


async def test_a_search_that_takes_too_long_is_ended_and_says_what_to_do(database: Database) -> None:
    await database.contacts.insert_one({"_id": "c1"})
    with pytest.raises(ProblemError) as caught, told_when_too_slow("Write more of the name."):
        await database.contacts.find({"$where": "sleep(2000) || true"}, max_time_ms=20).to_list(None)
    assert (caught.value.code, caught.value.status, caught.value.detail) == (
        "too_broad",
        422,
        "Write more of the name.",
    )


async def test_other_faults_stay_what_they_are(database: Database) -> None:
    with pytest.raises(LookupError), told_when_too_slow("Write more of the name."):
        raise LookupError
