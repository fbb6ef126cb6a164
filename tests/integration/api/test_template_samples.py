"""Templates with files in their headers: from the sample to what the customer gets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.sandbox.app import SandboxConfig, make_app
from tests.integration.api.support import Actor, Answer, Team, draft
from tests.integration.api.template_world import Shop, conversation, open_shop, thread, working
from tests.waiting import eventually

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(64)
JPEG = bytes.fromhex("ffd8ffe000104a464946000101") + bytes(64)
MP4 = bytes.fromhex("00000020667479706d703432") + b"mp42isom" + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)
GIF = b"GIF89a" + bytes(64)
LINK = "https://shop.example/picture.png"
BODY = {"type": "BODY", "text": "Our new teas are here, come and try them."}


@pytest_asyncio.fixture
async def shop(team: Team) -> AsyncIterator[Shop]:
    async with TestServer(make_app(SandboxConfig())) as server, aiohttp.ClientSession() as control:
        yield await open_shop(team, str(server.make_url("")).rstrip("/"), control)


async def stored(shop: Shop, data: bytes, name: str = "tea (new) & old.png") -> str:
    """Upload a file to us; return its id."""
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    form = head + data + b"\r\n--cut--\r\n"
    answer = await shop.owner.call("POST", "/media", form, Content_Type="multipart/form-data; boundary=cut")
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


async def sample(shop: Shop, file_id: str) -> Answer:
    return await shop.owner.post(f"/channels/{shop.channel['id']}/templates/samples", {"file_id": file_id})


async def handle_of(shop: Shop, data: bytes) -> str:
    answer = await sample(shop, await stored(shop, data))
    assert answer.status == 200, answer.body
    return str(answer.body["handle"])


def header(kind: str, handle: str) -> dict[str, Any]:
    return {"type": "HEADER", "format": kind, "example": {"header_handle": [handle]}}


@pytest.mark.parametrize(
    ("data", "kind"), [(PNG, "image"), (JPEG, "image"), (MP4, "video"), (PDF, "document")], ids=str
)
async def test_from_a_sample_to_what_the_customer_gets(shop: Shop, data: bytes, kind: str) -> None:
    answer = await sample(shop, await stored(shop, data))
    assert (answer.status, answer.body["format"]) == (200, kind)
    components = [header(kind.upper(), answer.body["handle"]), BODY]
    await shop.submitted("new_teas", category="marketing", components=components)
    await shop.review("new_teas", status="APPROVED")
    await shop.sync()
    talk = await conversation(shop)
    parameters = {"header": {kind: {"link": LINK}}}
    content = {"type": "template", "name": "new_teas", "language": "en", "parameters": parameters}
    sent = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": content})
    assert sent.status == 201, sent.body
    async with working(shop.runtime):
        (seen,) = await eventually(lambda: thread(shop), "the customer sees it")
    assert seen["rendered"]["header"]["format"] == kind.upper()


async def test_a_carousel_from_its_samples_to_the_customer(shop: Shop) -> None:
    cards = [
        {
            "components": [
                header("IMAGE", await handle_of(shop, PNG)),
                {"type": "BODY", "text": "Our {{1}} tea of this year.", "example": {"body_text": [[tea]]}},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Order"}]},
            ]
        }
        for tea in ("green", "black")
    ]
    await shop.submitted("teas", category="marketing", components=[BODY, {"type": "CAROUSEL", "cards": cards}])
    await shop.review("teas", status="APPROVED")
    await shop.sync()
    talk = await conversation(shop)
    values = [{"header": {"image": {"link": LINK}}, "body": [tea]} for tea in ("green", "black")]
    content = {"type": "template", "name": "teas", "language": "en", "parameters": {"cards": values}}
    sent = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": content})
    assert sent.status == 201, sent.body
    async with working(shop.runtime):
        (seen,) = await eventually(lambda: thread(shop), "the customer sees it")
    assert [card["body"] for card in seen["rendered"]["cards"]] == [
        "Our green tea of this year.",
        "Our black tea of this year.",
    ]


async def test_what_can_be_no_sample_is_refused(shop: Shop, strangers: Team) -> None:
    gif = await sample(shop, await stored(shop, GIF))
    assert (gif.status, gif.body["errors"][0]["pointer"]) == (422, "/file_id")
    assert (await sample(shop, "0" * 24)).status == 422
    own = await stored(shop, PNG)
    path = f"/channels/{shop.channel['id']}/templates/samples"
    assert (await strangers.owner.post(path, {"file_id": own})).status == 404
    assert (await shop.team.operator.post(path, {"file_id": own})).status == 403


async def test_a_sample_that_whatsapp_does_not_know_is_refused_in_its_words(shop: Shop) -> None:
    made = await shop.owner.post(
        "/templates",
        draft(shop.channel["id"], "teas", category="marketing", components=[header("IMAGE", "4::guessed"), BODY]),
    )
    refused = await shop.owner.post(f"/templates/{made.body['id']}/submit")
    assert (refused.status, refused.body["code"]) == (502, "provider_failed")
    assert "header_handle" in refused.body["detail"]
    assert (await shop.template(made.body["id"]))["status"] == "draft"


async def test_a_preview_says_of_a_file_what_a_send_would(shop: Shop) -> None:
    components = [header("DOCUMENT", await handle_of(shop, PDF)), BODY]
    made = await shop.owner.post("/templates", draft(shop.channel["id"], components=components))
    assert made.status == 201, made.body

    async def faults(who: Actor, file_id: str) -> tuple[str | None, list[tuple[str, str]]]:
        values = {"parameters": {"header": {"document": {"id": file_id}}}}
        shown = await who.post(f"/templates/{made.body['id']}/preview", values)
        assert shown.status == 200, shown.body
        told = [(fault["pointer"], fault["code"]) for fault in shown.body["faults"]]
        return shown.body["preview"]["header"]["shows"].get("filename"), told

    paper, picture = await stored(shop, PDF, "offer.pdf"), await stored(shop, PNG)
    unknown = [("/header/document/id", "header_file_unknown")]
    assert await faults(shop.owner, paper) == ("offer.pdf", [])
    assert await faults(shop.owner, "none") == (None, unknown)
    assert (await faults(shop.owner, picture))[1] == [("/header/document/id", "header_file_type")]
    assert await faults(shop.team.operator, paper) == (None, unknown), "a colleague's file that she does not see"
