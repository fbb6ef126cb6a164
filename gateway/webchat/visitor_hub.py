"""All visitors' sockets of this process: who is there, and what of a workspace's events is for whom."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Final, Protocol

import msgspec
import structlog

from channels.webchat.shown import ShownConversation, ShownMessage, is_shown
from gateway.events.event_feed import Frame
from gateway.events.event_hub import EventHub
from gateway.events.signals import Side, Signal
from gateway.webchat.follower import WorkspaceFollower
from gateway.webchat.thread import ThreadFacts, ThreadReader
from inbox.model.authors import Direction
from inbox.model.statuses import MessageStatus
from inbox.people.access import Placement
from inbox.stream.event_stream import EventReader
from inbox.stream.events import EventType
from inbox.views.message_views import MessageView

READ_AT_ONCE: Final = 20
log = structlog.get_logger(__name__)

VisitorKey = tuple[str, str]
"""Channel id and visitor id."""


class Socket(Protocol):
    """A visitor's socket, as the hub sees it."""

    key: VisitorKey
    workspace_id: str

    def take_message(self, message: ShownMessage, data: bytes) -> None:
        """Show a message that is new or has changed. Must not block or raise."""

    def take_conversation(self, conversation: ShownConversation, placement: Placement) -> None:
        """Show where a conversation is. Must not block or raise."""

    def take_seen(self, seq: int) -> None:
        """Show that the visitor has seen a message, perhaps in another tab. Must not block or raise."""

    def take_typing(self) -> None:
        """Show that an operator types. Must not block or raise."""

    async def read_anew(self) -> None:
        """Read the thread from the database, since events may be missing."""


class _Head(msgspec.Struct):
    type: str


class _MessageEvent(msgspec.Struct):
    data: MessageView


class _Id(msgspec.Struct, frozen=True):
    id: str = ""
    external_id: str = ""


class _Conversation(ThreadFacts, frozen=True):
    id: str = ""
    channel: _Id = _Id()
    identity: _Id = _Id()


class _ConversationEvent(msgspec.Struct):
    data: _Conversation


_head = msgspec.json.Decoder(_Head)
_message = msgspec.json.Decoder(_MessageEvent)
_conversation = msgspec.json.Decoder(_ConversationEvent)
_ABOUT_QUEUES: Final = frozenset({EventType.QUEUE_UPDATED.value, EventType.OPERATOR_STATUS.value})
_NEW: Final = EventType.MESSAGE_CREATED.value
_CHANGED: Final = EventType.MESSAGE_UPDATED.value


