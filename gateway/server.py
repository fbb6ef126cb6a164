"""The server process: `python -m gateway.server --host HOST --port PORT`.

Any number of them can listen on one port. SIGTERM and SIGINT stop it: no new connections, requests under
way are finished within 15 seconds, sockets are closed with 1001.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

import structlog
import uvloop
from aiohttp import web

from gateway.app import build_app
from gateway.http.front import Front
from gateway.http.http_parts import HTTP, HttpParts
from gateway.http.open_files import allow_many_connections
from gateway.http.running import CountingRunner
from gateway.webhooks import lean_route
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.garbage import calm_garbage_collection
from inbox.foundation.logs import configure_logging, log_lost_exceptions
from inbox.foundation.settings import Settings, SettingsInvalidError, load_settings
from inbox.sending.carrying_over import prepare_database
from inbox.storage.database import DatabaseUnavailableError
from inbox.storage.runtime import Runtime, open_runtime

FINISH_SECONDS = 15.0
CANCEL_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 75.0
BACKLOG = 1024
CANNOT_START = 2
"""Exit code where settings are wrong or the database is away: starting again at once will not help."""

_log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a server until it is told to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="gateway.server", description="Run one server process.")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        configure_logging(settings.log_level, process="serve")
        allow_many_connections()
        uvloop.run(serve(settings, host=options.host or settings.host, port=_port(options.port, settings)))
    except (SettingsInvalidError, DatabaseUnavailableError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_START
    return 0


def _port(given: int | None, settings: Settings) -> int:
    return settings.port if given is None else given


async def serve(settings: Settings, *, host: str, port: int) -> None:
    """Open the runtime, serve, and close everything when a signal comes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    log_lost_exceptions(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_runtime(settings) as runtime:
        await prepare_database(runtime.database)
        await _serve_until(stop, runtime, host, port)


async def _serve_until(stop: asyncio.Event, runtime: Runtime, host: str, port: int) -> None:
    app = build_app(runtime)
    runner = CountingRunner(
        app,
        access_log=None,
        handle_signals=False,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        shutdown_timeout=CANCEL_SECONDS,
    )
    await runner.setup()
    try:
        front = _front(runner, app)
        listening = await asyncio.get_running_loop().create_server(front, host, port, reuse_port=True, backlog=BACKLOG)
        watch = asyncio.ensure_future(app[HTTP].connections.watch())
        calm_garbage_collection()
        _log.info("listening", host=host, port=port)
        await stop.wait()
        await _drain(listening, app[HTTP])
        await front.close()
        await end_tasks([watch])
    finally:
        await runner.cleanup()


def _front(runner: web.AppRunner, app: web.Application) -> Front:
    if runner.server is None:
        raise AssertionError("the runner was set up")
    return Front(runner.server, app[HTTP], lean_route(app), keep_alive_seconds=KEEP_ALIVE_SECONDS)


async def _drain(listening: asyncio.Server, http: HttpParts) -> None:
    """Take no more connections, finish what is under way."""
    _log.info("stopping")
    listening.close()
    await http.sockets.close_all()
    if not await http.requests.drain(FINISH_SECONDS):
        _log.warning("requests were cut off", seconds=FINISH_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
