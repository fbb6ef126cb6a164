"""What outlives a restart: webhooks, people, chats, files, and the updates that no bot has taken.

Without it a restarted emulator would know no chat, and answer "chat not found". A kill loses at most the
last second. Tokens are not kept: bots come from the configuration.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from channels.sandbox.saving import write_whole
from channels.sandbox.telegram.files import EmulatedFile
from channels.sandbox.telegram.state import Bot, BotUpdate, ButtonPress, Chat, EmulatedPerson, Webhook
from channels.sandbox.telegram.world import Telegram

KEPT_MESSAGES = 200
"""Of each chat, the newest: enough for answers, edits and the page."""

PLAIN = ("webhook", "allowed_updates", "people", "last_update_id", "last_message_id", "settings")


class SavedBot(msgspec.Struct, kw_only=True):
    """One bot without its token."""

    bot_id: int
    webhook: Webhook
    allowed_updates: list[str] | None
    people: dict[int, EmulatedPerson]
    last_update_id: int
    last_message_id: int
    chats: list[Chat]
    updates: list[BotUpdate]
    presses: dict[str, ButtonPress]
    settings: dict[str, Any] = {}


class SavedTelegram(msgspec.Struct, kw_only=True):
    """The file's content."""

    bots: list[SavedBot]
    files: list[EmulatedFile]


def save(telegram: Telegram, path: Path) -> None:
    """Write everything."""
    saved = SavedTelegram(bots=list(_saved(telegram)), files=list(telegram.files.files.values()))
    write_whole(path, msgspec.json.encode(saved))


def load(telegram: Telegram, path: Path) -> None:
    """Bring back what was saved, for the bots that are registered, and deliver what waits.

    From now on files are kept in a directory beside the file, too.
    """
    telegram.files.blobs.directory = path.with_suffix(".files")
    if not path.exists():
        return
    saved = msgspec.json.decode(path.read_bytes(), type=SavedTelegram)
    for file in saved.files:
        telegram.files.add(file)
    for one in saved.bots:
        bot = telegram.bots.get(one.bot_id)
        if bot is not None:
            _restore(bot, one)
            telegram.deliveries.of(bot).restart()


def version(telegram: Telegram) -> object:
    """Something that differs when there is something to save."""
    waiting = [(len(bot.updates), bot.webhook.url, bot.last_update_id) for bot in telegram.bots.values()]
    return telegram.changes, waiting, len(telegram.files.files)


def _saved(telegram: Telegram) -> Iterator[SavedBot]:
    for bot in telegram.bots.values():
        yield SavedBot(
            bot_id=bot.id,
            **{name: getattr(bot, name) for name in PLAIN},
            chats=[_shortened(chat) for chat in bot.chats.values()],
            updates=list(bot.updates.values()),
            presses=dict(bot.presses),
        )


def _shortened(chat: Chat) -> Chat:
    if len(chat.messages) <= KEPT_MESSAGES:
        return chat
    newest = dict(list(chat.messages.items())[-KEPT_MESSAGES:])
    reactions = {key: given for key, given in chat.reactions.items() if key in newest}
    return replace(chat, messages=newest, reactions=reactions)


def _restore(bot: Bot, saved: SavedBot) -> None:
    for name in PLAIN:
        setattr(bot, name, getattr(saved, name))
    bot.chats = {chat.id: chat for chat in saved.chats}
    bot.updates = OrderedDict((update.id, update) for update in saved.updates)
    bot.presses = OrderedDict(saved.presses)
