"""Files of ours in templates' headers, through the real server, worker and emulator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest_asyncio

from inbox.files.gridfs_store import GridFsStore
from inbox.files.uploads import KEPT_UNNAMED, sweep_unnamed
from inbox.retention.trimming import drop_files
from inbox.storage.isolation import Isolated
from tests.contract.contract_world import ContractWorld
from tests.contract.whatsapp import WhatsApp
from tests.integration.files.test_files import CUSTOMER, PNG, upload
from tests.waiting import eventually

BODY = {"type": "BODY", "text": "The new shoes are here: come and see them."}
IMAGE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}}
CARD = {"components": [IMAGE, {"type": "BODY", "text": "These are made of leather, and last."}]}
SHOES = {"category": "UTILITY", "name": "new_shoes", "components": [IMAGE, BODY]}
CARDS = {
    "category": "MARKETING",
    "name": "all_shoes",
    "components": [BODY, {"type": "CAROUSEL", "cards": [CARD, CARD]}],
}
GOT = ("sent", "delivered", "read")


@pytest_asyncio.fixture
async def shop(world: ContractWorld) -> ContractWorld:
    """A shop whose templates with pictures are approved."""
    for template in (SHOES, CARDS):
        planted = {"waba_id": "2001", "language": "en", **template}
        await world.control("POST", "/control/whatsapp/templates", planted)
    read = await world.owner.post(f"/channels/{world.channel['id']}/templates/sync")
    assert read.status == 200, read.body
    return world


async def uploaded(world: ContractWorld, data: bytes = PNG, name: str = "shoes.png") -> str:
    status, file = await upload(world, data, name)
    assert status == 201
    return str(file["id"])


def shoes(file_id: str) -> dict[str, Any]:
    return {"name": "new_shoes", "language": "en", "parameters": {"header": {"image": {"id": file_id}}}}


async def uploads(world: ContractWorld) -> list[dict[str, Any]]:
    return [one for one in await world.requests() if one["path"].endswith("/media") and one["method"] == "POST"]


async def pictures(world: ContractWorld) -> list[str]:
    """Return WhatsApp's ids of the pictures in the headers of what was sent."""
    sent = [one["template"] for one in await WhatsApp().sent(world) if one["type"] == "template"]
    return [one["components"][0]["parameters"][0]["image"]["id"] for one in sent]


async def test_a_conversation_begins_with_a_picture_of_ours(shop: ContractWorld) -> None:
    file_id = await uploaded(shop)
    begun = await shop.owner.post(
        "/conversations", {"channel_id": shop.channel["id"], "to": "+16505551299", "template": shoes(file_id)}
    )
    assert begun.status == 201, begun.body
    (message,) = await shop.messages(begun.body["id"])
    assert (await shop.settled(message))["status"] in GOT
    media = message["content"]["media"][0]
    assert (media["id"], media["mime_type"], media["bytes"]) == (file_id, "image/png", len(PNG))
    assert media["url"].startswith("http")
    (picture,) = await pictures(shop)
    assert picture != file_id
    database = shop.runtime.database
    later = shop.runtime.clock.now() + 2 * KEPT_UNNAMED
    await sweep_unnamed(database, GridFsStore(database), later, isolated=Isolated("sweep_of_test"))
    assert await database.files.find_one({"_id": file_id}) is not None


async def test_one_upload_serves_all_messages_until_whatsapp_forgets_it(shop: ContractWorld) -> None:
    await WhatsApp().write(shop, "hello")
    conversation = await shop.taken(CUSTOMER)
    file_id = await uploaded(shop)

    async def send() -> None:
        sent = await shop.send(conversation["id"], {"type": "template", **shoes(file_id)})
        assert (await shop.settled(sent))["status"] in GOT

    await send()
    await send()
    assert len(await uploads(shop)) == 1
    handle = f"handles.{shop.channel['id']}"
    over = {f"{handle}.expires_at": shop.runtime.clock.now() - timedelta(seconds=1)}
    await shop.runtime.database.files.update_one({"_id": file_id}, {"$set": over})
    await send()
    assert len(await uploads(shop)) == 2
    await shop.runtime.database.files.update_one({"_id": file_id}, {"$set": {f"{handle}.handle": "777"}})
    await send()
    assert len(await uploads(shop)) == 3
    first, second, third, *_, last = await pictures(shop)
    assert first == second
    assert len({first, third, last}) == 3


