"""No value of a parameter breaks a method of the emulated Telegram."""

from __future__ import annotations

import inspect
from itertools import product
from typing import Any

import msgspec
import pytest

from channels.sandbox.clock import SandboxClock
from channels.sandbox.faults import FaultBox
from channels.sandbox.live import LiveFeed
from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.errors import BotApiError
from channels.sandbox.telegram.methods import METHODS
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.people import write
from channels.sandbox.telegram.state import BotConfig
from channels.sandbox.telegram.world import Telegram

NONSENSE: list[Any] = [
    *(None, "", "x", "{", "attach://x", "\x00", -1, 1.5, 10**30, True),
    *([], [1], [{}], [[]], [[1]], [[{}]], [{"type": "photo"}], [{"type": "document"}, {"type": {}}]),
    *([{"type": "emoji", "emoji": {}}], [{"type": "bold", "offset": {}, "length": 1}]),
    *({}, {"type": {}}, {"type": "photo", "media": {}}, {"message_id": {}}),
    *({"inline_keyboard": 1}, {"inline_keyboard": [[{"text": 1}]]}, {"keyboard": [[{}]]}),
]
NAMES = (
    "chat_id", "text", "parse_mode", "entities", "caption", "caption_entities", "reply_markup", "reply_parameters",
    "message_id", "message_ids", "media", "photo", "document", "latitude", "longitude", "title", "phone_number",
    "reaction", "action", "callback_query_id", "file_id", "url", "secret_token", "max_connections", "allowed_updates",
    "offset", "limit", "duration",
)  # fmt: skip
UNTRIED = ("getupdates",)
"""Nonsense in `timeout` apart, it may wait."""


@pytest.mark.parametrize("name", sorted(METHODS.keys() - set(UNTRIED)))
async def test_no_parameter_breaks_a_method(name: str) -> None:
    telegram = Telegram.new(SandboxClock(None), FaultBox(), LiveFeed())
    bot = telegram.register(BotConfig(token="1:x"))
    usual = {"chat_id": 5, "text": "Hi", "message_id": 1, "latitude": 1, "longitude": 1, "action": "typing"}
    for parameter, value in product(NAMES, NONSENSE):
        bot.chats.clear()
        await write(telegram, bot, bot.person(5), {"text": "Hello"})
        call = MethodCall(telegram, bot, Params(usual | {parameter: value}), "http://x", [])
        try:
            result = METHODS[name](call)
            msgspec.json.encode(await result if inspect.isawaitable(result) else result)
        except BotApiError as error:
            assert error.code in (400, 403, 404)  # noqa: PT017 - either outcome is right
    await telegram.poster.close()
