"""Telegram's clients: aiogram, which the project uses itself, and two others where they are installed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from aiogram import Bot, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest

from tests.clients.outcomes import Report, run
from tests.clients.telegram_calls import Seen, telegram_calls

BAD_REQUEST = 400
"""pyTelegramBotAPI has one error for all of Telegram's, with its code."""


TELEBOT_NAMES = {
    "send_video_note": {"video_note": "data"},
    "send_invoice": {"payload": "invoice_payload"},
}


async def run_aiogram(base_url: str, token: str, seen: Seen, picture: bytes) -> Report:
    """Make aiogram's calls."""
    own = SimpleNamespace(**vars(types))
    own.InlineKeyboardMarkup = lambda rows: types.InlineKeyboardMarkup(inline_keyboard=rows)
    own.InlineKeyboardButton = lambda text, **more: types.InlineKeyboardButton(text=text, **more)
    async with Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(base_url))) as bot:
        calls = telegram_calls(bot, own, lambda: types.BufferedInputFile(picture, "a.png"), seen)
        return await run(Report("aiogram", _version("aiogram")), calls, _of(TelegramBadRequest))


async def run_ptb(base_url: str, token: str, seen: Seen, picture: bytes) -> Report:
    """Make python-telegram-bot's calls."""
    telegram = import_module("telegram")
    bot = telegram.Bot(token, base_url=f"{base_url}/bot", base_file_url=f"{base_url}/file/bot")
    async with bot:
        calls = telegram_calls(bot, telegram, lambda: telegram.InputFile(picture, filename="a.png"), seen)
        return await run(
            Report("python-telegram-bot", _version("python-telegram-bot")), calls, _of(telegram.error.BadRequestError)
        )


async def run_telebot(base_url: str, token: str, seen: Seen, picture: bytes) -> Report:
    """Make pyTelegramBotAPI's calls."""
    telebot, own = import_module("telebot.async_telebot"), import_module("telebot.types")
    telebot.asyncio_helper.API_URL = base_url + "/bot{0}/{1}"
    async with _telebot(telebot.AsyncTeleBot(token)) as bot:
        calls = telegram_calls(bot, own, lambda: picture, seen, TELEBOT_NAMES)
        return await run(
            Report("pyTelegramBotAPI", _version("pyTelegramBotAPI")),
            calls,
            lambda error: getattr(error, "error_code", 0) == BAD_REQUEST,
        )


OTHERS = {"telegram": run_ptb, "telebot": run_telebot}
"""Libraries that the project does not need, by the module that tells whether they are there."""


def installed(module: str) -> bool:
    """Whether a library is there."""
    return importlib.util.find_spec(module) is not None


@asynccontextmanager
async def _telebot(bot: Any) -> AsyncIterator[Any]:
    try:
        yield bot
    finally:
        await bot.close_session()


def _of(kind: type[Exception]) -> Callable[[Exception], bool]:
    return lambda error: isinstance(error, kind)


def _version(name: str) -> str:
    return importlib.metadata.version(name)
