"""Who may come in, how much they may do, and that nothing of the inside gets out."""

from __future__ import annotations

import json
import time
from typing import Any

import aiohttp
import pytest

from channels.webchat import limits
from tests.integration.api.support import Actor, Team
from tests.integration.webchat.visitors import SECRET, Visitor, identity, webchat
from tests.integration.webchat.webchat_world import Shop
from tests.waiting import eventually


async def test_a_foreign_page_is_refused_before_anything_is_said(shop: Shop) -> None:
    for origin in ("https://evil.example", "http://shop.example", "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await shop.visitor().connect(origin=origin)
        assert refused.value.status == 403


async def test_pages_below_a_wildcard_come_in_and_others_do_not(shop: Shop) -> None:
    origins = ["https://*.shop.example"]
    path = f"/channels/{shop.channel['id']}"
    changed = await shop.owner.call("PATCH", path, {"credentials": {"allowed_origins": origins}})
    assert changed.status == 200, changed.body
    visitor = shop.visitor()
    await visitor.connect(origin="https://berlin.shop.example")
    await visitor.leave()
    for origin in ("https://shop.example", "https://evilshop.example", "https://shop.example.evil.example"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await shop.visitor().connect(origin=origin)
        assert refused.value.status == 403
    refused_change = await shop.owner.call("PATCH", path, {"credentials": {"allowed_origins": ["https://*.example"]}})
    assert refused_change.status == 422


async def test_a_conversation_says_on_which_page_it_began(shop: Shop) -> None:
    visitor = shop.visitor()
    await visitor.connect()
    page = {"url": "https://user:secret@shop.example/shoes?utm_source=news&session=1#x", "title": "Shoes\n\u202e"}
    await visitor.send({"type": "text", "text": "hello"}, page=page)
    await visitor.said("hello")
    conversation = await shop.conversation()
    where = {"source_url": "https://shop.example/shoes", "headline": "Shoes", "utm_source": "news"}
    assert conversation["referral"] == where
    other = {"url": "https://shop.example/other", "title": "Other"}
    await visitor.frame("conversation", where=lambda frame: frame["state"] == "active")
    await visitor.send({"type": "text", "text": "more"}, page=other)
    assert (await shop.conversation())["referral"] == where
    assert {"hello": where, "more": {}} == {
        one["content"]["text"]: one["referral"]
        for one in await shop.messages(conversation["id"])
        if one["direction"] == "in"
    }
    await visitor.leave()


async def test_the_try_out_page_is_served_with_the_widget(shop: Shop) -> None:
    path = f"/webchat/{shop.channel['id']}"
    async with shop.client.get(f"{path}/demo") as page:
        assert page.status == 200
        assert f"{path}/widget.js" in await page.text()
        assert "frame-ancestors 'self' https://shop.example" in page.headers["Content-Security-Policy"]
    async with shop.client.get(f"{path}/widget.js") as script:
        assert (script.status, script.content_type) == (200, "text/javascript")
        etag = script.headers["ETag"]
    async with shop.client.get(f"{path}/widget.js", headers={"If-None-Match": etag}) as again:
        assert again.status == 304
    own = str(shop.client.make_url("")).rstrip("/")
    visitor = shop.visitor()
    await visitor.connect(origin=own)
    await visitor.leave()


async def test_there_is_no_chat_where_there_is_no_channel(shop: Shop) -> None:
    async with shop.client.get("/webchat/0123456789/widget.js") as answer:
        assert answer.status == 404
    await shop.owner.patch(f"/channels/{shop.channel['id']}", {"enabled": False})
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await shop.visitor().connect()
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (identity("forged"), "identity_invalid"),
        (identity(exp=time.time() - 3600), "identity_expired"),
        (identity(algorithm="none"), "identity_invalid"),
    ],
)
async def test_an_identity_that_does_not_hold_is_refused(shop: Shop, token: str, reason: str) -> None:
    visitor = shop.visitor(identity=token)
    with pytest.raises(AssertionError, match="4401"):
        await visitor.connect()
    assert (await shop.owner.get("/conversations?view=all")).body["items"] == []


async def test_a_known_visitor_is_the_same_everywhere_and_the_secret_is_replaced_without_a_gap(shop: Shop) -> None:
    phone = shop.visitor(identity=identity())
    await phone.connect()
    await phone.write("from my phone")
    conversation = await shop.conversation()
    assert conversation["contact"]["name"] == "Kerry"
    assert conversation["identity"]["external_id"] == "u_customer-7"
    patched = await shop.owner.patch(
        f"/channels/{shop.channel['id']}", {"credentials": {"identity_secret": "a-new-secret"}}
    )
    assert patched.status == 200, patched.body
    for secret in (SECRET, "a-new-secret"):
        desk = shop.visitor(identity=identity(secret))
        await desk.connect()
        assert desk.texts() == ["from my phone"]
        await desk.leave()
    await phone.leave()


