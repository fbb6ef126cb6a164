"""Templates on their way to customers: checked, seen as previewed, offered where the window is closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.sandbox.app import SandboxConfig, make_app
from inbox.foundation.clock import Clock
from tests.integration.api.support import Team
from tests.integration.api.template_world import (
    CUSTOMER,
    Shop,
    conversation,
    message_of,
    open_shop,
    thread,
    working,
)
from tests.waiting import eventually
from workers.deadlines.keep_windows import WindowKeeper

ORDER_TEXT = "Hello {{1}}, your order {{2}} is on its way to you."
WINDOW = timedelta(hours=25)


@pytest_asyncio.fixture
async def shop(team: Team) -> AsyncIterator[Shop]:
    async with TestServer(make_app(SandboxConfig())) as server, aiohttp.ClientSession() as control:
        shop = await open_shop(team, str(server.make_url("")).rstrip("/"), control)
        await shop.plant("order_update", ORDER_TEXT)
        await shop.sync()
        yield shop


def order(*values: Any, name: str = "order_update") -> dict[str, Any]:
    return {"type": "template", "name": name, "language": "en", "parameters": {"body": list(values)}}


def chosen(*values: Any, name: str = "order_update") -> dict[str, Any]:
    return {"name": name, "language": "en", "parameters": {"body": list(values)}}


async def test_the_customer_sees_the_preview_and_the_history_keeps_it(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    clock.advance(WINDOW)
    template_id = (await shop.by_name())["order_update"]["id"]
    shown = await shop.owner.post(f"/templates/{template_id}/preview", {"parameters": {"body": ["Ana", 7]}})
    sent = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": order("Ana", 7)})
    assert (sent.status, sent.body["content"]["rendered"]) == (201, shown.body["rendered"])
    async with working(shop.runtime):
        (seen,) = await eventually(lambda: thread(shop), "the customer sees it")
    assert seen["rendered"]["body"] == shown.body["preview"]["body"] == shown.body["rendered"]


REFUSED = [
    ("one value too few", order("Ana"), 422, "content_invalid", "/content/parameters/body"),
    ("a blank", order("Ana", " "), 422, "content_invalid", "/content/parameters/body/1"),
    ("a newline", order("Ana", "a\nb"), 422, "content_invalid", "/content/parameters/body/1"),
    ("five spaces", order("Ana", "a     b"), 422, "content_invalid", "/content/parameters/body/1"),
    ("over the limit by an emoji", order("x" * 985, "😀" * 2), 422, "content_invalid", "/content/parameters/body"),
    ("unknown", order("x", name="nothing"), 422, "content_invalid", "/content/name"),
    ("not approved", order("x", name="waits"), 409, "template_unusable", None),
]


@pytest.mark.parametrize(
    ("content", "status", "code", "pointer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_what_does_not_fit_is_refused_before_it_is_sent(
    shop: Shop, content: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    await shop.plant("waits", status="PENDING")
    await shop.sync()
    talk = await conversation(shop)
    answer = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": content})
    assert (answer.status, answer.body["code"]) == (status, code)
    assert [error["pointer"] for error in answer.body.get("errors", [])] == ([pointer] if pointer else [])


async def test_a_closed_window_offers_what_would_work(shop: Shop, clock: Clock) -> None:
    await shop.plant("sale", "A sale is on.", category="MARKETING")
    await shop.plant("waits", status="PENDING")
    await shop.sync()
    talk = await conversation(shop)
    clock.advance(WINDOW)
    refused = await shop.owner.post(
        f"/conversations/{talk['id']}/messages", {"content": {"type": "text", "text": "hello"}}
    )
    assert (refused.status, refused.body["code"]) == (409, "window_closed")
    assert [(t["name"], t["preview"]) for t in refused.body["templates"]] == [
        ("order_update", ORDER_TEXT),
        ("sale", "A sale is on."),
    ]
    assert refused.body["templates"][0]["parameters_needed"] == {"body": ["1", "2"]}


async def test_who_wants_no_marketing_gets_none(shop: Shop) -> None:
    await shop.plant("sale", "A sale is on.", category="MARKETING")
    await shop.sync()
    talk = await conversation(shop)
    contact = talk["contact"]["id"]
    assert (await shop.owner.patch(f"/contacts/{contact}", {"accepts_marketing": False})).status == 200
    sale = {"type": "template", "name": "sale", "language": "en"}
    refused = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": sale})
    assert (refused.status, refused.body["code"]) == (409, "opted_out")
    sent = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": order("Ana", 7)})
    assert sent.status == 201
    assert (await shop.owner.post(f"/conversations/{talk['id']}/close", {})).status == 200
    body = {"channel_id": shop.channel["id"], "to": f"+{CUSTOMER}", "template": {"name": "sale", "language": "en"}}
    assert (await shop.owner.post("/conversations", body)).body["code"] == "opted_out"


async def test_a_number_on_the_suppression_list_gets_no_marketing_either(shop: Shop) -> None:
    await shop.plant("sale", "A sale is on.", category="MARKETING")
    await shop.sync()
    assert (await shop.owner.post("/opt-outs", {"phones": [f"+{CUSTOMER}"]})).body["taken"] == 1
    body = {"channel_id": shop.channel["id"], "to": f"+{CUSTOMER}", "template": {"name": "sale", "language": "en"}}
    refused = await shop.owner.post("/conversations", body)
    assert (refused.status, refused.body["code"]) == (409, "opted_out")
    assert (await shop.owner.post("/conversations", body | {"template": chosen("Ana", "7")})).status == 201


async def test_a_mismatch_at_meta_leads_to_another_reading(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    await shop.at_provider("DELETE", "/whatsapp/templates/order_update")
    clock.advance(timedelta(seconds=1))
    sent = await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": order("Ana", 7)})
    async with working(shop.runtime):

        async def failed() -> dict[str, Any]:
            message = await message_of(shop, talk["id"], sent.body["id"])
            return message if message["status"] == "failed" else {}

        message = await eventually(failed, "the send failed")
        assert message["error"]["code"] == "template_missing"

        async def unusable() -> bool:
            return not (await shop.by_name())["order_update"]["usable"]

        await eventually(unusable, "the template was read again")


class TestHeldReplies:
    async def hold(self, shop: Shop, talk: dict[str, Any], text: str = "Here is the answer.") -> dict[str, Any]:
        body = {"content": {"type": "text", "text": text}, "held": {"template": chosen("Ana", "7")}}
        held = await shop.owner.post(f"/conversations/{talk['id']}/messages", body)
        assert (held.status, held.body["status"]) == (201, "held"), held.body
        return dict(held.body)

    async def customer_answers(self, shop: Shop, text: str = "Yes please") -> None:
        message = {"type": "text", "text": {"body": text}}
        await shop.at_provider("POST", f"/whatsapp/1001/customers/{CUSTOMER}/messages", message)

    async def closed_window(self, shop: Shop, clock: Clock) -> dict[str, Any]:
        """Return a conversation whose window closed an hour ago; the emulator lives in the clock's time."""
        talk = await conversation(shop)
        past = {"$set": {"window_expires_at": clock.now() - timedelta(hours=1)}}
        await shop.runtime.database.conversations.update_one({"_id": talk["id"]}, past)
        return talk

    async def bodies(self, shop: Shop) -> list[str]:
        return [message.get("text", {}).get("body") or message["rendered"]["body"] for message in await thread(shop)]

    async def test_it_is_sent_once_when_the_customer_answers(self, shop: Shop, clock: Clock) -> None:
        talk = await self.closed_window(shop, clock)
        held = await self.hold(shop, talk)
        async with working(shop.runtime), working(shop.runtime):
            await eventually(lambda: thread(shop), "the template went out")
            assert len(await thread(shop)) == 1
            await asyncio.gather(*(self.customer_answers(shop, f"Yes {n}") for n in range(3)))

            async def delivered() -> bool:
                return len(await thread(shop)) >= 2

            await eventually(delivered, "the held reply went out")
            message = await message_of(shop, talk["id"], held["id"])
        assert message["seq"] > held["seq"]
        assert (await self.bodies(shop))[1:] == ["Here is the answer."]

    async def test_many_who_release_at_once_queue_it_once(self, shop: Shop, clock: Clock) -> None:
        talk = await self.closed_window(shop, clock)
        held = [await self.hold(shop, talk, f"part {n}") for n in range(3)]
        open_again = {"$set": {"window_expires_at": clock.now() + timedelta(hours=24)}}
        await shop.runtime.database.conversations.update_one({"_id": talk["id"]}, open_again)
        released = await asyncio.gather(*(shop.parts.inbox.held.release_answered() for _ in range(5)))
        assert {shop.channel["id"]} in released
        messages = (await shop.owner.get(f"/conversations/{talk['id']}/messages")).body["items"]
        assert [m["content"]["text"] for m in messages if m["id"] in {h["id"] for h in held}] == [
            "part 0",
            "part 1",
            "part 2",
        ]
        assert [m["status"] for m in messages if m["id"] in {h["id"] for h in held}] == ["queued"] * 3
        assert sum(m["content"]["type"] == "template" for m in messages) == 1
        events = 0
        async for document in shop.runtime.database.events.find({}):
            events += document["items"].decode().count('"type":"message.updated"')
        assert events == 3

    async def test_it_survives_a_close_and_follows_the_customer(self, shop: Shop, clock: Clock) -> None:
        talk = await self.closed_window(shop, clock)
        held = await self.hold(shop, talk)
        assert (await shop.owner.post(f"/conversations/{talk['id']}/close", {})).status == 200
        past = {"$unset": {"windows": ""}}
        await shop.runtime.database.contacts.update_many({}, past)
        assert await shop.parts.inbox.held.release_answered() == frozenset()
        next_talk = await conversation(shop, "Are you there?")
        assert await shop.parts.inbox.held.release_answered() == {shop.channel["id"]}
        message = await message_of(shop, next_talk["id"], held["id"])
        assert (message["status"], message["conversation_id"]) == ("queued", next_talk["id"])
        assert await message_of(shop, talk["id"], held["id"]) == {}

    async def test_it_expires_visibly(self, shop: Shop, clock: Clock) -> None:
        talk = await self.closed_window(shop, clock)
        held = await self.hold(shop, talk)
        clock.advance(timedelta(hours=71, minutes=59))
        assert await shop.parts.inbox.held.end_expired() == 0
        clock.advance(timedelta(minutes=2))
        ended = await asyncio.gather(*(shop.parts.inbox.held.end_expired() for _ in range(3)))
        assert sum(ended) == 1
        message = await message_of(shop, talk["id"], held["id"])
        assert (message["status"], message["error"]["code"]) == ("failed", "held_expired")
        await conversation_again(shop, "late")
        assert await shop.parts.inbox.held.release_answered() == frozenset()

    async def test_it_can_be_withdrawn(self, shop: Shop, clock: Clock) -> None:
        talk = await self.closed_window(shop, clock)
        held = await self.hold(shop, talk)
        assert (await shop.team.operator.delete(f"/messages/{held['id']}")).status == 404
        assert (await shop.owner.delete(f"/messages/{held['id']}")).status == 204
        message = await message_of(shop, talk["id"], held["id"])
        assert (message["status"], message["error"]["code"]) == ("failed", "withdrawn")
        await conversation_again(shop, "hello again")
        assert await shop.parts.inbox.held.release_answered() == frozenset()

    async def test_inside_the_window_it_is_just_sent(self, shop: Shop) -> None:
        talk = await conversation(shop)
        body = {"content": {"type": "text", "text": "At once."}, "held": {"template": chosen("Ana", "7")}}
        sent = await shop.owner.post(f"/conversations/{talk['id']}/messages", body)
        assert (sent.status, sent.body["status"]) == (201, "queued")

    async def test_the_template_is_checked(self, shop: Shop, clock: Clock) -> None:
        talk = await self.closed_window(shop, clock)
        body = {"content": {"type": "text", "text": "Later."}, "held": {"template": chosen("Ana")}}
        refused = await shop.owner.post(f"/conversations/{talk['id']}/messages", body)
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/held/template/parameters/body")


