"""`gateway serve`: one or more server processes on one port."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.embedded.backing import open_backing
from gateway.http.listening import PortTakenError, hold_port, reachable
from gateway.processes import supervisor
from gateway.processes.programs import server_children
from gateway.processes.supervisor import report_to_stderr

MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of our own is made in it
"""The figures are files that are mapped into memory: on a full disk the system would end who writes to one."""

Run = Callable[[argparse.Namespace], int]


def prepare(parser: argparse.ArgumentParser) -> Run:
    """Add the arguments; return what runs the command."""
    parser.add_argument("--host", help="default: GATEWAY_HOST, otherwise 127.0.0.1")
    parser.add_argument("--port", type=int, help="default: GATEWAY_PORT, otherwise 8080")
    parser.add_argument("--processes", type=int, default=1, help="default: 1; as many as processors is a good choice")
    return lambda options: supervisor.run(serve(options))


async def serve(options: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    async with open_backing(report_to_stderr) as backing:
        host = options.host or backing.settings.host
        with (
            _held(host, backing.settings.port if options.port is None else options.port) as port,
            _shared_metrics(options.processes) as metrics,
        ):
            environment = {**backing.environment, **metrics}
            children = server_children(options.processes, host, port, environment=environment)
            async with supervisor.running(children):
                await supervisor.until_ready(children, lambda: _answers(reachable(host), port))
                report_to_stderr(f"the server answers on http://{reachable(host)}:{port}")
                await supervisor.keep_running(children, backing.servers, report_to_stderr)


async def _answers(host: str, port: int) -> bool:
    status, _ = await supervisor.ask(host, port, "/readyz")
    return status == 200


@contextlib.contextmanager
def _held(host: str, port: int) -> Iterator[int]:
    try:
        held = hold_port(host, port)
    except PortTakenError as taken:
        raise supervisor.CannotStartError(str(taken)) from None
    with held:
        yield int(held.getsockname()[1])


@contextlib.contextmanager
def _shared_metrics(processes: int) -> Iterator[dict[str, str]]:
    """Let several processes answer Prometheus for each other."""
    if processes == 1 or "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        yield {}
        return
    directory = tempfile.mkdtemp(prefix="gateway-metrics-", dir=MEMORY if MEMORY.is_dir() else None)
    try:
        yield {"PROMETHEUS_MULTIPROC_DIR": directory}
    finally:
        shutil.rmtree(directory, ignore_errors=True)
