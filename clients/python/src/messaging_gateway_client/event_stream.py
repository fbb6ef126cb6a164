"""The event stream: every event once, in order, across breaks of the connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import aiohttp

from messaging_gateway_client.problems import ProblemError, problem_of
from messaging_gateway_client.retrying import growing_pause

if TYPE_CHECKING:
    from messaging_gateway_client.client import Gateway
    from messaging_gateway_client.models import AnyEvent

SILENCE_SECONDS: Final = 45.0
"""The gateway sends a heartbeat every 15 seconds: three that are missing are a dead connection."""
STATUS_OF_CLOSE_CODE: Final[Mapping[int, int]] = {4401: 401, 4410: 410}
"""What the socket's own close codes mean, as a status of the API."""
_CODES: Final = {401: "unauthenticated", 410: "cursor_expired"}


class EventStream:
    """Events from a cursor on: `async for event in gateway.events(cursor)`.

    A connection that breaks is opened anew where it broke. `cursor` is the place after the last event that was dealt
    with: it moves on when the next one is asked for. Keep it, and a program that starts again goes on there; the event
    in which it was stopped comes again, none is left out.

    Raises:
        CursorExpiredError: The cursor is too old, or the stream was lost: read the lists again, then follow anew.
        UnauthenticatedError: The token is over.
    """

    def __init__(self, gateway: Gateway, cursor: str | None = None) -> None:
        self.cursor = cursor
        self._gateway = gateway
        self._failures = 0

    async def start(self) -> str:
        """Return the cursor from which the stream goes on: read it, then your lists, then follow: nothing is missed."""
        if self.cursor is None:
            self.cursor = (await self._gateway.follow_events(limit=0))["cursor"]
        return self.cursor

    async def __aiter__(self) -> AsyncIterator[AnyEvent]:
        while True:
            cursor = await self.start()
            try:
                async for event in self._connected(cursor):
                    yield event
                    self.cursor = event["cursor"]
            except (aiohttp.ClientError, TimeoutError) as error:
                refused = _refusal(error)
                if refused is not None:
                    raise refused from error
            self._failures += 1
            await asyncio.sleep(growing_pause(self._failures))

    async def _connected(self, cursor: str) -> AsyncIterator[AnyEvent]:
        """Follow until the connection ends. Raises `ProblemError` where a new one would end, too."""
        address = f"{self._gateway.base_url}/api/v1/events"
        async with self._gateway.session.ws_connect(
            address, params={"cursor": cursor}, headers=self._gateway.authorization, max_msg_size=0
        ) as socket:
            while (frame := await _next_frame(socket)) is not None:
                self._failures = 0
                if "id" in frame:
                    yield cast("AnyEvent", frame)
                elif "cursor" in frame:
                    self.cursor = frame["cursor"]
            status = STATUS_OF_CLOSE_CODE.get(socket.close_code or 0)
            if status is not None:
                raise _problem(status)


async def _next_frame(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any] | None:
    """Return the next frame; None at the end of the connection."""
    message = await socket.receive(SILENCE_SECONDS)
    if message.type is not aiohttp.WSMsgType.TEXT:
        return None
    frame: dict[str, Any] = json.loads(message.data)
    return frame


def _refusal(error: Exception) -> ProblemError | None:
    """Return why the gateway did not open the socket, where it would not do so later either."""
    if isinstance(error, aiohttp.WSServerHandshakeError) and error.status in _CODES:
        return _problem(error.status)
    return None


def _problem(status: int) -> ProblemError:
    return problem_of(status, json.dumps({"code": _CODES[status]}).encode())
