"""Connections that are borrowed from the driver's pool, and several messages on them before the first answer is read.

Authentication, TLS, which server is the primary, and what an error says about it stay the driver's: it makes the
connection, hears of every failure, and gets the connection back. Between that we write to its socket ourselves:

* `LoopWire` reads and writes on the loop, without a thread: for plain connections;
* `ThreadWire` in the thread that calls it, through the driver: for TLS and compressed connections.

This is the only file that uses names of the driver that it does not promise to keep. mypy knows them, `pyproject.toml`
bounds its version, and without pipelining (`GATEWAY_MONGO_PIPELINING`) nothing here is used.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any, Final, Protocol

from pymongo.errors import ConnectionFailure, NetworkTimeout, ProtocolError
from pymongo.message import _UNPACK_REPLY
from pymongo.network_layer import _UNPACK_HEADER
from pymongo.server_selectors import writable_server_selector

from inbox.storage.database.waits import Waits

_OPERATION: Final = "pipeline"
"""What the driver says in its logs that it looks for a server for."""
_HEADER_BYTES: Final = 16
_READ_BYTES: Final = 262_144


class Borrowed:
    """A connection to the primary, on loan from the driver's pool."""

    def __init__(self, client: Any) -> None:
        """Borrow one; this blocks while the driver looks for the primary and connects.

        Raises:
            PyMongoError: if there is no primary, or it can't be reached.
        """
        self._server = client._select_server(writable_server_selector, None, _OPERATION)
        self._checkout = client._checkout(self._server, None)
        self.connection = self._checkout.__enter__()

    @property
    def is_fresh(self) -> bool:
        """Whether the driver would still use the connection: its server is the primary and has not failed since."""
        pool, connection = self._server.pool, self.connection
        is_stale = pool.stale_generation(connection.generation, connection.service_id)
        return not connection.closed and self._server.description.is_writable and not is_stale

    @property
    def is_plain(self) -> bool:
        """Whether bytes go over the socket as they are, so that the loop can write and read them."""
        # A subclass is a socket of TLS.
        return type(self.connection.conn.sock) is socket.socket and self.connection.compression_context is None

    @property
    def is_to_a_router(self) -> bool:
        """Whether it leads to a router of a sharded cluster, whose transactions the driver has to keep together."""
        return bool(self.connection.is_mongos or self.connection.opts.load_balanced)

    def give_back(self, error: BaseException | None = None, session: Any = None) -> None:
        """Return the connection; after an error the driver decides what it means for the server and its pool."""
        self._checkout.session = session
        self._checkout.__exit__(type(error) if error else None, error, None)


class Wire(Protocol):
    """Writes several messages at once and reads their answers."""

    borrowed: Borrowed

    @property
    def is_fresh(self) -> bool:
        """Whether the next batch may use it."""

    async def exchange(self, messages: bytes, request_ids: Sequence[int], heard: Callable[[Any], None]) -> None:
        """Write messages; `heard` is called with each answer, in order.

        Raises:
            ConnectionFailure: if the connection is lost; it is closed then.
        """

    def release(self, error: BaseException | None = None, session: Any = None) -> None:
        """Return the connection."""


class ThreadWire:
    """Uses a connection from the thread that calls: what is awaited is done already."""

    def __init__(self, borrowed: Borrowed) -> None:
        self.borrowed = borrowed

    @property
    def is_fresh(self) -> bool:
        """Whether the next batch may use it."""
        return self.borrowed.is_fresh and not self.borrowed.connection.conn_closed()

    async def exchange(self, messages: bytes, request_ids: Sequence[int], heard: Callable[[Any], None]) -> None:
        """Write messages and read their answers through the driver."""
        connection = self.borrowed.connection
        connection.send_message(messages, 0)
        for request_id in request_ids:
            heard(connection.receive_message(request_id))

    def release(self, error: BaseException | None = None, session: Any = None) -> None:
        """Return the connection."""
        self.borrowed.give_back(error, session)


