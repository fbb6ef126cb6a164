"""Indexes of a large collection: the driver gives up waiting, the build goes on, and the start waits for it."""

from __future__ import annotations

from inbox.storage.database import Database
from inbox.storage.indexes import Index, build_indexes

MANY = 20_000
SHORT_MS = 50
"""Far below what so many documents take, far above one answer."""


async def test_a_build_that_outlasts_the_drivers_patience_is_waited_for(database: Database, database_url: str) -> None:
    documents = [{"_id": n, "words": [f"{n * 7919 % MANY:x}", f"{n:x}"]} for n in range(MANY)]
    await database.audit.insert_many(documents)
    impatient = Database(database_url, silence_ms=SHORT_MS)
    try:
        await build_indexes(impatient, "audit", [Index("by_words", "words -_id", "tests")])
    finally:
        impatient.close()
    assert "by_words" in await database.audit.index_information()
    await database.audit.drop_index("by_words")
