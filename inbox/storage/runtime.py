"""The runtime of a process: settings, clock, database, Redis. Opened once at the top and passed down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from inbox.foundation.clock import Clock
from inbox.foundation.secret_box import SecretBox, SecretUnreadableError, Sign
from inbox.foundation.settings import Settings, SettingsInvalidError
from inbox.storage.database import Database
from inbox.storage.demo_clock import shared_clock_file
from inbox.storage.installation import open_opt_out_hash
from inbox.storage.redis_clients import connect_redis

WRONG_KEY = (
    "GATEWAY_SECRET_KEY: the secrets in this database are sealed with another key. Set that one again; to replace it, "
    "set it as GATEWAY_PREVIOUS_SECRET_KEYS beside the new one and run: gateway rotate-key"
)


@dataclass(frozen=True)
class Runtime:
    """The parts that every process has."""

    settings: Settings
    clock: Clock
    database: Database
    redis: Redis
    secret_box: SecretBox
    hash_opt_out: Sign


@asynccontextmanager
async def open_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """Connect to MongoDB (checked) and Redis (not checked: it may come later).

    Raises:
        SettingsInvalidError: if a needed setting is missing, or the key is not the database's.
        DatabaseUnavailableError: if MongoDB does not answer or is no replica set.
    """
    if not settings.mongo_url or not settings.redis_url or not settings.secret_key:
        raise SettingsInvalidError("GATEWAY_MONGO_URL, GATEWAY_REDIS_URL and GATEWAY_SECRET_KEY must be set")
    box = make_secret_box(settings)
    database = Database(settings.mongo_url, is_pipelining=settings.mongo_pipelining)
    redis = connect_redis(settings.redis_url)
    try:
        offset = await database.check()
        clock = Clock(settings.clock_file or await shared_clock_file(database))
        clock.set_server_offset(offset)
        yield Runtime(settings, clock, database, redis, box, await _opt_out_hash(database, box))
    finally:
        await redis.aclose()
        database.close()


def make_secret_box(settings: Settings) -> SecretBox:
    """Make the box of the settings' keys; the key must be set."""
    key = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return SecretBox(key, [previous.get_secret_value() for previous in settings.previous_secret_keys])


async def _opt_out_hash(database: Database, box: SecretBox) -> Sign:
    try:
        return await open_opt_out_hash(database, box)
    except SecretUnreadableError:
        raise SettingsInvalidError(WRONG_KEY) from None
