"""The whole system on this machine, as for production: servers, workers, emulator, MongoDB, Redis."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
from pydantic import SecretStr

from bench.counts import Counters
from bench.cpu import Meter
from gateway.demo.seed import Seed, find_again, sandbox_config, seed
from gateway.embedded.servers import EmbeddedServers
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.settings import Settings
from inbox.sending.carrying_over import prepare_database
from inbox.storage.runtime import Runtime, open_runtime

HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 20
REST_SHARE = 0.15
"""Of one processor, all processes together; with nothing to do they use 4 to 10 %."""
ROOT = Path(__file__).parent.parent
LOG_LINES_SHOWN = 5
_TIED = Path(__file__).with_name("tied.py")
_LISTEN = "0A"


class ProgramFailedError(Exception):
    """A process ended or did not begin to answer; with the ends of the logs."""


@dataclass
class System:
    """A running system.

    Attributes:
        runtime: Settings, database and Redis, for the benchmark's own use.
        pids: Process ids by what they are: `serve`, `work`, `sandbox`, `mongod`, `redis`.
        counters: What MongoDB, Redis and the processes have counted.
    """

    runtime: Runtime
    seed: Seed
    port: int
    sandbox_port: int
    pids: Mapping[str, list[int]]
    counters: Counters

    @property
    def base_url(self) -> str:
        """The server's address."""
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The emulator's address."""
        return f"http://{HOST}:{self.sandbox_port}"

    async def at_rest(self) -> None:
        """Wait until what came before is done: late work of a start or of another row is not this row's."""
        async with asyncio.timeout(READY_SECONDS):
            while True:
                meter = Meter(self.pids)
                await asyncio.sleep(1)
                used = meter.read()
                if sum(used.by_kind.values()) < REST_SHARE * used.seconds:
                    return

    def meter(self, **further: int) -> Meter:
        """Count processor time, commands and wake-ups from now on; `further` are process ids by their kind."""
        return Meter({**self.pids, **{kind: [pid] for kind, pid in further.items()}}, self.counters)


@asynccontextmanager
async def running_system(*, servers: int = 2, workers: int = 1, kept: Path | None = None) -> AsyncIterator[System]:
    """Start everything on free ports, wait until it is at rest; stop it all afterwards.

    At rest, so that no row pays for what workers load after their start.

    Args:
        servers: Server processes.
        workers: Worker processes.
        kept: A directory that keeps its data for another run; a fresh one that is removed if none is named.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        directory = kept or Path(name)
        embedded = EmbeddedServers(directory, report=lambda _: None)
        state = await embedded.start()
        try:
            port, sandbox_port = free_port(), free_port()
            settings = _settings(state.mongo_url, state.redis_url, port, _secret_key(directory))
            async with open_runtime(settings) as runtime:
                await prepare_database(runtime.database)
                seeded = await _seeded(runtime, directory, f"http://{HOST}:{sandbox_port}")
                (directory / "sandbox.json").write_text(json.dumps(sandbox_config(seeded)))
                commands: dict[str, list[tuple[str, ...]]] = {
                    "serve": [("gateway.server", "--host", HOST, "--port", str(port))] * servers,
                    "work": [("workers",)] * workers,
                    "sandbox": [_sandbox_command(sandbox_port, directory)],
                }
                async with programs(commands, directory, _environment(settings)) as running:
                    if servers:
                        await running.until(lambda: _ready(f"http://{HOST}:{port}/readyz"))
                        await running.until_listening(port, servers)
                    pids = {**running.pids, **{kind: [pid] for kind, pid in embedded.pids().items()}}
                    counters = Counters(state.mongo_url, state.redis_url, pids)
                    system = System(runtime, seeded, port, sandbox_port, pids, counters)
                    await system.at_rest()
                    try:
                        yield system
                    finally:
                        counters.close()
        finally:
            await embedded.stop()


class Programs:
    """Python modules that run as processes, with their output in log files."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._started: dict[str, list[subprocess.Popen[bytes]]] = {}

    @property
    def pids(self) -> dict[str, list[int]]:
        """Process ids by kind."""
        return {kind: [process.pid for process in processes] for kind, processes in self._started.items()}

    def start(self, kind: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a module; it ends with us, however we end."""
        tie = (sys.executable, "-S", "-E", str(_TIED), str(os.getpid()))
        with (self._directory / f"bench-{kind}.log").open("ab") as log:
            process = subprocess.Popen(
                (*tie, sys.executable, "-m", *command), env=dict(environment), cwd=ROOT, stdout=log, stderr=log
            )
        self._started.setdefault(kind, []).append(process)

    async def until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        """Wait until `ready`.

        Raises:
            ProgramFailedError: if a process ended, or it takes too long.
        """
        limit = time.monotonic() + READY_SECONDS
        while not await ready():
            if time.monotonic() > limit or any(process.poll() is not None for process in self._all()):
                raise ProgramFailedError(self._last_lines())
            await asyncio.sleep(0.05)

    async def until_listening(self, port: int, count: int) -> None:
        """Wait until so many sockets listen on a port: each process that shares it has one."""

        async def listen() -> bool:
            return _listening(port) >= count

        await self.until(listen)

    def stop(self) -> None:
        """Stop them all, kindly at first."""
        for process in self._all():
            process.terminate()
        for process in self._all():
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _all(self) -> list[subprocess.Popen[bytes]]:
        return [process for processes in self._started.values() for process in processes]

    def _last_lines(self) -> str:
        logs = {
            path.stem: path.read_text(errors="replace").splitlines() for path in self._directory.glob("bench-*.log")
        }
        last = (f"{name}: {' | '.join(lines[-LOG_LINES_SHOWN:])}" for name, lines in logs.items() if lines)
        return "; ".join(("a process ended or was not ready in time", *last))


@asynccontextmanager
async def programs(
    commands: Mapping[str, Sequence[Sequence[str]]], directory: Path, environment: Mapping[str, str]
) -> AsyncIterator[Programs]:
    """Run modules: their arguments by kind of process."""
    running = Programs(directory)
    try:
        for kind, of_kind in commands.items():
            for command in of_kind:
                running.start(kind, command, environment)
        yield running
    finally:
        await asyncio.to_thread(running.stop)


def _listening(port: int) -> int:
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(row[1] == f"0100007F:{port:04X}" and row[3] == _LISTEN for row in rows)


def _sandbox_command(port: int, directory: Path) -> tuple[str, ...]:
    return ("channels.sandbox", "--host", HOST, "--port", str(port), "--config", str(directory / "sandbox.json"))


def _secret_key(directory: Path) -> str:
    """Return the key of an installation, the same for each run in its directory."""
    path = directory / "bench.key"
    if not path.exists():
        path.write_text(SecretBox.new_key())
    return path.read_text()


async def _seeded(runtime: Runtime, directory: Path, sandbox_url: str) -> Seed:
    """Seed a database, or find what an earlier run in the directory has seeded."""
    path = directory / "bench-seed.json"
    known = msgspec.json.decode(path.read_bytes(), type=Seed) if path.exists() else None
    found = await find_again(runtime, known, sandbox_url) if known is not None else None
    seeded = found or await seed(runtime, sandbox_url)
    path.write_bytes(msgspec.json.encode(seeded))
    return seeded


def _settings(mongo_url: str, redis_url: str, port: int, secret_key: str) -> Settings:
    return Settings(
        mongo_url=mongo_url,
        redis_url=redis_url,
        secret_key=SecretStr(secret_key),
        public_url=f"http://{HOST}:{port}",
        allow_private_urls=True,
    )


def _environment(settings: Settings) -> dict[str, str]:
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    return {
        **os.environ,
        "GATEWAY_MONGO_URL": str(settings.mongo_url),
        "GATEWAY_REDIS_URL": str(settings.redis_url),
        "GATEWAY_SECRET_KEY": secret,
        "GATEWAY_PUBLIC_URL": settings.public_url,
        "GATEWAY_ALLOW_PRIVATE_URLS": "true",
        "GATEWAY_TRUSTED_PROXIES": HOST,  # visitors have addresses of their own, as behind a proxy
        "GATEWAY_LOG_LEVEL": "WARNING",
    }


async def _ready(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status == 200 and (await response.json())["status"] == "ready"
    except aiohttp.ClientError:
        return False


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
