"""Business accounts: an owner's own chats, in which a bot reads along and answers.

Source: core.telegram.org/bots/api#businessconnection, #businessbotrights, #deletebusinessmessages.
"""

from __future__ import annotations

import secrets
from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.errors import BotApiError, bad_request
from channels.sandbox.telegram.state import Bot, Business, Chat, EmulatedPerson, JsonObject
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import BadRequestError, NotFoundError

REPLY_SECONDS = 24 * 3600
"""`can_reply`: in private chats that had incoming messages in the last 24 hours."""
MAX_DELETED = 100
CONTENTS = ("text", "entities", "checklist", "paid_media", "gift", "story")
"""What people write in an owner's chats here."""


def connect(telegram: Telegram, bot: Bot, given: JsonObject) -> Business:
    """An owner connects the bot, or changes what it may do."""
    id_ = str(given.get("id") or secrets.token_urlsafe(12))
    business = bot.businesses.get(id_)
    if business is None:
        owner = {
            "id": 900_000_000 + len(bot.businesses),
            "is_bot": False,
            "first_name": str(given.get("name", "Owner")),
        }
        business = bot.businesses[id_] = Business(id_, owner)
    business.is_enabled = given.get("is_enabled", True) is True
    business.can_reply = given.get("can_reply", True) is True
    telegram.emit(bot, "business_connection", business.owner["id"], view(business, int(telegram.clock.now())))
    return business


def view(business: Business, now: int) -> JsonObject:
    """A connection as Telegram shows it."""
    return {
        "id": business.id,
        "user": business.owner,
        "user_chat_id": business.owner["id"],
        "date": now,
        "is_enabled": business.is_enabled,
        "rights": {"can_reply": True, "can_read_messages": True} if business.can_reply else {},
    }


def write(telegram: Telegram, bot: Bot, business: Business, person: EmulatedPerson, given: JsonObject) -> JsonObject:
    """The customer writes to the owner; with `by` `owner` the owner to the customer."""
    content = {name: given[name] for name in CONTENTS if name in given}
    if not content:
        raise BadRequestError("text is needed, or another content")
    chat, by_owner = chat_with(business, person), given.get("by") == "owner"
    dated = given.get("date")
    at = dated if isinstance(dated, int) else int(telegram.clock.now())
    message: JsonObject = {
        "message_id": next_id(chat),
        "from": business.owner if by_owner else person.user.copy(),
        "chat": chat.info,
        "date": at,
        "business_connection_id": business.id,
        **content,
    }
    chat.keep(message)
    if not by_owner:
        business.heard_at[chat.id] = at
    telegram.emit(bot, "business_message", chat.id, message)
    return message


def mark_tasks(
    telegram: Telegram, bot: Bot, business: Business, person: EmulatedPerson, given: JsonObject
) -> JsonObject:
    """The customer marks tasks of a checklist, `{message_id, done: [ids], not_done: [ids]}`; all see it in the chat."""
    chat = chat_with(business, person)
    found = chat.messages.get(given.get("message_id", 0))
    if found is None or "checklist" not in found:
        raise NotFoundError("there is no checklist with this message_id in the chat")
    done, not_done = (_numbers(given.get(name)) for name in ("done", "not_done"))
    at = int(telegram.clock.now())
    tasks = [_as_marked(task, done, not_done, at) for task in found["checklist"]["tasks"]]
    found["checklist"] = {**found["checklist"], "tasks": tasks}
    marks = {"marked_as_done_task_ids": done, "marked_as_not_done_task_ids": not_done}
    message: JsonObject = {
        "message_id": next_id(chat),
        "from": person.user.copy(),
        "chat": chat.info,
        "date": at,
        "business_connection_id": business.id,
        "checklist_tasks_done": {"checklist_message": found, **{key: ids for key, ids in marks.items() if ids}},
    }
    chat.keep(message)
    telegram.emit(bot, "business_message", chat.id, message)
    return message


def _numbers(given: Any) -> list[int]:
    return [one for one in given if isinstance(one, int)] if isinstance(given, list) else []


def _as_marked(task: JsonObject, done: list[int], not_done: list[int], at: int) -> JsonObject:
    bare = {name: task[name] for name in ("id", "text")}
    if task["id"] in done:
        return {**bare, "completion_date": at}
    return bare if task["id"] in not_done else task


def chat_with(business: Business, person: EmulatedPerson) -> Chat:
    """The owner's chat with a person: another one than the bot's own."""
    info = {**person.user, "type": "private"}
    return business.chats.setdefault(person.id, Chat({key: info[key] for key in info if key in _SHOWN}))


_SHOWN = ("id", "type", "first_name", "last_name", "username")


def next_id(chat: Chat) -> int:
    """Messages of the owner's chats are counted apart from the bot's own."""
    chat.last_message_id += 1
    return chat.last_message_id


def business_of(bot: Bot, connection: str) -> Business:
    """The connection that a control request names."""
    found = bot.businesses.get(connection)
    if found is None:
        raise NotFoundError("there is no such business connection")
    return found


def business_chat(call: MethodCall, connection: str, chat_id: str) -> Chat:
    """The chat that a method means by connection and id, if the bot may write there.

    Raises:
        BotApiError: The connection is over, has no right to reply, or the customer has not written for a day.
    """
    business = call.bot.businesses.get(connection)
    if business is None:
        raise bad_request("BUSINESS_CONNECTION_INVALID")
    if not business.is_enabled or not business.can_reply:
        raise BotApiError(403, "business connection is disabled, or has no right to reply")
    chat = business.chats.get(int(chat_id)) if chat_id.lstrip("-").isdecimal() else None
    if chat is None:
        raise bad_request("chat not found")
    if call.telegram.clock.now() - business.heard_at.get(chat.id, float("-inf")) > REPLY_SECONDS:
        raise bad_request("BUSINESS_PEER_USAGE_MISSING")
    return chat


def get_business_connection(call: MethodCall) -> JsonObject:
    """`getBusinessConnection`."""
    business = call.bot.businesses.get(call.params.text("business_connection_id"))
    if business is None:
        raise bad_request("BUSINESS_CONNECTION_INVALID")
    return view(business, int(call.telegram.clock.now()))


def delete_business_messages(call: MethodCall) -> bool:
    """`deleteBusinessMessages`: messages of one chat."""
    business = call.bot.businesses.get(call.params.text("business_connection_id"))
    ids: Any = call.params.json("message_ids")
    if business is None:
        raise bad_request("BUSINESS_CONNECTION_INVALID")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_DELETED:
        raise bad_request("message identifiers are not specified")
    chats = [chat for chat in business.chats.values() if all(one in chat.messages for one in ids)]
    if not chats:
        raise bad_request("message to delete not found")
    delete(call.telegram, call.bot, business, chats[0], ids)
    return True


def delete(telegram: Telegram, bot: Bot, business: Business, chat: Chat, ids: list[int]) -> None:
    """Somebody deletes messages, and the bot is told."""
    for one in ids:
        chat.messages.pop(one, None)
    update = {"business_connection_id": business.id, "chat": chat.info, "message_ids": ids}
    telegram.emit(bot, "deleted_business_messages", chat.id, update)
