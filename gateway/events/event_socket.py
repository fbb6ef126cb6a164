"""One client on the event stream: its buffer, its catching up, its frames in and out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import IntEnum
from typing import Any, Final

import msgspec
import structlog
from aiohttp import WSMsgType, web

from gateway.events.event_feed import Batch, frame_of, visible_frames
from gateway.events.event_hub import EventHub
from inbox.files.media_links import Finish, as_it_is
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller, Placement, may_see
from inbox.stream.event_stream import Cursor, EventReader

Authenticate = Callable[[str], Awaitable[Caller]]
OnTyping = Callable[[Caller, str], Awaitable[None]]
OnAlive = Callable[[Caller], Awaitable[None]]
OnVisible = Callable[[Caller, str, bool], Awaitable[None]]
"""Told whether the page behind a socket, which it names, is visible to the caller."""

MAX_BUFFER_BYTES: Final = 4 * 1024 * 1024
"""Some 8,000 messages that a client has not taken: it is better off resuming by its cursor."""
CATCH_UP_BUFFER_BYTES: Final = 256 * 1024
PAGE_EVENTS: Final = 500
TYPING_SECONDS: Final = 1.0
"""Messengers show typing for some 5 s and more; more often is noise."""
_RETRY_SECONDS: Final = 0.3
_KNOWN_TYPES: Final = "Known types: ping, typing with a conversation_id, and visible with true or false."
log = structlog.get_logger(__name__)


class CloseCode(IntEnum):
    """Why the server closes a socket; the 44xx mirror HTTP's statuses."""

    GOING_AWAY = 1001
    TRY_AGAIN = 1013
    UNAUTHENTICATED = 4401
    TOO_SLOW = 4408
    CURSOR_EXPIRED = 4410


class Times(msgspec.Struct, frozen=True):
    """How often things happen on a socket, in seconds."""

    auth: float = 5.0
    heartbeat: float = 15.0
    reauthenticate: float = 5.0
    close: float = 2.0


class Incoming(msgspec.Struct):
    """A client's frame."""

    type: str
    token: str | None = None
    cursor: str | None = None
    conversation_id: str | None = None
    visible: bool | None = None


class EventServices(msgspec.Struct, frozen=True):
    """What a socket works with."""

    hub: EventHub
    reader: EventReader
    authenticate: Authenticate
    on_typing: OnTyping | None = None
    on_alive: OnAlive | None = None
    on_visible: OnVisible | None = None
    times: Times = Times()
    finish: Finish = as_it_is


_decoder = msgspec.json.Decoder(Incoming)