class VisitorHub:
    """Knows the sockets and passes on what is theirs.

    Args:
        on_queue: Hears that places in queues, or who is there, may have changed.
    """

    def __init__(self, hub: EventHub, reader: EventReader, threads: ThreadReader, on_queue: Callable[[], None]) -> None:
        self._hub = hub
        self._reader = reader
        self._threads = threads
        self._on_queue = on_queue
        self._visitors: dict[VisitorKey, set[Socket]] = defaultdict(set)
        self._conversations: dict[str, VisitorKey] = {}
        self._workspaces: dict[str, set[Socket]] = defaultdict(set)
        self._followers: dict[str, WorkspaceFollower] = {}

    def __len__(self) -> int:
        return sum(map(len, self._workspaces.values()))

    def count(self, key: VisitorKey) -> int:
        """Say how many sockets a visitor has."""
        return len(self._visitors[key]) if key in self._visitors else 0

    def enter(self, socket: Socket) -> None:
        """Take up a socket; from now on events of its conversations reach it."""
        workspace_id = socket.workspace_id
        self._visitors[socket.key].add(socket)
        self._workspaces[workspace_id].add(socket)
        if workspace_id not in self._followers:
            self._followers[workspace_id] = WorkspaceFollower(
                self._hub, self._reader, workspace_id, self._pass_on, lambda: self._read_anew(workspace_id)
            )

    def own(self, conversation_ids: tuple[str, ...], key: VisitorKey) -> None:
        """Learn which conversations are a visitor's."""
        if key in self._visitors:
            self._conversations |= dict.fromkeys(conversation_ids, key)

    async def leave(self, socket: Socket, conversation_ids: tuple[str, ...]) -> None:
        """Let a socket go; with the last one of a workspace its events are followed no longer."""
        sockets = self._visitors[socket.key]
        sockets.discard(socket)
        if not sockets:
            del self._visitors[socket.key]
            for conversation_id in conversation_ids:
                self._conversations.pop(conversation_id, None)
        others = self._workspaces[socket.workspace_id]
        others.discard(socket)
        if not others:
            del self._workspaces[socket.workspace_id]
            await self._followers.pop(socket.workspace_id).close()

    def sockets_of(self, conversation_id: str | None) -> tuple[Socket, ...]:
        """Return the sockets of the visitor to whom a conversation belongs."""
        key = self._conversations.get(conversation_id or "")
        return tuple(self._visitors.get(key, ())) if key else ()

    def hear(self, signal: Signal) -> None:
        """Pass a hint on to whom it concerns."""
        if signal.side is Side.OPERATOR:
            for socket in self.sockets_of(signal.conversation_id):
                socket.take_typing()
        else:
            type_ = "typing" if signal.side is Side.VISITOR else "looking"
            data = msgspec.json.encode({"type": type_, "conversation_id": signal.conversation_id, **signal.data})
            self._hub.hint(signal.workspace_id, signal.placement, data)

    async def close(self) -> None:
        """Follow nothing any more."""
        await asyncio.gather(*(follower.close() for follower in self._followers.values()))
        self._followers.clear()

    async def _read_anew(self, workspace_id: str) -> None:
        sockets = list(self._workspaces[workspace_id])
        for start in range(0, len(sockets), READ_AT_ONCE):
            await asyncio.gather(*(socket.read_anew() for socket in sockets[start : start + READ_AT_ONCE]))

    async def _pass_on(self, frame: Frame) -> None:
        """Hand an event to the sockets that it concerns; most events concern none."""
        conversation_id = frame.event.audience.conversation_id
        type_ = _head.decode(frame.event.body).type
        if type_ in _ABOUT_QUEUES:
            self._on_queue()
        if conversation_id is None:
            return
        known = conversation_id in self._conversations
        if type_ in {_NEW, _CHANGED}:
            if known:
                await self._pass_message(conversation_id, frame, is_new=type_ == _NEW)
        elif type_.startswith("conversation.") and (known or type_ == EventType.CONVERSATION_CREATED.value):
            await self._pass_conversation(frame)

    async def _pass_message(self, conversation_id: str, frame: Frame, *, is_new: bool) -> None:
        view = _message.decode(frame.event.body).data
        if not is_new and view.direction is Direction.OUT and not (view.edited_at or view.deleted_at):
            if view.status is MessageStatus.READ:
                for socket in self.sockets_of(conversation_id):
                    socket.take_seen(view.seq)
            return
        if not is_shown(view):
            return
        workspace_id = self._workspace_of(conversation_id)
        if workspace_id is None:
            return
        shown = await self._threads.show(view, workspace_id, type_="message" if is_new else "update")
        data = msgspec.json.encode(shown)
        for socket in self.sockets_of(conversation_id):
            socket.take_message(shown, data)

    async def _pass_conversation(self, frame: Frame) -> None:
        facts = _conversation.decode(frame.event.body).data
        key = (facts.channel.id, facts.identity.external_id)
        if key not in self._visitors:
            return
        self.own((facts.id,), key)
        workspace_id = self._workspace_of(facts.id)
        if workspace_id is None:
            return
        shown = await self._threads.show_conversation(workspace_id, facts.id, facts)
        for socket in self.sockets_of(facts.id):
            socket.take_conversation(shown, Placement(facts.queue_id, facts.operator_id))

    def _workspace_of(self, conversation_id: str) -> str | None:
        return next((socket.workspace_id for socket in self.sockets_of(conversation_id)), None)
