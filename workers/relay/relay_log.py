"""The relay's sink: epochs and appends in Redis, over one connection that never reconnects silently.

A restarted Redis may have lost its tail. The only proof that it is still the same one is its run id,
which is asked on each new connection, and an unbroken connection since. Each append checks in the
same script that the epoch is still there (FLUSHALL) and that no later relay has taken over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from inbox.people.access import Placement
from inbox.stream.event_stream import EPOCH_KEY
from workers.relay.relay_scripts import ADOPT, APPEND, BEGIN, TRIM, Script
from workers.relay.relay_source import EventDocument

MARK_EVERY: Final = 1_000
"""Trimming by count is exact to this many events, and to a node of Redis (4 KB)."""
_KEYS_PER_ROUND: Final = 500


class EpochLostError(Exception):
    """Redis was emptied, or holds another epoch."""


class FencedError(Exception):
    """A later relay has taken over."""


class Stamped(msgspec.Struct, frozen=True):
    """A document with the placements that its events don't carry themselves."""

    document: EventDocument
    placements: dict[str, list[Placement]]


class Keep(msgspec.Struct, frozen=True):
    """How much of a workspace's stream is kept."""

    count: int
    seconds: int
    mark_every: int = MARK_EVERY

    def oldest_id(self, now_seconds: float) -> str:
        """Return the id below which entries are too old."""
        return f"{max(0, int(now_seconds) - self.seconds) << 32}-0"


class EventLog:
    """Appends to the streams of one epoch.

    Attributes:
        run_id: Of the Redis that this connection is to.
    """

    def __init__(self, redis: Redis, fence: int) -> None:
        pool: Any = redis.connection_pool
        self._connection: Any = pool.make_connection()
        self._fence = fence
        self._epoch = ""
        self._dead = False
        self.run_id = ""

    async def connect(self) -> None:
        """Connect and learn the run id."""
        await self._connection.connect()
        info: bytes = await self._call("INFO", "server")
        fields = dict(line.split(":", 1) for line in info.decode().splitlines() if ":" in line)
        self.run_id = fields["run_id"]
        for script in (ADOPT, BEGIN, APPEND, TRIM):
            await self._call("SCRIPT LOAD", script.text)

    async def aclose(self) -> None:
        """Close the connection."""
        self._dead = True
        await self._connection.disconnect(nowait=True)

    async def adopt(self, epoch: str) -> bool:
        """Go on in an epoch, if it is the current one and began in this very Redis."""
        if _raise_if_fenced(await self._run(ADOPT, epoch, self.run_id, self._fence)) != b"ok":
            return False
        self._epoch = epoch
        return True

    async def begin(self, epoch: str) -> None:
        """Begin a new epoch; all cursors of others expire."""
        _raise_if_fenced(await self._run(BEGIN, epoch, self.run_id, self._fence))
        self._epoch = epoch

    async def append(self, batch: Sequence[Stamped], keep: Keep, now_seconds: float, *, pulse: str = "") -> int:
        """Append documents that are not there yet; with none, only check that the epoch is still there.

        Args:
            batch: In the order of their places.
            keep: What is trimmed.
            now_seconds: MongoDB's time.
            pulse: Told to who listens, unless empty (`relay_pulse`).

        Returns:
            How many were new.

        Raises:
            EpochLostError: and nothing was appended.
            FencedError: likewise.
        """
        arguments: list[Any] = [self._epoch, self._fence, keep.count, keep.mark_every]
        arguments += [keep.oldest_id(now_seconds), pulse]
        for item in batch:
            document = item.document
            packed = msgspec.json.encode(item.placements) if item.placements else b""
            arguments += [document.workspace_id, document.place.redis_id, document.count, packed, document.items]
        return self._checked(await self._run(APPEND, *arguments))

    async def trim_old(self, keep: Keep, now_seconds: float) -> None:
        """Drop entries that are too old, also of workspaces where nothing happens."""
        position = b"0"
        while True:
            position, workspaces = await self._call(
                "SSCAN", f"{{events}}:{self._epoch}:workspaces", position, "COUNT", _KEYS_PER_ROUND
            )
            if workspaces:
                self._checked(await self._run(TRIM, self._epoch, self._fence, keep.oldest_id(now_seconds), *workspaces))
            if position == b"0":
                return

    async def drop_other_epochs(self) -> None:
        """Free the memory of epochs that ended; nobody reads or writes them any more."""
        position, own = b"0", f"{{events}}:{self._epoch}:".encode()
        while True:
            position, keys = await self._call("SCAN", position, "MATCH", "{events}:*:*", "COUNT", _KEYS_PER_ROUND)
            ended = [key for key in keys if not key.startswith(own)]
            if ended:
                await self._call("UNLINK", *ended)
            if position == b"0":
                return

    def _checked(self, answer: bytes | int) -> int:
        if isinstance(_raise_if_fenced(answer), bytes):
            raise EpochLostError(self._epoch)
        return int(answer)

    async def _run(self, script: Script, *arguments: Any) -> Any:
        return await self._call("EVALSHA", script.sha, 1, EPOCH_KEY, *arguments)

    async def _call(self, *command: Any) -> Any:
        """Send one command; after any fault the connection stays dead."""
        if self._dead or not self._connection.is_connected:
            raise RedisConnectionError("the relay's connection to Redis was lost")
        try:
            await self._connection.send_command(*command)
            return await self._connection.read_response()
        except BaseException:
            self._dead = True
            raise


def _raise_if_fenced(answer: Any) -> Any:
    if answer == b"fenced":
        raise FencedError
    return answer
