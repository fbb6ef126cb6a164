"""One pool of connections for all clients of the Graph API: httpx's interface over aiohttp.

pywa speaks httpx, whose own transport costs 1.2 to 3.2 ms of processor time a send and builds a TLS
context a client (21 ms). aiohttp's costs a fifth, and one session serves all numbers and tokens.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

import aiohttp
import httpx

from channels.public_connections import open_session, read_whole
from inbox.foundation.capped_answers import MAX_ANSWER_BYTES, MAX_LIST_BYTES

CONNECT_SECONDS = 5.0
"""A handshake with Meta takes 0.2 s; after 5 s the network is gone, and nothing has been sent yet."""
TOTAL_SECONDS = 30.0
"""Meta answers in 1 s and gives up at about 20 s: whoever leaves before cannot tell whether it was sent."""
SILENT_SECONDS = 20.0
"""A file may take minutes, but not without a byte for this long."""

_PASSED_HEADERS = ("authorization", "content-type")
"""All that the Graph API needs; the rest of httpx's is left out."""
_SKIPPED_HEADERS = ("Accept", "Accept-Encoding", "User-Agent")
_DROPPED_ANSWER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""They describe the bytes on the wire, which aiohttp has already unpacked."""


class BrokenOffError(Exception):
    """There was no connection, or it broke; how much had passed is not known."""


class GraphAnswer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends httpx's requests through one aiohttp session, opened in the running loop at first use.

    Errors are httpx's: `ConnectError` and `ConnectTimeout` only while nothing has been written; anything later is
    `ReadTimeout` or `ReadError`, after which the request may have been carried out.
    """

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        allow_private: bool = False,
    ) -> None:
        self._allow_private = allow_private
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, connect=connect_seconds)
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one of httpx's requests, lists among them, and read its whole answer. Redirects are not followed."""
        headers = {name: value for name in _PASSED_HEADERS if (value := request.headers.get(name))}
        answer = await self.exchange(
            request.method,
            str(request.url),
            headers=headers,
            body=await request.aread(),
            limit_bytes=MAX_LIST_BYTES,
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _DROPPED_ANSWER_HEADERS}
        return httpx.Response(answer.status, headers=kept, content=answer.content, request=request)

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        limit_bytes: int = MAX_ANSWER_BYTES,
    ) -> GraphAnswer:
        """Send a request without httpx's objects, which cost half of a send.

        Raises:
            AnswerTooLargeError: The answer has more than `limit_bytes`, unpacked; its connection is closed.
        """
        try:
            async with self._opened().request(
                method, url, data=body or None, headers=headers, allow_redirects=False
            ) as answer:
                return GraphAnswer(answer.status, answer.headers, await read_whole(answer, limit_bytes))
        except (aiohttp.ClientError, OSError) as error:
            raise _as_httpx(error) from None

    @asynccontextmanager
    async def streamed(
        self, method: str, url: str, *, headers: Mapping[str, str], body: AsyncIterable[bytes] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a request and yield the answer while it comes; bytes may take long, silence may not.

        Raises:
            BrokenOffError: if there is no connection or it breaks, also while the caller reads.
        """
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS)
        try:
            async with self._opened().request(
                method, url, data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as answer:
                yield answer
        except (aiohttp.ClientError, OSError):
            raise BrokenOffError from None

    async def aclose(self) -> None:
        """Close the session. Clients that share the transport must not close it for the others."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._closed:
            raise httpx.ConnectError("the transport is closed")
        if self._session is None:
            self._session = open_session(
                allow_private=self._allow_private, timeout=self._timeout, left_out=_SKIPPED_HEADERS
            )
        return self._session


def _as_httpx(error: aiohttp.ClientError | OSError) -> httpx.TransportError:
    """Return httpx's error for ours: which one says whether anything had been written. Its text names no address."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout("no connection in time")
        case aiohttp.ClientConnectorError() | aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return httpx.ConnectError("no connection")
        case TimeoutError():
            return httpx.ReadTimeout("no answer in time")
        case _:
            return httpx.ReadError("the connection broke")
