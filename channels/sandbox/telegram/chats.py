"""Which chat a method means, and whether the bot may write there."""

from __future__ import annotations

from channels.sandbox.telegram.business import business_chat
from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.errors import BotApiError, bad_request, upgraded_to_supergroup
from channels.sandbox.telegram.state import Bot, Chat, JsonObject


def chat_of(call: MethodCall) -> Chat:
    """The chat that `chat_id` names: an id, or a group's or channel's `@username`.

    Raises:
        BotApiError: The bot does not know it, or it has become a supergroup.
    """
    return named_chat(call, "chat_id")


def named_chat(call: MethodCall, parameter: str) -> Chat:
    """The chat that a parameter names. Raises as `chat_of`."""
    name = call.params.text(parameter)
    if not name:
        raise bad_request(f"{parameter} is empty")
    connection = call.params.text("business_connection_id")
    if connection:
        return business_chat(call, connection, name)
    chat = _found(call.bot, name)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise upgraded_to_supergroup(chat.migrated_to)
    return chat


def writable_chat(call: MethodCall) -> Chat:
    """The same, if the person has not blocked the bot.

    Raises:
        BotApiError: As above, or 403.
    """
    chat = chat_of(call)
    if is_blocked(call.bot, chat):
        raise BotApiError(403, "bot was blocked by the user")
    return chat


def is_blocked(bot: Bot, chat: Chat) -> bool:
    """Whether the person of a private chat has blocked the bot."""
    person = bot.people.get(chat.id) if bot.chats.get(chat.id) is chat else None
    return person is not None and person.blocked


def message_in(chat: Chat, message_id: int, *, missing: str) -> JsonObject:
    """A message of the chat.

    Raises:
        BotApiError: There is none with this id; `missing` says so in Telegram's words.
    """
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(missing)
    return message


def _found(bot: Bot, name: str) -> Chat | None:
    if name.startswith("@"):
        wanted = name[1:].lower()
        public = (chat for chat in bot.chats.values() if chat.info["type"] != "private")
        return next((chat for chat in public if str(chat.info.get("username", "")).lower() == wanted), None)
    try:
        return bot.chats.get(int(name))
    except ValueError:
        return None
