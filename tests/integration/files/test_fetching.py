"""Customers' files under faults: fetched once, tried again, given up, and one channel never in another's way."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from inbox.files.fetching import MAX_ATTEMPTS
from inbox.foundation.ids import new_id
from inbox.people.quotas import QuotaChange, change_quotas
from tests.contract.contract_world import ContractWorld, working
from tests.contract.whatsapp import WhatsApp
from tests.integration.files.test_files import CUSTOMER, PNG, customer_sends, file_in, upload
from tests.waiting import eventually


async def faults(world: ContractWorld, **given: Any) -> None:
    await world.control("PUT", "/control/faults", given)


async def downloads(world: ContractWorld) -> list[str]:
    return [one["path"] for one in await world.requests() if "/whatsapp_business/attachments" in one["path"]]


async def test_a_webhook_that_comes_twice_makes_one_file(world: ContractWorld) -> None:
    await faults(world, duplicate_rate=1)
    await customer_sends(world, PNG, "image/png")
    await file_in(world, "stored")
    assert await world.runtime.database.files.count_documents({}) == 1
    assert len(await downloads(world)) == 1


async def test_a_download_that_fails_is_tried_again(world: ContractWorld) -> None:
    files = world.runtime.database.files
    await faults(world, error_rate=1, error_code=131000)
    await customer_sends(world, PNG, "image/png", caption="this one?")

    async def failed_once() -> Any:
        return await files.find_one({"attempts": {"$gte": 1}, "error": {"$ne": None}})

    file = await eventually(failed_once)
    assert file["state"] == "pending"
    await faults(world, error_rate=0)
    await files.update_one({"_id": file["_id"]}, {"$set": {"next_attempt_at": file["created_at"]}})
    message = await file_in(world, "stored")
    assert message["content"]["caption"] == "this one?"
    assert await world.runtime.database.blob_files.count_documents({}) == 1


async def test_a_download_that_fails_for_long_is_given_up_and_fetched_when_asked_for(world: ContractWorld) -> None:
    files = world.runtime.database.files
    await faults(world, error_rate=1, error_code=131000)
    await customer_sends(world, PNG, "image/png", caption="this one?")
    await files.find_one_and_update({}, {"$set": {"attempts": MAX_ATTEMPTS - 1}})

    async def due_again() -> Any:
        await files.update_many({"attempts": {"$lt": MAX_ATTEMPTS}}, {"$set": {"attempts": MAX_ATTEMPTS - 1}})
        pending = {"state": "pending", "error": {"$ne": None}}
        file = await files.find_one_and_update(pending, [{"$set": {"next_attempt_at": "$created_at"}}])
        return file is None and await files.find_one({"state": "failed"})

    file = await eventually(due_again)
    message = await file_in(world, "failed")
    assert message["content"]["caption"] == "this one?"
    assert "url" not in message["content"]["media"]
    assert await world.runtime.database.blob_chunks.count_documents({}) == 0
    await faults(world, error_rate=0)
    assert (await world.owner.post(f"/media/{file['_id']}/fetch")).status == 202
    assert (await file_in(world, "stored"))["content"]["media"]["url"]


async def test_where_there_is_no_room_the_message_stays_and_says_so(world: ContractWorld) -> None:
    database, workspace_id = world.runtime.database, world.owner.workspace_id
    await change_quotas(database, workspace_id, QuotaChange(storage_bytes=1))
    assert (await upload(world, PNG, "full.png"))[0] == 201
    await customer_sends(world, PNG, "image/png", caption="this one?")
    message = await file_in(world, "failed")
    assert message["content"]["caption"] == "this one?"
    file = await database.files.find_one({"_id": message["content"]["media"]["id"]})
    assert (file["error"], await downloads(world)) == ("The workspace's files take all the room that it has.", [])


async def test_two_workers_fetch_each_file_once(world: ContractWorld) -> None:
    async with working(world.runtime):
        await asyncio.gather(*(customer_sends(world, PNG + bytes([n]), "image/png") for n in range(12)))

        async def all_here() -> bool:
            return bool(await world.runtime.database.files.count_documents({"state": "stored"}) == 12)

        await eventually(all_here)
    assert len(await downloads(world)) == 12
    assert await world.runtime.database.blob_files.count_documents({}) == 12


async def test_a_channel_whose_provider_is_silent_delays_no_other(world: ContractWorld) -> None:
    released = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response(status=500)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", silent)
    async with TestServer(app) as provider:
        channel = WhatsApp().channel(str(provider.make_url("")).rstrip("/"))
        channel["credentials"]["phone_number_id"] = "106540352242999"
        made = await world.owner.post("/channels", channel)
        assert made.status == 201, made.body
        at = world.runtime.clock.now()
        await world.runtime.database.files.insert_many([waiting_file(made.body["id"], at) for _ in range(40)])
        try:
            await customer_sends(world, PNG, "image/png")
            await file_in(world, "stored")
            assert await world.runtime.database.files.count_documents({"state": "stored"}) == 1
        finally:
            released.set()


def waiting_file(channel_id: str, at: datetime) -> dict[str, Any]:
    return {
        "_id": new_id(),
        "workspace_id": new_id(),
        "state": "pending",
        "blob_id": None,
        "created_at": at,
        "channel_id": channel_id,
        "message_id": new_id(),
        "reference": "1",
        "attempts": 0,
        "next_attempt_at": at,
        "error": None,
    }


async def test_a_message_whose_file_could_not_be_given_is_sent_again(world: ContractWorld) -> None:
    await WhatsApp().write(world, "hello")
    conversation = await world.taken(CUSTOMER)
    _, file = await upload(world, PNG, "blue.png")
    await faults(world, error_rate=1, error_code=100)
    sent = await world.send(conversation["id"], {"type": "image", "media": {"id": file["id"]}, "caption": "blue"})
    failed = await world.settled(sent)
    assert failed["status"] == "failed"
    stored = await world.runtime.database.messages.find_one({"_id": sent["id"]})
    assert "uploading" not in stored
    await faults(world, error_rate=0)
    again = await world.owner.post(f"/messages/{sent['id']}/retry")
    assert again.status == 201, again.body
    assert (await world.settled(again.body))["status"] in ("sent", "delivered", "read")
    assert [body["image"]["caption"] for body in await WhatsApp().sent(world)][-1] == "blue"
