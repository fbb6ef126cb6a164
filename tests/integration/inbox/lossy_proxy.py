"""A wire to MongoDB that loses answers: what was asked is done, and nobody hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

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

    @asynccontextmanager
    async def before(self, url: str) -> AsyncIterator[str]:
        """Stand before the server of `url`; give the URL that leads through us."""
        parts = urlsplit(url)
        self._server_port = parts.port or 27017
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"mongodb://127.0.0.1:{port}{parts.path}?directConnection=true"
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
            questions.close()
            writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK_BYTES):
        writer.write(data)
