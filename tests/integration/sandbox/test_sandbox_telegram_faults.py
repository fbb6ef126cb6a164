"""Faults and floods of the emulated Telegram, and what is counted."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from telegram_world import BOT_ID, USER, TelegramWorld


async def stats(telegram: TelegramWorld) -> dict[str, Any]:
    return dict((await telegram.call("GET", "/control/stats"))[1]["bots"][str(BOT_ID)])


async def last_request(telegram: TelegramWorld) -> dict[str, Any]:
    return dict((await telegram.call("GET", "/control/requests"))[1]["requests"][-1])


async def test_errors_have_no_effect(hooked: TelegramWorld) -> None:
    await hooked.faults(error_rate=1)
    with pytest.raises(TelegramServerError):
        await hooked.bot.send_message(USER, "Hi")
    await hooked.faults(error_rate=1, error_code=400)
    with pytest.raises(TelegramBadRequest):
        await hooked.bot.send_message(USER, "Hi")
    assert len((await hooked.thread())["messages"]) == 1


async def test_a_lost_response_is_sent_and_logged(hooked: TelegramWorld) -> None:
    await hooked.faults(lose_response_rate=1)
    with pytest.raises(TelegramNetworkError):
        await hooked.bot.send_message(USER, "Hi")
    assert [one["text"] for one in (await hooked.thread())["messages"]] == ["Hello", "Hi"]
    entry = await last_request(hooked)
    assert (entry["lost"], entry["answer"]["ok"]) == (True, True)


async def test_a_telegram_that_is_down(hooked: TelegramWorld) -> None:
    await hooked.faults(down=True)
    with pytest.raises(TelegramNetworkError):
        await hooked.bot.get_me()
    await hooked.faults(down="503")
    with pytest.raises(TelegramServerError, match="Bad Gateway"):
        await hooked.bot.get_me()


async def test_latency(hooked: TelegramWorld) -> None:
    await hooked.faults(latency_ms=80)
    await hooked.bot.get_me()
    assert (await last_request(hooked))["duration_ms"] >= 80


async def test_floods_at_random(hooked: TelegramWorld) -> None:
    await hooked.faults(flood_rate=1, retry_after=7)
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as caught:
            await hooked.bot.send_message(USER, "Hi")
        assert caught.value.retry_after == 7
    await hooked.bot.send_chat_action(USER, "typing")
    counted = await stats(hooked)
    assert (counted["impatient"], counted["accepted"], counted["refused"]) == (1, 0, 2)
    assert len((await hooked.thread())["messages"]) == 1


async def test_floods_by_the_numbers(hooked: TelegramWorld) -> None:
    await hooked.faults(flood_control=True)
    for _ in range(3):
        await hooked.bot.send_message(USER, "Hi")
    with pytest.raises(TelegramRetryAfter) as caught:
        await hooked.bot.send_message(USER, "Hi")
    assert caught.value.retry_after == 1
    await hooked.write("Hello", USER + 1)
    await hooked.bot.send_message(USER + 1, "Another chat goes on")


async def test_what_a_bot_sends_is_counted(hooked: TelegramWorld) -> None:
    for text in ("Hi", "Hi", "Other"):
        await hooked.bot.send_message(USER, text)
    with pytest.raises(TelegramBadRequest):
        await hooked.bot.send_message(USER, "")
    counted = await stats(hooked)
    assert (counted["accepted"], counted["refused"], counted["inbound"]) == (3, 1, 1)
    assert counted["chats"] == {str(USER): 3}
    assert counted["repeated_bodies"]["count"] == 1
    (double,) = counted["repeated_bodies"]["items"]
    assert (double["chat_id"], len(double["message_ids"])) == (USER, 2)
