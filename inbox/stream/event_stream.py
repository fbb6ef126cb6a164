"""The event stream in Redis: its keys, its entries, its cursors, and how it is read.

A stream lives in an *epoch*, whose id is part of every key: after Redis was emptied or
restarted a new epoch begins, nothing is written under the old keys again, and cursors of the old
epoch are answered `cursor_expired`. Within an epoch the events of a workspace are counted
from 0, every entry carries the count before it, and a reader that meets another count than the one
it expects knows that something between was trimmed or lost. See docs/adr/0001-event-stream.md.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller, Placement, may_see
from inbox.stream.events import EventAudience, StoredEvent, decode_items

EPOCH_KEY: Final = "{events}:epoch"
"""A hash: `id` of the epoch, `run_id` of the Redis it began in, `fence` of the relay that writes.

All keys share one hash tag, so that a script may touch them together in a cluster too.
"""
PULSE: Final = "{events}:pulse"
"""The channel on which the relay says how far it has read: at once when it has moved, and each second."""
START: Final = "0-0"
"""The id before the first document of an epoch."""
REDIS_AWAY: Final = (RedisError, OSError, TimeoutError)
"""What a missing, loading or demoted Redis raises."""
_CHUNK: Final = 32
"""Documents per round trip; at most 500 events each."""


def stream_key(epoch: str, workspace_id: str) -> str:
    """Return a workspace's stream key. An entry is a document: `s` count before it, `p` placements, `d` items."""
    return f"{{events}}:{epoch}:stream:{workspace_id}"


def stream_workspaces_key(epoch: str) -> str:
    """Return the key of the set of workspaces that have a stream."""
    return f"{{events}}:{epoch}:workspaces"


def meta_key(epoch: str, workspace_id: str) -> str:
    """Return the key of the hash that holds `n`, the events so far, and `id`, the newest document's."""
    return f"{{events}}:{epoch}:meta:{workspace_id}"


Placed = dict[str, tuple[Placement, ...]]
"""Where conversations were at a document of events: more than one place if they moved in its transaction.

Of contacts: where all of their conversations were."""


class Cursor(msgspec.Struct, frozen=True):
    """A position in a workspace's stream.

    Attributes:
        document: Redis id of the last document that was read as a whole.
        count: How many events of the epoch were read: more than there were up to
            `document` where the next document was read in part.
    """

    epoch: str
    document: str
    count: int

    def encode(self, workspace_id: str) -> str:
        """Return the opaque string; it is valid in this workspace only."""
        return f"{self.epoch}.{_mark(workspace_id)}.{self.document}.{self.count}"

    @staticmethod
    def decode(text: str, workspace_id: str) -> Cursor:
        """Read a client's string.

        Raises:
            ProblemError: `cursor_expired` if it is not one of this workspace: also one that an older
                version made, for the client's remedy is the same.
        """
        try:
            epoch, mark, document, count = text.split(".")
            time, _, index = document.partition("-")
            cursor = Cursor(epoch, f"{int(time)}-{int(index)}", int(count))
        except ValueError:
            raise expired() from None
        in_range = 0 <= int(time) < 1 << 64 and 0 <= int(index) < 1 << 63 and cursor.count >= 0
        if not in_range or mark != _mark(workspace_id) or not epoch.isalnum():
            raise expired()
        return cursor


class PlacedDocument(msgspec.Struct, frozen=True):
    """A document of events at its place in the stream.

    Attributes:
        id: Redis id of the entry.
        start: Count of the workspace's events before it.
        placements: Where the conversations were that events name without saying where.
    """

    id: str
    start: int
    items: tuple[StoredEvent, ...]
    placements: Placed

    @property
    def end(self) -> int:
        """The number of the workspace's events up to and including it."""
        return self.start + len(self.items)

    def visible(self, caller: Caller, index: int) -> bool:
        """Tell whether a caller gets the event at `index`."""
        return may_learn(caller, self.items[index].audience, self.placements)


class StreamEvent(msgspec.Struct, frozen=True):
    """An event with the cursor after it."""

    cursor: Cursor
    audience: EventAudience
    body: msgspec.Raw
    placements: Placed

    def visible(self, caller: Caller) -> bool:
        """Tell whether a caller gets the event."""
        return may_learn(caller, self.audience, self.placements)


