"""What may happen at the same moment: clocks that differ, somebody who goes while they are given something."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from queueing.deadlines.longest_wait import LongestWait
from queueing.operators.operator_removal import OperatorRemoval
from queueing.routing.route_queue import Routing
from queueing.transfers.transfers import Transfers
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W

MANY = 60


async def test_clocks_a_minute_apart_keep_the_order(world: QueueWorld) -> None:
    """The machine behind lets in later ones: they don't go ahead of those whom the machine ahead has let in."""
    ahead = FixedClock(world.clock.now() + timedelta(seconds=60))
    await world.set_status("boss", "online")
    queue = await world.add_queue(operator_ids=("boss",))
    first = await world.arrive(queue, 3)
    await Routing(world.database, ahead).route(W, queue)
    second = await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    assert await world.line(queue) == [*first, *second]
    await world.transfers.to_queue(OWNER, first[0], queue)
    assert await world.line(queue) == [*first[1:], *second, first[0]], "the end is the end, whatever the clock says"
    await Transfers(world.database, ahead).to_queue(OWNER, first[1], queue)
    await world.transfers.to_queue(OWNER, first[2], queue)
    assert await world.line(queue) == [*second, *first]
    await world.check_counters()


async def test_a_longest_wait_under_two_clocks_ends_once(world: QueueWorld) -> None:
    queue = await world.add_queue(max_wait_seconds=90)
    ids = await world.arrive(queue, 20)
    await world.routing.route(W, queue)
    ahead = FixedClock(world.clock.now() + timedelta(seconds=100))
    behind = FixedClock(world.clock.now() + timedelta(seconds=40))
    await asyncio.gather(*(LongestWait(world.database, clock).expire(W, queue) for clock in (ahead, behind, ahead)))
    assert await world.states() == {"closed": len(ids)}
    await world.check_counters()


async def test_an_operator_removed_while_given_conversations(world: QueueWorld) -> None:
    """Whatever comes first: nobody is left with somebody who is gone."""
    for number in range(6):
        name = f"op{number}"
        await world.add_operator(name, capacity=3)
        queue = await world.add_queue(name=name, operator_ids=(name,))
        rest = await world.add_queue(name=f"rest of {name}")
        ids = await world.arrive(queue, 5)
        await world.routing.route(W, queue)
        await world.set_status(name, "ready")
        removal = OperatorRemoval(world.database, world.clock)
        await asyncio.gather(
            world.routing.route(W, queue),
            removal.delete(OWNER, name, move_to=rest),
            world.transfers.assign(OWNER, ids[0], name),
            return_exceptions=True,
        )
        if (await world.operator(name))["active"]:
            await removal.delete(OWNER, name, move_to=rest)
        await world.routing.route(W, queue)
        assert await world.held(name) == []
        assert sorted([*await world.line(queue), *await world.line(rest)]) == sorted(ids)
    await world.check_counters()


async def test_two_transfers_into_the_last_place(world: QueueWorld) -> None:
    await world.set_status("boss", "ready")
    await world.set_workspace(manual_over_capacity=True)
    queue = await world.add_queue(limit=1, operator_ids=("boss",))
    ids = await world.arrive(None, 4)
    await world.set_status("boss", "online")
    answers = await asyncio.gather(
        *(world.transfers.to_queue(OWNER, one, queue) for one in ids), return_exceptions=True
    )
    refused = [answer.code for answer in answers if isinstance(answer, ProblemError)]
    assert refused == ["queue_full"] * 3
    assert len(await world.line(queue)) == 1
    await world.check_counters()


async def test_many_transfers_into_one_queue_and_many_closes_all_succeed(world: QueueWorld) -> None:
    """Each counts on the queue's own document: they stand in line for it, and nobody is told that the database is away.

    What is turned back by MongoDB is begun again; so many begin once, or nearly so.
    """
    await world.set_status("boss", "online")
    queue = await world.add_queue(operator_ids=("boss",))
    ids = await world.arrive(None, MANY)
    await asyncio.gather(*(world.transfers.to_queue(OWNER, one, queue) for one in ids))
    assert sorted(await world.line(queue)) == sorted(ids)
    await world.check_counters()
    await asyncio.gather(*(world.close(one) for one in ids))
    assert await world.states() == {"closed": MANY}
    await world.check_counters()
