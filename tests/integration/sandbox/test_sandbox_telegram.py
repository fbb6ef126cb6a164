"""The emulated Telegram, with aiogram as the bot: who it is, texts both ways, its webhook."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramUnauthorizedError,
)
from aiogram.types import ReplyParameters
from telegram_world import BOT_ID, SECRET, TOKEN, USER, TelegramWorld, aiogram_bot


async def test_a_bot_knows_itself(telegram: TelegramWorld) -> None:
    me = await telegram.bot.get_me()
    assert (me.id, me.username, me.first_name, me.is_bot) == (BOT_ID, "shop_bot", "The Shop", True)


@pytest.mark.parametrize("token", [f"{BOT_ID}:other", "123:AAA"])
async def test_a_wrong_token_is_unauthorized(telegram: TelegramWorld, token: str) -> None:
    async with aiogram_bot(telegram.base_url, token) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


async def test_an_unknown_method_is_not_found(telegram: TelegramWorld) -> None:
    envelope = await telegram.api("sendNothing")
    assert envelope == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_a_text_reaches_the_webhook_with_its_secret(hooked: TelegramWorld) -> None:
    update = await hooked.hook.next("message")
    assert update.message
    assert update.message.from_user
    assert (update.message.text, update.message.chat.id, update.message.from_user.id) == ("Hello", USER, USER)
    assert (update.message.chat.type, update.message.from_user.is_bot) == ("private", False)
    assert hooked.hook.secrets == [SECRET]


async def test_an_answer_reaches_the_customer(hooked: TelegramWorld) -> None:
    asked = (await hooked.thread())["messages"][0]["message_id"]
    sent = await hooked.bot.send_message(USER, "Hi there", reply_parameters=ReplyParameters(message_id=asked))
    assert sent.reply_to_message
    assert sent.reply_to_message.message_id == asked
    shown = (await hooked.thread())["messages"]
    assert [(one["direction"], one["text"]) for one in shown] == [("out", "Hello"), ("in", "Hi there")]
    assert sent.message_id == shown[1]["message_id"] == asked + 1


@pytest.mark.parametrize(
    ("chat_id", "text", "description"),
    [
        (USER, "", "message text is empty"),
        (USER, " \n ", "message text is empty"),
        (USER, "x" * 4097, "message is too long"),
        (USER, "😀" * 2049, "message is too long"),
        (USER + 1, "Hi", "chat not found"),
        ("@nobody", "Hi", "chat not found"),
        ("", "Hi", "chat_id is empty"),
    ],
)
async def test_bad_texts_are_refused(hooked: TelegramWorld, chat_id: Any, text: str, description: str) -> None:
    with pytest.raises(TelegramBadRequest) as caught:
        await hooked.bot.send_message(chat_id, text)
    assert caught.value.message == f"Bad Request: {description}"
    assert len((await hooked.thread())["messages"]) == 1


async def test_the_longest_text_is_accepted(hooked: TelegramWorld) -> None:
    assert (await hooked.bot.send_message(USER, "😀" * 2048)).text == "😀" * 2048


async def test_a_reply_needs_its_message(hooked: TelegramWorld) -> None:
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await hooked.bot.send_message(USER, "Hi", reply_parameters=ReplyParameters(message_id=999))
    anyway = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await hooked.bot.send_message(USER, "Hi", reply_parameters=anyway)).reply_to_message is None


@pytest.mark.parametrize("how", ["query", "json", "form", "multipart"])
async def test_parameters_come_in_any_form(hooked: TelegramWorld, how: str) -> None:
    values = {"chat_id": str(USER), "text": "Hi"}
    form = aiohttp.FormData(values, default_to_multipart=True)
    options: dict[str, Any] = {
        "query": {"params": values},
        "json": {"json": values},
        "form": {"data": values},
        "multipart": {"data": form},
    }
    verb = "GET" if how == "query" else "POST"
    async with hooked.http.request(verb, f"{hooked.base_url}/bot{TOKEN}/SendMessage", **options[how]) as answer:
        assert (await answer.json())["result"]["text"] == "Hi"


async def test_the_webhook_tells_about_itself(telegram: TelegramWorld) -> None:
    await telegram.listen(max_connections=7, allowed_updates=["message"])
    info = await telegram.bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (telegram.hook.url, 7, ["message"])
    telegram.hook.gate.clear()
    await telegram.write()
    assert (await telegram.bot.get_webhook_info()).pending_update_count == 1
    telegram.hook.gate.set()
    await telegram.hook.next("message")
    await telegram.bot.delete_webhook()
    assert (await telegram.bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"url": "http://shop.example/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://shop.example:8080/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://[/"}, "bad webhook: URL is invalid"),
        (
            {"url": "https://shop.example/", "secret_token": "not allowed"},
            "secret token contains illegal characters",
        ),
        ({"url": "https://shop.example/", "secret_token": "x" * 257}, "secret token contains illegal characters"),
    ],
)
async def test_bad_webhooks_are_refused(telegram: TelegramWorld, params: dict[str, str], description: str) -> None:
    envelope = await telegram.api("setWebhook", **params)
    assert envelope["description"] == f"Bad Request: {description}"
    assert (await telegram.bot.get_webhook_info()).url == ""


async def test_a_bot_is_registered_while_the_sandbox_runs(telegram: TelegramWorld) -> None:
    token = "42:second-bot"
    status, view = await telegram.call(
        "POST", "/control/telegram/bots", {"token": token, "username": "b_bot", "name": "B"}
    )
    assert (status, view["bot_id"]) == (200, 42)
    assert token not in str(view)
    async with aiogram_bot(telegram.base_url, token) as second:
        assert (await second.get_me()).username == "b_bot"
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await second.send_message(USER, "Hi")
    assert (await telegram.call("POST", "/control/telegram/bots", {"token": "nonsense"}))[0] == 400


async def test_the_log_never_shows_the_token(hooked: TelegramWorld) -> None:
    await hooked.bot.send_message(USER, "Hi")
    _, log = await hooked.call("GET", "/control/requests")
    assert TOKEN not in str(log)
    assert SECRET not in str(log)
    entry = log["requests"][-1]
    assert (entry["provider"], entry["bot_id"], entry["path"]) == ("telegram", BOT_ID, f"/bot{BOT_ID}:…/sendMessage")
    assert entry["body"]["text"] == "Hi"
    assert entry["answer"]["result"]["message_id"] == int(entry["message_id"])
