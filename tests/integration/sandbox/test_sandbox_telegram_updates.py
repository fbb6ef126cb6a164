"""How a bot gets its updates: webhooks in order and again, long polling, and over a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Dispatcher
from aiogram.exceptions import TelegramConflictError
from aiogram.types import Message
from sandbox_world import serving
from telegram_world import SECRET, TOKEN, USER, TelegramWorld, aiogram_bot, customer, hooking, telegram_world

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.clock import SandboxClock
from channels.sandbox.telegram.state import BotConfig
from tests.waiting import PATIENCE_SECONDS


async def test_a_chat_is_told_in_order_and_chats_side_by_side(telegram: TelegramWorld) -> None:
    hook = telegram.hook
    await telegram.listen(max_connections=3)
    hook.gate.clear()
    for place in range(5):
        for user in range(USER, USER + 4):
            await telegram.write(f"{place}", user)
    await hook.until(lambda: hook.running == 3)
    hook.gate.set()
    await hook.until(lambda: len(hook.updates) == 20)
    assert hook.most_running == 3
    for user in range(USER, USER + 4):
        told = [one["message"]["text"] for one in hook.updates if one["message"]["chat"]["id"] == user]
        assert told == ["0", "1", "2", "3", "4"]
    ids = sorted(update["update_id"] for update in hook.updates)
    assert ids == list(range(ids[0], ids[0] + 20))


async def test_an_update_is_repeated_until_it_is_taken(telegram: TelegramWorld) -> None:
    await telegram.listen()
    telegram.hook.answers = [500, 404, 503]
    await telegram.write("First")
    await telegram.write("Second")
    await telegram.hook.until(lambda: len(telegram.hook.updates) == 2)
    assert telegram.hook.texts == ["First", "Second"]
    info = await telegram.bot.get_webhook_info()
    assert info.last_error_message
    assert info.last_error_message.startswith("Wrong response from the webhook: ")
    assert info.last_error_date
    stats = (await telegram.call("GET", "/control/stats"))[1]["bots"][TOKEN.partition(":")[0]]
    assert (stats["webhooks"]["failed_posts"], stats["webhooks"]["pending_updates"]) == (3, 0)


async def test_a_failing_chat_holds_back_no_other(telegram: TelegramWorld) -> None:
    await telegram.listen(max_connections=1)
    telegram.hook.refused_chats.add(USER)
    await telegram.write("First")
    for place in range(3):
        await telegram.write(f"Other {place}", USER + 1)
    await telegram.hook.until(lambda: telegram.hook.texts == ["Other 0", "Other 1", "Other 2"])
    assert (await telegram.bot.get_webhook_info()).pending_update_count == 1
    telegram.hook.refused_chats.clear()
    await telegram.call("POST", "/control/webhooks/retry")
    await telegram.hook.until(lambda: "First" in telegram.hook.texts)


async def test_what_waits_goes_to_the_new_address(telegram: TelegramWorld) -> None:
    await telegram.bot.set_webhook("http://127.0.0.1:9/hook")
    await telegram.write("Early")
    await telegram.listen()
    await telegram.hook.until(lambda: telegram.hook.texts == ["Early"])


async def test_what_waits_can_be_dropped(telegram: TelegramWorld) -> None:
    await telegram.write("Old")
    await telegram.listen(drop_pending_updates=True)
    await telegram.write("New")
    await telegram.hook.until(lambda: telegram.hook.updates)
    assert telegram.hook.texts == ["New"]


async def test_webhooks_can_be_doubled_and_shuffled(telegram: TelegramWorld) -> None:
    await telegram.listen()
    await telegram.faults(duplicate_rate=1, reorder=True)
    for place in range(20):
        await telegram.write(f"{place}")
    await telegram.hook.until(lambda: len(telegram.hook.updates) == 40)
    first = list(dict.fromkeys(telegram.hook.texts))
    assert sorted(first, key=int) == [str(place) for place in range(20)]
    assert first != sorted(first, key=int)


async def test_polling_confirms_by_offset(telegram: TelegramWorld) -> None:
    bot = telegram.bot
    for text in ("One", "Two", "Three"):
        await telegram.write(text)
    first = await bot.get_updates(limit=2)
    assert [one.message.text for one in first if one.message] == ["One", "Two"]
    assert len(await bot.get_updates()) == 3
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [one.message.text for one in rest if one.message] == ["Three"]
    await telegram.write("Four")
    last = await bot.get_updates(offset=-1)
    assert [one.message.text for one in last if one.message] == ["Four"]
    assert await bot.get_updates(offset=last[-1].update_id + 1) == []


async def test_a_poll_waits_for_what_comes(telegram: TelegramWorld) -> None:
    poll = asyncio.ensure_future(telegram.bot.get_updates(timeout=30))
    await telegram.until_polled()
    await telegram.write("At last")
    async with asyncio.timeout(PATIENCE_SECONDS):
        (update,) = await poll
    assert update.message
    assert update.message.text == "At last"


async def test_the_second_poller_ends_the_first(telegram: TelegramWorld) -> None:
    first = asyncio.ensure_future(telegram.bot.get_updates(timeout=30))
    await telegram.until_polled()
    assert await telegram.bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first


async def test_a_webhook_excludes_polling(telegram: TelegramWorld) -> None:
    poll = asyncio.ensure_future(telegram.bot.get_updates(timeout=30))
    await telegram.until_polled()
    await telegram.listen()
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await telegram.bot.get_updates()
    await telegram.bot.delete_webhook()
    assert await telegram.bot.get_updates() == []


async def test_aiograms_own_polling_works(telegram: TelegramWorld) -> None:
    dispatcher, heard = Dispatcher(), asyncio.Event()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(f"You said {message.text}")
        heard.set()

    polling = asyncio.ensure_future(
        dispatcher.start_polling(telegram.bot, handle_signals=False, close_bot_session=False)
    )
    await telegram.write("Hello")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await heard.wait()
    await dispatcher.stop_polling()
    await polling
    assert [one["text"] for one in (await telegram.thread())["messages"]] == ["Hello", "You said Hello"]


async def test_updates_end_after_a_day(tmp_path: Path) -> None:
    clock = SandboxClock(tmp_path / "clock")
    async with telegram_world(clock) as telegram:
        await telegram.write("Old")
        clock.set_offset(24 * 3600 + 5)
        assert await telegram.bot.get_updates() == []


async def test_nothing_is_lost_over_a_restart(tmp_path: Path) -> None:
    state_file = tmp_path / "chats.json"
    async with telegram_world(state_file=state_file) as telegram:
        await telegram.bot.set_webhook("http://127.0.0.1:9/hook", secret_token=SECRET, allowed_updates=["message"])
        await telegram.write("One")
        photo = {"link": f"{telegram.base_url}/static/sample.png"}
        written = await telegram.write(photo=photo)
        sent = await telegram.bot.send_message(USER, "Hello")
        await telegram.control("reaction", {"message_id": sent.message_id, "emoji": "👍"})
    async with telegram_world(state_file=state_file) as telegram:
        info = await telegram.bot.get_webhook_info()
        assert (info.pending_update_count, info.allowed_updates) == (2, ["message"])
        assert await telegram.bot.download(written["photo"][-1]["file_id"])
        assert await telegram.bot.edit_message_text("Hello!", chat_id=USER, message_id=sent.message_id)
        await telegram.listen()
        await telegram.hook.until(lambda: len(telegram.hook.updates) == 2)
        ids = [one["update_id"] for one in telegram.hook.updates]
        await telegram.write("Three")
        assert ids[0] < ids[1] < (await telegram.hook.next("message", 3)).update_id
        thread = (await telegram.thread())["messages"]
        assert [one.get("text") for one in thread] == ["One", None, "Hello!", "Three"]
        assert "reactions" in thread[2]


async def test_a_restart_delivers_by_itself(tmp_path: Path) -> None:
    config = SandboxConfig(bots=[BotConfig(token=TOKEN)])
    async with hooking() as hook, aiohttp.ClientSession() as http:
        hook.answers = [500] * 1_000
        async with serving(make_app(config, SandboxClock(None), state_file=tmp_path / "s.json")) as url:
            async with aiogram_bot(url) as bot:
                await bot.set_webhook(hook.url)
            await _post(http, f"{url}{customer()}/messages", {"text": "Hello"})
        hook.answers = []
        async with serving(make_app(config, SandboxClock(None), state_file=tmp_path / "s.json")):
            await hook.until(lambda: hook.texts == ["Hello"])


async def _post(http: aiohttp.ClientSession, url: str, body: Any) -> None:
    async with http.post(url, json=body) as answer:
        assert answer.status == 201
