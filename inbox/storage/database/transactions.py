"""How a transaction begins, ends, and is repeated: the same on the loop and in a thread.

Every transaction reads one snapshot, and its commit is acknowledged by a majority and journaled.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple, TypeVar

from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from inbox.storage.database.dialect import Session
from inbox.storage.database.errors import OutcomeUnknownError, is_transient

T = TypeVar("T")

LONGEST_PAUSE_SECONDS: Final = 0.1
"""Between two tries: some ten transactions long, so that a hundred who wait are through in a second or two."""
COMMIT_PAUSE_SECONDS: Final = 0.05
"""Between two questions whether a commit took effect; the driver itself waits for a primary."""
SNAPSHOT: Final = ReadConcern("snapshot")
DURABLE: Final = WriteConcern(w="majority", j=True)


class Opened(NamedTuple):
    """A session of the driver, where it is used: what operations are handed, and how its transaction ends."""

    session: Session
    commit: Callable[[], Awaitable[None]]
    abort: Callable[[], Awaitable[None]]
    pause: Callable[[float], Awaitable[None]]


async def run_once(opened: Opened, work: Callable[[Session], Awaitable[T]], *, patience_seconds: float) -> T:
    """Run `work` in one transaction of a session.

    Args:
        opened: The session.
        work: Reads and writes in the session.
        patience_seconds: How long a commit is asked for whose answer was lost.

    Raises:
        OutcomeUnknownError: if nobody says whether the commit took effect.
    """
    opened.session.start_transaction(read_concern=SNAPSHOT, write_concern=DURABLE)
    try:
        result = await work(opened.session)
    except BaseException:
        if opened.session.in_transaction:
            await opened.abort()
        raise
    await commit(opened, time.monotonic() + patience_seconds)
    return result


async def commit(opened: Opened, ends_at: float) -> None:
    """Commit, and ask again until the outcome is known: MongoDB takes the same commit any number of times.

    Source: MongoDB's specification of transactions for drivers, "UnknownTransactionCommitResult" (read 2025-12).
    """
    while True:
        try:
            await opened.commit()
            return
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult"):
                raise
            if time.monotonic() >= ends_at:
                raise OutcomeUnknownError from error
        await opened.pause(COMMIT_PAUSE_SECONDS)


async def repeat_until_alone(attempt_once: Callable[[], Awaitable[T]], is_patient: Callable[[int], bool]) -> T:
    """Repeat a transaction while it meets other writers, and as long as the patience for so many attempts lasts."""
    attempt = 0
    while True:
        try:
            return await attempt_once()
        except PyMongoError as error:
            attempt += 1
            if not is_transient(error) or not is_patient(attempt):
                raise
        await asyncio.sleep(_pause(attempt))


def _pause(attempt: int) -> float:
    """Spread those who contend for the same document."""
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.004 * 2 ** min(attempt, 10)))  # noqa: S311
