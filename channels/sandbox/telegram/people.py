"""What people on Telegram do to a bot: write, and so on. Each becomes an update."""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.sending import quoted
from channels.sandbox.telegram.state import Bot, Chat, JsonObject, Person
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import BadRequest, Conflict

GIVEN_BY_TELEGRAM = ("message_id", "from", "chat", "date")


def write(telegram: Telegram, bot: Bot, person: Person, message: JsonObject) -> JsonObject:
    """A person sends a message.

    Args:
        message: Telegram's message object without ids; with `chat` it goes to that group.

    Raises:
        BadRequest: The object is no message.
        Conflict: They have blocked the bot.
    """
    chat = _chat(bot, person, message.get("chat"))
    if person.blocked and chat.id == person.id:
        raise Conflict("this person has blocked the bot; unblock first")
    content = {key: value for key, value in message.items() if key not in GIVEN_BY_TELEGRAM and value is not None}
    if not content:
        raise BadRequest("a message needs a content, such as text")
    _fill_reply(chat, content)
    kept = {
        "message_id": bot.next_message_id(chat),
        "from": person.user.copy(),
        "chat": chat.info,
        "date": int(message.get("date") or telegram.clock.now()),
        **content,
    }
    chat.keep(kept)
    bot.counts.inbound += 1
    telegram.emit(bot, "message", chat.id, kept)
    telegram.show(bot, chat, kept)
    return kept


def _chat(bot: Bot, person: Person, given: Any) -> Chat:
    if given is None:
        return bot.private_chat(person)
    if not isinstance(given, dict) or not isinstance(given.get("id"), int) or given["id"] >= 0:
        raise BadRequest("chat must be a group: {id (negative), type, title}")
    chat = bot.chats.get(given["id"])
    if chat is None:
        kind = "supergroup" if given["id"] <= -1_000_000_000_000 else "group"
        chat = bot.chats[given["id"]] = Chat({"title": "Group", "type": kind, **given})
    if chat.migrated_to is not None:
        raise Conflict(f"the group is now {chat.migrated_to}")
    return chat


def _fill_reply(chat: Chat, content: JsonObject) -> None:
    """A reply names its message by id; the bot gets the message itself."""
    given = content.get("reply_to_message")
    if given is None:
        return
    message_id = given.get("message_id") if isinstance(given, dict) else None
    found = chat.messages.get(message_id) if isinstance(message_id, int) else None
    if found is None:
        raise BadRequest("reply_to_message must be {message_id} of a message in this chat")
    content["reply_to_message"] = quoted(found)