def may_learn(caller: Caller, audience: EventAudience, placements: Placed) -> bool:
    """Tell whether a caller gets an event: whoever sees its object before or after the change does."""
    if caller.sees_all:
        return True
    if audience.placements:
        return any(may_see(caller, placement) for placement in audience.placements)
    about = audience.conversation_id or audience.contact_id
    return about is None or any(may_see(caller, placement) for placement in placements.get(about, ()))


_placements_decoder = msgspec.json.Decoder(Placed)


def decode_entry(entry_id: bytes, fields: dict[bytes, bytes]) -> PlacedDocument:
    """Unpack one entry of a stream."""
    packed = fields[b"p"]
    placements = _placements_decoder.decode(packed) if packed else {}
    return PlacedDocument(entry_id.decode(), int(fields[b"s"]), decode_items(fields[b"d"]), placements)


def events_of(document: PlacedDocument, after: Cursor) -> list[StreamEvent]:
    """Return the events of a document that come after a cursor, each with its own cursor.

    Raises:
        ProblemError: `cursor_expired` if the document does not follow the cursor: events between are gone.
    """
    if not document.start <= after.count < document.end:
        raise expired()
    last = len(document.items)
    return [
        StreamEvent(
            Cursor(after.epoch, document.id if n == last else after.document, document.start + n),
            item.audience,
            item.body,
            document.placements,
        )
        for n, item in enumerate(document.items, 1)
        if document.start + n > after.count
    ]


def expired() -> ProblemError:
    """Return the problem that events after a cursor may be gone: read the lists again."""
    return ProblemError(
        "cursor_expired", "Events after this cursor are no longer kept: read the lists again, then follow."
    )


def unavailable() -> ProblemError:
    """Return the problem that the stream is unavailable now."""
    return ProblemError("unavailable", "The event stream is not available at the moment: try again soon.")


class EventReader:
    """Reads streams page by page; each page is one atomic read of Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def epoch(self) -> str:
        """Return the current epoch's id.

        Raises:
            ProblemError: `unavailable` if there is none yet, or no Redis.
        """
        (epoch,) = await self._ask([("HGET", EPOCH_KEY, "id")])
        return _known_epoch(epoch)

    async def current(self, workspace_id: str) -> Cursor:
        """Return the cursor after everything that was relayed so far.

        Raises:
            ProblemError: `unavailable` if there is no epoch yet, or no Redis.
        """
        epoch = await self.epoch()
        now, (count, document) = await self._ask(
            [("HGET", EPOCH_KEY, "id"), ("HMGET", meta_key(epoch, workspace_id), "n", "id")]
        )
        if _known_epoch(now) != epoch:
            raise unavailable()
        return Cursor(epoch, START, 0) if count is None else Cursor(epoch, document.decode(), int(count))

    async def read(self, workspace_id: str, cursor: Cursor, limit: int) -> tuple[list[StreamEvent], Cursor]:
        """Read up to `limit` events after a cursor, in order; none at the end.

        Returns:
            The events, and the cursor after them.

        Raises:
            ProblemError: `cursor_expired` if any event after the cursor is gone;
                `unavailable` if there is no epoch yet, or no Redis.
        """
        events: list[StreamEvent] = []
        while len(events) < limit:
            chunk = min(_CHUNK, limit - len(events))
            documents = await self._chunk(workspace_id, cursor, chunk)
            for document in documents:
                events += events_of(document, cursor)
                cursor = events[-1].cursor
            if len(documents) < chunk:
                break
        events = events[:limit]
        return events, events[-1].cursor if events else cursor

    async def _chunk(self, workspace_id: str, cursor: Cursor, limit: int) -> list[PlacedDocument]:
        epoch, count, entries = await self._ask(
            [
                ("HGET", EPOCH_KEY, "id"),
                ("HGET", meta_key(cursor.epoch, workspace_id), "n"),
                ("XRANGE", stream_key(cursor.epoch, workspace_id), f"({cursor.document}", "+", "COUNT", limit),
            ]
        )
        if _known_epoch(epoch) != cursor.epoch or (not entries and int(count or 0) != cursor.count):
            raise expired()
        return [decode_entry(entry_id, fields) for entry_id, fields in entries]

    async def _ask(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Run commands as one transaction.

        The block gives the connection back also where a cancel ends `execute` while it does that itself.
        """
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                return list(await pipeline.execute())
        except REDIS_AWAY as error:
            raise unavailable() from error


def _known_epoch(epoch: bytes | None) -> str:
    if epoch is None:
        raise unavailable()
    return epoch.decode()


def _mark(workspace_id: str) -> str:
    return f"{zlib.crc32(workspace_id.encode()):08x}"
