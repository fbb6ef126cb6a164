"""Visitors' pages: web-chat sockets in a process of their own, so that they do not disturb what is measured.

    python -m bench.visitor_sockets SOCKET_URL

Reads commands from standard input, one a line, and answers each with one line of JSON:
`open N` opens so many sockets more, `write EACH` has every visitor write once, `pace RATE COUNT PREFIX` has
visitors write numbered texts in turn at an even pace, `seen TEXT` tells how many have got a text and when the last did.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import uvloop

from bench.system import ROOT

OPEN_AT_ONCE = 50
ADDRESSES = 100
WRITES_PER_SECOND = 350
"""Below what a channel may get."""


class VisitorSockets:
    """The process, from the benchmark's side."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    async def ask(self, command: str) -> Any:
        """Send a command to the process; return its answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("started with pipes")
        self._process.stdin.write(f"{command}\n".encode())
        return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def visitor_sockets(socket_url: str) -> AsyncIterator[VisitorSockets]:
    """Have the process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.visitor_sockets", socket_url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        limit=64 * 1024 * 1024,
    )
    try:
        yield VisitorSockets(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class Visitor:
    """One page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, got: dict[str, list[float]]) -> None:
        self._socket = socket
        self._got = got
        self._accepted = asyncio.Event()

    async def read(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame["type"] == "message" and frame["from"] != "visitor":
                self._got.setdefault(frame["content"].get("text", ""), []).append(time.monotonic())
                await self._socket.send_json({"type": "ack", "seq": frame["seq"]})
            elif frame["type"] == "accepted":
                self._accepted.set()

    async def write(self, text: str) -> None:
        self._accepted.clear()
        content = {"type": "text", "text": text}
        await self._socket.send_json({"type": "message", "id": secrets.token_hex(8), "content": content})
        await self._accepted.wait()


class Pages:
    """All pages of the process."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._visitors: list[Visitor] = []
        self._got: dict[str, list[float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, count: str) -> Any:
        for start in range(0, int(count), OPEN_AT_ONCE):
            await asyncio.gather(*(self._open() for _ in range(min(OPEN_AT_ONCE, int(count) - start))))
        return len(self._visitors)

    async def write(self, text: str) -> Any:
        await self._paced(WRITES_PER_SECOND, [text] * len(self._visitors))
        return len(self._visitors)

    async def pace(self, rate: str, count: str, prefix: str) -> Any:
        return await self._paced(float(rate), [f"{prefix} {number}" for number in range(int(count))])

    async def seen(self, text: str) -> Any:
        got = self._got.get(text, [])
        return {"count": len(got), "last": max(got, default=0.0)}

    async def _paced(self, rate: float, texts: list[str]) -> list[float]:
        """Write in turn; return when each was handed over."""
        began, tasks, first = [], [], time.monotonic()
        for number, text in enumerate(texts):
            await asyncio.sleep(max(0.0, first + number / rate - time.monotonic()))
            began.append(time.monotonic())
            tasks.append(asyncio.ensure_future(self._visitors[number % len(self._visitors)].write(text)))
        await asyncio.gather(*tasks)
        return began

    async def _open(self) -> None:
        socket = await self._session.ws_connect(self._url, headers={"X-Forwarded-For": _address(len(self._visitors))})
        await socket.send_json({"type": "hello"})
        await socket.receive()
        visitor = Visitor(socket, self._got)
        task = asyncio.ensure_future(visitor.read())
        self._tasks.add(task)
        self._visitors.append(visitor)


def _address(number: int) -> str:
    """Make up an address: one for each of some tens of visitors."""
    return str(ipaddress.IPv4Address("198.18.0.0") + number % ADDRESSES)


async def serve(url: str) -> None:
    """Be the process."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        pages = Pages(session, url)
        while line := await reader.readline():
            name, *arguments = line.decode().split()
            print(json.dumps(await getattr(pages, name)(*arguments)), flush=True)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
