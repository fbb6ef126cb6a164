"""Webhooks: envelope, signature, repetition, batches."""

from __future__ import annotations

import asyncio
import gc

import aiohttp
from sandbox_world import PHONE_ID, SECRET, TOKEN, USER, VERIFY, WABA_ID, World, chat, receiving, world

from channels.sandbox.posting import Poster
from tests.waiting import eventually


async def test_a_customers_message_comes_in_metas_envelope_and_signed(sandbox: World) -> None:
    written = await sandbox.write("Does it come in another colour?", profile_name="Sheena Nelson")
    await sandbox.receiver.until(lambda: sandbox.receiver.posts)
    post = sandbox.receiver.posts[0]
    assert post.signed
    value = post.values[0]
    assert value["metadata"] == {"display_phone_number": "15550783881", "phone_number_id": PHONE_ID}
    assert value["messages"] == [written]
    contact = value["contacts"][0]
    assert (contact["profile"]["name"], contact["wa_id"]) == ("Sheena Nelson", USER)
    assert contact["user_id"].startswith("US.")


async def test_id_and_time_of_a_message_may_be_given(sandbox: World) -> None:
    written = await sandbox.write(id="wamid.mine", timestamp="1749416383")
    assert (written["id"], written["timestamp"]) == ("wamid.mine", "1749416383")


async def test_the_same_id_again_posts_again_but_stays_one_message(sandbox: World) -> None:
    for _ in range(2):
        await sandbox.write(id="wamid.twice")
    await sandbox.receiver.until(lambda: len(sandbox.receiver.items("messages")) == 2)
    assert len((await sandbox.thread())["messages"]) == 1


async def test_anything_but_200_is_repeated(sandbox: World) -> None:
    sandbox.receiver.answers = [500, 404]
    await sandbox.write()
    await sandbox.receiver.until(lambda: len(sandbox.receiver.posts) == 3)
    assert len({post.body for post in sandbox.receiver.posts}) == 1
    assert all(post.signed for post in sandbox.receiver.posts)
    counts = (await sandbox.stats())["numbers"][PHONE_ID]["webhooks"]
    assert counts["failed_posts"] == 2


async def test_the_customers_ticks_follow_the_webhook(sandbox: World) -> None:
    sandbox.receiver.gate.clear()
    await sandbox.write()
    assert (await sandbox.thread())["messages"][0]["status"] == "sent"
    sandbox.receiver.gate.set()

    async def delivered() -> bool:
        return bool((await sandbox.thread())["messages"][0]["status"] == "delivered")

    await eventually(delivered)


async def test_a_webhook_that_never_answers_is_listed() -> None:
    async with world(webhook_give_up_seconds=0) as sandbox:
        sandbox.receiver.answers = [503] * 9
        await sandbox.write()

        async def listed() -> bool:
            return bool((await sandbox.stats())["undelivered_webhooks"])

        await eventually(listed)
        batch = (await sandbox.stats())["undelivered_webhooks"][0]
        assert (batch["updates"], batch["reason"]) == (1, "HTTP 503")


async def test_a_backlog_leaves_in_batches(sandbox: World) -> None:
    sandbox.receiver.gate.clear()
    for place in range(40):
        await sandbox.write(f"Message {place}")
    sandbox.receiver.gate.set()
    await sandbox.receiver.until(lambda: len(sandbox.receiver.items("messages")) == 40)
    assert len(sandbox.receiver.posts) < 40


async def test_registering_a_number_checks_its_webhook(sandbox: World) -> None:
    config = {
        "phone_number_id": "777",
        "waba_id": WABA_ID,
        "access_token": TOKEN,
        "app_secret": SECRET,
        "verify_token": VERIFY,
        "webhook_url": sandbox.receiver.url,
    }
    for _ in range(2):
        status, answer = await sandbox.call("POST", "/control/whatsapp/numbers", config)
        assert (status, answer["webhook_check"]["ok"]) == (200, True)
    _, wrong = await sandbox.call("POST", "/control/whatsapp/numbers", config | {"verify_token": "x"})
    assert wrong["webhook_check"] == {
        "ok": False,
        "status": 403,
        "detail": "answered HTTP 403 instead of 200",
    }
    _, listed = await sandbox.call("GET", "/control/whatsapp/numbers")
    assert [number["phone_number_id"] for number in listed["numbers"]] == [PHONE_ID, "777"]
    assert SECRET not in str(listed)


async def test_pywa_moves_the_webhook_of_account_and_number(sandbox: World) -> None:
    url = sandbox.receiver.url
    assert await sandbox.wa.override_waba_callback_url(callback_url=url, verify_token=VERIFY)
    assert await sandbox.wa.override_phone_callback_url(callback_url=url, verify_token=VERIFY)
    status, answer = await sandbox.graph(
        "POST",
        f"/{WABA_ID}/subscribed_apps",
        {"override_callback_uri": url, "verify_token": "wrong"},
    )
    assert (status, answer["error"]["code"]) == (400, 2200)


async def test_stopping_marketing_messages(sandbox: World) -> None:
    await sandbox.call("POST", f"{chat()}/preferences", {"value": "stop"})
    await sandbox.receiver.until(lambda: sandbox.receiver.items("user_preferences"))
    preference = sandbox.receiver.items("user_preferences")[0]
    assert (preference["value"], type(preference["timestamp"])) == ("stop", int)


async def test_clicking_a_link_of_a_marketing_message(sandbox: World) -> None:
    _, told = await sandbox.call("POST", f"{chat()}/clicks", {"component": "body"})
    await sandbox.receiver.until(lambda: len(sandbox.receiver.items("user_actions")) == 2)
    clicked, seen = sandbox.receiver.items("user_actions")
    assert [one["action_type"] for one in (clicked, seen)] == ["marketing_messages_link_click", "landing_page_view"]
    data = clicked["marketing_messages_link_click_data"]
    assert (data["click_component"], data["click_id"]) == ("body", told["click_id"])
    assert "click_component" not in seen["marketing_messages_link_click_data"]
    status, _ = await sandbox.call("POST", f"{chat()}/clicks", {"component": "picture"})
    assert status == 400


async def test_what_comes_due_after_the_end_is_not_posted_and_opens_nothing() -> None:
    """A status is due some milliseconds after its message: a sandbox may have ended by then."""
    async with receiving() as receiver:
        poster = Poster()
        await poster.close()
        tasks, sessions = asyncio.all_tasks(), _sessions()
        poster.spawn(_post(poster, receiver.url))
        await asyncio.gather(*(asyncio.all_tasks() - tasks))
        assert (receiver.posts, _sessions() - sessions) == ([], set())


def _sessions() -> set[aiohttp.ClientSession]:
    """All that are there; a weak reference is not asked for its class, since what it refers to may be gone."""
    return {one for one in gc.get_objects() if type(one) is aiohttp.ClientSession}


async def _post(poster: Poster, url: str) -> None:
    await poster.post(url, b"{}", {})
