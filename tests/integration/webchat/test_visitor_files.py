"""Files both ways: stored once, named only by who uploaded them, served by links that end."""

from __future__ import annotations

import io
import time
from typing import Any

import aiohttp
import pytest

from channels.webchat import limits
from tests.integration.webchat.visitors import ORIGIN, Visitor, identity
from tests.integration.webchat.webchat_world import Shop
from tests.waiting import eventually

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
EVIL_NAME = "<img src=x onerror=alert(1)>.png"


async def upload(
    shop: Shop, token: str | None, data: bytes = PICTURE, *, name: str = EVIL_NAME, origin: str = ORIGIN
) -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(data), filename=name, content_type="image/png")
    headers = {"Origin": origin, "Authorization": f"Bearer {token}"}
    path = f"/webchat/{shop.channel['id']}/files"
    async with shop.client.post(path, data=form, headers=headers) as answer:
        if origin == ORIGIN:
            assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        return answer.status, await answer.json(content_type=None)


async def bytes_at(shop: Shop, url: str) -> bytes:
    """Load a link as a browser does: without signing in."""
    path = url.partition("/api/")[2]
    async with shop.client.get(f"/api/{path}") as answer:
        assert answer.status == 200
        return await answer.read()


async def test_a_picture_of_a_visitor_reaches_the_inbox_and_one_of_an_operator_the_visitor(shop: Shop) -> None:
    visitor = shop.visitor()
    await visitor.connect()
    status, file = await upload(shop, visitor.token)
    assert (status, file["mime_type"], file["bytes"]) == (201, "image/png", len(PICTURE))
    await visitor.send({"type": "file", "id": file["id"], "caption": "like this"})
    conversation = await shop.conversation()
    (message,) = await shop.messages(conversation["id"])
    assert (message["content"]["type"], message["content"]["caption"]) == ("image", "like this")
    assert await bytes_at(shop, message["content"]["media"]["url"]) == PICTURE

    form = aiohttp.FormData()
    form.add_field("file", b"a price list", filename="prices.txt", content_type="text/plain")
    headers = {"Authorization": f"Bearer {shop.owner.token}"}
    async with shop.client.post("/api/v1/media", data=form, headers=headers) as answer:
        theirs = await answer.json()
    await shop.send(conversation["id"], {"type": "document", "media": {"id": theirs["id"]}})

    async def came() -> Any:
        return next((one for one in visitor.thread.values() if one["content"]["type"] == "document"), None)

    document = await eventually(came)
    assert set(document["content"]["media"]) == {"url", "mime_type", "bytes", "filename"}
    assert await bytes_at(shop, document["content"]["media"]["url"]) == b"a price list"
    again = await visitor.connect(fresh=True)
    assert [one["content"]["type"] for one in again["messages"]] == ["image", "document"]
    assert again["messages"][0]["content"]["media"]["url"]
    await visitor.leave()


async def test_nobody_sends_anothers_file(shop: Shop) -> None:
    owner, thief = shop.visitor(), shop.visitor()
    await owner.connect()
    await thief.connect()
    _, file = await upload(shop, owner.token)
    bare = file["id"].partition(".")[0]
    for number, stolen in enumerate((file["id"], bare, f"{bare}.{'0' * 64}")):
        await thief.say({"type": "message", "id": f"stolen-{number}", "content": {"type": "file", "id": stolen}})
        refused = await thief.frame("refused", where=lambda frame, number=number: frame["id"] == f"stolen-{number}")
        assert refused["code"] == "content_invalid"
    await owner.leave()
    await thief.leave()


LASTING = identity(exp=time.time() + 86_400)
"""Made when the tests are collected, long before the last of them runs."""


@pytest.mark.parametrize(
    ("token", "options", "status"),
    [
        ("v_forged.1.00", {}, 401),
        (identity("forged"), {}, 401),
        (None, {}, 401),
        (LASTING, {"origin": "https://evil.example"}, 403),
        (LASTING, {"data": b"MZ" + bytes(100)}, 422),
        (LASTING, {"data": b""}, 422),
        (LASTING, {"zeros": limits.MAX_UPLOAD_BYTES + 1}, 413),
        (LASTING, {}, 201),
    ],
)
async def test_what_is_taken(shop: Shop, token: str | None, options: dict[str, Any], status: int) -> None:
    if "zeros" in options:
        options = {"data": bytes(options["zeros"])}
    answered, _ = await upload(shop, token, **options)
    assert answered == status


async def test_a_browser_may_ask_before_it_uploads(shop: Shop) -> None:
    path = f"/webchat/{shop.channel['id']}/files"
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    async with shop.client.options(path, headers=asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Headers"] == "Authorization"
    async with shop.client.options(path, headers={**asked, "Origin": "https://evil.example"}) as refused:
        assert refused.status == 403


async def test_uploads_of_one_visitor_are_slowed_down(shop: Shop) -> None:
    visitor = Visitor(shop.client, shop.channel["id"])
    await visitor.connect()
    answers = [(await upload(shop, visitor.token))[0] for _ in range(limits.UPLOAD_RATE.burst + 1)]
    assert answers == [*[201] * limits.UPLOAD_RATE.burst, 429]
    await visitor.leave()
