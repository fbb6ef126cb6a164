"""Start MongoDB and Redis below a directory, or share those that another process started there.

The process that holds the directory's lock owns the servers and keeps them running. The others
use them; when the owner ends, one of them takes over on the same ports, and the drivers reconnect.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from gateway.embedded.binaries import EmbeddedUnavailableError, explain_failure, find_mongod, find_redis_server
from gateway.embedded.commands import keep_redis_secrets, mongod_command, redis_command
from gateway.embedded.logins import Logins, keep_logins
from gateway.embedded.ports import choose_port, port_is_free
from gateway.embedded.state import USER, Lock, ServerState, is_alive, read_state, runs_on, written_state
from gateway.processes.child_process import Child, Report, fresh_log, keep_logs_small
from gateway.processes.patient_file import PatientFile
from gateway.processes.supervisor import CannotStartError

START_SECONDS = 60.0
"""A start takes about one second; the recovery of a big journal after a crash can take many."""
LEFTOVER_SECONDS = 10.0
MONGOD_STOP_SECONDS = 15.0
TAKE_OVER_SECONDS = 0.5
TAKE_OVER_AGAIN_SECONDS = 10.0
"""A start that failed, on a full disk for example, is repeated as seldom as that of a child."""
SAVE_AGAIN_SECONDS = 1.0
DYING_SECONDS = 5.0
PROBE_SECONDS = 0.01
PORT_ATTEMPTS = 3


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the default of a command


class PortsLostError(CannotStartError):
    """The servers run on other ports than those who use them know."""


class EmbeddedServers:
    """The servers of one directory.

    Attributes:
        state: Where they are; valid after `start`.
        owned: This process started them.
    """

    def __init__(self, directory: Path, report: Report = _report) -> None:
        self.state = ServerState()
        self.owned = False
        self._directory = directory.absolute()
        self._report = report
        self._lock = Lock(self._directory / "servers.lock")
        self._state_path = self._directory / "servers.json"
        self._state_file = PatientFile(self._state_path, report)
        self._mongod = Child("mongod", ())
        self._redis = Child("redis", ())

    async def start(self) -> ServerState:
        """Start the servers, or find those that run.

        Raises:
            EmbeddedUnavailableError: with what to do.
        """
        _make_private(self._directory)
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._own_or_share()
        except TimeoutError:
            logs = f"{self._directory}/*.log"
            raise EmbeddedUnavailableError(f"the embedded servers do not answer; see {logs}") from None
        return self.state

    async def keep_running(self) -> None:
        """Start again what ends; take the servers over when their owner is gone. Never returns.

        Raises:
            PortsLostError: if they can be started on other ports only, which nobody who uses them knows.
        """
        pause, told = TAKE_OVER_SECONDS, False
        while not self.owned:
            await asyncio.sleep(pause)
            if self._lock.acquire():
                try:
                    await self._take_over()
                except (EmbeddedUnavailableError, OSError) as failure:
                    if not told:
                        self._report(f"the embedded servers can't be started; it is tried again: {failure}")
                    pause, told = TAKE_OVER_AGAIN_SECONDS, True
        await asyncio.gather(
            self._mongod.keep_running(self._report),
            self._redis.keep_running(self._report),
            keep_logs_small((self._mongod, self._redis)),
            self._keep_saved(),
        )

    async def _keep_saved(self) -> None:
        while True:
            await asyncio.sleep(SAVE_AGAIN_SECONDS)
            self._state_file.write_later()

    async def stop(self) -> None:
        """Stop the servers if they are ours; others that share them take over."""
        if self.owned:
            await asyncio.gather(self._mongod.stop(MONGOD_STOP_SECONDS), self._redis.stop(MONGOD_STOP_SECONDS))
            stopped = replace(self.state, ready=False, mongod_pid=None, redis_pid=None)
            self._state_file.write(written_state(stopped))
        self.owned = False
        self._lock.release()

    def pids(self) -> dict[str, int]:
        """Return the process ids, which change when a server is started again."""
        state = read_state(self._state_path) if not self.owned else self.state
        pids = {"mongod": self._mongod.pid or state.mongod_pid, "redis": self._redis.pid or state.redis_pid}
        return {name: pid for name, pid in pids.items() if pid}

    async def _own_or_share(self) -> None:
        while not self._lock.acquire():
            self.state = read_state(self._state_path)
            if self.state.ready and is_alive(self.state.owner_pid):
                return
            await asyncio.sleep(PROBE_SECONDS)
        await self._start_own()

    async def _take_over(self) -> None:
        before = self.state
        self._report("the process that kept the embedded servers is gone; this one starts them again")
        await _until_free(before.mongo_port, before.redis_port)
        await self._start_own()
        if (before.mongo_port, before.redis_port) != (self.state.mongo_port, self.state.redis_port):
            await self.stop()
            raise PortsLostError("the ports of the embedded servers were taken by another program; start again")

    async def _start_own(self) -> None:
        self.owned = True
        try:
            logins = keep_logins(self._directory)
            self.state = replace(
                read_state(self._state_path),
                ready=False,
                owner_pid=os.getpid(),
                mongo_password=logins.mongo_password,
                redis_password=logins.redis_password,
            )
            await self._end_leftovers()
            await asyncio.gather(self._start_mongod(logins), self._start_redis(logins))
        except BaseException:
            await self.stop()
            raise
        self.state = replace(self.state, ready=True)
        self._save()

    def _save(self) -> None:
        self.state = replace(self.state, mongod_pid=self._mongod.pid, redis_pid=self._redis.pid)
        self._state_file.write(written_state(self.state))

    async def _end_leftovers(self) -> None:
        for pid in (self.state.mongod_pid, self.state.redis_pid):
            if pid and runs_on(pid, self._directory):
                await _end(pid, self._directory)

    async def _start_mongod(self, logins: Logins) -> None:
        program = find_mongod()
        data, log = _make_private(self._directory / "mongo"), fresh_log(self._directory / "mongod.log")
        for attempt in range(PORT_ATTEMPTS):
            port = choose_port(self.state.mongo_port)
            self.state = replace(self.state, mongo_port=port)
            command = mongod_command(program, data, port, logins.key_file)
            self._mongod = Child("mongod", command, log_path=log, started=self._save)
            if await self._start_one(self._mongod, port, _answers, last=attempt == PORT_ATTEMPTS - 1):
                break
        from inbox.storage.database import initiate_replica_set  # noqa: PLC0415 - see `_start_one`

        await initiate_replica_set(
            "127.0.0.1",
            port,
            system_password=logins.system_password,
            user=USER,
            password=logins.mongo_password,
        )

    async def _start_redis(self, logins: Logins) -> None:
        program = find_redis_server()
        data, log = _make_private(self._directory / "redis"), fresh_log(self._directory / "redis.log")
        secrets = keep_redis_secrets(self._directory, logins.redis_password)
        for attempt in range(PORT_ATTEMPTS):
            port = choose_port(self.state.redis_port)
            self.state = replace(self.state, redis_port=port)
            command = redis_command(program, data, port, secrets)
            self._redis = Child("redis", command, log_path=log, started=self._save)
            answers = partial(_answers_ping, password=logins.redis_password)
            if await self._start_one(self._redis, port, answers, last=attempt == PORT_ATTEMPTS - 1):
                break

    async def _start_one(
        self, child: Child, port: int, answers: Callable[[int], Awaitable[bool]], *, last: bool
    ) -> bool:
        """Start one server and wait for it; False where another program took the port in that moment."""
        child.start()
        importlib.import_module("inbox.storage.database")  # 0.3 s of work while the server starts
        while not await answers(port):
            code = child.exit_code
            if code is not None:
                if not last and not port_is_free(port):
                    return False
                raise EmbeddedUnavailableError(explain_failure(Path(child.command[0]), code, child.last_output()))
            await asyncio.sleep(PROBE_SECONDS)
        return True


async def _until_free(*ports: int | None) -> None:
    """Wait a little for ports of servers that are being killed: the system closes sockets last."""
    deadline = time.monotonic() + DYING_SECONDS
    while not all(port is None or port_is_free(port) for port in ports) and time.monotonic() < deadline:  # noqa: ASYNC110 - no one tells of a freed port
        await asyncio.sleep(PROBE_SECONDS)


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _answers_ping(port: int, password: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(f"AUTH {password}\r\nPING\r\n".encode())
        return [await reader.readline(), await reader.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
    except OSError:
        return False
    finally:
        writer.close()


async def _end(pid: int, directory: Path) -> None:
    os.kill(pid, signal.SIGTERM)
    for _ in range(int(LEFTOVER_SECONDS / PROBE_SECONDS)):
        if not runs_on(pid, directory):
            return
        await asyncio.sleep(PROBE_SECONDS)
    os.kill(pid, signal.SIGKILL)


def _make_private(directory: Path) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory
