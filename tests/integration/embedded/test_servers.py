"""The embedded servers keep what they were given, are shared, and leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.exceptions import AuthenticationError

from gateway.embedded.servers import EmbeddedServers
from gateway.embedded.state import ServerState, is_alive, read_state, runs_on
from inbox.storage.database import Database
from inbox.storage.redis_clients import connect_redis

OTHER_PROCESS = """
import asyncio, json, sys
from pathlib import Path
from gateway.embedded.servers import EmbeddedServers

async def main():
    servers = EmbeddedServers(Path(sys.argv[1]))
    await servers.start()
    print(json.dumps({"owned": servers.owned, "mongo_url": servers.state.mongo_url, **servers.pids()}), flush=True)
    await servers.keep_running()

asyncio.run(main())
"""
DONE_SECONDS = 60


@pytest.fixture
async def directory(tmp_path: Path) -> AsyncIterator[Path]:
    yield tmp_path
    state = read_state(tmp_path / "servers.json")
    for pid in (state.mongod_pid, state.redis_pid):
        if pid and runs_on(pid, tmp_path):
            os.kill(pid, signal.SIGKILL)


@contextlib.asynccontextmanager
async def running(directory: Path) -> AsyncIterator[EmbeddedServers]:
    servers = EmbeddedServers(directory, report=lambda _: None)
    await servers.start()
    keeping = asyncio.create_task(servers.keep_running())
    try:
        yield servers
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await servers.stop()


@contextlib.contextmanager
def other_process(directory: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def add_one(url: str) -> int:
    """Write a document as soon as the database takes it; return how many there are."""
    database = Database(url)
    try:
        async with asyncio.timeout(DONE_SECONDS):
            while True:
                with contextlib.suppress(Exception):
                    await database.kept.insert_one({})
                    return int(await database.kept.count_documents({}))
    finally:
        database.close()


async def gone(pid: int) -> None:
    async with asyncio.timeout(DONE_SECONDS):
        while is_alive(pid):  # noqa: ASYNC110 - another process's end can only be asked for
            await asyncio.sleep(0.02)


async def test_what_was_written_survives_a_killed_mongod_which_is_started_again(directory: Path) -> None:
    async with running(directory) as servers:
        assert await add_one(servers.state.mongo_url) == 1
        killed = servers.pids()["mongod"]
        os.kill(killed, signal.SIGKILL)
        await gone(killed)
        assert await add_one(servers.state.mongo_url) == 2
        assert servers.pids()["mongod"] != killed


async def test_a_second_start_finds_the_same_ports_and_data(directory: Path) -> None:
    async with running(directory) as first:
        await add_one(first.state.mongo_url)
    async with running(directory) as second:
        assert (second.state.mongo_url, second.state.redis_url) == (first.state.mongo_url, first.state.redis_url)
        assert await add_one(second.state.mongo_url) == 2


def arguments_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def secrets_of(directory: Path, state: ServerState) -> list[str]:
    return [state.mongo_password or "", state.redis_password or "", (directory / "servers.key").read_text().strip()]


async def test_nobody_gets_in_without_a_login(directory: Path) -> None:
    async with running(directory) as servers:
        state = servers.state
        assert state.mongo_password
        assert state.redis_password
        stranger = Database(f"mongodb://127.0.0.1:{state.mongo_port}/gateway?replicaSet=rs0")
        with pytest.raises(Exception, match="requires authentication"):
            await stranger.kept.find_one({})
        stranger.close()
        nobody = connect_redis(f"redis://127.0.0.1:{state.redis_port}/0")
        with pytest.raises(AuthenticationError):
            await nobody.ping()
        await nobody.aclose()
        seen = b"".join(map(arguments_of, servers.pids().values()))
        assert not [secret for secret in secrets_of(directory, state) if secret.encode() in seen]
    for name in ("servers.key", "servers.json", "redis.conf"):
        assert (directory / name).stat().st_mode & 0o077 == 0


async def test_a_directory_from_before_there_were_logins_gets_them(directory: Path) -> None:
    async with running(directory) as first:
        await add_one(first.state.mongo_url)
        database = Database(first.state.mongo_url.replace("/gateway?", "/admin?"))
        await database.command("dropAllUsersFromDatabase")
        database.close()
    (directory / "servers.key").unlink()
    (directory / "servers.json").write_text(json.dumps({"mongo_port": first.state.mongo_port}))
    async with running(directory) as second:
        assert second.state.mongo_password != first.state.mongo_password
        assert await add_one(second.state.mongo_url) == 2


async def test_a_lost_file_of_logins_is_made_anew(directory: Path) -> None:
    async with running(directory) as first:
        await add_one(first.state.mongo_url)
    (directory / "servers.key").unlink()
    async with running(directory) as second:
        assert second.state.mongo_password != first.state.mongo_password
        assert await add_one(second.state.mongo_url) == 2


async def test_the_data_is_there_when_the_port_was_taken_meanwhile(directory: Path) -> None:
    async with running(directory) as first:
        await add_one(first.state.mongo_url)
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", first.state.mongo_port or 0))
        async with running(directory) as second:
            assert second.state.mongo_port != first.state.mongo_port
            assert await add_one(second.state.mongo_url) == 2


async def test_a_second_process_shares_the_servers_and_keeps_them_when_the_owner_is_killed(directory: Path) -> None:
    with other_process(directory) as owner:
        assert owner.stdout
        seen = json.loads(await asyncio.to_thread(owner.stdout.readline))
        assert seen["owned"]
        async with running(directory) as sharing:
            assert not sharing.owned
            assert sharing.pids() == {"mongod": seen["mongod"], "redis": seen["redis"]}
            await add_one(sharing.state.mongo_url)
            owner.kill()
            await gone(seen["mongod"])
            assert await add_one(seen["mongo_url"]) == 2
            assert sharing.owned


async def test_nothing_is_left_running_when_the_owner_is_killed(directory: Path) -> None:
    with other_process(directory) as owner:
        assert owner.stdout
        seen = json.loads(await asyncio.to_thread(owner.stdout.readline))
    await gone(seen["mongod"])
    await gone(seen["redis"])


async def test_only_the_user_can_read_the_data(directory: Path) -> None:
    async with running(directory):
        for name in ("mongo", "redis"):
            assert (directory / name).stat().st_mode & 0o077 == 0
        for name in ("servers.json", "mongod.log", "redis.log"):
            assert (directory / name).stat().st_mode & 0o077 == 0
