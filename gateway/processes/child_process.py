"""One child process: start it tied to us, see it end, start it again with growing pauses, stop it kindly."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.processes.patient_file import room_left

POLL_SECONDS = 0.05
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 5.0
"""A child that ran this long has started well (a start takes one to three): its next end begins with the first
pause again. One that ends at once starts every ten seconds at most."""
LOG_KEEP_BYTES = 10 * 1024 * 1024
LOG_CHECK_SECONDS = 60.0
"""A program that writes as fast as it can writes a few hundred megabytes in this time."""

_TIED = str(Path(__file__).with_name("tied.py"))

Report = Callable[[str], None]


@dataclass
class Child:
    """A program that should keep running.

    Attributes:
        name: What reports call it.
        command: The program's full path and its arguments.
        environment: Added to our own.
        log_path: Where its output goes; None lets it write where we write.
        started: Called after each start, when `pid` is the new one.
        orphan_signal: What it gets from the system when we end without having stopped it.
        waits: It reads its order from standard input before it begins (see `gateway.processes.warm`).
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    log_path: Path | None = None
    started: Callable[[], None] = lambda: None
    waits: bool = False
    orphan_signal: signal.Signals = signal.SIGTERM
    _order: bytes = b""
    _process: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _stopping: bool = False

    @property
    def pid(self) -> int | None:
        """The process id of the newest start."""
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs (or before its start); negative for a signal."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us, and we decide who stops when."""
        self._started_at = time.monotonic()
        self._stopping = False
        command = [sys.executable, "-I", "-S", _TIED, str(os.getpid()), str(int(self.orphan_signal)), *self.command]
        output = self.log_path.open("ab") if self.log_path else None
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env={**os.environ, **self.environment},
                stdin=subprocess.PIPE if self.waits else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()
        if self._order:
            self._pass_order()
        self.started()

    def give_order(self, *arguments: str, environment: Mapping[str, str]) -> None:
        """Let a waiting program begin; each later start gets the same order at once."""
        self._order = json.dumps({"arguments": arguments, "environment": dict(environment)}).encode() + b"\n"
        self._pass_order()

    def _pass_order(self) -> None:
        if self._process and self._process.stdin:
            with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
                pipe.write(self._order)

    async def ended(self) -> int:
        """Wait until it ends; return the exit code."""
        while (code := self.exit_code) is None:  # noqa: ASYNC110 - the system tells of an end only by asking
            await asyncio.sleep(POLL_SECONDS)
        return code

    async def keep_running(self, report: Report) -> None:
        """Start it again whenever it ends, until it is stopped or this is cancelled."""
        pause, told = FIRST_PAUSE_SECONDS, False
        while True:
            code = await self.ended()
            if self._stopping:
                return
            if time.monotonic() - self._started_at > STEADY_SECONDS:
                pause, told = FIRST_PAUSE_SECONDS, False
            if not told:
                self._tell_end(code, pause, report)
            told = pause == LONGEST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            await self._start_again(report)

    def _tell_end(self, code: int, pause: float, report: Report) -> None:
        when = f"in {pause:g} s" if pause < LONGEST_PAUSE_SECONDS else f"every {pause:g} s until it stays"
        room = room_left(self.log_path.parent) if self.log_path else ""
        report(f"{self.name} ended ({describe_exit(code)}); it starts again {when}{room}")

    async def _start_again(self, report: Report) -> None:
        """Start it; where the system has no room for that now, try again until it has."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self.start()
            except OSError as error:
                if pause == FIRST_PAUSE_SECONDS:
                    report(f"{self.name} can't start ({error.strerror}); it is tried again")
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def stop(self, grace_seconds: float) -> None:
        """Ask it to end; kill it after `grace_seconds`."""
        self._stopping = True
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self.ended(), grace_seconds)
        except TimeoutError:
            self._process.kill()
            await self.ended()

    def trim_log(self) -> None:
        """Move what a grown log has into the older one, while the program goes on writing at its end."""
        path = self.log_path
        with contextlib.suppress(OSError):  # there may be no room for the older one
            if path and path.stat().st_size > LOG_KEEP_BYTES:
                try:
                    shutil.copyfile(path, _older(path))
                finally:
                    os.truncate(path, 0)

    def last_output(self, lines: int = 20) -> str:
        """Return the end of its log, empty where there is none."""
        if self.log_path is None or not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])


def fresh_log(path: Path) -> Path:
    """Return a private log file to append to; one older log is kept, so that logs never grow without end."""
    if path.exists() and path.stat().st_size > LOG_KEEP_BYTES:
        path.replace(_older(path))
    path.touch(mode=0o600)
    return path


async def keep_logs_small(children: Sequence[Child]) -> None:
    """Look after the logs of programs that run for months, until cancelled."""
    while True:
        await asyncio.sleep(LOG_CHECK_SECONDS)
        for child in children:
            await asyncio.to_thread(child.trim_log)


def _older(log: Path) -> Path:
    return log.with_suffix(".old.log")


def describe_exit(code: int) -> str:
    """Say in words how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
