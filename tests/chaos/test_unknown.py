"""A message whose answer was lost is `unknown`: no more of them than were on the wire, and not for long."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

from tests.chaos.counting import count
from tests.chaos.following import Follower, Way
from tests.chaos.picture import read_picture
from tests.chaos.world import World
from tests.waiting import eventually

SLOW_MS = 18_000
"""More than a lease and its takeover, after what a busy machine needs until a message that is seen on the wire has lost
its worker; less than the 30 s after which a send is given up by itself."""
SETTLED_WITHIN = timedelta(seconds=5)


async def test_lost_answers_are_settled_by_the_statuses(world: World, seed: int) -> None:
    """The emulator has every message, answers none, and reports their delivery a quarter of a second late."""
    await world.emulator.faults(lose_response_rate=1.0, reorder=True)
    load = world.load(seed)
    follower = Follower(world.api, seed=seed, way=Way.POLLING)
    async with follower.following():
        async with load.running():
            await load.grown(150)
            await eventually(lambda: _unknown(follower), "an answer is known as lost before the report comes")
        await count(world.api, world.emulator, load.ledger, load.customers)

        async def told() -> bool:
            return all("delivered" in follower.told_at.get(reply, ()) for reply in load.ledger.replies)

        await eventually(told, "the follower knows of all deliveries")
    lost = [times for times in follower.told_at.values() if "unknown" in times]
    assert lost, "there must have been lost answers"
    assert max(times["delivered"] - times["unknown"] for times in lost) < SETTLED_WITHIN


async def test_a_killed_worker_leaves_no_more_unknown_than_it_had_on_the_wire(world: World, seed: int) -> None:
    """The provider takes longer than the dead worker's lease: its late reports settle what was given up."""
    await world.emulator.faults(latency_ms=SLOW_MS)
    load = world.load(seed)
    follower = Follower(world.api, seed=seed)
    async with follower.following():
        async with load.running():
            await load.grown(100)

            await eventually(world.emulator.in_flight, "messages are on the wire")
            with world.stopped("work") as pid:
                picture = await read_picture(world.api, load.customers)
                sending = {name for name, m in picture.messages.items() if m["status"] == "sending"}
                os.kill(pid, signal.SIGKILL)
            await world.emulator.faults(latency_ms=0)
            await load.grown(60)
        await world.recovered()
        unknown = await eventually(lambda: _unknown(follower), "the dead worker's messages are known as unknown")
        assert unknown <= sending

        async def nothing_in_flight() -> bool:
            return await world.emulator.in_flight() == 0

        await eventually(nothing_in_flight, "the provider has carried out what it took")
        # A message is marked before its request is written: what the dead worker had only marked stays unknown.
        taken = unknown & {our_id for our_id, _ in await world.emulator.accepted()}
        assert taken
        await count(world.api, world.emulator, load.ledger, load.customers, uncertain=sending)

        async def all_settled() -> bool:
            picture = await read_picture(world.api, load.customers)
            return {picture.messages[name]["status"] for name in taken} == {"delivered"}

        await eventually(all_settled, "the provider's late reports have settled them all")


async def _unknown(follower: Follower) -> set[str]:
    return {name for name, times in follower.told_at.items() if "unknown" in times}
