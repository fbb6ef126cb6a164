"""What people on Telegram do to a bot: write, edit, react, press, block. Each becomes an update.

Source: core.telegram.org/bots/api#update.
"""

from __future__ import annotations

import secrets
from typing import Any

from channels.sandbox.telegram.customer_files import with_files
from channels.sandbox.telegram.entities import detect
from channels.sandbox.telegram.reactions import react
from channels.sandbox.telegram.sending import quoted
from channels.sandbox.telegram.state import Bot, ButtonPress, Chat, EmulatedPerson, JsonObject
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import BadRequestError, ConflictError, NotFoundError

GIVEN_BY_TELEGRAM = ("message_id", "from", "chat", "date")
EDITABLE = ("text", "caption")
KEPT_PRESSES = 10_000


async def write(telegram: Telegram, bot: Bot, person: EmulatedPerson, message: JsonObject) -> JsonObject:
    """A person sends a message.

    Args:
        message: Telegram's message object without ids; with `chat` it goes to that group.

    Raises:
        BadRequestError: The object is no message.
        ConflictError: They have blocked the bot.
    """
    chat = chat_for(bot, person, message.get("chat"))
    if person.blocked and chat.id == person.id:
        raise ConflictError("this person has blocked the bot; unblock first")
    content = {key: value for key, value in message.items() if key not in GIVEN_BY_TELEGRAM and value is not None}
    if not content.keys() - {"reply_to_message", "media_group_id"}:
        raise BadRequestError("a message needs a content, such as text")
    _fill_reply(chat, content)
    _fill_topic(chat, content)
    content |= direct_topic(chat, person)
    content = await with_files(telegram, bot, content)
    kept = {
        "message_id": bot.next_message_id(chat),
        "from": person.user.copy(),
        "chat": chat.info,
        "date": _date(telegram, message.get("date")),
        **_with_entities(content),
    }
    chat.keep(kept)
    bot.counts.inbound += 1
    telegram.emit(bot, "message", chat.id, kept)
    telegram.show(bot, chat, kept)
    return kept


def _date(telegram: Telegram, given: Any) -> int:
    if given is not None and not isinstance(given, int):
        raise BadRequestError("date must be seconds since the epoch")
    return given or int(telegram.clock.now())


def edit(telegram: Telegram, bot: Bot, person: EmulatedPerson, given: JsonObject) -> JsonObject:
    """A person changes the text or caption of their message.

    Raises:
        BadRequestError: Nothing to change is named.
        NotFoundError: They have written no such message.
    """
    chat, message = _message(bot, person, given)
    if message["from"]["id"] != person.id:
        raise NotFoundError("this is not their message")
    changes = {key: str(given[key]) for key in EDITABLE if given.get(key)}
    if not changes:
        raise BadRequestError("text or caption is needed")
    old = {key: value for key, value in message.items() if key not in ("entities", "caption_entities")}
    changed = old | _with_entities(changes) | {"edit_date": int(telegram.clock.now())}
    chat.messages[changed["message_id"]] = changed
    telegram.emit(bot, "edited_message", chat.id, changed)
    telegram.show(bot, chat, changed)
    return changed


def set_reaction(telegram: Telegram, bot: Bot, person: EmulatedPerson, given: JsonObject) -> JsonObject:
    """A person reacts to a message with `emoji`, or takes their reaction back without.

    Raises:
        NotFoundError: There is no such message.
    """
    chat, message = _message(bot, person, given)
    emoji = given.get("emoji")
    new: list[JsonObject] = [{"type": "emoji", "emoji": str(emoji)}] if emoji else []
    old = react(chat, message["message_id"], person.id, new)
    update = {
        "chat": chat.info,
        "message_id": message["message_id"],
        "user": person.user.copy(),
        "date": int(telegram.clock.now()),
        "old_reaction": old,
        "new_reaction": new,
    }
    telegram.emit(bot, "message_reaction", chat.id, update)
    telegram.show(bot, chat, message)
    return update


def press(telegram: Telegram, bot: Bot, person: EmulatedPerson, given: JsonObject) -> JsonObject:
    """A person presses an inline button, named by its `data` or its `text`.

    Raises:
        NotFoundError: The message has no such button.
    """
    chat, message = _message(bot, person, given)
    query_id = str(secrets.randbits(62))
    query = {
        "id": query_id,
        "from": person.user.copy(),
        "message": message,
        "chat_instance": str(chat.id * 7919),
        "data": _button_data(message, given),
    }
    bot.presses[query_id] = ButtonPress(chat.id, telegram.clock.now())
    if len(bot.presses) > KEPT_PRESSES:
        bot.presses.popitem(last=False)
    telegram.emit(bot, "callback_query", chat.id, query)
    return query