async def test_each_card_of_a_carousel_shows_its_file(shop: ContractWorld) -> None:
    await WhatsApp().write(shop, "hello")
    conversation = await shop.taken(CUSTOMER)
    files = [await uploaded(shop), await uploaded(shop, PNG + b"2")]
    cards = [{"header": {"image": {"id": file_id}}} for file_id in files]
    content = {"type": "template", "name": "all_shoes", "language": "en", "parameters": {"cards": cards}}
    sent = await shop.send(conversation["id"], content)
    assert [one["id"] for one in sent["content"]["media"]] == files
    assert (await shop.settled(sent))["status"] in GOT
    assert len(await uploads(shop)) == 2


async def test_retention_takes_a_templates_file_too(shop: ContractWorld) -> None:
    await WhatsApp().write(shop, "hello")
    conversation = await shop.taken(CUSTOMER)
    file_id = await uploaded(shop)
    sent = await shop.send(conversation["id"], {"type": "template", **shoes(file_id)})
    await shop.settled(sent)
    database, now = shop.runtime.database, shop.runtime.clock.now()
    stored = await database.conversations.find_one({"_id": conversation["id"]})
    await drop_files(database, stored, now)
    message = next(one for one in await shop.messages(conversation["id"]) if one["id"] == sent["id"])
    assert [(one["id"], one["status"], "url" in one) for one in message["content"]["media"]] == [
        (file_id, "expired", False)
    ]
    await sweep_unnamed(database, GridFsStore(database), now + KEPT_UNNAMED, isolated=Isolated("sweep_of_test"))
    assert await database.files.find_one({"_id": file_id}) is None


async def test_a_file_that_the_header_can_not_show_is_refused(shop: ContractWorld) -> None:
    await WhatsApp().write(shop, "hello")
    conversation = await shop.taken(CUSTOMER)
    text = await uploaded(shop, b"no picture", "shoes.txt")
    for file_id, words in ((text, "image/png"), ("nothing", "no such file")):
        answer = await shop.owner.post(
            f"/conversations/{conversation['id']}/messages", {"content": {"type": "template", **shoes(file_id)}}
        )
        assert (answer.status, answer.body["code"]) == (422, "content_invalid")
        (error,) = answer.body["errors"]
        assert error["pointer"] == "/content/parameters/header/image/id"
        assert words in error["message"]


async def test_a_campaign_gives_whatsapp_its_picture_once(shop: ContractWorld) -> None:
    file_id = await uploaded(shop)
    consent = {"source": "shop", "at": "2026-01-01T00:00:00Z", "wording": "Send me offers."}
    fields = {
        "name": "Shoes",
        "channel_id": shop.channel["id"],
        "template": {"name": "new_shoes", "language": "en"},
        "variables": {"header": {"image": {"id": file_id}}},
        "consent": consent,
    }
    unknown = {"header": {"image": {"id": "nothing"}}}
    refused = await shop.owner.post("/campaigns", {**fields, "variables": unknown})
    assert refused.body["errors"][0]["pointer"] == "/variables/header/image/id"
    made = await shop.owner.post("/campaigns", fields)
    assert made.status == 201, made.body
    database, later = shop.runtime.database, shop.runtime.clock.now() + 2 * KEPT_UNNAMED
    await sweep_unnamed(database, GridFsStore(database), later, isolated=Isolated("sweep_of_test"))
    people = "phone\n" + "\n".join(f"+4915120000{n:03}" for n in range(12)) + "\n"
    path = f"/campaigns/{made.body['id']}"
    filled = await shop.owner.post(f"{path}/audience", people.encode(), Content_Type="text/csv")
    assert filled.status == 200, filled.body
    assert (await shop.owner.post(f"{path}/start")).status == 200

    async def done() -> bool:
        return len(await pictures(shop)) == 12

    await eventually(done)
    assert len(set(await pictures(shop))) == 1
    assert len(await uploads(shop)) == 1
