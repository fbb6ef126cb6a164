"""The server as a process: starts, answers, logs nothing private, stops when told."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.people.accounts import NewOperator, create_workspace
from inbox.storage.database import Database

ROOT = Path(__file__).parents[3]
START_SECONDS = 60
"""Loading takes a second of computing, which a busy machine stretches."""
IDLE_RSS_KB = 120 * 1024


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def environment(database_url: str, redis_url: str, secret_key: str) -> dict[str, str]:
    settings = {"MONGO_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": secret_key}
    return {**os.environ, **{f"GATEWAY_{name}": value for name, value in settings.items()}}


@asynccontextmanager
async def started(port: int, environment: dict[str, str], *command: str) -> AsyncIterator[Process]:
    """Have a process during the block, whatever becomes of its start."""
    arguments = command or ("-m", "gateway.server", "--port", str(port))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, env=environment, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def first_line(process: Process) -> bytes:
    assert process.stderr is not None
    return await asyncio.wait_for(process.stderr.readline(), START_SECONDS)


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def healthy(port: int) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as response:
        assert response.status == 200


@pytest_asyncio.fixture
async def server(port: int, environment: dict[str, str]) -> AsyncIterator[Process]:
    async with started(port, environment) as process:
        assert b"listening" in await first_line(process)
        yield process


async def test_it_answers_and_stops_when_told(
    server: Process, port: int, database: Database, clock: FixedClock
) -> None:
    owner = NewOperator(name="Secret Name", email="secret@shop.example", password="correct horse battery")
    made = await create_workspace(database, name="Shop", owner=owner, now=clock.now(), sign_in_days=1)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/readyz") as response:
            assert response.status == 200
        async with session.get("/api/v1/me", headers={"Authorization": f"Bearer {made.token}"}) as response:
            assert (await response.json())["email"] == "secret@shop.example"
        resident = resident_kb(server.pid)
        server.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(server.communicate(), 20)
    assert server.returncode == 0
    assert resident < IDLE_RSS_KB
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["event"] for line in lines] == ["stopping"]
    assert "secret" not in str(lines).lower()


async def test_a_request_under_way_is_answered_before_it_stops(server: Process, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b'{"email": "who@shop.example", "password": "wrong"}'
    head = f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body[:10])
    await writer.drain()
    await healthy(port)  # whatever came before was read by now
    server.send_signal(signal.SIGTERM)
    assert server.stderr is not None
    assert b"stopping" in await server.stderr.readline()
    writer.write(body[10:])
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert await asyncio.wait_for(server.wait(), 20) == 0


async def test_sockets_are_told_that_it_goes_away(server: Process, port: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{port}/api/v1/events") as socket,
    ):
        server.send_signal(signal.SIGTERM)
        message = await socket.receive(timeout=20)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)
    assert await asyncio.wait_for(server.wait(), 20) == 0


async def test_two_processes_share_a_port(server: Process, port: int, environment: dict[str, str]) -> None:
    async with started(port, environment) as second:
        assert b"listening" in await first_line(second)
        second.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(second.wait(), 20) == 0


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("MONGO_URL", "mongodb://127.0.0.1:1/gateway?replicaSet=rs0", "GATEWAY_MONGO_URL"),
        ("PORT", "many", "GATEWAY_PORT"),
    ],
)
async def test_it_says_why_it_can_not_start(
    port: int, environment: dict[str, str], setting: str, value: str, told: str
) -> None:
    async with started(port, {**environment, f"GATEWAY_{setting}": value}) as process:
        _, log = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 2
    assert told in log.decode()
    assert "Traceback" not in log.decode()


async def test_silent_connections_of_one_address_leave_room_for_others_and_are_told_of(
    port: int, environment: dict[str, str]
) -> None:
    few = "import resource, runpy; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)); "
    few += "runpy.run_module('gateway.server', run_name='__main__', alter_sys=True)"
    async with started(port, environment, "-c", few, "--host", "0.0.0.0", "--port", str(port)) as process:
        assert b"listening" in await first_line(process)
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(120)]
        told = json.loads(await first_line(process))
        assert (told["event"], told["mainly_from"]) == ("connections were refused", "127.0.0.1")
        connector = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            assert answer.status == 200
        for _, writer in silent:
            writer.close()
        process.terminate()
        _, log = await process.communicate()
        assert "error" not in [json.loads(line)["level"] for line in log.splitlines()]
