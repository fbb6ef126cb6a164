"""Changing and taking back what was sent, by the API, through aiogram, at the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.support import customer_writes, whatsapp_channel
from tests.integration.telegram.telegram_world import TOKEN, TelegramWorld, message


def text(said: str) -> dict[str, Any]:
    return {"content": {"type": "text", "text": said}}


async def stored(world: TelegramWorld, sent: dict[str, Any]) -> dict[str, Any]:
    (found,) = [m for m in await world.messages(sent["conversation_id"]) if m["id"] == sent["id"]]
    return found


async def test_an_edit_is_shown_to_the_customer_and_in_the_inbox(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("we open at nine")
    for said in ("we open at ten", "we open at eleven"):
        answer = await world.owner.patch(f"/messages/{sent['id']}", text(said))
        assert (answer.status, answer.body["content"]["text"]) == (200, said)
        assert answer.body["edited_at"] is not None
    await world.teller.tell_all()
    # Only the newest wording goes out.
    assert [call["text"] for call in await world.calls("editMessageText")] == ["we open at eleven"]
    assert await world.texts() == ["we open at eleven"]
    assert (await stored(world, sent))["status"] == "sent"


async def test_a_patch_names_only_what_changes(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("one")
    answer = await world.owner.patch(f"/messages/{sent['id']}", {"content": {"text": "two"}})
    assert answer.body["content"] == {"type": "text", "text": "two"}


async def test_a_deleted_message_is_gone_at_the_customers(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("oops")
    for _ in range(2):
        assert (await world.owner.delete(f"/messages/{sent['id']}")).status == 204
    await world.teller.tell_all()
    assert await world.texts() == []
    shown = await stored(world, sent)
    assert shown["deleted_at"] is not None
    assert "oops" not in str(shown)
    assert len(await world.calls("deleteMessage")) == 1
    assert (await world.owner.patch(f"/messages/{sent['id']}", text("again"))).status == 409


async def test_all_parts_of_a_long_text_are_deleted(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("x" * 9000)
    assert [len(part) for part in await world.texts()] == [4096, 4096, 808]
    refused = await world.owner.patch(f"/messages/{sent['id']}", text("shorter"))
    assert (refused.status, refused.body["code"]) == (422, "content_invalid")
    await world.owner.delete(f"/messages/{sent['id']}")
    await world.teller.tell_all()
    assert await world.texts() == []


async def test_what_telegram_refuses_to_change_is_shown_as_it_was(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("one")
    chat_id, _, message_id = sent["provider_id"].partition(":")
    gone = {"chat_id": chat_id, "message_id": message_id}
    await world.provider("POST", f"/bot{TOKEN}/deleteMessage", gone)
    await world.owner.patch(f"/messages/{sent['id']}", text("two"))
    await world.owner.patch(f"/messages/{sent['id']}", text("three"))
    await world.teller.tell_all()
    shown = await stored(world, sent)
    assert (shown["content"]["text"], shown["edited_at"]) == ("one", None)
    await world.owner.delete(f"/messages/{sent['id']}")
    await world.teller.tell_all()
    assert (await stored(world, sent))["deleted_at"] is None


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_who_may_not(world: TelegramWorld, method: str) -> None:
    await world.write("hello")
    sent = await world.answered("one")
    body = text("two") if method == "PATCH" else None
    (theirs,) = [m for m in await world.messages(sent["conversation_id"]) if m["direction"] == "in"]
    other = await world.owner.call(method, f"/messages/{theirs['id']}", body)
    assert (other.status, other.body["code"]) == (409, "conflict")
    await world.owner.post(f"/conversations/{sent['conversation_id']}/close", {})
    closed = await world.owner.call(method, f"/messages/{sent['id']}", body)
    assert (closed.status, closed.body["code"]) == (409, "conversation_closed")


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"type": "text", "text": "x" * 4097}, "/content/text"),
        ({"type": "text", "text": " "}, "/content/text"),
        ({"type": "location", "latitude": 1, "longitude": 2, "text": None}, "/content/type"),
    ],
)
async def test_what_can_not_be_said_instead(world: TelegramWorld, content: dict[str, Any], pointer: str) -> None:
    await world.write("hello")
    sent = await world.answered("one")
    refused = await world.owner.patch(f"/messages/{sent['id']}", {"content": content})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, pointer)
    assert (await stored(world, sent))["content"]["text"] == "one"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_channel_that_can_not_says_so(world: TelegramWorld, method: str) -> None:
    owner = world.owner
    channel = (await owner.post("/channels", whatsapp_channel())).body
    await customer_writes(owner.client, channel, "hello")
    conversation = await world.taken()
    sent = await world.send(conversation["id"], {"type": "text", "text": "one"})
    refused = await owner.call(method, f"/messages/{sent['id']}", text("two") if method == "PATCH" else None)
    assert (refused.status, refused.body["code"]) == (422, "unsupported_by_channel")


async def test_a_customers_edit_reaches_the_inbox_whatever_comes_first(world: TelegramWorld) -> None:
    assert await world.update(message=message(5, text="one")) == 200
    assert await world.update(edited_message={**message(5, text="two"), "edit_date": 1780009999}) == 200
    assert await world.update(message=message(5, text="one")) == 200
    conversation = await world.conversation()
    (shown,) = await world.messages(conversation["id"])
    assert (shown["content"]["text"], shown["provider_id"]) == ("two", "500100:5")


async def test_a_reaction_that_telegram_does_not_know_is_taken_back(world: TelegramWorld) -> None:
    await world.write("hello")
    conversation = await world.taken()
    (theirs,) = await world.messages(conversation["id"])
    for emoji in ("👍", "🧮"):
        answer = await world.owner.call("PUT", f"/messages/{theirs['id']}/reaction", {"emoji": emoji})
        assert [r["emoji"] for r in answer.body["reactions"]] == [emoji]
        await world.teller.tell_all()
    (shown,) = await world.messages(conversation["id"])
    assert shown["reactions"] == []


async def test_a_deleted_channel_takes_its_webhook_back_and_no_other(world: TelegramWorld) -> None:
    path = f"/bot{TOKEN}/getWebhookInfo"
    assert (await world.provider("POST", path))["result"]["url"].endswith(world.channel["id"])
    assert (await world.owner.delete(f"/channels/{world.channel['id']}")).status == 204
    assert (await world.provider("POST", path))["result"]["url"] == ""
    fields = {"kind": "telegram", "name": "Bot", "provider_base_url": world.provider_url}
    again = (await world.owner.post("/channels", {**fields, "credentials": {"bot_token": TOKEN}})).body
    await world.provider("POST", f"/bot{TOKEN}/setWebhook", {"url": "https://another.example/bot"})
    assert (await world.owner.delete(f"/channels/{again['id']}")).status == 204
    assert (await world.provider("POST", path))["result"]["url"] == "https://another.example/bot"
