"""One visitor's socket: hello, frames in, and what the hub and the lookout tell. One task while it is silent."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import Final

import structlog
from aiohttp import WSMsgType, web

from channels.webchat import limits
from channels.webchat.frames import (
    Ack,
    FrameRefusedError,
    Hello,
    History,
    Ping,
    Read,
    Typing,
    VisitorFrame,
    Write,
    decode_frame,
)
from channels.webchat.identity import Visitor
from channels.webchat.rates import Bucket
from channels.webchat.shown import ShownConversation, ShownMessage
from gateway.events.signals import Side, Signal
from gateway.webchat.lookout import Availability, VisitorPlace
from gateway.webchat.outgoing_frames import OutgoingFrames
from gateway.webchat.page_thread import PageThread
from gateway.webchat.read_marks import Marks
from gateway.webchat.visitor_hub import VisitorKey
from gateway.webchat.visitor_services import GoodbyeError, VisitorServices
from gateway.webchat.writing import Since
from inbox.channel.channel_directory import ChannelRecord
from inbox.people.access import Placement

_PONG: Final = b'{"type":"pong"}'
_TYPING: Final = b'{"type":"typing"}'
log = structlog.get_logger(__name__)


class VisitorSocket:
    """Serves one visitor's page until either side ends it."""

    __slots__ = (
        "_address",
        "_availability",
        "_frames",
        "_marks",
        "_outgoing",
        "_place",
        "_services",
        "_socket",
        "_thread",
        "_typed_at",
        "channel_id",
        "key",
        "visitor",
        "workspace_id",
    )

    def __init__(
        self,
        socket: web.WebSocketResponse,
        services: VisitorServices,
        channel: ChannelRecord,
        visitor: Visitor,
        address: str,
    ) -> None:
        self._socket = socket
        self._services = services
        self._address = address
        self._marks = Marks(services.receipts, channel.ref, visitor.id)
        self._frames = Bucket(limits.FRAME_RATE, time.monotonic())
        self._outgoing = OutgoingFrames(socket)
        self._thread = PageThread(services, channel, visitor, self._outgoing)
        self._typed_at = float("-inf")
        self._place = VisitorPlace()
        self._availability: Availability | None = None
        self.visitor = visitor
        self.channel_id = channel.id
        self.workspace_id = channel.workspace_id
        self.key: VisitorKey = self._thread.key

    async def serve(self, hello: Hello, token: str | None) -> None:
        """Welcome the visitor, then follow until the end. Raises `GoodbyeError`."""
        self._services.hub.enter(self)
        try:
            await self._welcome(hello, token)
            self._services.lookout.enter(self)
            await self._receive()
        finally:
            self._outgoing.end()
            self._services.lookout.leave(self)
            await self._services.hub.leave(self, self._thread.conversation_ids)

    async def _welcome(self, hello: Hello, token: str | None) -> None:
        goes_on = await self._thread.welcome(hello, token, self.visitor.name, self._marks)
        if hello.after and goes_on:
            await self._note_mark(self._marks.delivered(hello.after, self._thread.conversation_ids))
        await self._thread.catch_up(read=False)

    # What the hub tells

    def take_message(self, message: ShownMessage, data: bytes) -> None:
        """Show a message that is new or has changed."""
        self._thread.take_message(message, data)

    def take_conversation(self, conversation: ShownConversation, placement: Placement) -> None:
        """Show where the conversation is, if that is news."""
        self._thread.take_conversation(conversation, placement)

    def take_seen(self, seq: int) -> None:
        """Show that the visitor has seen a message, perhaps in another tab."""
        if self._marks.seen_elsewhere(seq):
            self._outgoing.say({"type": "seen", "seq": seq})

    def take_typing(self) -> None:
        """Show that an operator types."""
        self._outgoing.push(_TYPING)

    async def read_anew(self) -> None:
        """Read again what events may not have told."""
        await self._thread.read_anew()

    # What the lookout tells

    @property
    def waits_in(self) -> tuple[str, str] | None:
        """Queue and conversation, while it waits."""
        queue_id, conversation = self._thread.placement.queue_id, self._thread.conversation
        if queue_id is None or conversation is None or conversation.state != "waiting":
            return None
        return queue_id, conversation.id

    def take_place(self, place: VisitorPlace) -> None:
        """Show the place in the queue, if that is news."""
        if place != self._place:
            self._place = place
            self._outgoing.say(place)

    def take_availability(self, availability: Availability) -> None:
        """Show whether somebody is there, if that is news."""
        if availability != self._availability:
            self._availability = availability
            self._outgoing.say(availability)

    # What the visitor's page says

    async def _receive(self) -> None:
        async for message in self._socket:
            if self._frames.take(time.monotonic()):
                raise GoodbyeError(4429, "too many frames")
            if message.type is not WSMsgType.TEXT:
                raise GoodbyeError(4400, "frames are JSON texts")
            try:
                frame = decode_frame(message.data)
            except FrameRefusedError as refused:
                self._refuse(refused.id, "malformed", refused.detail)
            else:
                await self._handle(frame, message.data)

    async def _handle(self, frame: VisitorFrame, raw: str) -> None:
        match frame:
            case Write():
                await self._write(frame, raw.encode())
            case Ack(seq=seq):
                await self._note_mark(self._marks.delivered(seq, self._thread.conversation_ids))
            case Read(seq=seq):
                await self._note_mark(self._marks.read(seq, self._thread.conversation_ids))
            case History(before=seq):
                await self._look_back(seq)
            case Ping():
                self._outgoing.push(_PONG)
                await self._note_mark(self._marks.again(self._thread.conversation_ids))
            case Typing():
                self._type()
            case Hello():
                raise GoodbyeError(4400, "hello is said once")

    async def _note_mark(self, noting: Awaitable[None]) -> None:
        """Note how far the page has the thread; a mark that has to wait is no reason to end the line."""
        try:
            await noting
        except Exception as error:
            log.warning("webchat.mark_waits", error=type(error).__name__)

    async def _write(self, frame: Write, raw: bytes) -> None:
        """Store a message; only then say that it is accepted."""
        away = self._availability is not None and not self._availability.open
        since = Since(begins=not self._thread.is_begun, is_first=self._thread.is_first, away=away)
        outcome = await self._services.writing.write(
            self.channel_id, self.visitor, frame, raw, address=self._address, since=since
        )
        if outcome["type"] == "accepted":
            self._thread.begin()
        self._outgoing.say(outcome)

    def _type(self) -> None:
        """Let those who see the conversation know that the visitor types."""
        now, conversation = time.monotonic(), self._thread.open_conversation
        if conversation is None or now - self._typed_at < limits.TYPING_SECONDS:
            return
        self._typed_at = now
        self._services.signals.send(
            Signal(
                side=Side.VISITOR,
                workspace_id=self.workspace_id,
                conversation_id=conversation.id,
                placement=self._thread.placement,
            )
        )

    async def _look_back(self, seq: int) -> None:
        thread = await self._thread.before(seq)
        self._outgoing.say({"type": "history", "messages": thread.messages, "more": thread.more})

    def _refuse(self, id_: str | None, code: str, detail: str) -> None:
        self._outgoing.say({"type": "refused" if id_ else "error", "id": id_, "code": code, "detail": detail})
