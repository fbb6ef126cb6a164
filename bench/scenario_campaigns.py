"""Campaigns: a long list checked and frozen, a set rate that is held, and as fast as one worker can.

The list is one of the size that a marketing department has: a million rows at the benchmark's usual length, in
proportion at another. What was sent when is read from the emulator's raw log.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bench.options import Options
from bench.result import Result, at_least, at_most
from bench.system import System, running_system

FULL_ROWS = 1_000_000
FULL_SECONDS = 30.0
ROWS_PER_SECOND = FULL_ROWS / 60
MOST_MEMORY_MB = 200.0
ROWS_A_PIECE = 20_000
SET_RATE = 80
DEVIATION_PERCENT = 2.0
MOST_SET_SECONDS = 60.0
UNLIMITED = 400.0
MOST_SECONDS = 300.0
POLL_SECONDS = 0.5
FIRST_NUMBER = 15_120_000_000


async def run(options: Options) -> AsyncIterator[Result]:
    """Run the three rows in one system."""
    async with running_system(servers=1) as system, _client(system) as client:
        await _template(system)
        yield await _frozen(options, system, client)
        seconds = min(options.seconds * 2, MOST_SET_SECONDS)
        yield await _at_set_rate(system, client, int(SET_RATE * seconds))
        yield await _unlimited(system, client, int(UNLIMITED * options.seconds / 2))


async def _frozen(options: Options, system: System, client: aiohttp.ClientSession) -> Result:
    rows = int(FULL_ROWS * min(1.0, options.seconds / FULL_SECONDS))
    campaign = await _campaign(system, client)
    meter = system.meter()
    began = time.perf_counter()
    filled = await _upload(client, campaign["id"], _listing(rows))
    seconds = time.perf_counter() - began
    peak = max(_peak_mb(pid) for pid in system.pids["serve"])
    result = Result(name=f"list of {rows:,} rows checked and frozen", unit="rows/s", measured=rows / seconds)
    meter.read().into(result, rows)
    result.goals = [
        at_least("rate", "/s", ROWS_PER_SECOND, rows / seconds),
        at_most("memory", "MB", MOST_MEMORY_MB, peak),
    ]
    result.notes.append(f"{seconds:.1f} s; the server's most memory {peak:.0f} MB")
    if filled["audience"]["accepted"] != rows:
        result.wrong.append(f"{filled['audience']['accepted']:,} recipients of {rows:,} rows")
    await _action(client, campaign["id"], "cancel")
    await system.at_rest()  # a cancelled campaign's rows are ended one by one: no other row's work
    return result


async def _at_set_rate(system: System, client: aiohttp.ClientSession, count: int) -> Result:
    times, result = await _send(system, client, count, rate_per_second=SET_RATE)
    lasted = times[-1] - times[0]
    rate = (len(times) - 1) / lasted
    result.name = f"campaign at {SET_RATE}/s for {lasted:.0f} s"
    result.measured = rate
    off = abs(rate / SET_RATE - 1) * 100
    most = max(_per_second(times).values())
    result.goals = [at_most("off by", "%", DEVIATION_PERCENT, off)]
    result.notes.append(f"{rate:.2f}/s, {off:.2f} % off; most in one second of the clock: {most}")
    return result


async def _unlimited(system: System, client: aiohttp.ClientSession, count: int) -> Result:
    times, result = await _send(system, client, count)
    rate = (len(times) - 1) / (times[-1] - times[0])
    result.name = "campaign without a rate of its own, one worker"
    result.measured = rate
    result.goals = [at_least("rate", "/s", UNLIMITED, rate)]
    return result


async def _send(system: System, client: aiohttp.ClientSession, count: int, **fields: Any) -> tuple[list[float], Result]:
    """Send a campaign to its end; return the times of arrival at the emulator, and a row with the costs."""
    campaign = await _campaign(system, client, **fields)
    await _upload(client, campaign["id"], _listing(count))
    async with aiohttp.ClientSession(system.sandbox_url) as emulator:
        after = (await _json(emulator, "/control/stats?recipients=false"))["requests"]
        meter = system.meter()
        await _action(client, campaign["id"], "start")
        await _until_sent(client, campaign["id"])
        result = Result(name="", unit="messages/s")
        meter.read().into(result, count)
        sends = await _sends(emulator, after)
    doubled = [to for to, times in Counter(send["body"]["to"] for send in sends).items() if times > 1]
    if len(sends) != count or doubled:
        result.wrong.append(f"{count:,} recipients, {len(sends):,} messages, {len(doubled):,} got more than one")
    return sorted(datetime.fromisoformat(send["time"]).timestamp() for send in sends), result


async def _until_sent(client: aiohttp.ClientSession, campaign_id: str) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while True:
            campaign = await _json(client, f"/api/v1/campaigns/{campaign_id}")
            if campaign["state"] == "completed":
                return
            if campaign["state"] != "running":
                raise AssertionError(f"the campaign is {campaign['state']}: {campaign['reason']}")
            await asyncio.sleep(POLL_SECONDS)


async def _sends(emulator: aiohttp.ClientSession, after: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (page := await _json(emulator, f"/control/requests?after={after}"))["requests"]:
        found += page["requests"]
        after = page["next_after"]
    return [send for send in found if send["method"] == "POST" and send["message_id"]]


def _per_second(times: Sequence[float]) -> Counter[int]:
    return Counter(int(at) for at in times)


def _client(system: System) -> aiohttp.ClientSession:
    headers = {"Authorization": f"Bearer {system.seed.first.owner.token}"}
    return aiohttp.ClientSession(system.base_url, headers=headers, timeout=aiohttp.ClientTimeout(total=MOST_SECONDS))


async def _template(system: System) -> None:
    """Have the demo's template as a sync leaves it, if that was not there before us."""
    async with asyncio.timeout(60):
        wanted = {"workspace_id": system.seed.first.id, "name": "hello_again", "usable": True}
        while await system.runtime.database.templates.find_one(wanted) is None:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)


async def _campaign(system: System, client: aiohttp.ClientSession, **fields: Any) -> dict[str, Any]:
    template = {"name": "hello_again", "language": "en"}
    body = {"name": "bench", "channel_id": system.seed.whatsapp.id, "template": template, **fields}
    async with client.post("/api/v1/campaigns", json=body) as response:
        response.raise_for_status()
        return dict(await response.json())


async def _upload(client: aiohttp.ClientSession, campaign_id: str, pieces: AsyncIterator[bytes]) -> dict[str, Any]:
    headers = {"Content-Type": "text/csv"}
    async with client.post(f"/api/v1/campaigns/{campaign_id}/audience", data=pieces, headers=headers) as response:
        response.raise_for_status()
        return dict(await response.json())


async def _action(client: aiohttp.ClientSession, campaign_id: str, name: str) -> None:
    async with client.post(f"/api/v1/campaigns/{campaign_id}/{name}") as response:
        response.raise_for_status()


async def _json(session: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with session.get(path) as response:
        response.raise_for_status()
        return dict(await response.json())


async def _listing(rows: int) -> AsyncIterator[bytes]:
    """Make a list of mobile numbers of one country, with two further columns, piece by piece."""
    yield b"phone,first_name,order\n"
    for start in range(0, rows, ROWS_A_PIECE):
        numbers = range(start, min(rows, start + ROWS_A_PIECE))
        yield "".join(f"+49{FIRST_NUMBER + n},Ann{n},{n:06}\n" for n in numbers).encode()


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
