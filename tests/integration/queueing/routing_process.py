"""Routing as a process, for tests that kill it: MONGO_URL WORKSPACE_ID QUEUE_ID."""

from __future__ import annotations

import asyncio
import sys

from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from queueing.routing.route_queue import Routing


async def main(mongo_url: str, workspace_id: str, queue_id: str) -> None:
    database = Database(mongo_url)
    routing = Routing(database, Clock())
    await database.check()
    sys.stdout.write("routing\n")
    sys.stdout.flush()
    await routing.route(workspace_id, queue_id)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
