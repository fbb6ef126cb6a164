"""Time-out, error and silence hand over; a bot that is slow, dead or hostile delays nobody else."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.storage.leases import Leases
from inbox.subscriptions.receivers import signing_secrets
from tests.integration.bots.bot_world import BotWorld
from workers.bots.take_turns import TurnTaker

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60


async def state_of(world: BotWorld, conversation_id: str) -> str:
    return str((await world.team.owner.get(f"/conversations/{conversation_id}")).body["state"])


async def fault_of(world: BotWorld) -> str | None:
    fault = (await world.team.owner.get(f"/bots/{world.bot.id}")).body["last_fault"]
    return None if fault is None else fault["reason"]


async def test_silence_hands_over_when_the_time_has_passed(world: BotWorld) -> None:
    turn = await world.ask()
    id_ = turn["conversation"]["id"]
    world.clock.advance(timedelta(seconds=29))
    await world.tell()
    assert await state_of(world, id_) == "bot"
    assert (await world.answer(turn, "wait", more=True)).status == 200
    world.clock.advance(timedelta(seconds=29))
    await world.tell()
    assert await state_of(world, id_) == "bot", "who is not done has the time again"
    world.clock.advance(timedelta(seconds=2))
    await world.tell()
    assert (await state_of(world, id_), await fault_of(world)) == ("new", "no_answer")
    assert (await world.answer(turn, "late")).body["code"] == "handed_over"
    assert world.asked == [world.queue]


async def test_who_answered_may_wait_for_the_customer_for_days(world: BotWorld) -> None:
    turn = await world.ask()
    assert (await world.answer(turn, "Anything else?")).status == 200
    world.clock.advance(timedelta(hours=20))
    await world.tell()
    assert await state_of(world, turn["conversation"]["id"]) == "bot"
    assert await world.taker.next_due() is None


@pytest.mark.parametrize("status", [400, 404, 410, 301])
async def test_an_error_hands_over_at_once_and_no_redirect_is_followed(world: BotWorld, status: int) -> None:
    world.server.status, world.server.location = status, world.server.url
    turn = await world.ask()
    assert (await state_of(world, turn["conversation"]["id"]), await fault_of(world)) == ("new", "refused")
    assert len(world.server.told) == 1


async def test_a_bot_that_is_away_is_asked_again_for_as_long_as_an_answer_may_take(world: BotWorld) -> None:
    world.server.status = 503
    turn = await world.ask()
    ids = {headers["webhook-id"] for headers, _ in world.server.told}
    for _ in range(4):
        world.clock.advance(timedelta(seconds=4))
        await world.tell()
    assert len(world.server.told) > 3
    assert ids == {headers["webhook-id"] for headers, _ in world.server.told}, "the same request"
    world.server.status = 200
    world.clock.advance(timedelta(seconds=8))
    await world.tell()
    assert (await world.answer(turn, "here I am")).status == 200

    world.server.status = 503
    turn = await world.ask("again")
    for _ in range(6):
        world.clock.advance(timedelta(seconds=8))
        await world.tell()
    assert (await state_of(world, turn["conversation"]["id"]), await fault_of(world)) == ("new", "unreachable")


async def test_a_slow_bot_delays_no_other(world: BotWorld) -> None:
    made = await world.team.owner.post("/bots", {"name": "Quick", "url": world.server.url})
    slow, quick = world.bot.id, made.body["id"]
    await world.write("to the slow one")
    world.server.holds.clear()
    await world.taker.sweep()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await world.server.heard.acquire()
    await world.team.owner.patch(f"/channels/{world.channel['id']}", {"bot_id": quick})
    await world.write("to the quick one", wa_id="16505550001")
    await world.taker.sweep()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await world.server.heard.acquire()
    assert [turn["conversation"]["bot_id"] for turn in world.server.turns] == [slow, quick]


async def test_a_private_address_is_refused_when_it_is_saved_and_when_it_is_called(world: BotWorld) -> None:
    strict = world.runtime.settings.model_copy(update={"allow_private_urls": False})
    taker = TurnTaker(
        type(world.runtime)(**{**vars(world.runtime), "settings": strict}), Leases(world.database, "two"), print
    )
    await world.write("hello")
    await taker.sweep()
    await taker.drain()
    await taker.stop()
    assert world.server.told == [], "its name leads into our own network by now"
    assert await world.database.bot_turns.count_documents({"tries": 1}) == 1


async def test_secrets_and_tokens_are_replaced_without_a_gap(world: BotWorld) -> None:
    owner, path = world.team.owner, f"/bots/{world.bot.id}"
    fresh = (await owner.post(f"{path}/rotate-secret", {"keep_hours": 1})).body["secret"]
    turn = await world.ask()
    assert world.verified(), "the old one is good still"
    world.made["secret"] = fresh
    assert world.verified()
    stored = await world.database.bots.find_one({"_id": world.bot.id})
    assert stored is not None
    assert len(signing_secrets(stored, world.runtime.secret_box, world.clock.now() + timedelta(hours=2))) == 1
    token = (await owner.post(f"{path}/rotate-token", {"keep_hours": 1})).body["token"]
    assert token != world.bot.token
    assert (await world.answer(turn, "with the old token")).status == 200
    kept = await world.database.tokens.find({"owner_id": world.bot.id}).sort("expires_at", 1).to_list(None)
    assert [one["expires_at"] for one in kept] == [None, world.clock.now() + timedelta(hours=1)]
    entries = (await owner.get(f"/audit?object_id={world.bot.id}")).body["items"]
    assert [entry["action"] for entry in entries] == ["bot.token_rotated", "bot.secret_rotated", "bot.made"]


async def test_a_worker_that_is_killed_while_it_hands_over_loses_nothing(world: BotWorld, database_url: str) -> None:
    for number in range(40):
        await world.write(f"help {number}", wa_id=f"1650555{number:04}")
    await world.database.bots.update_one({"_id": world.bot.id}, {"$set": {"enabled": False}})
    command = (
        sys.executable,
        "-m",
        "tests.integration.bots.turn_process",
        database_url,
        world.runtime.settings.redis_url,
    )
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await process.stdout.readline() == b"serving\n"
        while not await world.database.conversations.count_documents({"state": "new"}):
            continue
    process.kill()
    await process.wait()
    await world.database.end_abandoned_transactions(resting_seconds=0)
    left = await world.database.bot_turns.count_documents({})
    assert await world.database.conversations.count_documents({"state": "bot"}) == left > 0
    await world.database.leases.delete_many({})
    await world.tell()
    assert await world.database.conversations.distinct("state", {}) == ["new"]
    assert await world.database.bot_turns.count_documents({}) == 0
    handed = await world.database.events.find({}).to_list(None)
    told = b"".join(bytes(document["items"]) for document in handed).count(b'"type":"conversation.updated"')
    assert told == 40, "each once"
