"""The demo's processes, from the first start to the last."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from gateway.demo.demo_state import read_demo_state, write_demo_state
from gateway.demo.ready_file import ready_object, written_ready_file
from gateway.demo.sample_calls import SampleError
from gateway.demo.sample_conversations import play_samples
from gateway.demo.seed import Seed, find_again, sandbox_config, seed
from gateway.demo.seed_telegram import register_telegram
from gateway.demo.welcome import welcome_text
from gateway.embedded.backing import Backing
from gateway.embedded.ports import choose_port
from gateway.http.listening import PortTakenError, hold_port, hold_some_port
from gateway.processes import supervisor
from gateway.processes.child_process import Child
from gateway.processes.patient_file import PatientFile
from gateway.processes.private_file import write_private
from gateway.processes.supervisor import CannotStartError, report_to_stderr
from inbox.foundation.clock import Clock
from inbox.sending.carrying_over import prepare_database
from inbox.storage.demo_clock import share_clock_file
from inbox.storage.runtime import open_runtime

OK = 200
HOST = "127.0.0.1"
USUAL_PORT = 8080
SANDBOX_APP = "1"
"""The emulator's app, and the configuration of its signup dialog."""
USUAL_SANDBOX_PORT = 8090
READY_SECONDS = 60.0
PIDS_CHECK_SECONDS = 0.1
TEMPLATES_SECONDS = 5.0
"""To read nine templates on this machine; the demo is ready without them, too."""