async def test_one_visitor_never_sees_anothers_thread_nor_anything_internal(shop: Shop, strangers: Actor) -> None:
    others_channel = await webchat(strangers)
    theirs = Visitor(shop.client, others_channel["id"])
    await theirs.connect()
    await theirs.write("of another business")
    first, second = shop.visitor(), shop.visitor()
    await first.connect()
    await second.connect()
    await first.write("the first one's secret")
    conversation = await shop.conversation()
    await shop.owner.call("PUT", f"/conversations/{conversation['id']}/note", {"text": "a note about them"})
    await second.write("the second one's word")
    await shop.answer(conversation["id"], "for the first only")
    await first.said("for the first only")
    await second.say({"type": "ack", "seq": 2**53})
    await second.say({"type": "read", "seq": 2**53})
    await second.say({"type": "history", "before": 2**53})
    await second.frame("history")
    stolen = Visitor(shop.client, others_channel["id"], token=first.token)
    with pytest.raises(AssertionError, match="4401"):
        await stolen.connect()
    assert "first" not in json.dumps(second.frames)
    me = (await shop.owner.get("/me")).body
    for page in (first, second, theirs):
        told = json.dumps(page.frames)
        for inside in (
            me["id"],
            me["email"],
            "note",
            shop.owner.workspace_id,
            "queue_id",
            "raw",
            "operator_id",
            "priority",
        ):
            assert inside not in told, inside
        await page.leave()
    answer = (await shop.messages(conversation["id"]))[-1]
    assert answer["status"] != "read"


async def attempt(visitor: Visitor, number: int) -> dict[str, Any]:
    """Write a number, and return the answer."""
    id_ = f"message-{number}"
    await visitor.say({"type": "message", "id": id_, "content": {"type": "text", "text": str(number)}})
    return await visitor.frame("accepted", "refused", where=lambda frame: frame["id"] == id_)


async def test_too_many_messages_are_slowed_down_and_none_is_lost(shop: Shop) -> None:
    visitor = shop.visitor()
    await visitor.connect()
    written = 0
    while (answer := await attempt(visitor, written))["type"] == "accepted":
        written += 1
    assert written >= limits.MESSAGE_RATE.burst
    assert answer["code"] == "rate_limited"
    assert 0 < answer["retry_after_seconds"] <= 1

    async def taken() -> bool:
        visitor.frames.clear()
        return (await attempt(visitor, written))["type"] == "accepted"

    await eventually(taken)
    await visitor.said(str(written))
    assert visitor.texts() == [str(number) for number in range(written + 1)]
    await visitor.leave()


async def test_what_is_not_the_protocol_hurts_only_itself(shop: Shop) -> None:
    visitor = shop.visitor()
    await visitor.connect()
    await visitor.say({"type": "message", "id": "too-long-text", "content": {"type": "text", "text": "x" * 4_097}})
    refused = await visitor.frame("refused")
    assert (refused["id"], refused["code"], refused["retry_after_seconds"]) == (
        "too-long-text",
        "content_invalid",
        None,
    )
    await visitor.say({"type": "message", "id": "no-such-content", "content": {"type": "system", "code": "x"}})
    await visitor.frame("refused", where=lambda frame: frame["id"] == "no-such-content")
    await visitor.write("still here")
    await visitor.say({"type": "ping", "filler": "x" * limits.MAX_FRAME_BYTES})
    assert await visitor.close_code() == 1009
    await visitor.connect()
    await visitor.say({"type": "hello"})
    assert await visitor.close_code() == 4400


async def test_one_visitor_opens_only_so_many_pages(shop: Shop) -> None:
    pages = [shop.visitor(identity=identity()) for _ in range(limits.SOCKETS_PER_VISITOR)]
    for page in pages:
        await page.connect()
    with pytest.raises(AssertionError, match="4429"):
        await shop.visitor(identity=identity()).connect()
    for page in pages:
        await page.leave()


@pytest.mark.parametrize(
    "origin", ["shop.example", "https://shop.example/chat", "https://a.example https://b.example", "*"]
)
async def test_an_origin_that_no_page_can_have_is_refused_at_once(team: Team, origin: str) -> None:
    credentials = {"allowed_origins": [origin], "identity_secret": SECRET}
    made = await team.owner.post("/channels", {"kind": "webchat", "name": "Chat", "credentials": credentials})
    assert (made.status, made.body["errors"][0]["pointer"]) == (422, "/credentials/allowed_origins/0")
