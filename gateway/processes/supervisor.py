"""Keep child processes running until a signal comes; tell why where one can't start."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from gateway.processes.child_process import Child, Report, describe_exit, keep_logs_small
from gateway.processes.patient_file import DISK_FAULTS

GRACE_SECONDS = 20.0
"""Requests under way get 15 s in the server; after this a child is killed."""
PROBE_SECONDS = 0.02
ANSWER_SECONDS = 3.0
MAX_ANSWER_BYTES = 64 * 1024
"""A report of readiness has 200 bytes."""
FAILED = 1
WRONGLY_USED = 2


class CannotStartError(Exception):
    """A command can't start; the message says why and what to do."""


class KeepsRunning(Protocol):
    """What keeps processes of its own running: the embedded servers."""

    async def keep_running(self) -> None:
        """Start again what ends. Never returns."""


class ChildFailedError(Exception):
    """A child ended before it was ready; the message has its last words."""

    def __init__(self, child: Child, code: int) -> None:
        super().__init__(f"{child.name} did not start ({describe_exit(code)})\n{child.last_output()}".rstrip())
        self.exit_code = code if code > 0 else FAILED


def run(main: Coroutine[Any, Any, None]) -> int:
    """Run a command until it ends or is told to; return the exit code, the reason of a failure on stderr."""
    try:
        asyncio.run(_until_signal(main))
    except ChildFailedError as failure:
        return _fail(str(failure), failure.exit_code)
    except CannotStartError as failure:
        return _fail(str(failure), FAILED)
    except OSError as failure:
        if failure.errno not in DISK_FAULTS:
            raise
        return _fail(
            f"{failure.filename or 'a file'} can't be written ({failure.strerror}); make room, and start again", FAILED
        )
    except Exception as failure:
        from inbox.foundation.settings import SettingsInvalidError  # noqa: PLC0415 - loaded already where it was raised

        if isinstance(failure, SettingsInvalidError):
            return _fail(str(failure), WRONGLY_USED)
        raise
    return 0


@asynccontextmanager
async def running(children: Sequence[Child]) -> AsyncIterator[None]:
    """Start the children, and stop them after the block."""
    async with stopping(children):
        for child in children:
            child.start()
        yield


@asynccontextmanager
async def stopping(children: Sequence[Child]) -> AsyncIterator[None]:
    """Stop the children after the block, all at once, each with the same grace."""
    try:
        yield
    finally:
        await asyncio.gather(*(child.stop(GRACE_SECONDS) for child in children))


async def until_ready(children: Sequence[Child], ready: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `ready` says so.

    Raises:
        ChildFailedError: if a child ends meanwhile.
    """
    while not await ready():
        for child in children:
            if (code := child.exit_code) is not None:
                raise ChildFailedError(child, code)
        await asyncio.sleep(PROBE_SECONDS)


async def until_steady(children: Sequence[Child], seconds: float) -> None:
    """Wait until all have run for a while. Raises `ChildFailedError`."""
    end_at = asyncio.get_running_loop().time() + seconds

    async def steady() -> bool:
        return asyncio.get_running_loop().time() > end_at

    await until_ready(children, steady)


async def keep_running(children: Sequence[Child], servers: KeepsRunning | None, report: Report) -> None:
    """Start again whatever ends, until this is cancelled."""
    keepers: list[Awaitable[None]] = [child.keep_running(report) for child in children]
    keepers.append(keep_logs_small(children))
    if servers:
        keepers.append(servers.keep_running())
    await asyncio.gather(*keepers)


async def ask(host: str, port: int, path: str) -> tuple[int, bytes]:
    """Ask one of our own processes over HTTP; return status and body, status 0 where none answers in time."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _ask(host, port, path)
    except (OSError, TimeoutError, ValueError, IndexError):
        return 0, b""


def report_to_stderr(line: str) -> None:
    """Write one line for the person or the log; where the log's disk is full, nothing else fails for it."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"gateway: {line}\n")
        sys.stderr.flush()


async def _until_signal(main: Coroutine[Any, Any, None]) -> None:
    """Cancel it at the first signal; more of them change nothing, since stopping takes a limited time anyway."""
    stop, task = asyncio.Event(), asyncio.ensure_future(main)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    signalled = asyncio.ensure_future(stop.wait())
    await asyncio.wait({task, signalled}, return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _fail(message: str, code: int) -> int:
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{message}\n")
    return code


async def _ask(host: str, port: int, path: str) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await _whole(reader)).partition(b"\r\n\r\n")
        return int(head.split()[1]), body
    finally:
        writer.close()


async def _whole(reader: asyncio.StreamReader) -> bytes:
    """Read to the end, or as much as any answer of ours has: another program may have taken the port."""
    found = bytearray()
    while len(found) < MAX_ANSWER_BYTES and (piece := await reader.read(MAX_ANSWER_BYTES)):
        found += piece
    return bytes(found)
