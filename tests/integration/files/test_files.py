"""Files from customers and to them, through the real server, worker and emulator."""

from __future__ import annotations

import io
from typing import Any

from aiohttp import FormData

from inbox.files.file_models import FileState
from tests.contract.contract_world import ContractWorld
from tests.contract.whatsapp import PHONE_ID, WhatsApp
from tests.waiting import eventually

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
CUSTOMER = WhatsApp.customers[0]


async def customer_sends(world: ContractWorld, data: bytes, mime_type: str, **more: Any) -> None:
    path = f"/control/whatsapp/{PHONE_ID}"
    async with world.http.post(
        f"{world.provider_url}{path}/media", data=data, headers={"Content-Type": mime_type}
    ) as answer:
        uploaded = await answer.json()
    kind = "image" if mime_type.startswith("image/") else "document"
    media = {"id": uploaded["id"], "mime_type": mime_type, "sha256": uploaded["sha256"], **more}
    await world.control("POST", f"{path}/customers/{CUSTOMER}/messages", {"type": kind, kind: media})


async def upload(
    world: ContractWorld, data: bytes, name: str, token: str | None = None, key: str | None = None
) -> tuple[int, Any]:
    form = FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(data), filename=name, content_type="application/octet-stream")
    headers = {"Authorization": f"Bearer {token or world.owner.token}", **({"Idempotency-Key": key} if key else {})}
    async with world.client.post("/api/v1/media", data=form, headers=headers) as answer:
        return answer.status, await answer.json()


async def file_in(world: ContractWorld, status: str) -> dict[str, Any]:
    """Wait until the customer's file is where it should be; return its message."""
    conversation = await world.conversation(CUSTOMER)

    async def look() -> Any:
        messages = await world.messages(conversation["id"])
        return next((m for m in messages if m["content"].get("media", {}).get("status") == status), None)

    return dict(await eventually(look))


async def test_a_customers_picture_is_fetched_and_shown_by_a_link(world: ContractWorld) -> None:
    await customer_sends(world, PNG, "image/png", caption="this one?")
    message = await file_in(world, "stored")
    media = message["content"]["media"]
    assert (media["mime_type"], media["bytes"]) == ("image/png", len(PNG))
    assert "provider_media_id" not in media
    path = media["url"].removeprefix("http://127.0.0.1:8080")
    async with world.client.get(path) as answer:
        assert (answer.status, await answer.read()) == (200, PNG)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with world.client.get(path, headers={"Range": "bytes=8-15"}) as answer:
        assert (answer.status, await answer.read()) == (206, PNG[8:16])
    async with world.client.get(path.replace("signature=", "signature=0")) as answer:
        assert answer.status == 403
    async with world.client.get(path.partition("?")[0]) as answer:
        assert answer.status == 401


async def test_a_file_that_can_not_be_had_leaves_its_message(world: ContractWorld) -> None:
    picture = {"id": "123456789", "mime_type": "image/png", "sha256": "x"}
    path = f"/control/whatsapp/{PHONE_ID}/customers/{CUSTOMER}/messages"
    await world.control("POST", path, {"type": "image", "image": picture})
    message = await file_in(world, "failed")
    assert "url" not in message["content"]["media"]
    file_id = message["content"]["media"]["id"]
    again = await world.owner.post(f"/media/{file_id}/fetch")
    assert again.status == 202
    await file_in(world, "failed")


async def test_a_file_is_uploaded_to_the_provider_once(world: ContractWorld) -> None:
    await WhatsApp().write(world, "hello")
    conversation = await world.taken(CUSTOMER)
    status, file = await upload(world, PNG, "../blue.png")
    assert (status, file["mime_type"], file["bytes"], file["filename"]) == (201, "image/png", len(PNG), "blue.png")
    for _ in range(2):
        sent = await world.send(conversation["id"], {"type": "image", "media": {"id": file["id"]}})
        assert sent["content"]["media"]["url"].startswith("http")
        assert (await world.settled(sent))["status"] in ("sent", "delivered", "read")
    uploads = [r for r in await world.requests() if r["path"].endswith("/media") and r["method"] == "POST"]
    assert [r["body"]["file_bytes"] for r in uploads] == [len(PNG)]
    assert [body["image"].keys() for body in await WhatsApp().sent(world)] == [{"id"}, {"id"}]
    document = await world.runtime.database.files.find_one({"_id": file["id"]})
    assert document["state"] == FileState.STORED
    assert "unnamed" not in document


async def test_what_the_channel_does_not_take_is_refused_before(world: ContractWorld) -> None:
    await WhatsApp().write(world, "hello")
    conversation = await world.taken(CUSTOMER)
    _, text = await upload(world, b"just words", "photo.png")
    path = f"/conversations/{conversation['id']}/messages"
    refused = await world.owner.post(path, {"content": {"type": "image", "media": {"id": text["id"]}}})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/content/media/mime_type")
    unknown = await world.owner.post(path, {"content": {"type": "image", "media": {"id": "0" * 24}}})
    assert (unknown.status, unknown.body["errors"][0]["pointer"]) == (422, "/content/media/id")


async def test_a_repeated_upload_is_the_same_file(world: ContractWorld) -> None:
    first = await upload(world, PNG, "a.png", key="one")
    assert await upload(world, PNG, "a.png", key="one") == first
    assert (await upload(world, PNG + b"other", "a.png", key="one"))[1]["code"] == "idempotency_conflict"
    assert (await upload(world, PNG, "a.png"))[1]["id"] != first[1]["id"]


async def test_an_upload_needs_a_token_a_field_and_a_byte(world: ContractWorld) -> None:
    assert (await upload(world, PNG, "a.png", token="nonsense"))[0] == 401
    assert (await upload(world, b"", "a.png"))[0] == 422
    headers = {"Authorization": f"Bearer {world.owner.token}"}
    async with world.client.post("/api/v1/media", json={"file": "x"}, headers=headers) as answer:
        assert answer.status == 400
