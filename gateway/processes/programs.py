"""Our own processes as children: how each is called."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from gateway.processes.child_process import Child


def server_children(count: int, host: str, port: int, *, environment: Mapping[str, str]) -> list[Child]:
    """Servers that share one port."""
    command = [sys.executable, "-m", "gateway.server", "--host", host, "--port", str(port)]
    return [Child(f"server {number}", command, environment) for number in range(1, count + 1)]


def worker_children(count: int, *, environment: Mapping[str, str]) -> list[Child]:
    """Workers."""
    command = [sys.executable, "-m", "workers"]
    return [Child(f"worker {number}", command, environment) for number in range(1, count + 1)]


def sandbox_command(host: str, port: int, config: Path | None) -> list[str]:
    """The emulators."""
    command = [sys.executable, "-m", "channels.sandbox", "--host", host, "--port", str(port)]
    return [*command, "--config", str(config)] if config else command


def warm_child(name: str, module: str, log_path: Path) -> Child:
    """A program of the demo: it loads now and begins when it gets its order.

    It is killed if the supervisor is killed: MongoDB stops at the same moment, so that it could finish nothing.
    """
    command = [sys.executable, "-m", "gateway.processes.warm", module]
    return Child(name, command, log_path=log_path, waits=True, orphan_signal=signal.SIGKILL)
