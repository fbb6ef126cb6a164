"""What visitors are told of the waiting: whether somebody is there, their place in the queue and how long it may take.

Looked at for all sockets of the process together, soon after something changed and every few seconds while
anybody is connected: a look costs four small queries a queue, whoever many wait in it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import msgspec
import structlog

from gateway.webchat.thread import Names
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.conversation.expected_waits import expected_waits
from inbox.conversation.queue_places import places_in_queue
from inbox.foundation.clock import Clock
from inbox.foundation.ending_tasks import end_tasks
from inbox.model.operator_status import READY
from inbox.storage.database import Database
from inbox.storage.time_limits import READ_MS
from queueing.queues.queue_snapshot import QueueSnapshot, read_snapshot

EVERY_SECONDS: Final = 3.0
MOST_PEOPLE: Final = 3
"""As many names as fit beside the title."""
SPACING_SECONDS: Final = 0.25
"""However much happens, no more often than this."""
log = structlog.get_logger(__name__)


class VisitorPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the queue; `expected_wait_seconds` is None where it can't be known."""

    position: int | None = None
    expected_wait_seconds: int | None = None
    type: str = "queue"


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody is there; `reason` is `nobody` or `out_of_hours`.

    Attributes:
        people: Names of some who are there, where the channel shows them.
    """

    open: bool
    reason: str | None = None
    people: tuple[str, ...] = ()
    type: str = "availability"


class VisitorWaiting(Protocol):
    """A visitor's socket, as the lookout sees it."""

    workspace_id: str

    @property
    def channel_id(self) -> str:
        """Whose visitor it is."""

    @property
    def waits_in(self) -> tuple[str, str] | None:
        """Queue id and conversation id, while the conversation waits."""

    def take_place(self, place: VisitorPlace) -> None:
        """Show the place, if that is news. Must not block or raise."""

    def take_availability(self, availability: Availability) -> None:
        """Show whether somebody is there, if that is news. Must not block or raise."""


class Lookout:
    """Looks, and tells the sockets."""

    def __init__(self, database: Database, clock: Clock, directory: ChannelDirectory, names: Names) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._names = names
        self._sockets: set[VisitorWaiting] = set()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.ensure_future(self._run())

    async def close(self) -> None:
        """Stop."""
        await end_tasks([self._task] if self._task else [])

    def enter(self, socket: VisitorWaiting) -> None:
        """Look for a socket too."""
        self._sockets.add(socket)
        self._news.set()

    def leave(self, socket: VisitorWaiting) -> None:
        """Look for it no longer."""
        self._sockets.discard(socket)

    def hurry(self) -> None:
        """Look soon: a conversation has moved."""
        self._news.set()

    async def look(self) -> None:
        """Look once."""
        sockets = tuple(self._sockets)
        await self._tell_availability(sockets)
        await self._tell_places(sockets)

    async def _run(self) -> None:
        while True:
            if not self._sockets:
                await self._news.wait()
            self._news.clear()
            try:
                await self.look()
            except Exception as error:
                log.warning("webchat.look_failed", error=type(error).__name__)
            await asyncio.sleep(SPACING_SECONDS)
            try:
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _tell_availability(self, sockets: Iterable[VisitorWaiting]) -> None:
        by_channel: Mapping[tuple[str, str], list[VisitorWaiting]] = defaultdict(list)
        for socket in sockets:
            by_channel[socket.workspace_id, socket.channel_id].append(socket)
        for (workspace_id, channel_id), here in by_channel.items():
            channel = await self._directory.get(channel_id)
            availability = await self._availability(workspace_id, channel)
            for socket in here:
                socket.take_availability(availability)

    async def _availability(self, workspace_id: str, channel: ChannelRecord | None) -> Availability:
        queue_id = channel.queue_id if channel is not None else None
        if queue_id is None:
            wanted = {"workspace_id": workspace_id, "status": READY}
            found = self._database.operators.find(wanted, {"_id": 1}, max_time_ms=READ_MS).limit(MOST_PEOPLE)
            there = [one["_id"] for one in await found.to_list(None)]
            availability = Availability(open=bool(there), reason=None if there else "nobody")
        else:
            world = await read_snapshot(self._database, workspace_id, queue_id, now=self._clock.now(), session=None)
            availability = availability_of(world)
            there = [one["_id"] for one in world.takers] if world is not None else []
        if channel is None or not channel.widget.show_team or not availability.open:
            return availability
        names = [await self._names.of(workspace_id, one) for one in sorted(there)[:MOST_PEOPLE]]
        return msgspec.structs.replace(availability, people=tuple(name for name in names if name))

    async def _tell_places(self, sockets: Iterable[VisitorWaiting]) -> None:
        by_queue: Mapping[tuple[str, str], list[tuple[str, VisitorWaiting]]] = defaultdict(list)
        for socket in sockets:
            if socket.waits_in is not None:
                queue_id, conversation_id = socket.waits_in
                by_queue[socket.workspace_id, queue_id].append((conversation_id, socket))
        for (workspace_id, queue_id), waiting in by_queue.items():
            places = await places_in_queue(self._database, workspace_id, queue_id)
            ours = {id_: places[id_] for id_, _ in waiting if id_ in places}
            waits = await expected_waits(
                self._database, workspace_id, queue_id, ours, now=self._clock.now(), session=None
            )
            for id_, socket in waiting:
                socket.take_place(VisitorPlace(position=ours.get(id_), expected_wait_seconds=waits.get(id_)))


def availability_of(world: QueueSnapshot | None) -> Availability:
    """Say whether a queue's operators are there now."""
    if world is None or not world.facts.ready:
        return Availability(open=False, reason="nobody" if world is None or world.open_now else "out_of_hours")
    return Availability(open=world.open_now, reason=None if world.open_now else "out_of_hours")
