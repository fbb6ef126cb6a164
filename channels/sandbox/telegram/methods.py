"""The Bot API's methods by name, in lower case: Telegram does not mind the case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from channels.sandbox.telegram import method_bot, method_texts
from channels.sandbox.telegram.call import Call

Method: TypeAlias = Callable[[Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getme": method_bot.get_me,
    "logout": method_bot.log_out,
    "close": method_bot.log_out,
    "setwebhook": method_bot.set_webhook,
    "deletewebhook": method_bot.delete_webhook,
    "getwebhookinfo": method_bot.get_webhook_info,
    "getupdates": method_bot.get_updates,
    "sendmessage": method_texts.send_message,
}
