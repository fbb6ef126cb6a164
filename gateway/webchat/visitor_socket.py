"""One visitor's socket: hello, the thread, frames in and out. One task while it is silent."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

import msgspec
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
from channels.webchat.seen import Seen
from channels.webchat.shown import ShownConversation, ShownMessage
from gateway.events.signals import Side, Signal, Signals
from gateway.webchat.lookout import Availability, Lookout, Place
from gateway.webchat.outgoing_frames import OutgoingFrames
from gateway.webchat.read_marks import Marks
from gateway.webchat.receipts import Receipts
from gateway.webchat.thread import Thread, ThreadReader
from gateway.webchat.visitor_hub import VisitorHub, VisitorKey
from gateway.webchat.writing import Writing
from inbox.channel.channel_directory import ChannelRecord
from inbox.people.access import Placement

_PONG: Final = b'{"type":"pong"}'
_TYPING: Final = b'{"type":"typing"}'
log = structlog.get_logger(__name__)


class GoodbyeError(Exception):
    """The server ends the connection.

    Attributes:
        code: 4400 not the protocol, 4401 identity refused, 4404 no such chat any more, 4408 too slow,
            4429 too much; 1013 try again soon.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Services:
    """What visitors' sockets work with."""

    hub: VisitorHub
    threads: ThreadReader
    writing: Writing
    receipts: Receipts
    signals: Signals
    lookout: Lookout


