"""What a process that was killed in mid-transaction touched can be written again soon."""

from __future__ import annotations

import asyncio
import signal
import sys

from inbox.storage.database import Database, Session

RESTING_SECONDS = 0.05
KILLED = """
import asyncio, sys
from inbox.storage.database import Database

async def main():
    database = Database(sys.argv[1])

    async def work(session):
        await database.conversations.update_one({"_id": "c1"}, {"$set": {"by": "killed"}}, session=session)
        print("open", flush=True)
        await asyncio.Event().wait()

    await database.transaction(work)

asyncio.run(main())
"""


async def test_a_dead_process_does_not_hold_what_it_touched(database: Database, database_url: str) -> None:
    await database.conversations.insert_one({"_id": "c1"})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, database_url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"open\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(20):
        while not await database.end_abandoned_transactions(resting_seconds=RESTING_SECONDS):
            pass
        await database.conversations.update_one({"_id": "c1"}, {"$set": {"by": "us"}})
    assert await database.conversations.find_one({"_id": "c1"}) == {"_id": "c1", "by": "us"}


async def test_a_transaction_under_way_is_left_alone(database: Database) -> None:
    await database.conversations.insert_one({"_id": "c1"})

    async def work(session: Session) -> int:
        await database.conversations.update_one({"_id": "c1"}, {"$set": {"by": "us"}}, session=session)
        return await database.end_abandoned_transactions()

    assert await database.transaction(work) == 0
