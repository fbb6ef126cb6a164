"""Random commands against a small model of queues and operators, on the real database.

The model knows three queues' worth of rules in a few lines: who waits in which order, who has what. After each
command the database must say the same, and its counters must be what they count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.storage.database import Database
from queueing.operators.operator_statuses import StatusRequest
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W, operator
from tests.ready_databases import ReadyDatabases

PEOPLE = ("ann", "ben", "cid")
QUEUES = ("sales", "help")
people = st.sampled_from(PEOPLE)
queues = st.sampled_from(QUEUES)
picks = st.integers(0, 99)
"""Which of the open ones, counted round: drawn before it is known how many there are, for that is a matter of races."""
LIMITS = st.sampled_from([1, 2, 4, None])


@dataclass
class Person:
    """An operator of the model."""

    capacity: int
    status: str = "ready"
    next: str | None = None
    held: set[str] = field(default_factory=set)


@dataclass
class Line:
    """A queue of the model: who waits, in order, with the priority."""

    limit: int | None
    members: tuple[str, ...]
    waiting: list[tuple[int, str]] = field(default_factory=list)

    def join(self, conversation: str, priority: int = 0) -> None:
        behind = sum(p >= priority for p, _ in self.waiting)
        self.waiting.insert(behind, (priority, conversation))

    def has_room(self, taken_at_once: int) -> bool:
        """Who finds a free operator does not wait: the limit is for those who do."""
        return self.limit is None or len(self.waiting) < self.limit + taken_at_once


class QueueMachine(RuleBasedStateMachine):
    """Commands, each done in the model and on the database."""

    loop: asyncio.AbstractEventLoop
    connected: Callable[[], Database]
    """A function, because hypothesis looks into every attribute of the class and a database has them all."""
    empty: Callable[[], bool]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).connected()
        self.people = {name: Person(capacity=number + 1) for number, name in enumerate(PEOPLE)}
        self.lines: dict[str, Line] = {}
        self.ids: dict[str, str] = {}
        self.closed: set[str] = set()
        self.all: set[str] = set()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize(limits=st.tuples(LIMITS, LIMITS))
    def begin(self, limits: tuple[int | None, int | None]) -> None:
        self.clock = FixedClock(datetime.now(UTC).replace(microsecond=0))
        self.world = QueueWorld(self.database, self.clock)
        self.run(self._begin(limits))

    async def _begin(self, limits: tuple[int | None, int | None]) -> None:
        type(self).empty()
        await self.world.prepare()
        for name, person in self.people.items():
            await self.world.add_operator(name, status=person.status, capacity=person.capacity)
        for name, limit, members in zip(QUEUES, limits, (("ann", "ben"), ("ben", "cid")), strict=True):
            self.ids[name] = await self.world.add_queue(name=name, limit=limit, operator_ids=members)
            self.lines[name] = Line(limit, members)

    @rule(queue=queues, count=st.integers(1, 3), priority=st.sampled_from([0, 0, 5]))
    def customers_come(self, queue: str, count: int, priority: int) -> None:
        self.tick()
        arrived = self.run(self.world.arrive(self.ids[queue], count, priority=priority))
        self.all |= set(arrived)
        line = self.lines[queue]
        free = sum(self.people[m].capacity - len(self.people[m].held) for m in line.members if self.takes(m))
        for conversation in arrived:
            if line.has_room(free):
                line.join(conversation, priority)
            else:
                self.closed.add(conversation)
        self.route(queue)

    @rule(person=people, status=st.sampled_from(["ready", "ready", "online", "offline"]))
    def somebody_changes_status(self, person: str, status: str) -> None:
        self.plan(person, status, None)

    @rule(person=people, status=st.sampled_from(["unavailable", "offline"]))
    def somebody_plans(self, person: str, status: str) -> None:
        self.plan(person, "ready", status)

    def plan(self, person: str, status: str, next_: str | None) -> None:
        self.tick()
        one = self.people[person]
        one.status, one.next = (status, next_) if one.held or next_ is None else (next_, None)
        self.run(self.world.statuses.set(operator(person), "me", StatusRequest(status=status, next=next_)))
        self.route(*QUEUES)

    @rule(pick=picks)
    def one_is_closed(self, pick: int) -> None:
        open_ = sorted(self.all - self.closed)
        if not open_:
            return
        conversation = open_[pick % len(open_)]
        self.tick()
        self.run(self.world.close(conversation))
        self.leave(conversation)
        self.closed.add(conversation)
        self.run(self.world.statuses.take_planned())
        for person in self.people.values():
            if person.next and not person.held:
                person.status, person.next = person.next, None
        self.route(*QUEUES)

    @rule(pick=picks, queue=queues)
    def one_is_transferred_to_a_queue(self, pick: int, queue: str) -> None:
        open_ = sorted(self.all - self.closed)
        if not open_:
            return
        conversation = open_[pick % len(open_)]
        self.tick()
        line = self.lines[queue]
        waits_here = conversation in [c for _, c in line.waiting]
        reachable = any(self.people[m].status in {"ready", "online"} for m in line.members)
        expected = None
        if not reachable:
            expected = "queue_unavailable"
        elif line.limit is not None and len(line.waiting) - waits_here >= line.limit:
            expected = "queue_full"
        assert self.attempt(self.world.transfers.to_queue(OWNER, conversation, self.ids[queue])) == expected
        if expected is None:
            self.leave(conversation)
            line.join(conversation)
        self.route(*QUEUES)

    @rule(pick=picks, person=people)
    def one_is_transferred_to_somebody(self, pick: int, person: str) -> None:
        open_ = sorted(self.all - self.closed)
        if not open_:
            return
        conversation = open_[pick % len(open_)]
        self.tick()
        one = self.people[person]
        expected = None
        if one.status not in {"ready", "online"}:
            expected = "operator_unavailable"
        elif conversation not in one.held and len(one.held) >= one.capacity:
            expected = "operator_full"
        assert self.attempt(self.world.transfers.to_operator(OWNER, conversation, person)) == expected
        if expected is None:
            self.leave(conversation)
            one.held.add(conversation)
        self.route(*QUEUES)

    @rule(queue=queues, limit=LIMITS)
    def a_limit_is_changed(self, queue: str, limit: int | None) -> None:
        self.lines[queue].limit = limit
        self.run(self.world.queues.patch(W, self.ids[queue], {"limit": limit}))

    def tick(self) -> None:
        self.clock.advance(timedelta(seconds=1))

    def attempt(self, work: Coroutine[Any, Any, Any]) -> str | None:
        try:
            self.run(work)
        except ProblemError as problem:
            return problem.code
        return None

    def leave(self, conversation: str) -> None:
        for line in self.lines.values():
            line.waiting = [(p, c) for p, c in line.waiting if c != conversation]
        for person in self.people.values():
            person.held.discard(conversation)

    def route(self, *names: str) -> None:
        """Let two workers route at once; take over into the model who got what, and check that it was allowed."""
        self.run(self._route(names))
        held = self.run(self._held())
        for name in names:
            line = self.lines[name]
            got = [c for _, c in line.waiting if any(c in h for h in held.values())]
            assert got == [c for _, c in line.waiting[: len(got)]], "strictly from the front"
            line.waiting = line.waiting[len(got) :]
            for conversation in got:
                (taker,) = [person for person, h in held.items() if conversation in h]
                assert taker in line.members
                assert (self.people[taker].status, self.people[taker].next) == ("ready", None)
                self.people[taker].held.add(conversation)
        for line in (self.lines[name] for name in names):
            assert not (line.waiting and any(self.takes(member) for member in line.members)), "nobody waits in vain"

    async def _route(self, names: tuple[str, ...]) -> None:
        await asyncio.gather(*(self.world.routing.route(W, self.ids[name]) for name in names for _ in range(2)))

    async def _held(self) -> dict[str, list[str]]:
        return {person: await self.world.held(person) for person in PEOPLE}

    def takes(self, person: str) -> bool:
        one = self.people[person]
        return one.status == "ready" and one.next is None and len(one.held) < one.capacity

    @invariant()
    def the_database_says_the_same(self) -> None:
        if self.lines:
            self.run(self._compare())

    async def _compare(self) -> None:
        for name, line in self.lines.items():
            assert await self.world.line(self.ids[name]) == [c for _, c in line.waiting]
        for name, person in self.people.items():
            assert set(await self.world.held(name)) == person.held
            stored = await self.world.operator(name)
            assert (stored["status"], stored.get("next_status")) == (person.status, person.next)
        found = await self.database.conversations.find({"open": False}, {"_id": 1}).to_list(None)
        assert {c["_id"] for c in found} == self.closed
        assert await self.database.conversations.count_documents({}) == len(self.all)
        await self.world.check_counters()


def test_queues_do_what_the_model_does(database_url: str, ready_databases: ReadyDatabases) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    async def connect() -> Database:
        return Database(database_url)

    database = loop.run_until_complete(connect())
    QueueMachine.loop, QueueMachine.connected = loop, staticmethod(lambda: database)
    QueueMachine.empty = staticmethod(lambda: ready_databases.empty(database.name))
    try:
        run_state_machine_as_test(
            QueueMachine,
            settings=settings(
                max_examples=15,
                stateful_step_count=25,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        database.close()
        asyncio.set_event_loop(None)
        loop.close()