def _button_data(message: JsonObject, given: JsonObject) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row if "callback_data" in button):
        if button["callback_data"] == given.get("data") or button["text"] == given.get("text"):
            return str(button["callback_data"])
    raise NotFoundError("the message has no such button")


def set_blocked(telegram: Telegram, bot: Bot, person: EmulatedPerson, *, blocked: bool) -> JsonObject:
    """A person blocks the bot, or lets it write again; saying it twice changes nothing."""
    chat = bot.private_chat(person)
    statuses = ("kicked", "member") if person.blocked else ("member", "kicked")
    if person.blocked == blocked:
        return {}
    person.blocked = blocked
    old, new = (_membership(bot, status) for status in statuses)
    update = {
        "chat": chat.info,
        "from": person.user.copy(),
        "date": int(telegram.clock.now()),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    telegram.emit(bot, "my_chat_member", chat.id, update)
    telegram.tell(bot, chat, {"type": "blocked", "blocked": blocked})
    return update


def _membership(bot: Bot, status: str) -> JsonObject:
    member: JsonObject = {"user": bot.user, "status": status}
    return member | {"until_date": 0} if status == "kicked" else member


def chat_for(bot: Bot, person: EmulatedPerson, given: Any) -> Chat:
    """The private chat, or the group that the control request names.

    Raises:
        BadRequestError: It names none.
        ConflictError: The group has become a supergroup.
    """
    if given is None:
        return bot.private_chat(person)
    if not isinstance(given, dict) or not isinstance(given.get("id"), int) or given["id"] >= 0:
        raise BadRequestError("chat must be a group: {id (negative), type, title}")
    chat = bot.chats.get(given["id"])
    if chat is None:
        kind = "supergroup" if given["id"] <= -1_000_000_000_000 else "group"
        chat = bot.chats[given["id"]] = Chat({"title": "Group", "type": kind, **given})
    if chat.migrated_to is not None:
        raise ConflictError(f"the group is now {chat.migrated_to}")
    return chat


def _message(bot: Bot, person: EmulatedPerson, given: JsonObject) -> tuple[Chat, JsonObject]:
    chat = chat_for(bot, person, given.get("chat"))
    message_id = given.get("message_id")
    message = chat.messages.get(message_id) if isinstance(message_id, int) else None
    if message is None:
        raise NotFoundError("there is no message with this message_id in the chat")
    return chat, message


def _fill_reply(chat: Chat, content: JsonObject) -> None:
    """A reply names its message by id; the bot gets the message itself."""
    given = content.get("reply_to_message")
    if given is None:
        return
    message_id = given.get("message_id") if isinstance(given, dict) else None
    found = chat.messages.get(message_id) if isinstance(message_id, int) else None
    if found is None:
        raise BadRequestError("reply_to_message must be {message_id} of a message in this chat")
    content["reply_to_message"] = quoted(found)


def _fill_topic(chat: Chat, content: JsonObject) -> None:
    """What is written in a topic answers the message that opened it, unless it answers another one."""
    number = content.get("message_thread_id")
    if not isinstance(number, int):
        return
    name = chat.topics.setdefault(number, f"Topic {number}")
    opened = {
        "message_id": number,
        "chat": chat.info,
        "date": 0,
        "forum_topic_created": {"name": name, "icon_color": 0},
    }
    content.setdefault("reply_to_message", opened)
    content["is_topic_message"] = True


def direct_topic(chat: Chat, person: EmulatedPerson) -> JsonObject:
    """In a channel's direct messages each person has a topic of their own."""
    if not chat.info.get("is_direct_messages"):
        return {}
    chat.direct_topics[person.id] = person.user.copy()
    return {"direct_messages_topic": {"topic_id": person.id, "user": person.user.copy()}}


def ask_as_guest(telegram: Telegram, bot: Bot, person: EmulatedPerson, given: JsonObject) -> JsonObject:
    """A person names the bot in a chat that it is not in."""
    elsewhere = -1_009_000_000_000 - person.id
    message: JsonObject = {
        "message_id": 1,
        "from": person.user.copy(),
        "chat": {"id": elsewhere, "type": "supergroup", "title": "Elsewhere"},
        "date": int(telegram.clock.now()),
        "text": str(given.get("text", "")),
        "guest_query_id": str(secrets.randbits(62)),
    }
    telegram.emit(bot, "guest_message", elsewhere, message)
    return message


def _with_entities(content: JsonObject) -> JsonObject:
    """Addresses, commands and the like are found by the sender's app."""
    for name, entities_name in (("text", "entities"), ("caption", "caption_entities")):
        found = detect(content[name]) if isinstance(content.get(name), str) else []
        if found and entities_name not in content:
            content = content | {entities_name: found}
    return content
