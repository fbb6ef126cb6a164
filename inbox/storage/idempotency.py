"""Doing a request once, however often it is sent with the same `Idempotency-Key`.

The note of a request and what the request creates are one transaction: either both are there or neither.
A twin that comes at the same moment meets the other's uncommitted note, is turned back by
MongoDB, tries again, and finds the answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.storage.database import Database, DuplicateKeyError, Session
from inbox.storage.documents import IdempotencyDocument
from inbox.storage.indexes import IDEMPOTENCY_KEEP_SECONDS

KEPT: Final = timedelta(seconds=IDEMPOTENCY_KEEP_SECONDS)


_KEY_SHAPE: Final = re.compile(r"[\x21-\x7e]{1,255}")


def check_key(key: str | None) -> None:
    """Refuse an `Idempotency-Key` that can't be one. Raises `ProblemError` (`invalid_request`)."""
    if key is not None and not _KEY_SHAPE.fullmatch(key):
        raise ProblemError(
            "invalid_request", "Idempotency-Key must be 1 to 255 visible ASCII characters without blanks."
        )


class OnceOnly(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is to happen once.

    Attributes:
        scope: Workspace, caller, method and path: a key means nothing outside of them.
        key: The client's `Idempotency-Key`.
        body: What is asked for, in a form in which equal requests are equal.
    """

    scope: tuple[str, ...]
    key: str
    body: bytes

    @property
    def id(self) -> str:
        """Names the request; tells nothing of the key."""
        return hashlib.sha256(msgspec.json.encode((*self.scope, self.key))).hexdigest()

    @property
    def body_hash(self) -> str:
        """Tells another body under the same key."""
        return hashlib.sha256(self.body).hexdigest()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the request answered; `replayed` if it did so before."""

    response: bytes
    replayed: bool


class _DoneBeforeError(Exception):
    """The note was there already."""


async def do_once(
    database: Database,
    request: OnceOnly,
    work: Callable[[Session], Awaitable[bytes]],
    *,
    now: datetime,
    line: str | None = None,
) -> Answer:
    """Do `work` in a transaction unless the same request was done before; return its response either way.

    `line` is as in `Database.transaction`.

    Raises:
        ProblemError: `idempotency_conflict` if the key was used with another body; what `work` raises.
    """

    async def note_and_work(session: Session) -> bytes:
        note = new_note(request, None, now)
        try:
            await database.idempotency.insert_one(note, session=session)
        except DuplicateKeyError:
            raise _DoneBeforeError from None
        response = await work(session)
        await database.idempotency.update_one({"_id": request.id}, {"$set": {"response": response}}, session=session)
        return response

    while True:
        try:
            return Answer(response=await database.transaction(note_and_work, line=line), replayed=False)
        except _DoneBeforeError:
            response = await _earlier_response(database, request, now)
            if response is not None:
                return Answer(response=response, replayed=True)


def new_note(request: OnceOnly, response: bytes | None, now: datetime) -> IdempotencyDocument:
    """Make the note of a request, to be stored in the transaction of what it creates; None if it comes later."""
    return {
        "_id": request.id,
        "workspace_id": request.scope[0],
        "body_hash": request.body_hash,
        "at": now,
        "response": response,
    }


def earlier_answer(note: IdempotencyDocument, request: OnceOnly, now: datetime) -> Answer | None:
    """Return the answer of the same request; None if it was so long ago that the key is free again.

    Raises:
        ProblemError: `idempotency_conflict` if the key was used with another body, or what it did was erased since.
    """
    if note["at"] + KEPT <= now:
        return None
    if note.get("erased"):
        raise ProblemError("idempotency_conflict", "What this Idempotency-Key made was erased since: take a new key.")
    if note["body_hash"] != request.body_hash:
        raise ProblemError("idempotency_conflict", "This Idempotency-Key was used with another body: take a new key.")
    if note["response"] is None:
        raise AssertionError("a note and its response are committed together")
    return Answer(response=bytes(note["response"]), replayed=True)


async def _earlier_response(database: Database, request: OnceOnly, now: datetime) -> bytes | None:
    """Return the response of the same request; None if it was so long ago that the key is free again."""
    note = await database.idempotency.find_one({"_id": request.id})
    if note is None:
        return None
    answer = earlier_answer(note, request, now)
    if answer is None:
        await database.idempotency.delete_one({"_id": request.id, "at": note["at"]})
        return None
    return answer.response