class VisitorSocket:
    """Serves one visitor's page until either side ends it."""

    __slots__ = (
        "_availability",
        "_began",
        "_buffered",
        "_busy",
        "_conversation",
        "_conversation_ids",
        "_frames",
        "_marks",
        "_outgoing",
        "_place",
        "_placement",
        "_seen",
        "_services",
        "_socket",
        "_stale",
        "_state",
        "_typed_at",
        "address",
        "channel",
        "key",
        "visitor",
        "workspace_id",
    )

    def __init__(
        self,
        socket: web.WebSocketResponse,
        services: Services,
        channel: ChannelRecord,
        visitor: Visitor,
        address: str,
    ) -> None:
        self._socket = socket
        self._services = services
        self.channel = channel
        self.visitor = visitor
        self.address = address
        self.key: VisitorKey = (channel.id, visitor.id)
        self.workspace_id = channel.workspace_id
        self._seen = Seen()
        self._conversation_ids: tuple[str, ...] = ()
        self._marks = Marks(services.receipts, channel.ref, visitor.id)
        self._frames = Bucket(limits.FRAME_RATE, time.monotonic())
        self._outgoing = OutgoingFrames(socket)
        self._busy = True
        self._stale = False
        self._buffered: list[tuple[ShownMessage, bytes]] = []
        self._state: bytes = b""
        self._conversation: ShownConversation | None = None
        self._placement = Placement()
        self._typed_at = float("-inf")
        self._began = False
        self._place = Place()
        self._availability: Availability | None = None

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
            await self._services.hub.leave(self, self._conversation_ids)

    # What the hub tells

    def take_message(self, message: ShownMessage, data: bytes) -> None:
        """Show a message; hold it back while the thread is being read."""
        if self._busy:
            self._buffered.append((message, data))
        elif message.type == "update" or self._seen.is_new(message.id, message.seq):
            self._outgoing.push(data)

    def take_conversation(self, conversation: ShownConversation, placement: Placement) -> None:
        """Show where the conversation is, if that is news."""
        self._own((conversation.id,))
        self._conversation, self._placement = conversation, placement
        self._began = False  # what is shown tells from now on
        data = msgspec.json.encode(conversation)
        if data != self._state:
            self._state = data
            self._outgoing.push(data)
            self._services.lookout.hurry()

    def take_seen(self, seq: int) -> None:
        """Show that the visitor has seen a message, perhaps in another tab."""
        if self._marks.seen_elsewhere(seq):
            self._outgoing.say({"type": "seen", "seq": seq})

    def take_typing(self) -> None:
        """Show that an operator types."""
        self._outgoing.push(_TYPING)

    # What the lookout tells

    @property
    def channel_id(self) -> str:
        """Whose visitor this is."""
        return self.channel.id

    @property
    def waits_in(self) -> tuple[str, str] | None:
        """Queue and conversation, while it waits."""
        queue_id, conversation = self._placement.queue_id, self._conversation
        if queue_id is None or conversation is None or conversation.state != "waiting":
            return None
        return queue_id, conversation.id

    def take_place(self, place: Place) -> None:
        """Show the place in the queue, if that is news."""
        if place != self._place:
            self._place = place
            self._outgoing.say(place)

    def take_availability(self, availability: Availability) -> None:
        """Show whether somebody is there, if that is news."""
        if availability != self._availability:
            self._availability = availability
            self._outgoing.say(availability)

    async def read_anew(self) -> None:
        """Return what events may not have told."""
        if self._busy:
            self._stale = True
            return
        self._busy = True
        await self._catch_up()

    # Reading the thread

    async def _welcome(self, hello: Hello, token: str | None) -> None:
        thread, reset = await self._first(hello)
        self._note(thread)
        have = frozenset() if reset else frozenset(hello.have)
        news = [one for one in thread.messages if self._seen.is_new(one.id, one.seq) and one.id not in have]
        changed = [one.as_update() for one in thread.messages if one.id in have and one.has_changed]
        if not reset and hello.after:
            self._seen.newest = max(self._seen.newest, hello.after)
        self._marks.given_from(min([one.seq for one in thread.messages[:1]] + [self._seen.newest]))
        frame = {
            "type": "welcome",
            "token": token,
            "name": self.visitor.name,
            "reset": reset,
            "messages": news,
            "changed": [*thread.changed, *changed],
            "more": thread.more,
            "conversation": thread.conversation,
            "limits": {"text_chars": limits.MAX_TEXT_CHARS, "upload_bytes": limits.MAX_UPLOAD_BYTES},
        }
        self._outgoing.say(frame)
        if hello.after and not reset:
            await self._note_mark(self._marks.delivered(hello.after, self._conversation_ids))
        await self._catch_up(read=False)

    async def _first(self, hello: Hello) -> tuple[Thread, bool]:
        """Read what the page lacks; the end of the thread where it has nothing, or lacks too much."""
        if hello.after is not None:
            thread = await self._services.threads.after(*self._who, hello.after)
            if not thread.more:
                return thread, False
        return await self._services.threads.newest(*self._who), True

    async def _catch_up(self, *, read: bool = True) -> None:
        """Read until no event can have been missed, then pass on what came meanwhile."""
        try:
            while read or self._stale:
                self._stale = read = False
                thread = await self._services.threads.after(*self._who, self._seen.newest)
                self._own(thread.conversation_ids)
                for one in (*thread.changed, *thread.messages):
                    self._show(one, msgspec.json.encode(one))
                    if one.has_changed and one.type == "message":
                        self._outgoing.say(one.as_update())
                if thread.conversation is not None:
                    self.take_conversation(thread.conversation, thread.placement)
        finally:
            self._busy = False
            buffered, self._buffered = self._buffered, []
            for message, data in buffered:
                self._show(message, data)

    def _show(self, message: ShownMessage, data: bytes) -> None:
        if message.type == "update" or self._seen.is_new(message.id, message.seq):
            self._outgoing.push(data)

    def _note(self, thread: Thread) -> None:
        self._own(thread.conversation_ids)
        if thread.conversation is not None:
            self._conversation, self._placement = thread.conversation, thread.placement
            self._state = msgspec.json.encode(thread.conversation)

    def _own(self, conversation_ids: tuple[str, ...]) -> None:
        self._conversation_ids = tuple(dict.fromkeys((*conversation_ids, *self._conversation_ids)))
        self._services.hub.own(conversation_ids, self.key)

    @property
    def _who(self) -> tuple[str, str, str]:
        return self.workspace_id, self.channel.id, self.visitor.id

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
                await self._note_mark(self._marks.delivered(seq, self._conversation_ids))
            case Read(seq=seq):
                await self._note_mark(self._marks.read(seq, self._conversation_ids))
            case History(before=seq):
                await self._look_back(seq)
            case Ping():
                self._outgoing.push(_PONG)
                await self._note_mark(self._marks.again(self._conversation_ids))
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
        open_here = self._conversation is not None and self._conversation.state != "closed"
        outcome = await self._services.writing.write(
            self.channel.id, self.visitor, frame, raw, address=self.address, begins=not open_here and not self._began
        )
        self._began = self._began or outcome["type"] == "accepted"
        self._outgoing.say(outcome)

    def _type(self) -> None:
        """Let those who see the conversation know that the visitor types."""
        now, conversation = time.monotonic(), self._conversation
        if conversation is None or conversation.state == "closed" or now - self._typed_at < limits.TYPING_SECONDS:
            return
        self._typed_at = now
        self._services.signals.send(
            Signal(
                side=Side.VISITOR,
                workspace_id=self.workspace_id,
                conversation_id=conversation.id,
                placement=self._placement,
            )
        )

    async def _look_back(self, seq: int) -> None:
        thread = await self._services.threads.before(*self._who, seq)
        self._outgoing.say({"type": "history", "messages": thread.messages, "more": thread.more})

    def _refuse(self, id_: str | None, code: str, detail: str) -> None:
        self._outgoing.say({"type": "refused" if id_ else "error", "id": id_, "code": code, "detail": detail})
