"""What processor time is spent on: commands of MongoDB and Redis, journal writes, and how often processes woke up.

All of it is read from outside, so that what is measured does nothing for it: MongoDB's `serverStatus`, Redis' `INFO
commandstats`, and the voluntary context switches of `/proc`: a thread that waited and was woken has made one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient
from redis import Redis

_WAITING: Final = ("serve", "work")
"""Kinds of process whose wake-ups are counted."""
_OF_THE_DRIVER: Final = frozenset(
    {"hello", "isMaster", "ping", "serverStatus", "endSessions", "saslStart", "saslContinue"}
)
"""Commands that come with connections and with this look, not with messages."""
_NAMES: Final = {
    "insert": "insert",
    "update": "update",
    "delete": "delete",
    "find": "find",
    "aggregate": "aggregate",
    "getMore": "getMore",
    "commitTransaction": "commit",
    "abortTransaction": "abort",
}
"""Commands that have a column of their own."""

COMMANDS: Final = "mongod"
REDIS: Final = "redis"
JOURNAL: Final = "journal"
COLUMNS: Final = (
    COMMANDS,
    *_NAMES.values(),
    JOURNAL,
    REDIS,
    *(f"{k} {t}" for k in _WAITING for t in ("loop", "threads")),
)
"""In the table's order. `serve loop` is how often a main thread woke up, `serve threads` how often another
thread did: at least once for each hop of an operation into a thread."""


class Counters:
    """Reads the counters of a running system; each reading takes some milliseconds."""

    def __init__(self, mongo_url: str, redis_url: str, pids: Mapping[str, Sequence[int]]) -> None:
        self._mongo: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
        self._redis = Redis.from_url(redis_url)
        self._pids = pids

    def read(self) -> dict[str, float]:
        """Return every counter by its column, since the start of what counts."""
        status = self._mongo.admin.command("serverStatus")
        commands = _commands(status["metrics"]["commands"])
        return {
            COMMANDS: sum(commands.values()),
            **{column: commands.get(name, 0.0) for name, column in _NAMES.items()},
            JOURNAL: float(status["wiredTiger"]["log"]["log sync operations"]),
            REDIS: _calls(self._redis.info("commandstats")),
            **_wakeups({kind: self._pids.get(kind, ()) for kind in _WAITING}),
        }

    def close(self) -> None:
        """Close the connections."""
        self._mongo.close()
        self._redis.close()


def difference(before: Mapping[str, float], after: Mapping[str, float], messages: float) -> dict[str, float]:
    """Return what each counter grew by a message."""
    return {column: (after[column] - before[column]) / messages for column in after}


def _commands(counted: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: float(one["total"])
        for name, one in counted.items()
        if isinstance(one, Mapping) and one.get("total") and name not in _OF_THE_DRIVER
    }


def _calls(stats: Any) -> float:
    return float(sum(one["calls"] for name, one in stats.items() if "info" not in name))


def _wakeups(pids: Mapping[str, Sequence[int]]) -> dict[str, float]:
    counted: dict[str, float] = {}
    for kind, own in pids.items():
        by_thread = {(pid, task): count for pid in own for task, count in _switches(pid)}
        loops = sum(count for (pid, task), count in by_thread.items() if pid == task)
        counted[f"{kind} loop"] = float(loops)
        counted[f"{kind} threads"] = float(sum(by_thread.values()) - loops)
    return counted


def _switches(pid: int) -> list[tuple[int, int]]:
    """Return the voluntary context switches of a process's threads; a thread that has ended meanwhile is left out."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            lines = (task / "status").read_text().splitlines()
        except OSError:
            continue
        found.append((int(task.name), next(int(line.split()[1]) for line in lines if line.startswith("voluntary"))))
    return found
