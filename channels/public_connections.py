"""Connections to servers that tenants chose: they must not lead into our own network.

An address is checked when it is saved, too; but a name can point elsewhere a second later, and a redirect leads
anywhere. So the address itself is looked at in the moment of connecting, however it was found.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Final

import aiohttp
from aiohttp import AddrInfoType

from inbox.foundation.capped_answers import MAX_ANSWER_BYTES, PIECE_BYTES, read_at_most
from inbox.foundation.public_address import is_public

MAX_CONNECTIONS: Final = 200
"""At Meta's 1,000 messages/s for one number and 0.15 s an answer, 150 are on the wire at once; a worker sends as many
messages at once."""
KEEPALIVE_SECONDS: Final = 15.0
"""Shorter than the far side's 60 s or more, so that a send does not meet a connection that is being closed."""


def open_connector(*, allow_private: bool, per_host: int | None = None) -> aiohttp.TCPConnector:
    """Open a pool of connections; where none may be private, aiohttp says of such a one that there is no connection.

    Args:
        allow_private: Whether servers may be in our own network.
        per_host: The most connections to one server, where servers must not take them from each other; 0 where
            whoever asks keeps a limit.
    """
    return aiohttp.TCPConnector(
        limit=MAX_CONNECTIONS if per_host is None else 0,
        limit_per_host=per_host or 0,
        keepalive_timeout=KEEPALIVE_SECONDS,
        socket_factory=None if allow_private else public_socket,
    )


def open_session(
    *,
    allow_private: bool,
    timeout: aiohttp.ClientTimeout,
    left_out: Sequence[str] = (),
    per_host: int | None = None,
) -> aiohttp.ClientSession:
    """Open a session for one provider's servers; it keeps no cookies and looks at no proxy of the environment.

    Args:
        allow_private: Whether servers may be in our own network.
        timeout: For calls that name none of their own.
        left_out: Headers that aiohttp would add.
        per_host: As of `open_connector`.
    """
    return aiohttp.ClientSession(
        connector=open_connector(allow_private=allow_private, per_host=per_host),
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=left_out,
        trust_env=False,
    )


def public_socket(found: AddrInfoType) -> socket.socket:
    """Make a socket that is to be connected to a public address.

    Raises:
        OSError: if the address is private.
    """
    family, kind, protocol, _, address = found
    if not is_public(str(address[0])):
        raise OSError("the address is private")
    return socket.socket(family=family, type=kind, proto=protocol)


async def connect_public(host: str, port: int, *, allow_private: bool) -> socket.socket:
    """Connect to a server that speaks no HTTP; the caller closes the socket.

    Raises:
        OSError: if no address of the host takes the connection, or all are private.
    """
    loop = asyncio.get_running_loop()
    refused: OSError | None = None
    for found in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            opened = socket.socket(*found[:3]) if allow_private else public_socket(found)
        except OSError as error:
            refused = error
            continue
        try:
            opened.setblocking(False)
            await loop.sock_connect(opened, found[4])
        except OSError as error:
            opened.close()
            refused = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise refused or OSError("the host has no address")


async def read_whole(answer: aiohttp.ClientResponse, limit_bytes: int = MAX_ANSWER_BYTES) -> bytes:
    """Read and unpack an answer piece by piece; aiohttp's own `read` unpacks without a limit.

    Raises:
        AnswerTooLargeError: if it has more than `limit_bytes`, unpacked.
    """
    return await read_at_most(answer.content.iter_chunked(PIECE_BYTES), limit_bytes)
