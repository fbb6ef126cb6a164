"""A wire to MongoDB that breaks after a certain message, of those that are asked or of those that are answered."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.integration.inbox.lossy_proxy import hang_up, with_port

LENGTH = struct.Struct("<i")
UNCOUNTED = (b"hello\0", b"isMaster\0", b"ismaster\0", b"sasl", b"ping\0", b"endSessions\0")
"""What the driver asks for itself, by its first words."""


class Where(StrEnum):
    """On which side messages are counted."""

    ASKED = "asked"
    """So many statements reach MongoDB; it hears nothing more, and the client hears no more answers."""
    ANSWERED = "answered"
    """Everything reaches MongoDB; the client gets so many answers."""


class CuttingProxy:
    """Stands before a MongoDB, and breaks one connection when it is told to.

    Attributes:
        cuts: How often a connection was broken.
    """

    def __init__(self) -> None:
        self.cuts = 0
        self._left: dict[Where, int] = {}
        self._server_port = 0

    def cut(self, where: Where, after: int) -> None:
        """Break the next connection after so many more messages."""
        self._left = {where: after}

    @contextmanager
    def before(self, url: str, tls: ssl.SSLContext | None = None) -> Iterator[str]:
        """Stand before the server of `url`; return the URL that leads through us.

        We have a loop of our own: a client that blocks its loop while it says farewell still gets its answer.
        """
        self._server_port = urlsplit(url).port or 27017
        loop = asyncio.new_event_loop()
        thread = Thread(target=loop.run_forever)
        thread.start()
        try:
            starting = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
            server = asyncio.run_coroutine_threadsafe(starting, loop).result()
            yield with_port(url, server.sockets[0].getsockname()[1])
            asyncio.run_coroutine_threadsafe(self._end(server), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, asks: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        answered, asked = await asyncio.open_connection("127.0.0.1", self._server_port)
        ways = [
            asyncio.create_task(self._forward(asks, asked, Where.ASKED)),
            asyncio.create_task(self._forward(answered, answers, Where.ANSWERED)),
        ]
        with suppress(asyncio.CancelledError):  # the streams' own end of a task takes it for a fault
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await hang_up(answers, asked)

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, where: Where) -> None:
        """Forward messages until one side ends, or the connection is to be broken before this one."""
        try:
            while message := await _message(source):
                if self._is_counted(message, where) and where in self._left:
                    if not self._left[where]:
                        self._left.clear()
                        self.cuts += 1
                        return
                    self._left[where] -= 1
                target.write(message)
        except (ConnectionError, asyncio.IncompleteReadError):
            return

    def _is_counted(self, message: bytes, where: Where) -> bool:
        """Tell whether a message is a statement, or the answer to one."""
        if where is Where.ASKED:
            return not any(word in message[:60] for word in UNCOUNTED)
        return not any(word in message for word in (b"helloOk\0", b"topologyVersion\0", b"conversationId\0"))


async def _message(source: asyncio.StreamReader) -> bytes:
    """Read a message: its length comes first."""
    head = await source.readexactly(LENGTH.size)
    return head + await source.readexactly(LENGTH.unpack(head)[0] - LENGTH.size)


def own_certificate(folder: Path) -> ssl.SSLContext:
    """Make a certificate that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context