async def conversation_again(shop: Shop, text: str) -> None:
    await shop.at_provider(
        "POST", f"/whatsapp/1001/customers/{CUSTOMER}/messages", {"type": "text", "text": {"body": text}}
    )


class TestStarting:
    def body(self, shop: Shop, to: str = f"+{CUSTOMER}") -> dict[str, Any]:
        return {"channel_id": shop.channel["id"], "to": to, "template": chosen("Ana", "7")}

    async def test_a_phone_number_gets_the_template_and_the_caller_the_conversation(self, shop: Shop) -> None:
        started = await shop.owner.post("/conversations", self.body(shop, "+1 (650) 555-1234"))
        assert (started.status, started.body["state"]) == (201, "assigned")
        assert started.body["operator_id"] == shop.owner.id
        assert started.body["identity"]["external_id"] == CUSTOMER
        assert not started.body["window"]["open"]
        told = (await shop.owner.get(f"/conversations/{started.body['id']}/explain")).body["items"]
        assert [(note["rule"], note["answer"]) for note in told] == [("assignment", "started")]
        async with working(shop.runtime):
            (seen,) = await eventually(lambda: thread(shop), "the customer sees it")
        assert seen["rendered"]["body"] == "Hello Ana, your order 7 is on its way to you."

    async def test_an_open_conversation_is_named(self, shop: Shop) -> None:
        talk = await conversation(shop)
        contact = talk["contact"]["id"]
        for to in (f"+{CUSTOMER}", contact):
            refused = await shop.owner.post("/conversations", self.body(shop, to))
            assert (refused.status, refused.body["code"]) == (409, "conversation_open")
            assert refused.body["conversation_id"] == talk["id"]

    async def test_of_many_at_once_one_is_started(self, shop: Shop) -> None:
        answers = await asyncio.gather(
            *(shop.owner.post("/conversations", self.body(shop, "+5215512345678")) for _ in range(3)),
            *(shop.owner.post("/conversations", self.body(shop, "+525512345678")) for _ in range(3)),
        )
        assert sorted(answer.status for answer in answers) == [201, *[409] * 5]
        assert {answer.body["code"] for answer in answers if answer.status == 409} == {"conversation_open"}
        assert len((await shop.owner.get("/conversations?view=all")).body["items"]) == 1

    async def test_the_window_of_the_closed_conversation_counts(self, shop: Shop) -> None:
        talk = await conversation(shop)
        assert (await shop.owner.post(f"/conversations/{talk['id']}/close", {})).status == 200
        started = await shop.owner.post("/conversations", self.body(shop, talk["contact"]["id"]))
        assert (started.status, started.body["window"]["open"]) == (201, True)

    @pytest.mark.parametrize("to", ["+1", "+49 30", "nobody", "+999999999999"])
    async def test_what_is_no_recipient_is_refused(self, shop: Shop, to: str) -> None:
        refused = await shop.owner.post("/conversations", self.body(shop, to))
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/to")

    async def test_values_are_checked(self, shop: Shop) -> None:
        refused = await shop.owner.post("/conversations", {**self.body(shop), "template": chosen("")})
        assert refused.status == 422
        assert refused.body["errors"][0]["pointer"].startswith("/template/parameters/body")


