"""Other clients follow the event stream while everything is killed: in the end they know what the API says."""

from __future__ import annotations

import random
from contextlib import AsyncExitStack

from tests.chaos.counting import count
from tests.chaos.following import Follower, Way
from tests.chaos.picture import read_picture
from tests.chaos.waiting import settled
from tests.chaos.world import World

BETWEEN = 60
CATCH_UP_SECONDS = 120.0


async def test_followers_end_with_the_same_picture(world: World, seed: int) -> None:
    await world.emulator.faults(duplicate_rate=0.2, reorder=True)
    load = world.load(seed)
    followers = [Follower(world.api, seed=seed + n, way=way) for n, way in enumerate((*Way, Way.SOCKET))]
    strikes = ["serve", "work", "redis", "flush", "mongod"]
    random.Random(seed).shuffle(strikes)
    async with AsyncExitStack() as following:
        for follower in followers:
            await following.enter_async_context(follower.following())
        async with load.running():
            for strike in strikes:
                await load.grown(BETWEEN)
                await (world.flush_redis() if strike == "flush" else world.kill(strike))
            await load.grown(BETWEEN)
        await world.recovered()
        await count(world.api, world.emulator, load.ledger, load.customers)
        await settled(lambda: differences(world, followers), "all know the same", CATCH_UP_SECONDS)
    for follower in followers:
        assert not follower.faults, (len(follower.faults), follower.faults[:10])
        assert follower.events > BETWEEN, "it must have followed, not only read lists"


async def test_nothing_is_told_to_be_read_again_without_need(world: World, seed: int) -> None:
    """A killed server, worker or database costs no cursor: only the loss of Redis does."""
    load = world.load(seed)
    followers = [Follower(world.api, seed=seed + n, way=way) for n, way in enumerate(Way)]
    async with AsyncExitStack() as following:
        for follower in followers:
            await following.enter_async_context(follower.following())
        async with load.running():
            for part in ("work", "serve", "mongod"):
                await load.grown(BETWEEN)
                await world.kill(part)
            await load.grown(BETWEEN)
        await world.recovered()
        await count(world.api, world.emulator, load.ledger, load.customers)
        await settled(lambda: differences(world, followers), "all know the same", CATCH_UP_SECONDS)
    assert [(follower.faults[:10], follower.reread) for follower in followers] == [([], 0)] * len(followers)


async def differences(world: World, followers: list[Follower]) -> list[str]:
    """Say in what followers know something else than the API says."""
    true = (await read_picture(world.api)).outline()
    found = []
    for n, follower in enumerate(followers):
        known = follower.picture.outline()
        wrong = [name for name in true.keys() | known.keys() if true.get(name) != known.get(name)]
        found += [f"follower {n}, {name}: {known.get(name)} instead of {true.get(name)}" for name in wrong]
    return found
