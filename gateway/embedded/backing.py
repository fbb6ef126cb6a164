"""What a command stands on: the settings, and MongoDB and Redis, whether given or embedded."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.embedded.secret_key import keep_secret_key
from gateway.embedded.servers import EmbeddedServers
from gateway.processes.child_process import Report

if TYPE_CHECKING:
    from inbox.foundation.settings import Settings

DEFAULT_DATA_DIR = ".gateway"


@dataclass(frozen=True)
class Backing:
    """Settings that are complete.

    Attributes:
        settings: With MongoDB, Redis and key, whatever the environment left out.
        environment: The same for child processes.
        servers: The embedded ones, if they are used.
    """

    settings: Settings
    environment: dict[str, str]
    servers: EmbeddedServers | None


@asynccontextmanager
async def open_backing(report: Report, data_dir: Path | None = None) -> AsyncIterator[Backing]:
    """Read the settings; where they name no servers, start or share the embedded ones.

    Args:
        report: Told of what the embedded servers do.
        data_dir: Where the embedded servers keep their data; None takes the setting.

    Raises:
        SettingsInvalidError: with all faults.
        EmbeddedUnavailableError: with what to do.
    """
    embedded = not os.environ.get("GATEWAY_MONGO_URL") and not os.environ.get("GATEWAY_REDIS_URL")
    directory = (data_dir or Path(os.environ.get("GATEWAY_DATA_DIR") or DEFAULT_DATA_DIR)).absolute()
    servers = EmbeddedServers(directory, report) if embedded else None
    try:
        environment = await _started(servers, directory) if servers else {}
        yield Backing(_load(environment), environment, servers)
    finally:
        if servers:
            await servers.stop()


async def _started(servers: EmbeddedServers, directory: Path) -> dict[str, str]:
    starting = asyncio.create_task(servers.start())
    try:
        await asyncio.sleep(0.02)  # mongod is launched; what follows overlaps with its start
        environment = {"GATEWAY_DATA_DIR": str(directory)}
        _load({})  # faults are told now, not after the start
        state = await starting
    except BaseException:
        starting.cancel()
        with contextlib.suppress(BaseException):
            await starting
        raise
    environment |= {"GATEWAY_MONGO_URL": state.mongo_url, "GATEWAY_REDIS_URL": state.redis_url}
    if not os.environ.get("GATEWAY_SECRET_KEY"):
        environment["GATEWAY_SECRET_KEY"] = keep_secret_key(directory)
    return environment


def _load(environment: dict[str, str]) -> Settings:
    from pydantic import SecretStr  # noqa: PLC0415 - 0.3 s, while mongod starts

    from inbox.foundation.settings import load_settings  # noqa: PLC0415

    own = {name.removeprefix("GATEWAY_").lower(): value for name, value in environment.items()}
    typed = {"data_dir": Path, "secret_key": SecretStr}
    return load_settings().model_copy(update={name: typed.get(name, str)(value) for name, value in own.items()})
