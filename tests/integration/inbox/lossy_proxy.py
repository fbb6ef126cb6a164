"""A wire to MongoDB that loses answers: what was asked is done, and nobody hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65_536


class LossyProxy:
    """Stands before a MongoDB.

    Attributes:
        losing: The command whose answers get lost.
        to_lose: How many more answers get lost.
    """

    def __init__(self, losing: bytes) -> None:
        self.losing = losing
        self.to_lose = 0
        self._port = 0
        self._server_port = 0
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def before(self, url: str) -> AsyncIterator[str]:
        """Stand before the server of `url`; return the URL that leads through us."""
        self._server_port = urlsplit(url).port or 27017
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            yield with_port(url, port)
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        with suppress(asyncio.CancelledError):  # the streams' own end of a task takes it for a fault
            await self._forward(reader, writer)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_connection("127.0.0.1", self._server_port)
        back = asyncio.create_task(_copy(answers, writer))
        try:
            while data := await reader.read(CHUNK_BYTES):
                if self.to_lose and self.losing in data:
                    self.to_lose -= 1
                    back.cancel()
                    questions.write(data)
                    await answers.read(CHUNK_BYTES)
                    return
                questions.write(data)
        finally:
            back.cancel()
            await hang_up(questions, writer)


async def hang_up(*ends: asyncio.StreamWriter) -> None:
    """Break connections off, and see them ended: a loop that stops before leaves their sockets to the collector."""
    for end in ends:
        end.transport.abort()
    for end in ends:
        with suppress(OSError):
            await end.wait_closed()


def with_port(url: str, port: int) -> str:
    """Return a URL with its login, of one server on another port."""
    parts = urlsplit(url)
    login, _, _ = parts.netloc.rpartition("@")
    options = [option for option in parts.query.split("&") if not option.startswith("replicaSet=")]
    netloc = f"{login}@127.0.0.1:{port}" if login else f"127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=netloc, query="&".join([*options, "directConnection=true"])))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK_BYTES):
        writer.write(data)
