"""A keyed worker as a process, for a test that kills it: MONGO_URL LEASE_SECONDS KEY. Says when the key is run."""

from __future__ import annotations

import asyncio
import sys

from inbox.storage.database import Database
from inbox.storage.leases import Leases
from workers.keyed import KeyedWorker, Run


async def main(mongo_url: str, lease_seconds: float, key: str) -> None:
    async def work(_: Run[str]) -> None:
        print("running", flush=True)
        await asyncio.Event().wait()

    leases = Leases(Database(mongo_url), "killed", lease_seconds=lease_seconds)
    worker: KeyedWorker[str] = KeyedWorker(leases, work, lease_of=str)
    worker.wake(key)
    await worker.drain()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), sys.argv[3]))
