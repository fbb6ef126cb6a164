"""`Idempotency-Key`: what creates happens once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.api.support import Team, whatsapp_channel

KEY = "0b6a-first"


async def test_a_repeated_request_creates_once_and_answers_the_same(team: Team) -> None:
    first = await team.owner.post("/channels", whatsapp_channel(), Idempotency_Key=KEY)
    again = await team.owner.post("/channels", whatsapp_channel(), Idempotency_Key=KEY)
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len((await team.owner.get("/channels")).body["items"]) == 1


async def test_twenty_twins_at_once_create_one_object(team: Team, database: Database) -> None:
    twins = await asyncio.gather(
        *(team.owner.post("/api-keys", {"name": "twin"}, Idempotency_Key=KEY) for _ in range(20))
    )
    assert {twin.status for twin in twins} == {201}
    assert len({twin.body["token"] for twin in twins}) == 1
    assert await database.tokens.count_documents({"name": "twin"}) == 1


async def test_without_a_key_each_request_creates(team: Team, database: Database) -> None:
    for _ in range(2):
        assert (await team.owner.post("/api-keys", {"name": "each"})).status == 201
    assert await database.tokens.count_documents({"name": "each"}) == 2


async def test_another_body_under_the_same_key_is_a_conflict(team: Team) -> None:
    await team.owner.post("/api-keys", {"name": "one"}, Idempotency_Key=KEY)
    answer = await team.owner.post("/api-keys", {"name": "two"}, Idempotency_Key=KEY)
    assert (answer.status, answer.body["code"]) == (422, "idempotency_conflict")


async def test_the_same_body_written_otherwise_is_the_same_request(team: Team) -> None:
    first = await team.owner.post("/api-keys", b'{"name":"one"}', Idempotency_Key=KEY)
    again = await team.owner.post("/api-keys", b' { "name" : "\\u006fne" } ', Idempotency_Key=KEY)
    assert again.body == first.body


async def test_a_key_belongs_to_its_caller_and_path(team: Team, strangers: Team) -> None:
    first = await team.owner.post("/api-keys", {"name": "one"}, Idempotency_Key=KEY)
    by_key = await team.key.post("/api-keys", {"name": "one"}, Idempotency_Key=KEY)
    by_others = await strangers.owner.post("/api-keys", {"name": "one"}, Idempotency_Key=KEY)
    elsewhere = await team.owner.post("/channels", whatsapp_channel(), Idempotency_Key=KEY)
    assert len({answer.body["id"] for answer in (first, by_key, by_others, elsewhere)}) == 4


async def test_a_refused_request_is_tried_again(team: Team) -> None:
    taken = (await team.owner.post("/channels", whatsapp_channel())).body
    assert (await team.owner.post("/channels", whatsapp_channel(), Idempotency_Key=KEY)).status == 409
    await team.owner.delete(f"/channels/{taken['id']}")
    assert (await team.owner.post("/channels", whatsapp_channel(), Idempotency_Key=KEY)).status == 201


async def test_a_secret_answer_is_not_kept_in_the_clear(team: Team, database: Database) -> None:
    made = await team.owner.post("/api-keys", {"name": "one"}, Idempotency_Key=KEY)
    notes = str(await database.idempotency.find({}).to_list(None))
    assert made.body["token"] not in notes


async def test_after_a_day_the_key_is_free_again(team: Team, clock: FixedClock) -> None:
    first = await team.owner.post("/api-keys", {"name": "one"}, Idempotency_Key=KEY)
    clock.advance(timedelta(hours=24))
    again = await team.owner.post("/api-keys", {"name": "two"}, Idempotency_Key=KEY)
    assert again.status == 201
    assert again.body["id"] != first.body["id"]


async def test_a_key_with_blanks_is_refused(team: Team) -> None:
    answer = await team.owner.post("/api-keys", {"name": "one"}, Idempotency_Key="with blank")
    assert (answer.status, answer.body["code"]) == (422, "invalid_request")
