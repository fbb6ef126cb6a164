"""The whole demo as a real process: started, asked, killed in parts, stopped.

Used by acceptance and chaos tests. Everything is on free ports and below one directory, so that any number can run.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.embedded.ports import choose_port
from gateway.embedded.state import is_alive
from gateway.processes import tied as tied_program

ROOT = Path(__file__).parents[2]
READY_SECONDS = 180.0
"""A start takes some seconds of computing by five processes: where tests share the machine, many times that."""
STOP_SECONDS = 60.0
"""The supervisor allows its children 20 s and then the database 15 s."""
POLL_SECONDS = 0.02


class DemoFailedError(Exception):
    """The demo ended or did not get ready; the message has its output and logs."""


class DemoProcess:
    """One `gateway demo`.

    Attributes:
        directory: Its data; a second `DemoProcess` on it finds everything again.
        ready: The ready file's object; `refresh` reads it again.
    """

    def __init__(
        self, directory: Path, *, arguments: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        self.directory = directory
        self.ready: dict[str, Any] = {}
        self._arguments = arguments
        self._environment = dict(environment or {})
        self._ready_file = directory / "ready.json"
        self._output = directory / "output.txt"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def started(
        cls, directory: Path, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> Iterator[DemoProcess]:
        """Have a ready demo inside the block."""
        demo = cls(directory, arguments=arguments, environment=environment)
        try:
            demo.start()
            yield demo
        finally:
            demo.stop()

    @property
    def base_url(self) -> str:
        """The server's address."""
        return str(self.ready["base_url"])

    @property
    def sandbox_url(self) -> str:
        """The emulators' address."""
        return str(self.ready["sandbox"]["base_url"])

    @property
    def whatsapp(self) -> dict[str, str]:
        """The WhatsApp channel's ids and secrets."""
        return dict(self.ready["channels"]["whatsapp"])

    @property
    def owner_token(self) -> str:
        """A sign-in token of the first workspace's owner."""
        return str(self.ready["owner"]["token"])

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        assert self._process, "not started"
        return self._process.pid

    def start(self, *more: str) -> None:
        """Start it, with more arguments this time, and wait until everything answers."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._ready_file.unlink(missing_ok=True)  # a killed supervisor leaves it
        port = () if "--port" in self._arguments or self._known() else ("--port", str(choose_port(None)))
        command = tied(sys.executable, "-m", "gateway.cli", "demo", "--data", str(self.directory))
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--ready-file", str(self._ready_file), *port, *self._arguments, *more],
                cwd=ROOT,
                env={**_without_settings(), **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_until(self._ready_file.exists, "the demo is ready", READY_SECONDS)
        self.refresh()

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise DemoFailedError(f"it did not stop within {STOP_SECONDS:g} s\n{self.output()}") from None

    def pids(self, part: str) -> list[int]:
        """Return the newest process ids of `mongod`, `redis`, `serve`, `work`, `sandbox` or `supervisor`."""
        self.refresh()
        pids = self.ready["pids"][part]
        return pids if isinstance(pids, list) else [pids]

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to the first process of a part, once one runs; return its id."""
        self.wait_until(lambda: is_alive(self.pids(part)[0]), f"{part} runs")
        pid = self.pids(part)[0]
        os.kill(pid, number)
        return pid

    def kill_and_wait(self, part: str) -> int:
        """Kill a part and wait until the supervisor has started it again; return the new process id."""
        killed = self.kill(part)
        self.wait_until(lambda: self.pids(part)[0] != killed, f"{part} is started again")
        return self.pids(part)[0]

    def kill_supervisor(self) -> None:
        """Kill the supervisor itself and wait until nothing of the demo runs."""
        pids = [pid for part in self.ready["pids"] for pid in self.pids(part)]
        assert self._process, "not started"
        self._process.kill()
        self._process.wait()
        _wait(lambda: not any(map(is_alive, pids)), "all processes are gone", STOP_SECONDS, self.output)

    def refresh(self) -> None:
        """Read the ready file again: it changes when a process is started anew."""
        with contextlib.suppress(FileNotFoundError):
            self.ready = json.loads(self._ready_file.read_text())

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        """Wait until a condition holds; fail with the demo's output if it ends or takes longer."""

        def holds() -> bool:
            if self._process is None or self._process.poll() is not None:
                raise DemoFailedError(f"it ended while waiting until {what}\n{self.output()}")
            return condition()

        _wait(holds, what, seconds, self.output)

    def output(self) -> str:
        """Return what it and its processes wrote, for messages of failed tests."""
        paths = [self._output, *sorted((self.directory / "logs").glob("*.log"))]
        return "\n".join(f"--- {path.name}\n{path.read_text()[-4000:]}" for path in paths if path.exists())

    def api(self, method: str, path: str, body: object = None, *, token: str | None = None) -> tuple[int, Any]:
        """Call the REST API (`/api/v1` is put before `path`); return status and decoded answer."""
        headers = {"Authorization": f"Bearer {token or self.owner_token}"}
        return request(method, f"{self.base_url}/api/v1{path}", body, headers=headers)

    def sandbox(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call the emulators; return status and decoded answer."""
        return request(method, f"{self.sandbox_url}{path}", body)

    def customer_writes(self, text: str, *, wa_id: str = "16505551234") -> None:
        """Have a customer send a WhatsApp text."""
        number = self.whatsapp["phone_number_id"]
        message = {"type": "text", "text": {"body": text}}
        status, answer = self.sandbox("POST", f"/control/whatsapp/{number}/customers/{wa_id}/messages", message)
        assert status < 300, answer

    def _known(self) -> bool:
        return (self.directory / "demo.json").exists()


def tied(*command: str) -> list[str]:
    """Return a command that is told to stop when this process ends, however it ends: no killed test leaves a demo."""
    return [sys.executable, "-I", "-S", tied_program.__file__, str(os.getpid()), str(int(signal.SIGTERM)), *command]


def request(method: str, url: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Make an HTTP call with a JSON body; return status and decoded answer, whatever the status."""
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(call, timeout=30) as answer:
            return answer.status, _decoded(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _decoded(error.read())


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}


def _wait(condition: Callable[[], bool], what: str, seconds: float, output: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise DemoFailedError(f"not within {seconds:g} s: {what}\n{output()}")
        time.sleep(POLL_SECONDS)
