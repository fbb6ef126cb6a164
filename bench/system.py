"""The whole system on this machine, as for production: servers, workers, emulator, MongoDB, Redis."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from gateway.embedded.servers import EmbeddedServers
from gateway.seed import Seed, sandbox_config, seed
from inbox.indexes import create_indexes
from inbox.runtime import open_runtime
from inbox.secret_box import SecretBox
from inbox.settings import Settings

HOST = "127.0.0.1"
READY_SECONDS = 30
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class System:
    """A running system.

    Attributes:
        pids: Process ids by what they are: `serve`, `work`, `sandbox`, `mongod`, `redis`.
    """

    settings: Settings
    seed: Seed
    port: int
    sandbox_port: int
    pids: Mapping[str, list[int]]

    @property
    def base_url(self) -> str:
        """The server's address."""
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The emulator's address."""
        return f"http://{HOST}:{self.sandbox_port}"

    def cpu_seconds(self, kind: str) -> float:
        """Processor time that a kind of process has used so far."""
        return sum(_cpu_seconds(pid) for pid in self.pids[kind])

    def rss_mb(self, kind: str) -> float:
        """Most resident memory of one process of a kind, in MiB."""
        return max(_rss_mb(pid) for pid in self.pids[kind])


@asynccontextmanager
async def running_system(*, servers: int = 2, workers: int = 1) -> AsyncIterator[System]:
    """Start everything on free ports and a fresh directory; stop it all afterwards."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as directory:
        embedded = EmbeddedServers(Path(directory))
        state = await embedded.start()
        children: list[subprocess.Popen[bytes]] = []
        try:
            port, sandbox_port = _free_port(), _free_port()
            settings = _settings(state.mongo_url, state.redis_url, port)
            async with open_runtime(settings) as runtime:
                await create_indexes(runtime.database)
                seeded = await seed(runtime, f"http://{HOST}:{sandbox_port}")
            config = Path(directory) / "sandbox.json"
            config.write_text(json.dumps(sandbox_config(seeded)))
            environment = _environment(settings)
            serve = [_start(environment, "gateway.server", "--host", HOST, "--port", str(port)) for _ in range(servers)]
            work = [_start(environment, "workers") for _ in range(workers)]
            sandbox = _start(
                environment, "channels.sandbox", "--host", HOST, "--port", str(sandbox_port), "--config", str(config)
            )
            children += [*serve, *work, sandbox]
            await _until_ready(f"http://{HOST}:{port}/readyz")
            pids = embedded.pids()
            yield System(
                settings=settings,
                seed=seeded,
                port=port,
                sandbox_port=sandbox_port,
                pids={
                    "serve": [p.pid for p in serve],
                    "work": [p.pid for p in work],
                    "sandbox": [sandbox.pid],
                    "mongod": [pids["mongod"]],
                    "redis": [pids["redis"]],
                },
            )
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=30)
            await embedded.stop()


def _settings(mongo_url: str, redis_url: str, port: int) -> Settings:
    return Settings(
        mongo_url=mongo_url,
        redis_url=redis_url,
        secret_key=SecretStr(SecretBox.new_key()),
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
    }


def _start(environment: Mapping[str, str], module: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *arguments], env=dict(environment))


async def _until_ready(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(READY_SECONDS):
        while True:
            try:
                async with session.get(url) as response:
                    if response.status == 200 and (await response.json())["status"] == "ready":
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def _rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
