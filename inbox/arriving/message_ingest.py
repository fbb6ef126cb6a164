"""Storing messages that arrive, in batches: each once, in the one open conversation of its identity."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from inbox.arriving.arrival_writing import REPEAT, ArrivalWriting, Stored
from inbox.arriving.arrivals import Arrival, check_names, identity_keys, times_raised
from inbox.arriving.early import early_events, kept_for
from inbox.arriving.early_applying import EarlyApplying
from inbox.arriving.routing_cache import RouteKey, RoutingCache, route_key
from inbox.arriving.whereabouts import CustomerBatch, by_customer, look_up
from inbox.contacts.suppression import Suppression
from inbox.conversation.promises import Promise, Promising, new_writer, shed_promises
from inbox.foundation.clock import Clock
from inbox.messages.append import append_promised
from inbox.messages.message_lookup import KEY_FIELDS, MessageKey, find_by_provider_id, find_meant, own_key
from inbox.storage.database import Collections, Database, is_duplicate, is_transient
from inbox.storage.documents import ConversationDocument, MessageDocument
from inbox.storage.sequence import SequenceClock
from inbox.storage.setting_apart import write_setting_apart

OnQueue = Callable[[str], None]
"""Hears of each queue for which a conversation was opened."""
ATTEMPTS: Final = 10
"""One retry ends nearly every conflict; the others are for fifty twins of one customer's first message, and for a
close that meets a message again and again on a busy machine."""
ATTEMPTS_TOGETHER: Final = 4
"""Of a batch, before it is halved: the one that others contend for should wait alone."""
LONGEST_PAUSE_SECONDS: Final = 0.06

BATCHES_CHECKED_AFTER_REPEAT: Final = 100
"""Repeats come in swarms: a provider repeats what it sent while a process was away."""


class MessageIngest:
    """Writes batches of arrivals; made for `GroupCommit`, one batch at a time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sequence: SequenceClock,
        suppression: Suppression,
        *,
        on_queue: OnQueue = lambda _: None,
    ) -> None:
        self._database = database
        self._on_queue = on_queue
        self._clock = clock
        self._sequence = sequence
        self._cache = RoutingCache()
        self._writer = new_writer()
        self._suppression = suppression
        self._early = EarlyApplying(database, clock)
        self._batches_to_check = BATCHES_CHECKED_AFTER_REPEAT

    async def write(self, arrivals: Sequence[Arrival]) -> Sequence[Stored | Exception]:
        """Store what is new among `arrivals`; return an outcome for each, in order.

        What was told of one before it came is applied to it.

        Raises:
            PyMongoError: if nothing could be stored now; the provider repeats.
        """
        unique = {arrival.key: arrival for arrival in arrivals}
        stored = await write_setting_apart(list(unique.values()), self._with_retries, _set_aside, check=check_names)
        outcomes = dict(zip(unique, stored, strict=True))
        return [outcomes[arrival.key] for arrival in arrivals]

    async def _with_retries(self, arrivals: Sequence[Arrival]) -> Sequence[Stored]:
        attempts = ATTEMPTS if len(arrivals) == 1 else ATTEMPTS_TOGETHER
        for attempt in range(attempts):
            try:
                outcomes = await self._write_once(arrivals)
                return [outcomes[arrival.key] for arrival in arrivals]
            except Exception as error:
                if attempt == attempts - 1 or not (is_transient(error) or is_duplicate(error)):
                    raise
                self._batches_to_check = BATCHES_CHECKED_AFTER_REPEAT
                for arrival in arrivals:
                    self._cache.forget(_key_of(arrival))
                await asyncio.sleep(random.uniform(0, min(0.002 * 2**attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - spreads contenders
        raise AssertionError("unreachable")

    async def _write_once(self, arrivals: Sequence[Arrival]) -> dict[MessageKey, Stored]:
        known = await self._known(arrivals)
        outcomes = {own_key(message): REPEAT for message in known}
        fresh = [arrival for arrival in arrivals if arrival.key not in outcomes]
        channels = {arrival.channel.id: arrival.channel for arrival in arrivals}
        await self._early.find_and_apply(channels, list(outcomes))
        if fresh:
            writing = await self._store(await self._place(fresh), await self._answered(fresh))
            await self._early.apply(writing.told_early)
            outcomes |= writing.outcomes
        return outcomes

    async def _known(self, arrivals: Sequence[Arrival]) -> list[MessageDocument]:
        """Read which arrivals are there already; not at all in times without repeats.

        The unique index refuses a repeat anyway. To ask first costs a read of every message, not to ask
        costs a second transaction for each batch with a repeat.
        """
        if self._batches_to_check <= 0:
            return []
        self._batches_to_check -= 1
        keys = [arrival.key for arrival in arrivals]
        return await self._database.batch(lambda database: find_by_provider_id(database, keys, KEY_FIELDS))

    async def _answered(self, arrivals: Sequence[Arrival]) -> Mapping[tuple[str, str], str]:
        """Find the messages that arrivals reply to: (channel, provider's id) → our id."""
        people = {
            (a.channel.workspace_id, a.channel.id, a.event.reply_to): identity_keys(a.channel, a.event.customer)
            for a in arrivals
            if a.event.reply_to
        }
        meant = await find_meant(self._database, people.keys(), {**KEY_FIELDS, "_id": 1, "part_ids": 1}, people=people)
        return {(channel_id, provider_id): d["_id"] for (_, channel_id, provider_id), d in meant.items()}

    async def _place(self, arrivals: Sequence[Arrival]) -> list[CustomerBatch]:
        """Find each customer's open conversation, if there is one, and the place of the messages in it."""
        batches = by_customer(arrivals)
        last = self._sequence.reserve(max(len(batch.arrivals) for batch in batches))
        for batch in batches:
            batch.last_seq = last
            batch.route = self._cache.get(batch.key)
        missing = [batch for batch in batches if batch.route is None]
        if missing:
            await shed_promises(self._database, await self._look_up(missing))
        return batches

    async def _store(self, batches: Sequence[CustomerBatch], answered: Mapping[tuple[str, str], str]) -> ArrivalWriting:
        """Promise and write; conversations that refuse (they were closed) are looked for once more, then replaced."""
        unpromised = [batch for batch in batches if batch.route is not None]
        for may_look in (True, False):
            writing = self._writing(batches, answered)
            refused = await self._database.batch(partial(self._write, unpromised, writing))
            if not refused:
                break
            unpromised = [batch for batch in unpromised if _conversation(batch) in refused]
            await self._route_anew(unpromised, may_look=may_look)
        else:
            writing = self._writing(batches, answered)
            await self._database.batch(partial(self._write, (), writing))
        for batch in batches:
            if batch.target is not None:
                for key in batch.keys:
                    self._cache.put(key, batch.target)
        for queue_id in writing.queue_ids:
            self._on_queue(queue_id)
        return writing

    async def _route_anew(self, batches: Sequence[CustomerBatch], *, may_look: bool) -> None:
        if may_look:
            await self._look_up(batches)
        else:
            for batch in batches:
                batch.route = None

    async def _look_up(self, batches: Sequence[CustomerBatch]) -> list[ConversationDocument]:
        return await self._database.batch(partial(look_up, batches))

    def _writing(self, batches: Sequence[CustomerBatch], answered: Mapping[tuple[str, str], str]) -> ArrivalWriting:
        writing = ArrivalWriting(self._writer, self._clock.now(), self._suppression)
        for batch in batches:
            writing.add(batch, answered)
        return writing

    async def _write(
        self, unpromised: Sequence[CustomerBatch], writing: ArrivalWriting, database: Collections
    ) -> frozenset[str]:
        """Make the promises and, if no conversation refuses, insert everything; return those that refused."""
        now = self._clock.now()
        promises = [
            Promise(
                workspace_id=batch.key.workspace_id,
                conversation_id=_conversation(batch),
                raises=tuple(times_raised(batch.arrivals, now).items()),
                is_action=not batch.is_notice,
                ends_snooze=not batch.is_notice,
            )
            for batch in unpromised
            if batch.route is not None and batch.target is not None
        ]
        write = partial(writing.insert, database)
        promising = Promising(database, self._writer, writing.last_seq, promises, now)
        early = kept_for(writing.stored_keys, database)
        asked = () if early is None else (early,)
        appended = await append_promised(database, promising, write, asked=asked)
        for found in appended.found:
            writing.told_early = early_events(writing.channels, found)
        return appended.refused


def _conversation(batch: CustomerBatch) -> str:
    return batch.route.conversation_id if batch.route is not None else ""


def _key_of(arrival: Arrival) -> RouteKey:
    return route_key(arrival.channel, arrival.event.customer.external_id)


def _set_aside(_: Arrival, error: Exception) -> Stored | Exception:
    """Drop an arrival that can never be stored; raise what may pass, so that the provider repeats."""
    if is_transient(error) or is_duplicate(error):
        return error
    return Stored(fresh=True, unstorable=type(error).__name__)
