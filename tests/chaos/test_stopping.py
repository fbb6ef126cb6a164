"""A process that is told to stop finishes what it has begun; a demo that is started again finds everything."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from tests.acceptance.demo_process import DemoProcess
from tests.chaos.counting import count, inbound_faults, reply_faults
from tests.chaos.following import Follower
from tests.chaos.meta import text_message
from tests.chaos.picture import read_picture
from tests.chaos.waiting import settled
from tests.chaos.world import World
from tests.waiting import eventually

STOP_SECONDS = 10.0


async def test_a_webhook_under_way_is_answered_and_stored(world: World, seed: int) -> None:
    name = f"wamid.{seed}.slow"
    body = world.meta.envelope([text_message(f"4913{seed:06d}", name, "slow")])
    host, port = world.demo.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST {world.meta.path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
        f"X-Hub-Signature-256: {world.meta.signature(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:100])
    await writer.drain()
    await world.api.get("/healthz")  # whatever came before was read by now
    pid = world.demo.pids("serve")[0]
    os.kill(pid, signal.SIGTERM)
    log = world.demo.directory / "logs" / "server.log"

    async def stopping() -> bool:
        return '"stopping"' in log.read_text().splitlines()[-1]

    await eventually(stopping, "the server says that it stops")
    writer.write(body[100:])
    answer = await asyncio.wait_for(reader.read(), STOP_SECONDS)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    await world.recovered()
    picture = await read_picture(world.api, [f"4913{seed:06d}"])
    assert [m["provider_id"] for m in picture.messages.values()] == [name]


async def test_servers_and_workers_stop_under_load_without_a_trace(world: World, seed: int) -> None:
    await world.emulator.faults(latency_ms=150)
    load = world.load(seed)
    follower = Follower(world.api, seed=seed)
    async with follower.following():
        async with load.running():
            for part in ("work", "serve", "work"):
                await load.grown(60)
                await world.kill(part, signal.SIGTERM)
            await load.grown(60)
        await world.recovered()
        await count(world.api, world.emulator, load.ledger, load.customers)

        async def complete() -> bool:
            return all("delivered" in follower.told_at.get(reply, ()) for reply in load.ledger.replies)

        await eventually(complete, "the follower knows of all replies")
    assert follower.reread == 0
    unknown = [name for name, statuses in follower.told_at.items() if "unknown" in statuses]
    assert not unknown, "who is told to stop waits for the answers"


async def test_a_second_start_finds_everything_again(tmp_path: Path, seed: int) -> None:
    with DemoProcess.started(tmp_path) as demo:
        async with World.of(demo) as world:
            await world.emulator.faults(latency_ms=100)
            load = world.load(seed)
            async with load.running():
                await load.grown(150)
                await asyncio.to_thread(demo.stop)  # the load goes on and is not answered
                await asyncio.to_thread(demo.start)
            await world.recovered()

            async def complaints() -> list[str]:
                picture = await read_picture(world.api, load.customers)
                unfinished = {"queued", "sending", "unknown"}  # `failed` is an answer: a new emulator knows no window
                found = [f"{m['status']}: {name}" for name, m in picture.messages.items() if m["status"] in unfinished]
                return found + inbound_faults(picture, load.ledger) + reply_faults(picture, load.ledger)

            await settled(complaints, "everything is there and sent")
