"""The demo under test, and everybody who talks to it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from gateway.embedded.state import is_alive
from tests.acceptance.demo_process import ROOT, DemoProcess, tied
from tests.chaos.emulator import Emulator
from tests.chaos.http_client import HttpClient
from tests.chaos.load import Load
from tests.chaos.meta import MetaClient
from tests.waiting import eventually

RECOVERY_SECONDS = 120.0
"""A start takes seconds; where tests share the machine, many times that."""


class World(msgspec.Struct):
    """One demo and its clients."""

    demo: DemoProcess
    api: HttpClient
    meta: MetaClient
    emulator: Emulator
    program_token: str

    @classmethod
    @asynccontextmanager
    async def of(cls, demo: DemoProcess) -> AsyncIterator[World]:
        """Have clients of a demo that runs and is well."""
        async with (
            HttpClient(demo.base_url, demo.owner_token) as api,
            HttpClient(demo.base_url) as provider,
            HttpClient(demo.sandbox_url) as control,
        ):
            emulator = Emulator(control, demo.whatsapp["phone_number_id"])
            key = await api.ask("POST", "/api/v1/api-keys", {"name": "chaos"})
            assert key.status == 201, key
            owner = f"/api/v1/operators/{demo.ready['owner']['id']}"
            raised = await api.ask("PATCH", owner, {"capacity": 100})
            assert raised.status == 200, raised
            world = cls(demo, api, MetaClient(provider, demo.whatsapp), emulator, key.body["token"])
            await world.recovered()
            await emulator.begin()
            yield world

    def load(self, seed: int) -> Load:
        """Customers and operators."""
        return Load(
            self.api,
            self.meta,
            self.emulator,
            operator_id=self.demo.ready["owner"]["id"],
            program_token=self.program_token,
            seed=seed,
        )

    async def recovered(self) -> None:
        """Wait until everything answers, workers and Redis too."""

        async def ready() -> bool:
            answer = await self.api.once("GET", "/readyz")
            return answer.status == 200 and answer.body["status"] == "ready"

        await eventually(ready, "everything answers again", RECOVERY_SECONDS)

    async def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal that ends a process, and wait until its successor runs."""
        killed = await asyncio.to_thread(self.demo.kill, part, number)

        async def replaced() -> bool:
            pid = (await asyncio.to_thread(self.demo.pids, part))[0]
            return pid != killed and is_alive(pid)

        await eventually(replaced, f"{part} is started again", RECOVERY_SECONDS)

    @contextmanager
    def stopped(self, part: str) -> Iterator[int]:
        """Have a process stand still during the block, as on a machine that hangs; return its id."""
        pid = self.demo.kill(part, signal.SIGSTOP)
        try:
            yield pid
        finally:
            with suppress(ProcessLookupError):  # killed meanwhile
                os.kill(pid, signal.SIGCONT)

    async def flush_redis(self) -> None:
        """Empty Redis."""
        redis = Redis.from_url(str(self.demo.ready["redis_url"]))
        try:
            await redis.flushall()
        finally:
            await redis.aclose()


class SecondServer:
    """Another server process on the demo's port, as a load balancer's second machine."""

    def __init__(self, demo: DemoProcess) -> None:
        self._demo = demo
        self._port = demo.base_url.rpartition(":")[2]
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[SecondServer]:
        """Have it during the block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def start(self) -> None:
        """Start it with the demo's settings."""
        directory = self._demo.directory
        with (directory / "second-server.log").open("ab") as log:
            self._process = subprocess.Popen(
                tied(sys.executable, "-m", "gateway.server", "--host", "127.0.0.1", "--port", self._port),
                cwd=ROOT,
                env=environment_of(self._demo),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it; return the exit code."""
        assert self._process, "not started"
        self._process.send_signal(number)
        return self._process.wait(30)

    async def listening(self) -> None:
        """Wait until it takes connections."""
        log = self._demo.directory / "second-server.log"

        async def listens() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, log.read_text()[-2000:]
            return _listens(self._process.pid, int(self._port))

        await eventually(listens, "the second server listens", RECOVERY_SECONDS)


def environment_of(demo: DemoProcess) -> dict[str, str]:
    """Return the environment in which a further process belongs to the demo."""
    ready, directory = demo.ready, demo.directory
    return {
        **os.environ,
        "GATEWAY_MONGO_URL": str(ready["mongo_url"]),
        "GATEWAY_REDIS_URL": str(ready["redis_url"]),
        "GATEWAY_SECRET_KEY": (directory / "secret.key").read_text().strip(),
        "GATEWAY_PUBLIC_URL": demo.base_url,
        "GATEWAY_ALLOW_PRIVATE_URLS": "true",
        "GATEWAY_CLOCK_FILE": str(directory / "clock"),
        "GATEWAY_DATA_DIR": str(directory),
    }


def _listens(pid: int, port: int) -> bool:
    """Tell whether a process holds a listening socket on a port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    on_port = [row for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port]
    inodes = {f"socket:[{row[9]}]" for row in on_port}
    try:
        handles = os.listdir(f"/proc/{pid}/fd")
        return any(os.readlink(f"/proc/{pid}/fd/{handle}") in inodes for handle in handles)
    except OSError:
        return False
