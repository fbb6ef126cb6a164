"""Fixtures that all tests share: real servers once a run, a database of its own for each test."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
import pytest_asyncio
import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from xdist.scheduler import LoadScopeScheduling

from gateway.embedded.servers import EmbeddedServers
from gateway.embedded.state import ServerState
from inbox.foundation.clock import Clock, FixedClock
from inbox.foundation.garbage import calm_garbage_collection
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.settings import Settings
from inbox.storage.database import Database
from inbox.storage.redis_clients import connect_redis
from inbox.storage.runtime import Runtime
from tests.ready_databases import ReadyDatabases

# A busy machine is no fault; what failed is printed so that it can be run again.
hypothesis.settings.register_profile("suite", deadline=None, print_blob=True)
hypothesis.settings.load_profile("suite")

# structlog's own choice paints each traceback with all local values: more than a second of computing.
_plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _plain])

TOGETHER: Final = ("tests/acceptance/inbox", "tests/acceptance/webchat", "tests/acceptance", "tests/chaos")
"""Folders whose tests share a demo, and a browser, so that one process should run them all. The first that fits."""

LONGEST: Final = (
    "tests/chaos/",
    "tests/acceptance/inbox/",
    "tests/acceptance/",
    "tests/contract/test_adding_channels.py",
    "tests/integration/webchat/test_visitor_socket.py",
    "tests/integration/embedded/test_servers.py",
    "tests/integration/queueing/test_queue_model.py",
    "tests/integration/events/",
    "tests/contract/",
    "tests/integration/",
)
"""What takes longest begins first, so that the processes end together: the small files fill the gaps at the end."""


class ByFile(LoadScopeScheduling):
    """Has pytest-xdist run the tests of a file, or of a folder that shares a demo, in one process."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if path.startswith(f"{folder}/")), path)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos-seed", type=int, default=None, help="repeat a chaos test with the seed it printed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave out of garbage collection what is loaded for all tests, as our processes do.

    Looking through it again and again takes a quarter of the time of loading, and some of every test's.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        calm_garbage_collection()
        gc.enable()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the work of several processes; one process keeps the order of the files."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((rank for rank, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerState]:
    """MongoDB and Redis of this test run, on free ports, in a directory that goes away."""
    embedded = EmbeddedServers(tmp_path_factory.mktemp("servers"))
    loop = asyncio.new_event_loop()
    try:
        yield loop.run_until_complete(embedded.start())
    finally:
        loop.run_until_complete(embedded.stop())
        loop.close()


@pytest.fixture(scope="session")
def mongo_url(servers: ServerState) -> str:
    """The replica set's URL; the database in it belongs to nobody: name your own."""
    return servers.mongo_url


@pytest.fixture(scope="session")
def redis_url(servers: ServerState) -> str:
    """The URL of the run's Redis."""
    return servers.redis_url


@pytest.fixture(scope="session")
def ready_databases(mongo_url: str) -> Iterator[ReadyDatabases]:
    """The databases that tests of this process use one after the other."""
    databases = ReadyDatabases(mongo_url)
    yield databases
    databases.close()


@pytest_asyncio.fixture
async def database_url(ready_databases: ReadyDatabases) -> AsyncIterator[str]:
    """The URL of this test's own database, which is empty and has all indexes.

    A test that changes indexes makes a database of its own name from `mongo_url`.
    """
    async with ready_databases.lent() as url:
        yield url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database with all indexes."""
    fresh = Database(database_url)
    yield fresh
    fresh.close()


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """An empty Redis."""
    client = connect_redis(redis_url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at the real time of the test's start; move it with `advance`.

    It starts now, not at a date of our choice: MongoDB's expiry of old documents follows real time.
    """
    now = datetime.now(UTC)
    return FixedClock(now.replace(microsecond=now.microsecond // 1000 * 1000))


@pytest.fixture
def secret_key() -> str:
    """A key for `GATEWAY_SECRET_KEY`."""
    return SecretBox.new_key()


@pytest.fixture(scope="session")
def common_settings(redis_url: str) -> Settings:
    """What the settings of all tests have in common: reading the environment anew for each would take 0.02 s.

    What is slow is waited for: how busy the machine is says nothing of whether a webhook is stored.
    """
    return Settings(redis_url=redis_url, allow_private_urls=True, mongo_timeout_seconds=15)


@pytest.fixture
def settings(common_settings: Settings, database_url: str, secret_key: str, tmp_path: Path) -> Settings:
    """Settings of this test's own database."""
    return _own_settings(common_settings, database_url, secret_key, tmp_path)


@pytest.fixture
def runtime(settings: Settings, clock: FixedClock, database: Database, redis: Redis, secret_key: str) -> Runtime:
    """What the processes stand on, with the test's clock."""
    box = SecretBox(secret_key)
    return Runtime(settings, clock, database, redis, box, box.signature)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_runtime(
    ready_databases: ReadyDatabases, common_settings: Settings, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Runtime]:
    """As `runtime` with the real clock, once for a module: for tests that leave each other's things alone.

    They run on the module's loop: `pytestmark = pytest.mark.asyncio(loop_scope="module")`.
    """
    key = SecretBox.new_key()
    box, redis = SecretBox(key), connect_redis(redis_url)
    async with ready_databases.lent() as url:
        settings = _own_settings(common_settings, url, key, tmp_path_factory.mktemp("shared"))
        database = Database(url)
        await redis.flushall()
        yield Runtime(settings, Clock(), database, redis, box, box.signature)
        database.close()
        await redis.aclose()


def _own_settings(common: Settings, database_url: str, secret_key: str, directory: Path) -> Settings:
    own = {"mongo_url": database_url, "secret_key": SecretStr(secret_key), "data_dir": directory / "data"}
    return common.model_copy(update=own)
