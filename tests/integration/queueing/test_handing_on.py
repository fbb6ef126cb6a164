"""Conversations that change their queue: who is preferred there, and what time means for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.model.deadlines import NEVER
from queueing.queues.queue_models import Strategy
from tests.integration.queueing.queue_world import QueueWorld, W, operator


async def test_who_gives_one_away_does_not_get_it_back(world: QueueWorld) -> None:
    for name in ("ann", "ben"):
        await world.add_operator(name, status="ready")
    queue = await world.add_queue(operator_ids=("ann", "ben"), sticky=True)
    world.clock.advance(timedelta(seconds=1))
    (conversation,) = await world.arrive(queue, last_operator_id="ann")
    await world.routing.route(W, queue)
    assert await world.held("ann") == [conversation]
    for holder, next_one in (("ann", "ben"), ("ben", "ann"), ("ann", "ben")):
        world.clock.advance(timedelta(seconds=1))
        await world.transfers.to_queue(operator(holder, queues=[queue]), conversation, queue)
        await world.routing.route(W, queue)
        assert await world.held(next_one) == [conversation]
    await world.check_counters()


@pytest.mark.parametrize("strategy", Strategy)
async def test_nor_by_any_strategy_while_a_colleague_has_room(world: QueueWorld, strategy: Strategy) -> None:
    """Ann is always the better choice: more skilled or less, idle for longer, with as few conversations."""
    skill = {Strategy.MOST_QUALIFIED: 5, Strategy.LEAST_QUALIFIED: 1}.get(strategy, 3)
    await world.add_operator("ann", status="ready", skills={"english": skill}, capacity=1)
    world.clock.advance(timedelta(seconds=1))
    await world.add_operator("ben", status="ready", skills={"english": 3}, capacity=1)
    queue = await world.add_queue(operator_ids=("ann", "ben"), strategy=strategy, skills=("english",))
    (conversation,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    assert await world.held("ann") == [conversation]
    (other,) = await world.arrive(queue)
    world.clock.advance(timedelta(seconds=1))
    await world.routing.route(W, queue)
    await world.close(other)
    await world.transfers.to_queue(operator("ann", queues=[queue]), conversation, queue)
    await world.routing.route(W, queue)
    assert await world.held("ben") == [conversation]
    await world.set_status("ann", "unavailable")
    await world.transfers.to_queue(operator("ben", queues=[queue]), conversation, queue)
    await world.routing.route(W, queue)
    assert await world.held("ben") == [conversation], "nobody else has room"
    await world.check_counters()


async def test_who_helped_out_hands_it_to_the_operator_of_last_time(world: QueueWorld) -> None:
    for name in ("ann", "ben", "eve"):
        await world.add_operator(name, status="ready")
    queue = await world.add_queue(operator_ids=("ben", "eve"), sticky=True)
    (conversation,) = await world.arrive(None, last_operator_id="eve")
    ann = operator("ann", queues=[queue])
    await world.transfers.assign(ann, conversation, "ann")
    await world.transfers.to_queue(ann, conversation, queue)
    await world.routing.route(W, queue)
    assert await world.held("eve") == [conversation]


async def test_a_deleted_queues_conversations_wait_by_the_rules_of_the_other_one(world: QueueWorld) -> None:
    target = await world.add_queue(name="Target", max_wait_seconds=600)
    queue = await world.add_queue()
    (conversation,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    await world.database.conversations.update_one({"_id": conversation}, {"$set": {"check_at": NEVER}})
    world.clock.advance(timedelta(hours=1))
    await world.removal.delete(W, queue, move_to=target)
    assert (await world.conversation(conversation))["check_at"] == world.clock.now(), "a waiting text may be due"
    world.clock.advance(timedelta(seconds=599))
    assert await world.longest_wait.expire(W, target) == 0, "the longest wait begins anew"
    world.clock.advance(timedelta(seconds=1))
    assert await world.longest_wait.expire(W, target) == 1
