"""The thread as one visitor's page has it: read at the start, told by events, read again where some may be missing."""

from __future__ import annotations

import msgspec

from channels.webchat import limits
from channels.webchat.frames import Hello
from channels.webchat.identity import Visitor
from channels.webchat.looks import show_widget
from channels.webchat.seen import Seen
from channels.webchat.shown import ShownConversation, ShownMessage
from gateway.webchat.outgoing_frames import OutgoingFrames
from gateway.webchat.read_marks import Marks
from gateway.webchat.thread import Thread
from gateway.webchat.visitor_hub import VisitorKey
from gateway.webchat.visitor_services import VisitorServices
from inbox.channel.channel_directory import ChannelRecord
from inbox.people.access import Placement


class PageThread:
    """Gives a page each message once, in spite of events that come while the thread is being read.

    Attributes:
        conversation: The newest one; None for a visitor who never wrote.
        placement: Where it is.
        conversation_ids: The newest conversations, the newest first.
    """

    __slots__ = (
        "_begun",
        "_buffered",
        "_busy",
        "_channel",
        "_outgoing",
        "_seen",
        "_services",
        "_shown",
        "_stale",
        "_visitor",
        "_who",
        "conversation",
        "conversation_ids",
        "placement",
    )

    def __init__(
        self, services: VisitorServices, channel: ChannelRecord, visitor: Visitor, outgoing: OutgoingFrames
    ) -> None:
        self._services = services
        self._outgoing = outgoing
        self._channel, self._visitor = channel, visitor
        self._who = (channel.workspace_id, channel.id, visitor.id)
        self._seen = Seen()
        self._busy = True
        self._stale = False
        self._begun = False
        self._buffered: list[tuple[ShownMessage, bytes]] = []
        self._shown: bytes = b""
        self.conversation: ShownConversation | None = None
        self.placement = Placement()
        self.conversation_ids: tuple[str, ...] = ()

    @property
    def key(self) -> VisitorKey:
        """Whose thread it is, as the hub has it."""
        _, channel_id, visitor_id = self._who
        return channel_id, visitor_id

    @property
    def open_conversation(self) -> ShownConversation | None:
        """The conversation that a message would go to; None where it would begin one."""
        conversation = self.conversation
        return None if conversation is None or conversation.state == "closed" else conversation

    @property
    def is_begun(self) -> bool:
        """Whether a conversation is open, or one was begun of which no event has told yet."""
        return self._begun or self.open_conversation is not None

    @property
    def is_first(self) -> bool:
        """Whether the visitor has never written, as far as the page's socket knows."""
        return self.conversation is None and not self._begun

    def begin(self) -> None:
        """Note that the page's message was stored."""
        self._begun = True

    def take_message(self, message: ShownMessage, data: bytes) -> None:
        """Show a message; hold it back while the thread is being read."""
        if self._busy:
            self._buffered.append((message, data))
        else:
            self._show(message, data)

    def take_conversation(self, conversation: ShownConversation, placement: Placement) -> None:
        """Show where the conversation is, if that is news."""
        self._own((conversation.id,))
        self.conversation, self.placement = conversation, placement
        self._begun = False  # what is shown tells from now on
        data = msgspec.json.encode(conversation)
        if data != self._shown:
            self._shown = data
            self._outgoing.push(data)
            self._services.lookout.hurry()

    async def welcome(self, hello: Hello, token: str | None, name: str | None, marks: Marks) -> bool:
        """Send what the page lacks; tell whether it goes on with what it has. `catch_up` has to follow."""
        thread, reset = await self._first(hello)
        self._note(thread)
        have = frozenset() if reset else frozenset(hello.have)
        news = [one for one in thread.messages if self._seen.is_new(one.id, one.seq) and one.id not in have]
        changed = [one.as_update() for one in thread.messages if one.id in have and one.has_changed]
        if not reset and hello.after:
            self._seen.newest = max(self._seen.newest, hello.after)
        marks.given_from(min([one.seq for one in thread.messages[:1]] + [self._seen.newest]))
        services, who = self._services, self._visitor
        asks = thread.conversation is None
        form = await services.forms.shown(self._channel, who, hello.language) if asks else ()
        usual = await services.answer_times.usual(self._channel)
        frame = {
            "type": "welcome",
            "token": token,
            "name": name,
            "reset": reset,
            "messages": news,
            "changed": [*thread.changed, *changed],
            "more": thread.more,
            "conversation": thread.conversation,
            "widget": show_widget(self._channel.widget, hello.language, usual_answer_seconds=usual),
            "form": form,
            "limits": {"text_chars": limits.MAX_TEXT_CHARS, "upload_bytes": limits.MAX_UPLOAD_BYTES},
        }
        self._outgoing.say(frame)
        return not reset

    async def read_anew(self) -> None:
        """Read again what events may not have told."""
        if self._busy:
            self._stale = True
            return
        self._busy = True
        await self.catch_up()

    async def catch_up(self, *, read: bool = True) -> None:
        """Read until no event can have been missed, then pass on what came meanwhile."""
        try:
            while read or self._stale:
                self._stale = read = False
                await self._read_on()
        finally:
            self._busy = False
            buffered, self._buffered = self._buffered, []
            for message, data in buffered:
                self._show(message, data)

    async def before(self, seq: int) -> Thread:
        """Read further back."""
        return await self._services.threads.before(*self._who, seq)

    async def _first(self, hello: Hello) -> tuple[Thread, bool]:
        """Read what the page lacks; the end of the thread where it has nothing, or lacks too much."""
        if hello.after is not None:
            thread = await self._services.threads.after(*self._who, hello.after)
            if not thread.more:
                return thread, False
        return await self._services.threads.newest(*self._who), True

    async def _read_on(self) -> None:
        thread = await self._services.threads.after(*self._who, self._seen.newest)
        self._own(thread.conversation_ids)
        for one in (*thread.changed, *thread.messages):
            self._show(one, msgspec.json.encode(one))
            if one.has_changed and one.type == "message":
                self._outgoing.say(one.as_update())
        if thread.conversation is not None:
            self.take_conversation(thread.conversation, thread.placement)

    def _show(self, message: ShownMessage, data: bytes) -> None:
        if message.type == "update" or self._seen.is_new(message.id, message.seq):
            self._outgoing.push(data)

    def _note(self, thread: Thread) -> None:
        self._own(thread.conversation_ids)
        if thread.conversation is not None:
            self.conversation, self.placement = thread.conversation, thread.placement
            self._shown = msgspec.json.encode(thread.conversation)

    def _own(self, conversation_ids: tuple[str, ...]) -> None:
        self.conversation_ids = tuple(dict.fromkeys((*conversation_ids, *self.conversation_ids)))
        self._services.hub.own(conversation_ids, self.key)
