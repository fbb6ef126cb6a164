"""A worker that sends scheduled messages, for tests that kill it: MONGO_URL."""

from __future__ import annotations

import asyncio
import sys

from inbox.foundation.clock import Clock
from inbox.sending.completing import refuse_templates
from inbox.sending.scheduled_sending import ScheduledSending
from inbox.storage.database import Database
from inbox.storage.sequence import SequenceClock


async def main(mongo_url: str) -> None:
    database, clock = Database(mongo_url), Clock()
    sending = ScheduledSending(database, clock, SequenceClock(clock.server_seconds), complete=refuse_templates)
    await database.check()
    sys.stdout.write("sending\n")
    sys.stdout.flush()
    while await sending.send_due():
        continue


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
