"""A group becomes a supergroup: it gets another id, and both chats are told.

Source: core.telegram.org/bots/api#message, `migrate_to_chat_id` and `migrate_from_chat_id`.
"""

from __future__ import annotations

from channels.sandbox.telegram.state import Bot, Chat, JsonObject
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import ConflictError

SUPERGROUPS_BELOW = -1_000_000_000_000
GROUP_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def migrate(telegram: Telegram, bot: Bot, chat: Chat) -> Chat:
    """Turn a group into a supergroup.

    Raises:
        ConflictError: It is no group, or no longer.
    """
    if chat.info["type"] != "group" or chat.migrated_to is not None:
        raise ConflictError("only a group can become a supergroup, and only once")
    after = Chat({**chat.info, "id": SUPERGROUPS_BELOW + chat.id, "type": "supergroup"})
    bot.chats[after.id] = after
    chat.migrated_to = after.id
    _tell(telegram, bot, chat, {"migrate_to_chat_id": after.id})
    _tell(telegram, bot, after, {"migrate_from_chat_id": chat.id})
    return after


def _tell(telegram: Telegram, bot: Bot, chat: Chat, content: JsonObject) -> None:
    message = {
        "message_id": bot.next_message_id(chat),
        "from": GROUP_ANONYMOUS,
        "sender_chat": chat.info,
        "chat": chat.info,
        "date": int(telegram.clock.now()),
        **content,
    }
    chat.keep(message)
    telegram.emit(bot, "message", chat.id, message)