class TestClosingWindows:
    async def told(self, shop: Shop) -> int:
        count = 0
        async for document in shop.runtime.database.events.find({}):
            count += document["items"].decode().count('"type":"window.closing"')
        return count

    async def test_each_window_is_told_of_once(self, shop: Shop, clock: Clock) -> None:
        watches = [WindowKeeper(shop.runtime, lambda _: None) for _ in range(3)]
        talk = await conversation(shop)
        await watches[0].watch()
        assert await self.told(shop) == 0
        clock.advance(timedelta(hours=23, minutes=1))
        await asyncio.gather(*(watch.watch() for watch in watches))
        assert await self.told(shop) == 1
        renewed = {"$set": {"window_expires_at": clock.now() + timedelta(minutes=30)}}
        await shop.runtime.database.conversations.update_one({"_id": talk["id"]}, renewed)
        await watches[0].watch()
        await watches[1].watch()
        assert await self.told(shop) == 2

    async def test_closed_conversations_are_left_alone(self, shop: Shop, clock: Clock) -> None:
        talk = await conversation(shop)
        await shop.owner.post(f"/conversations/{talk['id']}/close", {})
        clock.advance(timedelta(hours=23, minutes=30))
        await WindowKeeper(shop.runtime, lambda _: None).watch()
        assert await self.told(shop) == 0