class Demo:
    """One run of the demo on a directory."""

    def __init__(
        self, backing: Backing, directory: Path, children: Sequence[Child], options: argparse.Namespace
    ) -> None:
        self._directory = directory
        self._options = options
        self._state = read_demo_state(directory)
        self._servers = backing.servers
        port = choose_port(self._state.port or USUAL_PORT) if options.port is None else options.port
        self._held = _hold(port)
        self._port = int(self._held.getsockname()[1])
        self._held_sandbox = hold_some_port(HOST, self._state.sandbox_port or USUAL_SANDBOX_PORT)
        self._sandbox_port = int(self._held_sandbox.getsockname()[1])
        self._clock_file = (directory / "clock").resolve()
        self._settings = backing.settings.model_copy(
            update={"public_url": self.base_url, "allow_private_urls": True, "clock_file": self._clock_file}
        )
        self._environment = {
            **backing.environment,
            "GATEWAY_PUBLIC_URL": self.base_url,
            "GATEWAY_ALLOW_PRIVATE_URLS": "true",
            "GATEWAY_CLOCK_FILE": str(self._clock_file),
        }
        self._children = children
        self._server, self._worker, self._sandbox = children

    @property
    def base_url(self) -> str:
        """The server's address."""
        return f"http://{HOST}:{self._port}"

    @property
    def sandbox_url(self) -> str:
        """The emulators' address."""
        return f"http://{HOST}:{self._sandbox_port}"

    async def run(self) -> None:
        """Start everything, say so, and keep it running until this is cancelled."""
        with self._held, self._held_sandbox, _file_while_running(self._options.ready_file) as ready_file:
            async with supervisor.stopping([self._sandbox]), supervisor.stopping([self._server, self._worker]):
                seeded = await self._seeded()
                self._give_orders()
                await self._until_ready()
                await self._register(seeded)
                await self._read_templates(seeded)
                _say(self._welcome(seeded))
                await asyncio.gather(
                    supervisor.keep_running(self._children, self._servers, report_to_stderr),
                    self._keep_ready_file(ready_file, seeded),
                    self._play_samples(seeded),
                )

    async def _seeded(self) -> Seed | None:
        async with open_runtime(self._settings) as runtime:
            await prepare_database(runtime.database)
            await share_clock_file(runtime.database, self._clock_file)
            if not self._options.no_seed:
                known = self._state.seed and await find_again(runtime, self._state.seed, self.sandbox_url)
                self._state.seed = known or await seed(runtime, self.sandbox_url)
        self._state.port, self._state.sandbox_port = self._port, self._sandbox_port
        write_demo_state(self._directory, self._state)
        seeded = None if self._options.no_seed else self._state.seed
        write_private(self._directory / "sandbox.json", json.dumps(sandbox_config(seeded), indent=1))
        return seeded

    async def _register(self, seeded: Seed | None) -> None:
        """Do what needs the emulators to run: tell Telegram's where updates go."""
        if seeded is not None and seeded.telegram is not None:
            async with open_runtime(self._settings) as runtime:
                await register_telegram(runtime, seeded.telegram)

    async def _read_templates(self, seeded: Seed | None) -> None:
        """Have the server read the emulator's templates: a campaign may begin with the first click.

        Should that fail, the worker reads them later, as it does those of any number.
        """
        if seeded is None:
            return
        url = f"{self.base_url}/api/v1/channels/{seeded.whatsapp.id}/templates/sync"
        headers = {"Authorization": f"Bearer {seeded.first.owner.token}"}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(total=TEMPLATES_SECONDS)
            async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session, session.post(url):
                pass

    async def _play_samples(self, seeded: Seed | None) -> None:
        """Let customers write and operators answer, once in a demo's life; whoever looks on sees it happen."""
        if seeded is None or not self._options.samples or self._state.samples:
            return
        self._state.samples = True
        write_demo_state(self._directory, self._state)
        try:
            await play_samples(seeded, base_url=self.base_url, sandbox_url=self.sandbox_url)
        except SampleError as failed:
            report_to_stderr(f"the sample conversations are not complete: {failed}")

    def _give_orders(self) -> None:
        config, state = str(self._directory / "sandbox.json"), str(self._directory / "sandbox-chats.json")
        environment = {**self._environment, **self._signup()}
        self._server.give_order("--host", HOST, "--port", str(self._port), environment=environment)
        self._worker.give_order(environment=environment)
        self._sandbox.give_order(
            *("--host", HOST, "--port", str(self._sandbox_port), "--reuse-port"),
            *("--config", config, "--state", state),
            environment=environment,
        )

    def _signup(self) -> dict[str, str]:
        """Return the settings by which numbers are signed up at the emulator; none without a seeded number."""
        seeded = None if self._options.no_seed else self._state.seed
        if seeded is None:
            return {}
        return {
            "GATEWAY_META_APP_ID": SANDBOX_APP,
            "GATEWAY_META_APP_SECRET": seeded.whatsapp.app_secret,
            "GATEWAY_META_SIGNUP_CONFIG": SANDBOX_APP,
            "GATEWAY_META_SERVER": self.sandbox_url,
        }

    async def _until_ready(self) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await supervisor.until_ready(self._children, self._all_answer)
        except TimeoutError:
            _, answer = await supervisor.ask(HOST, self._port, "/readyz")
            raise CannotStartError(
                f"not ready after {READY_SECONDS:g} s: {answer.decode()}; see {self._directory}/logs"
            ) from None

    async def _all_answer(self) -> bool:
        (status, body), (sandbox_status, _) = await asyncio.gather(
            supervisor.ask(HOST, self._port, "/readyz"), supervisor.ask(HOST, self._sandbox_port, "/control/stats")
        )
        return status == sandbox_status == OK and msgspec.json.decode(body)["status"] == "ready"

    async def _keep_ready_file(self, path: Path | None, seeded: Seed | None) -> None:
        """Write the ready file, and again whenever a process has started anew."""
        written = None
        file = PatientFile(path, report_to_stderr) if path else None
        while file:
            pids = self._pids()
            if pids != written and file.write(written_ready_file(self._ready_object(seeded, pids))):
                written = pids
            await asyncio.sleep(PIDS_CHECK_SECONDS)

    def _pids(self) -> dict[str, Any]:
        servers = self._servers.pids() if self._servers else {}
        return {
            **servers,
            "serve": [self._server.pid],
            "work": [self._worker.pid],
            "sandbox": self._sandbox.pid,
            "supervisor": os.getpid(),
        }

    def _ready_object(self, seeded: Seed | None, pids: dict[str, Any]) -> dict[str, Any]:
        return ready_object(
            base_url=self.base_url,
            sandbox_url=self.sandbox_url,
            mongo_url=self._settings.mongo_url or "",
            redis_url=self._settings.redis_url or "",
            pids=pids,
            seeded=seeded,
        )

    def _welcome(self, seeded: Seed | None) -> str:
        return welcome_text(
            base_url=self.base_url,
            sandbox_url=self.sandbox_url,
            directory=self._directory,
            clock_offset_seconds=_clock_offset(self._directory / "clock"),
            seeded=seeded,
        )


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # a full disk, where somebody keeps what is said here
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _clock_offset(file: Path) -> int:
    """Return the demo's lead over real time, in whole seconds."""
    return round((Clock(file).now() - datetime.now(UTC)).total_seconds())


def _hold(port: int) -> socket.socket:
    try:
        return hold_port(HOST, port)
    except PortTakenError as taken:
        raise CannotStartError(str(taken)) from None


@contextlib.contextmanager
def _file_while_running(path: Path | None) -> Iterator[Path | None]:
    """Have the ready file only while it is true: one of an earlier run would say that all is ready."""
    if path:
        path.unlink(missing_ok=True)
    try:
        yield path
    finally:
        if path:
            path.unlink(missing_ok=True)
