"""Following live: what one process knows of the end of one workspace's stream, and who listens to it."""

from __future__ import annotations

from collections import deque
from typing import Final, Protocol

import msgspec

from inbox.files.media_links import Finish, as_it_is
from inbox.people.access import Caller, Placement
from inbox.stream.event_stream import Cursor, PlacedDocument, StreamEvent, events_of, stream_key
from inbox.views.masking import masked_json

RECENT_DOCUMENTS: Final = 64
"""Kept for sockets that join: between its last page of history and the join a few documents may pass."""


class Frame:
    """An event as it goes out, made once for all sockets, and once for all of masked callers."""

    __slots__ = ("_masked", "data", "event")

    def __init__(self, event: StreamEvent, data: bytes) -> None:
        self.event = event
        self.data = data
        self._masked: bytes | None = None

    def data_for(self, caller: Caller) -> bytes:
        """Return the frame as a caller may read it."""
        if not caller.is_masked:
            return self.data
        if self._masked is None:
            self._masked = masked_json(self.data)
        return self._masked


class Batch(msgspec.Struct, frozen=True):
    """One document's frames.

    Attributes:
        before: The cursor that it follows.
        after: The cursor after it.
    """

    before: Cursor
    after: Cursor
    frames: tuple[Frame, ...]


class Subscriber(Protocol):
    """A socket, as the feed sees it."""

    def deliver(self, batch: Batch) -> None:
        """Take the next document, or pass over it if it was read from history. Must not block or raise."""

    def expire(self) -> None:
        """Learn that events were lost."""

    def hear(self, placement: Placement, data: bytes) -> None:
        """Take a hint about a conversation that is placed so. Must not block or raise."""


def frame_of(event: StreamEvent, workspace_id: str, finish: Finish) -> Frame:
    """Put the cursor in front of an event's own members."""
    cursor = event.cursor.encode(workspace_id).encode()
    return Frame(event, finish(b'{"cursor":"' + cursor + b'",' + bytes(event.body)[1:]))


def visible_frames(frames: tuple[Frame, ...], caller: Caller, above: int) -> list[bytes]:
    """Choose what a caller learns, of the events whose count is above `above`."""
    if caller.sees_all and frames[0].event.cursor.count > above:
        return [frame.data_for(caller) for frame in frames]
    return [f.data_for(caller) for f in frames if f.event.cursor.count > above and f.event.visible(caller)]


class Feed:
    """The live end of a workspace's stream.

    Attributes:
        position: After the last document that this process read.
    """

    def __init__(self, workspace_id: str, position: Cursor, finish: Finish = as_it_is) -> None:
        self.workspace_id = workspace_id
        self._finish = finish
        self.position = position
        self.key = stream_key(position.epoch, workspace_id).encode()
        self._recent: deque[Batch] = deque(maxlen=RECENT_DOCUMENTS)
        self._subscribers: set[Subscriber] = set()

    def __bool__(self) -> bool:
        return bool(self._subscribers)

    def add(self, subscriber: Subscriber, cursor: Cursor) -> bool:
        """Let a socket that has read up to `cursor` join, without gap or double.

        Returns:
            False if the feed is too far ahead: read more history first.
        """
        missed = [batch for batch in self._recent if batch.after.count > cursor.count]
        first = missed[0].before.count if missed else self.position.count
        if first > cursor.count:
            return False
        self._subscribers.add(subscriber)
        for batch in missed:
            subscriber.deliver(batch)
        return True

    def remove(self, subscriber: Subscriber) -> None:
        """Let a socket go."""
        self._subscribers.discard(subscriber)

    def take(self, document: PlacedDocument) -> None:
        """Pass the next document to all.

        Raises:
            ProblemError: `cursor_expired` if documents between are gone.
        """
        before = self.position
        frames = tuple(frame_of(event, self.workspace_id, self._finish) for event in events_of(document, before))
        self.position = frames[-1].event.cursor
        batch = Batch(before, self.position, frames)
        self._recent.append(batch)
        for subscriber in tuple(self._subscribers):
            subscriber.deliver(batch)

    def hint(self, placement: Placement, data: bytes) -> None:
        """Pass on what is no event: it has no place in the stream and is not kept."""
        for subscriber in tuple(self._subscribers):
            subscriber.hear(placement, data)

    def expire(self) -> None:
        """Tell all that events were lost."""
        for subscriber in tuple(self._subscribers):
            subscriber.expire()
        self._subscribers.clear()
