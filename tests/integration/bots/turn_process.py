"""What serves bots as a process, for a test that kills it: MONGO_URL REDIS_URL."""

from __future__ import annotations

import asyncio
import sys

from inbox.foundation.clock import Clock
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.settings import Settings
from inbox.storage.database import Database
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime, connect_redis
from workers.bots.take_turns import TurnTaker


async def main(mongo_url: str, redis_url: str) -> None:
    database, box = Database(mongo_url), SecretBox(SecretBox.new_key())
    await database.check()
    settings = Settings(mongo_url=mongo_url, redis_url=redis_url, allow_private_urls=True)
    runtime = Runtime(settings, Clock(), database, connect_redis(redis_url), box, box.signature)
    taker = TurnTaker(runtime, Leases(database, "killed"), lambda _: None)
    sys.stdout.write("serving\n")
    sys.stdout.flush()
    while await taker.sweep():
        await taker.drain()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
