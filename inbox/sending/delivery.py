"""The outbox as senders use it: due messages, begun attempts, ended attempts.

An attempt is recorded before the request goes out and its answer after it came: a process that dies in between leaves a
message `sending`, which whoever sends for the channel next turns into `unknown`, never into a second request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Final, TypeVar

import msgspec

from inbox.arriving.early_applying import EarlyApplying
from inbox.foundation.clock import Clock
from inbox.messages.tallying import new_writer
from inbox.model.channel_ref import ChannelRef
from inbox.sending.beginning import Attempted, begin_attempts
from inbox.sending.channel_work import ChannelWork
from inbox.sending.delivery_rules import Due, choose_due
from inbox.sending.ending import end_attempts, give_back, settle_orphans
from inbox.sending.gate import Gate, open_gate
from inbox.sending.outgoing import Lane
from inbox.sending.retry_rules import Verdict
from inbox.storage.database import Collections, Database, Session, is_duplicate
from inbox.storage.documents import Condition, OutboxDocument
from inbox.storage.setting_apart import write_setting_apart

SCANNED: Final = 500
"""Waiting messages that are looked at in one go: 3 ms here, a second's work of a fast number."""

T = TypeVar("T")


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that ended, and what follows from it."""

    message_id: str
    verdict: Verdict


class Delivery:
    """Operations of the sender that holds a channel's lease.

    Args:
        sender: Names the holder of the channel's lease in the records of attempts.
        gate: A last look at messages before they go out.
        uploads: Whether files are given to the provider before the messages that name them.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channel: ChannelRef,
        *,
        sender: str,
        gate: Gate = open_gate,
        uploads: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._channel = channel
        self._of_channel: Final[Condition] = {"workspace_id": channel.workspace_id, "channel_id": channel.id}
        self._sender = sender
        self._gate = gate
        self._uploads = uploads
        self._begins = new_writer()
        self._ends = new_writer()

    async def due(self, *, apart_from: Collection[str] = (), overtaking: Lane | None = None) -> Due:
        """Look for messages that may be sent.

        Args:
            apart_from: Conversations of which nothing can go now: however much waits in them, it is not
                looked at, so that it does not stand before the others.
            overtaking: Look only at conversations in which something waits that goes before this lane.
        """
        condition: Condition = {**self._of_channel}
        if apart_from:
            condition["conversation_id"] = {"$nin": list(apart_from)}
        if overtaking is not None:
            condition["lane"] = {"$lt": overtaking.value}
        found = self._database.outbox.find(condition).sort([("lane", 1), ("seq", 1)])
        waiting = await found.limit(SCANNED).to_list(None)
        if overtaking is not None or len(waiting) == SCANNED:
            waiting += await self._in_front_of(waiting)
        return choose_due(waiting, self._clock.now())

    async def _in_front_of(self, waiting: Sequence[OutboxDocument]) -> list[OutboxDocument]:
        """Find what stands before these messages in their conversations, though it waits in a later lane."""
        newest: dict[str, int] = {}
        for row in waiting:
            newest[row["conversation_id"]] = max(row["seq"], newest.get(row["conversation_id"], 0))
        if not newest:
            return []
        condition = {
            **self._of_channel,
            "lane": {"$gt": min(row["lane"] for row in waiting)},
            "conversation_id": {"$in": list(newest)},
        }
        seen = {row["_id"] for row in waiting}
        found = await self._database.outbox.find(condition).to_list(None)
        return [row for row in found if row["_id"] not in seen and row["seq"] < newest[row["conversation_id"]]]

    async def settle_orphans(self) -> int:
        """Turn what another sender left `sending` into `unknown`; return how many.

        What was still uploading its file is certainly not sent: it is tried again.

        To be called once the channel's lease is held: whoever held it before sends no more.
        """
        return await self._transact(settle_orphans, self._begins)

    async def begin(self, message_ids: Sequence[str]) -> list[Attempted]:
        """Record that attempts begin; return the messages to send.

        A message whose window has closed meanwhile becomes `failed` and is not among them.
        """
        begin = partial(begin_attempts, message_ids=message_ids, gate=self._gate, uploads=self._uploads)
        return await self._transact(begin, self._begins)

    async def give_back(self, message_ids: Sequence[str]) -> int:
        """Queue messages again whose attempts may have been recorded but never began; return how many."""
        return await self._transact(partial(give_back, message_ids=message_ids), self._begins)

    async def end(self, ended: Sequence[Ended]) -> Sequence[Exception | None]:
        """Record how attempts ended. What a provider's report said meanwhile is kept where it is further on.

        A provider that gives an id twice spoils nothing but that id: the message is recorded without it.
        """
        repeated: list[Ended] = []

        def set_aside(end: Ended, error: Exception) -> Exception | None:
            if not is_duplicate(error, "provider_once") or end.verdict.provider_id is None:
                return error
            repeated.append(_without_id(end))
            return None

        outcomes = await write_setting_apart(ended, self._end_together, set_aside)
        if repeated:
            await self._end_together(repeated)
        await self._apply_early([name for end in ended for name in _names(end.verdict)])
        return outcomes

    async def _end_together(self, ended: Sequence[Ended]) -> Sequence[None]:
        verdicts = {end.message_id: end.verdict for end in ended}
        await self._transact(partial(end_attempts, verdicts=verdicts), self._ends)
        return [None] * len(ended)

    async def _apply_early(self, provider_ids: Sequence[str]) -> None:
        """Apply what came before the provider's answer: reports that did not carry our id, reactions, edits."""
        keys = [(self._channel.workspace_id, self._channel.id, name) for name in provider_ids]
        await EarlyApplying(self._database, self._clock).find_and_apply({self._channel.id: self._channel}, keys)

    async def _transact(self, do: Callable[[ChannelWork], Awaitable[T]], writer: str) -> T:
        async def run(database: Collections, session: Session) -> T:
            return await do(
                ChannelWork(
                    database=database,
                    session=session,
                    channel=self._channel,
                    sender=self._sender,
                    writer=writer,
                    now=self._clock.now(),
                )
            )

        return await self._database.batch_transaction(run)


def _names(verdict: Verdict) -> tuple[str, ...]:
    """Name what the provider calls a message, and its further parts."""
    return (verdict.provider_id, *verdict.part_ids) if verdict.provider_id else ()


def _without_id(end: Ended) -> Ended:
    return msgspec.structs.replace(end, verdict=msgspec.structs.replace(end.verdict, provider_id=None))
