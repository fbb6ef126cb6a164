"""Rewrites a workspace's stream in Redis without a person.

An entry of a stream can't be changed. So all of it is copied under another key, with the same ids, changed where the
person is named, and takes the stream's place in one step: readers and the relay notice nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Set
from typing import Any, Final

import msgspec
from redis.asyncio import Redis

from inbox.erasing.person import ids_in
from inbox.stream.event_stream import EPOCH_KEY, stream_key

ENTRIES_AT_ONCE: Final = 64
COPY_SECONDS: Final = 3_600
"""What a killed process left of a copy goes by itself."""
_SWAP: Final = """
-- epoch's key, stream, copy; epoch, last id that was copied -> 1, or 0 where the epoch has ended
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then redis.call('DEL', KEYS[3]) return 0 end
local rest = redis.call('XRANGE', KEYS[2], '(' .. ARGV[2], '+')
for _, entry in ipairs(rest) do redis.call('XADD', KEYS[3], entry[1], unpack(entry[2])) end
redis.call('RENAME', KEYS[3], KEYS[2])
redis.call('PERSIST', KEYS[2])
return 1
"""
"""What came meanwhile is copied in the same step: seconds of events, after the last that could name the person."""

Change = Callable[[bytes], bytes | None]


class Look(msgspec.Struct, frozen=True):
    """What a look through a stream found.

    Attributes:
        told_place: Where the event of the erasure stands, as the two halves of its id; None where it does not yet.
    """

    names_person: bool
    told_place: tuple[int, int] | None


class StreamRewriting:
    """The stream of one workspace, as one erasure sees it."""

    def __init__(self, redis: Redis, workspace_id: str, erasure_id: str) -> None:
        self._redis = redis
        self._ask: Any = redis.execute_command
        self._workspace_id = workspace_id
        self._erasure_id = erasure_id

    async def look(self, ids: Set[str]) -> Look:
        """Look for events about a person, and for the event that says that they are erased."""
        named, place, told = False, None, self._erasure_id.encode()
        async for entry_id, fields in self._entries(await self._epoch()):
            if told in fields[b"d"]:
                place = _place(entry_id)
            elif not named:
                named = not ids.isdisjoint(ids_in(fields[b"d"]))
        return Look(named, place)

    async def rewrite(self, change: Change) -> None:
        """Change what a stream's entries say; `change` returns None for those that stay as they are."""
        epoch = await self._epoch()
        stream, copy = self._key(epoch), f"{{events}}:{epoch}:copy:{self._workspace_id}"
        last = b"0-0"
        await self._redis.delete(copy)
        async for entry_id, fields in self._entries(epoch):
            changed = change(fields[b"d"])
            kept: Any = fields if changed is None else {**fields, b"d": changed}
            await self._redis.xadd(copy, kept, id=entry_id.decode())
            if last == b"0-0":
                await self._redis.expire(copy, COPY_SECONDS)
            last = entry_id
        await self._ask("EVAL", _SWAP, 3, EPOCH_KEY, stream, copy, epoch, last)

    async def _epoch(self) -> str:
        epoch: bytes | None = await self._ask("HGET", EPOCH_KEY, "id")
        return epoch.decode() if epoch is not None else ""

    def _key(self, epoch: str) -> str:
        return stream_key(epoch, self._workspace_id)

    async def _entries(self, epoch: str) -> AsyncIterator[tuple[bytes, dict[bytes, bytes]]]:
        after = "-"
        while True:
            page = await self._redis.xrange(self._key(epoch), after, "+", count=ENTRIES_AT_ONCE)
            for entry in page:
                yield entry
            if len(page) < ENTRIES_AT_ONCE:
                return
            after = f"({page[-1][0].decode()}"


def _place(entry_id: bytes) -> tuple[int, int]:
    time, _, index = entry_id.partition(b"-")
    return int(time), int(index)
