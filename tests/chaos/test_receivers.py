"""Other programs hear of everything while processes are killed: by webhook each event, by socket the same sequence."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from tests.chaos.following import Follower, JsonObject
from tests.chaos.receivers import Receivers, cursor_now, told_since
from tests.chaos.waiting import settled
from tests.chaos.world import World
from tests.waiting import eventually

BETWEEN = 30
CLIENTS = 100
CATCH_UP_SECONDS = 120.0


class Listener(Follower):
    """Keeps nothing but the sequence, and hangs up now and then."""

    def __init__(self, world: World, *, seed: int, start: str) -> None:
        super().__init__(world.api, seed=seed)
        self.sequence: list[str] = []
        self._start = start

    async def _read_lists(self) -> None:
        self.reread += 1
        self.cursor = self._start

    def _take(self, event: JsonObject) -> None:
        self.sequence.append(event["id"])
        self.cursor = event["cursor"]


async def test_all_who_are_told_are_told_everything(world: World, seed: int) -> None:
    """Receivers of webhooks get each event once or more, in order within its conversation; clients the same sequence.

    Some receivers hang, answer without end, lead elsewhere or are not there: the others hear no less for it.
    """
    load = world.load(seed)
    async with Receivers().subscribed(world.api) as receivers, AsyncExitStack() as listening:
        start = await _heard_by_all(world, receivers, f"4918{seed:06d}00")
        listeners = [Listener(world, seed=seed + n, start=start) for n in range(CLIENTS)]
        for listener in listeners:
            await listening.enter_async_context(listener.following())
        async with load.running():
            for part in ("work", "serve", "mongod"):
                await load.grown(BETWEEN)
                await world.kill(part)
            await load.grown(BETWEEN)
        await world.recovered()

        async def complaints() -> list[str]:
            events = await told_since(world.api, start)
            lacking = [f"{name}, {one}" for name, r in receivers.good.items() for one in r.complaints(events)]
            return lacking + _differences(listeners, [event["id"] for event in events])

        await settled(complaints, "all know of everything", CATCH_UP_SECONDS)
        assert receivers.held, "the one that hangs was asked"
        assert not receivers.trapped, "nobody is led elsewhere"
    assert [(listener.faults, listener.reread) for listener in listeners] == [([], 0)] * CLIENTS


async def _heard_by_all(world: World, receivers: Receivers, customer: str) -> str:
    """Wait until every receiver is told of what happens; return the cursor from which on all must come."""
    said = 0

    async def heard() -> bool:
        nonlocal said
        said += 1
        await world.emulator.customer_writes(customer, f"is anybody there? {said}")
        return all(receiver.heard for receiver in receivers.good.values())

    await eventually(heard, "all receivers hear")
    return await cursor_now(world.api)


def _differences(listeners: Sequence[Listener], ids: Sequence[str]) -> list[str]:
    return [
        f"client {n} has {len(one.sequence)} of {len(ids)}" for n, one in enumerate(listeners) if one.sequence != ids
    ]
