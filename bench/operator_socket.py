"""An operator's open inbox: a WebSocket client in a process of its own, so that it does not disturb the generator.

    python -m bench.operator_socket BASE_URL TOKEN [PREFIX]

Prints a line when the stream has begun. Then it answers each line on standard input with one line of JSON:
how many events of each type came so far. With PREFIX it also notes when messages came whose text is
the prefix and a number; the clock is the machine's monotonic one, which all processes share.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import uvloop

from bench.system import ROOT, System

START_SECONDS = 20.0
PATH = "/api/v1/events"


class FrameText(msgspec.Struct):
    """A content; other kinds have no text."""

    text: str = ""


class Data(msgspec.Struct):
    """An event's object, as far as it matters here."""

    content: FrameText = msgspec.field(default_factory=FrameText)
    status: str = ""


class SocketFrame(msgspec.Struct):
    """A frame of the stream."""

    type: str
    data: Data = msgspec.field(default_factory=Data)


class SeenMessages(msgspec.Struct):
    """What came so far.

    Attributes:
        arrived: Monotonic seconds at which the numbered messages came.
    """

    types: dict[str, int] = msgspec.field(default_factory=dict)
    arrived: dict[int, float] = msgspec.field(default_factory=dict)


class OperatorSocket:
    """The process, from the benchmark's side."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    async def seen(self) -> SeenMessages:
        """Ask what came so far."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("started with pipes")
        self._process.stdin.write(b"\n")
        return msgspec.json.decode(await self._process.stdout.readline(), type=SeenMessages)

    async def until(self, type_: str, count: int, *, seconds: float) -> SeenMessages:
        """Wait until so many events of a type have come, but no longer than so many seconds."""
        limit = time.monotonic() + seconds
        seen = await self.seen()
        while seen.types.get(type_, 0) < count and time.monotonic() < limit:
            await asyncio.sleep(0.1)
            seen = await self.seen()
        return seen


@asynccontextmanager
async def operator_socket(system: System, *, prefix: str = "") -> AsyncIterator[OperatorSocket]:
    """Keep an owner's inbox open."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.operator_socket", system.base_url, system.seed.first.owner.token, prefix),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        limit=64 * 1024 * 1024,
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            if process.stdout is None or not await process.stdout.readline():
                raise AssertionError("the operator's socket was refused")
        yield OperatorSocket(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def follow(base_url: str, token: str, prefix: str) -> None:
    """Be the process."""
    seen = SeenMessages()
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(base_url + PATH, headers=headers, max_msg_size=0) as socket,
    ):
        await socket.receive()
        print("following", flush=True)
        asking = asyncio.create_task(_answer(seen))
        async for message in socket:
            _note(message.data, seen, prefix)
        asking.cancel()


def _note(data: Any, seen: SeenMessages, prefix: str) -> None:
    frame = msgspec.json.decode(data, type=SocketFrame)
    seen.types[frame.type] = seen.types.get(frame.type, 0) + 1
    text = frame.data.content.text
    if prefix and frame.type == "message.created" and text.startswith(prefix):
        seen.arrived[int(text.removeprefix(prefix))] = time.monotonic()


async def _answer(seen: SeenMessages) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(json.dumps(msgspec.to_builtins(seen, str_keys=True)), flush=True)
    sys.exit(0)


if __name__ == "__main__":
    uvloop.run(follow(*sys.argv[1:4]))
