"""What processes on one directory tell each other: who owns the servers (a lock), and where they are (a file)."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final

USER: Final = "gateway"
"""MongoDB's user."""


@dataclass(frozen=True)
class ServerState:
    """Where the servers of a directory are.

    Attributes:
        mongo_port: Remembered from the first start on.
        redis_port: Likewise.
        owner_pid: The process that keeps them running.
        mongod_pid: None before it started.
        redis_pid: Likewise.
        ready: Both answer.
        mongo_password: Of MongoDB's user; the file is its owner's only. None while an older version, which knew no
            logins, owns the servers.
        redis_password: Redis'.
    """

    mongo_port: int | None = None
    redis_port: int | None = None
    owner_pid: int | None = None
    mongod_pid: int | None = None
    redis_pid: int | None = None
    ready: bool = False
    mongo_password: str | None = field(default=None, repr=False)
    redis_password: str | None = field(default=None, repr=False)

    @property
    def mongo_url(self) -> str:
        """For `GATEWAY_MONGO_URL`; it holds the password."""
        login = f"{USER}:{self.mongo_password}@" if self.mongo_password else ""
        return (
            f"mongodb://{login}127.0.0.1:{self.mongo_port}/gateway?replicaSet=rs0{'&authSource=admin' if login else ''}"
        )

    @property
    def redis_url(self) -> str:
        """For `GATEWAY_REDIS_URL`; it holds the password."""
        login = f":{self.redis_password}@" if self.redis_password else ""
        return f"redis://{login}127.0.0.1:{self.redis_port}/0"


class Lock:
    """A lock that its process holds until it ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Take it if it is free."""
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Release it."""
        if self._file:
            self._file.close()
            self._file = None


def read_state(path: Path) -> ServerState:
    """Read the file; an absent or broken one means that nothing is known."""
    try:
        return ServerState(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return ServerState()


def written_state(state: ServerState) -> str:
    """Return the file's content."""
    return json.dumps(asdict(state)) + "\n"


def is_alive(pid: int | None) -> bool:
    """Tell whether a process of this id runs (a dead one that nobody has buried yet does not)."""
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def runs_on(pid: int | None, directory: Path) -> bool:
    """Tell whether the process runs and was started on `directory`: ids are used again by strangers."""
    if pid is None or not is_alive(pid):
        return False
    try:
        return os.fsencode(directory) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
