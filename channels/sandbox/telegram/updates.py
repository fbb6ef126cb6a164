"""Updates: made when something happens, kept until the bot has taken them.

Source: core.telegram.org/bots/api#getting-updates: identifiers grow by one, and an update is kept for
at most 24 hours.
"""

from __future__ import annotations

import msgspec

from channels.sandbox.telegram.state import Bot, BotUpdate, JsonObject

KEPT_SECONDS = 24 * 3600
FIRST_UPDATE_ID = 100_000_000


def make_update(bot: Bot, kind: str, chat_id: int, content: JsonObject, now: float) -> BotUpdate:
    """Number an update and keep it for the bot."""
    bot.last_update_id = max(bot.last_update_id, FIRST_UPDATE_ID) + 1
    data = msgspec.Raw(msgspec.json.encode({"update_id": bot.last_update_id, kind: content}))
    update = BotUpdate(id=bot.last_update_id, chat_id=chat_id, at=now, data=data)
    forget_old(bot, now)
    bot.updates[update.id] = update
    return update


def forget_old(bot: Bot, now: float) -> None:
    """Drop what nobody took for 24 hours."""
    while bot.updates and next(iter(bot.updates.values())).at <= now - KEPT_SECONDS:
        bot.updates.popitem(last=False)


def confirm_below(bot: Bot, offset: int) -> None:
    """The poller has taken everything below an id; a negative offset keeps so many from the end.

    Source: core.telegram.org/bots/api#getupdates, `offset`.
    """
    if offset < 0:
        while len(bot.updates) > -offset:
            bot.updates.popitem(last=False)
    while offset > 0 and bot.updates and next(iter(bot.updates)) < offset:
        bot.updates.popitem(last=False)
