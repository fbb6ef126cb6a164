"""A campaign under kills: each recipient gets the message once, or is listed as unknown; nobody is forgotten."""

from __future__ import annotations

import asyncio
import csv
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.acceptance.demo_process import ROOT, DemoProcess
from tests.chaos.world import World
from tests.waiting import eventually

RECIPIENTS = int(os.environ.get("CAMPAIGN_RECIPIENTS", "1500"))
"""The suite's run is small; the full one has 20,000."""
FINISH_SECONDS = 120.0 + RECIPIENTS / 50
LIMIT = 1_000
SEGMENT = 150
"""Contacts of a segment, each added by a call."""
IN_DOUBT = 192
"""What a killed worker can have had on the wire, each time."""


async def test_everybody_gets_it_once_whatever_is_killed(
    world: World, demo: DemoProcess, seed: int, tmp_path: Path
) -> None:
    numbers = [f"49151{n}" for n in random.Random(seed).sample(range(20_000_000, 99_000_000), RECIPIENTS)]
    with _sending(demo, tmp_path, numbers) as command:
        campaign = await eventually(lambda: _running(world, command), "the campaign runs")
        kills = _strikes(world, seed)
        for place, strike in enumerate(kills, start=1):
            await _sent(world, campaign["id"], place * RECIPIENTS // (len(kills) + 2))
            await strike()
        await world.recovered()
        ended = await eventually(lambda: _ended(world, campaign["id"]), "the campaign is over", FINISH_SECONDS)
        assert await asyncio.to_thread(command.wait, 60) == 0, (tmp_path / "command.txt").read_text()
    sends = await _taken(world, numbers)
    assert not [to for to, times in sends.items() if times > 1], "nobody got it twice"
    with (tmp_path / "report.csv").open() as report:
        states = {line["phone"].lstrip("+"): line["state"] for line in csv.DictReader(report)}
    assert set(states) == set(numbers), "everybody is in the report"
    missed = set(numbers) - set(sends)
    assert {states[number] for number in missed} <= {"unknown"}, "who got nothing is listed as unknown"
    assert len(missed) <= IN_DOUBT * len(kills)
    assert (ended["state"], ended["counts"]["total"], ended["counts"]["waiting"]) == ("completed", RECIPIENTS, 0)


def _strikes(world: World, seed: int) -> list[Callable[[], Awaitable[None]]]:
    parts = ["serve", "work", "redis", "mongod", "work"]
    random.Random(seed).shuffle(parts)
    return [*(lambda part=part: world.kill(part) for part in parts), world.flush_redis]  # type: ignore[misc]


@contextmanager
def _sending(demo: DemoProcess, directory: Path, numbers: list[str], *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Have `gateway campaign send` at work during the block."""
    listing = directory / "list.csv"
    listing.write_text("phone,name\n" + "".join(f"+{number},Ann\n" for number in numbers))
    ready = demo.directory / "ready.json"
    report = directory / "report.csv"
    arguments = ["--template", "spring_sale", "--consent-source", "shop", "--ready-file", ready, "--report", report]
    with (directory / "command.txt").open("wb") as output:
        command = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "campaign", "send", str(listing), *arguments, *more],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield command
    finally:
        if command.poll() is None:
            command.kill()
            command.wait()


async def _running(world: World, command: subprocess.Popen[bytes]) -> Any:
    assert command.poll() is None, "the command ended before the campaign began"
    listed = (await world.api.get("/api/v1/campaigns"))["items"]
    return next((one for one in listed if one["state"] == "running"), None)


async def _ended(world: World, campaign_id: str) -> Any:
    campaign = await world.api.get(f"/api/v1/campaigns/{campaign_id}")
    assert campaign["state"] != "stopped", campaign
    return campaign if campaign["state"] == "completed" else None


async def _sent(world: World, campaign_id: str, count: int) -> None:
    async def enough() -> bool:
        counts = (await world.api.get(f"/api/v1/campaigns/{campaign_id}"))["counts"]
        return bool(counts["sent"] + counts["unknown"] >= count)

    await eventually(enough, f"{count} are sent", FINISH_SECONDS)


async def test_template_paused_in_the_middle_stops_the_campaign_which_then_goes_on(
    world: World, demo: DemoProcess, seed: int, tmp_path: Path
) -> None:
    count = 100  # at ten a second it lasts long enough for Meta's notice to come in the middle
    numbers = [f"49152{n}" for n in random.Random(seed).sample(range(20_000_000, 29_999_999), count)]
    with _sending(demo, tmp_path, numbers, "--rate", "10") as command:
        campaign = await eventually(lambda: _running(world, command), "the campaign runs")
        path = f"/api/v1/campaigns/{campaign['id']}"
        await _sent(world, campaign["id"], count // 4)
        await _review(demo, "PAUSED")
        stopped = await eventually(lambda: _in_state(world, path, "stopped"), "it stops")
        assert stopped["reason"] == "template_paused"
        assert stopped["counts"]["sent"] < count
        await eventually(lambda: _template_is(world, "PAUSED"), "the gateway knows of the pause")
        assert (await world.api.ask("POST", f"{path}/resume")).status == 409, "the template can't be sent yet"
        await _review(demo, "APPROVED")
        await eventually(lambda: _resumed(world, path), "it can be resumed")
        await eventually(lambda: _in_state(world, path, "completed"), "it is over", FINISH_SECONDS)
    assert await _taken(world, numbers) == Counter(numbers)


async def test_a_segment_is_written_down_and_sent_whatever_is_killed(
    world: World, demo: DemoProcess, seed: int
) -> None:
    numbers = [f"49157{n}" for n in random.Random(seed).sample(range(30_000_000, 99_999_999), SEGMENT)]
    tag = f"chaos-{seed}"
    for number in numbers:
        who = {"name": "Ann", "identities": [{"kind": "whatsapp", "external_id": f"+{number}"}], "tags": [tag]}
        added = await world.api.ask("POST", "/api/v1/contacts", who)
        assert added.status == 201, added
    segment = await world.api.ask("POST", "/api/v1/segments", {"name": tag, "filter": {"any_tags": [tag]}})
    made = await world.api.ask("POST", "/api/v1/campaigns", _of_segment(demo, tag))
    assert made.status == 201, made
    path = f"/api/v1/campaigns/{made.body['id']}"
    chosen = await world.api.ask("POST", f"{path}/audience/contacts", {"segment_id": segment.body["id"]})
    assert chosen.status == 200, chosen
    assert (await world.api.ask("POST", f"{path}/start", {})).status == 200
    await world.kill("work")
    await world.kill("work")
    await _sent(world, made.body["id"], SEGMENT // 3)
    await world.kill("work")
    ended = await eventually(lambda: _in_state(world, path, "completed"), "the campaign is over", FINISH_SECONDS)
    assert (ended["audience"]["lines"], ended["audience"]["accepted"]) == (SEGMENT, SEGMENT)
    assert (ended["counts"]["total"], ended["counts"]["waiting"]) == (SEGMENT, 0)
    sends = await _taken(world, numbers)
    assert not [to for to, times in sends.items() if times > 1], "nobody got it twice"
    assert SEGMENT - len(sends) <= ended["counts"]["unknown"], "who got nothing is listed as unknown"
    results = await world.api.get(f"{path}/results")
    assert results["total"]["messages"] == SEGMENT


def _of_segment(demo: DemoProcess, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "channel_id": demo.whatsapp["id"],
        "template": {"name": "spring_sale", "language": "en"},
        "variables": {"body": ["{{ name }}"]},
        "by_language": True,
        "consent": {"source": "shop", "at": "2026-01-01T00:00:00Z", "wording": "Yes."},
    }


async def _taken(world: World, numbers: list[str]) -> Counter[str]:
    """Count what the provider took for each recipient; customers of another test may still get their answers."""
    sends = [send["body"]["to"].lstrip("+") for send in await world.emulator.sends() if send["message_id"]]
    wanted = set(numbers)
    return Counter(to for to in sends if to in wanted)


async def _review(demo: DemoProcess, status: str) -> None:
    path = "/control/whatsapp/templates/spring_sale/review"
    answered, body = await asyncio.to_thread(demo.sandbox, "POST", path, {"status": status})
    assert answered < 300, body


async def _template_is(world: World, status: str) -> bool:
    listed = (await world.api.get("/api/v1/templates?limit=200"))["items"]
    return any(one["name"] == "spring_sale" and one["status"].upper() == status for one in listed)


async def _in_state(world: World, path: str, state: str) -> Any:
    campaign = await world.api.get(path)
    return campaign if campaign["state"] == state else None


async def _resumed(world: World, path: str) -> bool:
    return bool((await world.api.ask("POST", f"{path}/resume")).status == 200)