def decode_frame(data: Any) -> Incoming | None:
    """Read a client's frame; None if it is not one."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, TypeError):
        return None


class EventSocket:
    """Serves one authenticated client until either side ends it."""

    def __init__(self, socket: web.WebSocketResponse, services: EventServices, *, token: str, caller: Caller) -> None:
        self._socket = socket
        self._services = services
        self._token = token
        self._caller = caller
        self._position = Cursor("", "", 0)
        self._buffer: list[bytes] = []
        self._buffer_bytes = 0
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._typed: tuple[str, float] = ("", 0.0)
        self._doubted = asyncio.Event()
        self._id = new_id()
        self._is_visible = False

    async def serve(self, cursor: str | None) -> tuple[int, str]:
        """Say hello, then follow until the end.

        Returns:
            Close code and reason.
        """
        reader, workspace_id = self._services.reader, self._caller.workspace_id
        try:
            if cursor:
                self._position = Cursor.decode(cursor, workspace_id)
                await reader.read(workspace_id, self._position, 1)
            else:
                self._position = await reader.current(workspace_id)
        except ProblemError as problem:
            return closing(problem)
        self._say({"type": "hello", "cursor": self._position.encode(workspace_id)})
        return await self._until_ended()

    def deliver(self, batch: Batch) -> None:
        """Take the next live document."""
        if batch.before.count > self._position.count:
            log.error("events.gap")
            self._end(CloseCode.TRY_AGAIN, "resume with the last cursor")
        elif batch.after.count > self._position.count:
            self._push(visible_frames(batch.frames, self._caller, self._position.count))
            self._position = batch.after

    def expire(self) -> None:
        """End because events were lost."""
        self._end(CloseCode.CURSOR_EXPIRED, "cursor_expired")

    def is_of(self, workspace_id: str, person_id: str) -> bool:
        """Tell whether a person, or a program of theirs, is at the other end."""
        return (self._caller.workspace_id, self._caller.person_id) == (workspace_id, person_id)

    def look_again(self) -> None:
        """Check now, not only with the next check, whether the token is still good."""
        self._doubted.set()

    def hear(self, placement: Placement, data: bytes) -> None:
        """Pass on a hint about a conversation that the caller sees."""
        if may_see(self._caller, placement):
            self._push([data])

    async def _until_ended(self) -> tuple[int, str]:
        loops = (self._receive(), self._catch_up(), self._send(), self._watch())
        tasks = [asyncio.ensure_future(self._guarded(loop)) for loop in loops]
        try:
            return await self._ended
        finally:
            self._services.hub.leave(self, self._caller.workspace_id)
            await end_tasks(tasks)
            if self._is_visible:
                await self._show(visible=False)

    async def _guarded(self, loop: Awaitable[None]) -> None:
        try:
            await loop
        except ConnectionError:
            self._end(CloseCode.GOING_AWAY, "the connection was lost")
        except ProblemError as problem:
            self._end(*closing(problem))
        except Exception:
            log.exception("events.socket_failed")
            self._end(1011, "the server failed")

    def _end(self, code: int, reason: str) -> None:
        if not self._ended.done():
            self._ended.set_result((code, reason))

    async def _catch_up(self) -> None:
        """Read history page by page, no faster than the client takes it, then join those who follow live."""
        workspace_id, joined = self._caller.workspace_id, False
        while not joined:
            try:
                events, position = await self._services.reader.read(workspace_id, self._position, PAGE_EVENTS)
                frames = [
                    frame_of(event, workspace_id, self._services.finish).data_for(self._caller)
                    for event in events
                    if event.visible(self._caller)
                ]
                self._push(frames, bounded=False)
                self._position = position
                if len(events) < PAGE_EVENTS:
                    joined = await self._services.hub.join(self, workspace_id, position)
            except ProblemError as problem:
                if problem.code != "unavailable":
                    raise
                await asyncio.sleep(_RETRY_SECONDS)
            if not joined:
                await self._room()

    async def _room(self) -> None:
        while self._buffer_bytes > CATCH_UP_BUFFER_BYTES:
            self._drained.clear()
            await self._drained.wait()

    async def _send(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            frames, self._buffer = self._buffer, []
            for frame in frames:
                await self._socket.send_frame(frame, WSMsgType.TEXT)
                self._buffer_bytes -= len(frame)
            self._drained.set()

    def _push(self, frames: list[bytes], *, bounded: bool = True) -> None:
        """Queue frames; end if the client is too far behind. History comes page by page and waits for it instead."""
        if not frames:
            return
        self._buffer += frames
        self._buffer_bytes += sum(map(len, frames))
        self._filled.set()
        if bounded and self._buffer_bytes > MAX_BUFFER_BYTES:
            self._end(CloseCode.TOO_SLOW, "too slow: resume with the last cursor")

    def _say(self, frame: object) -> None:
        self._push([msgspec.json.encode(frame)])

    async def _watch(self) -> None:
        """Prove that both sides live, and that the client may still be here."""
        times, next_beat = self._services.times, time.monotonic() + self._services.times.heartbeat
        next_check = time.monotonic()
        while True:
            now = time.monotonic()
            if now >= next_check or self._doubted.is_set():
                self._doubted.clear()
                next_check = now + times.reauthenticate
                await self._reauthenticate()
            if now >= next_beat:
                next_beat = now + times.heartbeat
                self._say({"type": "heartbeat", "cursor": self._position.encode(self._caller.workspace_id)})
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, min(next_check, next_beat) - time.monotonic())):
                    await self._doubted.wait()

    async def _reauthenticate(self) -> None:
        """Take up changed rights; end if there are none any more. A database that is away changes nothing."""
        try:
            caller = await self._services.authenticate(self._token)
            if (caller.workspace_id, caller.id) != (self._caller.workspace_id, self._caller.id):
                raise ProblemError("unauthenticated", "The token belongs to another caller now.")
            self._caller = caller
            if self._services.on_alive is not None:
                await self._services.on_alive(caller)
        except ProblemError as problem:
            if problem.code in _SHUT_OUT:
                raise
        except Exception as error:
            log.warning("events.reauthentication_failed", error=type(error).__name__)

    async def _receive(self) -> None:
        async for message in self._socket:
            frame = decode_frame(message.data) if message.type is WSMsgType.TEXT else None
            if frame is None:
                self._refuse("malformed", "A frame is a JSON object with a type.")
            elif frame.type == "ping":
                self._say({"type": "pong"})
            elif frame.type == "typing" and frame.conversation_id:
                await self._type(frame.conversation_id)
            elif frame.type == "visible" and frame.visible is not None:
                await self._show(visible=frame.visible)
            else:
                self._refuse("invalid_request", _KNOWN_TYPES)
        self._end(self._socket.close_code or CloseCode.GOING_AWAY, "")

    async def _show(self, *, visible: bool) -> None:
        self._is_visible = visible
        if self._services.on_visible is not None:
            await self._services.on_visible(self._caller, self._id, visible)

    async def _type(self, conversation_id: str) -> None:
        now = time.monotonic()
        if self._typed[0] == conversation_id and now - self._typed[1] < TYPING_SECONDS:
            return
        self._typed = (conversation_id, now)
        if self._services.on_typing is not None:
            try:
                await self._services.on_typing(self._caller, conversation_id)
            except ProblemError as problem:
                self._refuse(problem.code, problem.detail)

    def _refuse(self, code: str, detail: str) -> None:
        self._say({"type": "error", "code": code, "detail": detail})


async def close_socket(request: web.Request, socket: web.WebSocketResponse, code: int, reason: str) -> None:
    """Close with a reason; cut the line of a client that does not take it."""
    try:
        async with asyncio.timeout(Times().close):
            await socket.close(code=code, message=reason.encode())
    except (TimeoutError, ConnectionError):
        with suppress(Exception):
            if request.transport is not None:
                request.transport.abort()


def closing(problem: ProblemError) -> tuple[int, str]:
    """Return the code and the reason with which a problem closes a socket."""
    if problem.code in _SHUT_OUT:
        return CloseCode.UNAUTHENTICATED, problem.code
    return CloseCode.CURSOR_EXPIRED if problem.code == "cursor_expired" else CloseCode.TRY_AGAIN, problem.code


_SHUT_OUT: Final = frozenset({"unauthenticated", "forbidden", "second_factor_required"})
"""Problems of a token that another attempt with it does not mend."""
