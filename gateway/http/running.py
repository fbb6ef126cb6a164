"""aiohttp's server, with connections that are counted and with our own answer to what is no HTTP."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from gateway.http.http_parts import HTTP, HttpParts
from gateway.http.middleware import finished_refusal
from inbox.foundation.problems import ProblemError

MAX_LINE_BYTES: Final = 8_190
"""aiohttp's own limit of the address and of each header."""
_TOO_LONG: Final = f"The address, or a header, is longer than {MAX_LINE_BYTES} bytes: ask for less at once."
_NO_HTTP: Final = "This is not valid HTTP."
_EXPECTS: Final = "The header `Expect` may only say `100-continue`."


class CountingRunner(web.AppRunner):
    """Runs an application and counts its connections.

    Bodies are never unpacked: some hundred kilobytes can be packed so that unpacking what nobody reads any more keeps
    the process busy for seconds. Who packs one is refused (`gateway.http.middleware`).
    """

    def __init__(self, app: web.Application, **options: Any) -> None:
        super().__init__(app, auto_decompress=False, **options)
        self._http = app[HTTP]

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made, self._http, **self._kwargs)


class _Server(web.Server):
    """A server that tells of each connection that comes and goes."""

    def __init__(self, made: web.Server, http: HttpParts, **options: Any) -> None:
        super().__init__(made.request_handler, request_factory=made.request_factory, **options)
        self._http = http
        self._options = options

    def __call__(self) -> web.RequestHandler:
        return _Handler(self, self._http, **self._options)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if not self._http.connections.enter(handler, transport):
            asyncio.get_running_loop().call_soon(transport.abort)  # what begins with a connection must not miss its end

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._http.connections.leave(handler)


class _Handler(web.RequestHandler):
    """A connection whose requests that never reach the application are answered as all others are.

    aiohttp answers them with a text that repeats what came, which may be a token, and logs each as a fault of ours.
    """

    __slots__ = ("_http",)

    def __init__(self, server: _Server, http: HttpParts, **options: Any) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **options)
        self._http = http

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Answer what aiohttp refuses before it asks the application: an `Expect` that is none."""
        if isinstance(resp, web.HTTPExpectationFailed):
            resp = finished_refusal(self._http, ProblemError("malformed", _EXPECTS))
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read; everything else is left to aiohttp."""
        if status != 400 or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        said = _TOO_LONG if isinstance(exc, LineTooLong) else _NO_HTTP
        return finished_refusal(self._http, ProblemError("malformed", said))
