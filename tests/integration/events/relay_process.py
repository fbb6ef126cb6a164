"""A relay as a process, for tests that kill it: MONGO_URL REDIS_URL LEASE_SECONDS."""

from __future__ import annotations

import asyncio
import sys

from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from inbox.storage.redis_clients import connect_redis
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep


async def main(mongo_url: str, redis_url: str, lease_seconds: float) -> None:
    relay = Relay(Database(mongo_url), connect_redis(redis_url), Clock(), keep=Keep(100_000, 86_400))
    await relay.run(lease_seconds=lease_seconds)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
