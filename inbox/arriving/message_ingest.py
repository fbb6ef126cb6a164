"""Storing messages that arrive, in batches: each once, in the one open conversation of its identity."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import replace

from inbox.arriving.arrival_plan import REPEAT, ArrivalPlan, Circumstances, Stored, plan_arrivals
from inbox.arriving.arrival_writing import write_arrivals
from inbox.arriving.arrivals import Arrival, check_names, identity_keys, times_raised
from inbox.arriving.early import Told, early_events, kept_for
from inbox.arriving.early_applying import EarlyApplying
from inbox.arriving.routing_cache import RouteKey, RoutingCache, route_key
from inbox.arriving.whereabouts import CustomerArrivals, LookedUp, Whereabouts, by_customer, look_up
from inbox.contacts.suppression import Suppression
from inbox.conversation.promises import Promise, Promising, new_writer, shed_promises
from inbox.foundation.clock import Clock
from inbox.messages.append import append_promised
from inbox.messages.message_lookup import KEY_FIELDS, MessageKey, find_by_provider_id, find_meant, own_key
from inbox.storage.database import Collections, Database, is_duplicate, is_transient
from inbox.storage.documents import MessageDocument
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


class _Written(NamedTuple):
    """What became of a plan.

    Attributes:
        told_early: What was told of the messages before they came.
        refused: The conversations that refused: nothing was written then.
    """

    plan: ArrivalPlan
    told_early: Sequence[Told]
    refused: frozenset[str]


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
            customers = by_customer(fresh, self._sequence.reserve)
            written = await self._store(customers, await self._find(customers), await self._answered(fresh))
            await self._early.apply(written.told_early)
            outcomes |= written.plan.outcomes
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

    async def _find(self, customers: Sequence[CustomerArrivals]) -> list[Whereabouts]:
        """Find each customer's open conversation, if there is one."""
        found = [Whereabouts(route=self._cache.get(one.key)) for one in customers]
        unknown = [number for number, where in enumerate(found) if where.route is None]
        if unknown:
            looked = await self._look_up([customers[number] for number in unknown])
            await shed_promises(self._database, looked.crowded)
            return _replaced(found, unknown, looked.found)
        return found

    async def _store(
        self,
        customers: Sequence[CustomerArrivals],
        found: Sequence[Whereabouts],
        answered: Mapping[tuple[str, str], str],
    ) -> _Written:
        """Promise and write; conversations that refuse (they were closed) are looked for once more, then replaced."""
        for may_look in (True, False, False):
            plan = plan_arrivals(customers, found, Circumstances(answered, self._writer, self._clock.now()))
            written = await self._database.batch(partial(self._write, plan, found))
            if not written.refused:
                self._remember(plan)
                return written
            found = await self._found_anew(customers, found, written.refused, may_look=may_look)
        raise AssertionError("what was asked for no promise can't be refused")

    def _remember(self, plan: ArrivalPlan) -> None:
        for one in plan.writing:
            route = one.route
            if route is not None:
                for key in one.customer.keys:
                    self._cache.put(key, route)
        for queue_id in plan.queue_ids:
            self._on_queue(queue_id)

    async def _found_anew(
        self,
        customers: Sequence[CustomerArrivals],
        found: Sequence[Whereabouts],
        refused: frozenset[str],
        *,
        may_look: bool,
    ) -> list[Whereabouts]:
        """Look again for those whose conversation has refused; the others have promised."""
        numbers = [n for n, one in enumerate(found) if one.route is not None and one.route.conversation_id in refused]
        kept = [replace(one, is_promised=one.route is not None) for one in found]
        if may_look:
            looked = await self._look_up([customers[number] for number in numbers])
            return _replaced(kept, numbers, looked.found)
        return _replaced(kept, numbers, [replace(found[number], route=None) for number in numbers])

    async def _look_up(self, customers: Sequence[CustomerArrivals]) -> LookedUp:
        return await self._database.batch(partial(look_up, customers))

    async def _write(self, plan: ArrivalPlan, found: Sequence[Whereabouts], database: Collections) -> _Written:
        """Make the promises and, if no conversation refuses, write the plan."""
        now = self._clock.now()
        planned = zip(plan.customers, found, strict=True)
        promises = [
            Promise(
                workspace_id=one.customer.key.workspace_id,
                conversation_id=where.route.conversation_id,
                raises=tuple(times_raised(one.customer.arrivals, now).items()),
                is_action=not one.customer.is_notice,
                ends_snooze=not one.customer.is_notice,
            )
            for one, where in planned
            if where.route is not None and one.target is not None and not where.is_promised
        ]
        write = partial(write_arrivals, database, plan, self._suppression)
        promising = Promising(database, self._writer, plan.last_seq, promises, now)
        early = kept_for(plan.stored_keys, database)
        appended = await append_promised(database, promising, write, asked=() if early is None else (early,))
        told = [one for kept in appended.found for one in early_events(plan.channels, kept)]
        return _Written(plan, told, appended.refused)


def _replaced(found: Sequence[Whereabouts], numbers: Sequence[int], others: Sequence[Whereabouts]) -> list[Whereabouts]:
    """Return a list with others in the places of some."""
    anew = dict(zip(numbers, others, strict=True))
    return [anew.get(number, one) for number, one in enumerate(found)]


def _key_of(arrival: Arrival) -> RouteKey:
    return route_key(arrival.channel, arrival.event.customer.external_id)


def _set_aside(_: Arrival, error: Exception) -> Stored | Exception:
    """Drop an arrival that can never be stored; raise what may pass, so that the provider repeats."""
    if is_transient(error) or is_duplicate(error):
        return error
    return Stored(fresh=True, unstorable=type(error).__name__)
