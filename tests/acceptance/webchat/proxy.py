"""The network between a browser and the server: it can be cut, mended, and slow."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 4096


class Network:
    """Passes bytes on, in a thread of its own."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.delay_seconds = 0.0
        self._flowing = threading.Event()
        self._flowing.set()

    @classmethod
    @contextmanager
    def before(cls, base_url: str) -> Iterator[Network]:
        """A network in front of a server."""
        network = cls(int(base_url.rpartition(":")[2]))
        network._thread.start()
        network._do(network._listen(0))
        try:
            yield network
        finally:
            network._do(network._close())
            network._loop.call_soon_threadsafe(network._loop.stop)
            network._thread.join()
            network._loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let nothing through during the block; all of it comes at once afterwards."""
        self._flowing.clear()
        try:
            yield
        finally:
            self._flowing.set()

    def cut(self) -> None:
        """Drop every connection and take no new one."""
        self._do(self._close())

    def mend(self) -> None:
        """Let connections through again."""
        self._do(self._listen(self.port))

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    async def _listen(self, port: int) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        if self._passing:
            await asyncio.wait(self._passing)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
            both = [asyncio.create_task(self._pass(*ends)) for ends in ((reader, back), (there, writer))]
            self._passing |= set(both)
            await asyncio.wait(both)
            self._passing -= set(both)
        writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while data := await reader.read(CHUNK):
                await asyncio.to_thread(self._flowing.wait)
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()