class LoopWire:
    """Uses a connection on the loop: one turn for each round, no thread."""

    def __init__(self, borrowed: Borrowed, silence_seconds: float) -> None:
        """Take the socket over; must be called on the loop.

        Args:
            borrowed: Whose it is.
            silence_seconds: How long an answer may take.
        """
        self.borrowed = borrowed
        self.waits = Waits()
        self._silence_seconds = silence_seconds
        self._socket: socket.socket = borrowed.connection.conn.sock
        self._driver_timeout = self._socket.gettimeout()
        self._loop = asyncio.get_running_loop()
        self._unsent = b""
        self._unread = bytearray()
        self._expected: list[int] = []
        self._heard: Callable[[Any], None] = lambda _: None
        self._done: asyncio.Future[None] | None = None
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket.fileno(), self._read)

    @property
    def is_fresh(self) -> bool:
        """Whether the next batch may use it; the loop has heard already if the server closed it."""
        return self.borrowed.is_fresh

    async def exchange(self, messages: bytes, request_ids: Sequence[int], heard: Callable[[Any], None]) -> None:
        """Write messages and wait until the last is answered."""
        if self.borrowed.connection.closed:
            self._raise(ConnectionResetError("closed while it was at rest"))
        self._expected, self._heard = list(reversed(request_ids)), heard
        self._done = self._loop.create_future()
        alarm = self._loop.call_later(self._silence_seconds, self._fail, NetworkTimeout("no answer"))
        try:
            self._unsent = messages
            self._write()
            await self.waits.known(self._done)
        except BaseException as error:
            self._raise(error)
        finally:
            alarm.cancel()
            self._done = None

    def release(self, error: BaseException | None = None, session: Any = None) -> None:
        """Return the connection as it was lent."""
        self._leave()
        self.borrowed.give_back(error, session)

    def _write(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as error:
            self._fail(error)
            return
        was_waiting, self._unsent = len(self._unsent) > sent, self._unsent[sent:]
        if was_waiting:
            self._loop.add_writer(self._socket.fileno(), self._write)
        else:
            self._loop.remove_writer(self._socket.fileno())

    def _read(self) -> None:
        try:
            data = self._socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._fail(error)
            return
        if not data:
            self._fail(ConnectionResetError("closed by the server"))
            return
        self._unread += data
        try:
            self._take_answers()
        except Exception as error:  # an answer that can't be read: what follows it can't be either
            self._fail(error)

    def _take_answers(self) -> None:
        while len(self._unread) >= _HEADER_BYTES:
            length, _, answers, operation = _UNPACK_HEADER(self._unread[:_HEADER_BYTES])
            if len(self._unread) < length:
                return
            if not self._expected or answers != self._expected.pop():
                raise ProtocolError("an answer to nothing that was asked")
            body = bytes(memoryview(self._unread)[_HEADER_BYTES:length])
            del self._unread[:length]
            self._heard(_UNPACK_REPLY[operation](body))
        if not self._expected and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _fail(self, error: Exception) -> None:
        """End the round with an error, or note that the connection was closed while it was at rest."""
        if self._done is None:
            self._leave()
            self.borrowed.connection.close_conn(None)
        elif not self._done.done():
            self._done.set_exception(error)

    def _raise(self, error: BaseException) -> None:
        """Close the connection, on which answers may still come, and raise what the driver makes of an error."""
        self._leave()
        if isinstance(error, ConnectionFailure):
            self.borrowed.connection.close_conn(None)
            raise error
        self.borrowed.connection._raise_connection_failure(error)

    def _leave(self) -> None:
        if self.borrowed.connection.closed:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_writer(self._socket.fileno())
        self._socket.settimeout(self._driver_timeout)


class Loans:
    """Connections that a process has borrowed: used by one batch at a time, kept between batches.

    Args:
        client: The driver's client, which blocks.
        silence_seconds: How long an answer may take.
        most: So many at once.
        only_on_loop: Whether connections that a thread would have to use (TLS, compressed) are of no use.
    """

    def __init__(self, client: Any, silence_seconds: float, *, most: int, only_on_loop: bool = False) -> None:
        self._client = client
        self._silence_seconds = silence_seconds
        self._most = most
        self._only_on_loop = only_on_loop
        self._resting: list[Wire] = []
        self._count = 0
        self._is_impossible = False

    async def take(self, threads: Executor) -> Wire | None:
        """Return a connection; None where there can't be one (a router, TLS) or too many are on loan.

        Raises:
            PyMongoError: if the primary can't be reached.
        """
        while self._resting:
            wire = self._resting.pop()
            if wire.is_fresh:
                return wire
            self._count -= 1
            wire.release()
        if self._is_impossible or self._count >= self._most:
            return None
        self._count += 1
        borrowing = asyncio.get_running_loop().run_in_executor(threads, Borrowed, self._client)
        try:
            borrowed = await asyncio.shield(borrowing)
        except BaseException:
            self._count -= 1
            borrowing.add_done_callback(_give_back_at_once)  # who was cut off never gets to use it
            raise
        if borrowed.is_to_a_router or (self._only_on_loop and not borrowed.is_plain):
            self._is_impossible = True
            self._count -= 1
            borrowed.give_back()
            return None
        return LoopWire(borrowed, self._silence_seconds) if borrowed.is_plain else ThreadWire(borrowed)

    def put_back(self, wire: Wire) -> None:
        """Keep a connection for the next batch; one that was lost has been given back already."""
        if wire.borrowed.connection.closed:
            self._count -= 1
        else:
            self._resting.append(wire)

    def close(self) -> None:
        """Return all connections."""
        while self._resting:
            self._resting.pop().release()


def _give_back_at_once(borrowing: asyncio.Future[Borrowed]) -> None:
    if not borrowing.cancelled() and borrowing.exception() is None:
        borrowing.result().give_back()
