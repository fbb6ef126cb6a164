"""Accepts outgoing messages in batches: checks them and stores them as `queued`; a worker sends them.

Concurrent requests are written together (see `GroupCommit`): by itself a message costs nine hops to a
thread and a transaction of its own, several times what its share of a batch costs. As with
arrivals, the conversation promises to take the message before it is inserted (ADR 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from inbox.conversation.promises import Promising, new_writer
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.messages.append import append_promised
from inbox.sending.acceptance_batch import AcceptanceBatch, Accepted, CheckContent, Outcome, Request
from inbox.sending.completing import CompleteTemplates, refuse_templates
from inbox.storage.database import Collections, Database, is_duplicate, is_transient
from inbox.storage.group_commit import GroupCommit, OnRefusal
from inbox.storage.sequence import SequenceClock
from inbox.storage.setting_apart import write_setting_apart

MAX_BATCH: Final = 200
MAX_PENDING: Final = 5_000
ATTEMPTS: Final = 6


class Acceptance:
    """Accepts messages; acceptance means stored, not sent."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        check: CheckContent,
        *,
        complete: CompleteTemplates = refuse_templates,
        timeout_seconds: float,
        on_refusal: OnRefusal = lambda *_: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._check = check
        self._complete = complete
        self._sequence = SequenceClock(clock.server_seconds)
        self._writer = new_writer()
        self._commit: GroupCommit[Request, Accepted] = GroupCommit(
            self._write,
            kind="outbox",
            max_batch=MAX_BATCH,
            max_pending=MAX_PENDING,
            timeout_seconds=timeout_seconds,
            on_refusal=on_refusal,
        )

    async def accept(self, request: Request) -> Accepted:
        """Store a message to be sent.

        Raises:
            ProblemError: `not_found`, `channel_deleted`, `conversation_closed`, `not_assigned`, `window_closed`,
                `direct_unavailable`, `content_invalid`, `idempotency_conflict`, `unavailable`.
        """
        (accepted,) = await self._commit.submit([request])
        return accepted

    async def drain(self) -> None:
        """Wait until all that was submitted is written (shutdown)."""
        await self._commit.drain()

    async def _write(self, requests: Sequence[Request]) -> Sequence[Accepted | Exception]:
        return await write_setting_apart(requests, self._with_retries, _refuse)

    async def _with_retries(self, requests: Sequence[Request]) -> Sequence[Outcome]:
        """Write; start again when a conversation changed meanwhile, or a twin of a request won in another process."""
        for attempt in range(ATTEMPTS):
            try:
                outcomes = await self._database.batch(partial(self._write_once, requests))
            except Exception as error:
                if attempt == ATTEMPTS - 1 or not (is_transient(error) or is_duplicate(error)):
                    raise
            else:
                if outcomes is not None:
                    return outcomes
        raise ProblemError("unavailable", "The conversation is changing too fast. Try again.")

    async def _write_once(self, requests: Sequence[Request], database: Collections) -> Sequence[Outcome] | None:
        """Decide on all requests and store what is accepted; None if a conversation changed meanwhile."""
        batch = AcceptanceBatch(requests, self._check, self._complete, self._clock.now())
        await batch.decide(database)
        batch.number(self._sequence)
        write = partial(batch.insert, database) if batch.documents else None
        promising = Promising(database, self._writer, batch.last_seq, batch.promises(), batch.now)
        appended = await append_promised(database, promising, write)
        return None if appended.refused else batch.outcomes()


def _refuse(_: Request, error: Exception) -> Accepted | Exception:
    """Answer a request that can't be stored even alone."""
    if isinstance(error, ProblemError) or is_transient(error) or is_duplicate(error):
        return error
    return ProblemError("content_invalid", "The database can't hold this content: check it for unusual characters.")
