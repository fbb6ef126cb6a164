"""Methods about chats rather than messages: actions, reactions, answers to presses, files, pins, topics.

Source: core.telegram.org/bots/api#sendchataction, #setmessagereaction, #answercallbackquery, #getfile, #pinchatmessage,
#createforumtopic.
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import chat_of, message_in, writable_chat
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.files import MAX_DOWNLOAD_BYTES
from channels.sandbox.telegram.reactions import known_reaction, react
from channels.sandbox.telegram.state import JsonObject

ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip

ACTION_SECONDS = 5
"""Source: core.telegram.org/bots/api#sendchataction."""

QUERY_SECONDS = 15 * 60
"""Not documented: presses are answered for some minutes, then this is the error."""

MAX_NOTICE = 200
"""Source: core.telegram.org/bots/api#answercallbackquery, `text`."""


def send_chat_action(call: MethodCall) -> bool:
    """`sendChatAction`."""
    chat, action = writable_chat(call), call.params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing, chat.typing_until = action, call.telegram.clock.now() + ACTION_SECONDS
    event = {"type": "typing", "seconds": ACTION_SECONDS, "action": action}
    call.telegram.tell(call.bot, chat, event)
    return True


def set_message_reaction(call: MethodCall) -> bool:
    """`setMessageReaction`: one of the usual emoji, or none."""
    chat = writable_chat(call)
    given = call.params.json("reaction") or []
    message_id = call.params.integer("message_id")
    message = message_in(chat, message_id, missing="message to react not found")
    if not isinstance(given, list) or not all(known_reaction(one) for one in given):
        raise bad_request("REACTION_INVALID")
    if len(given) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    react(chat, message_id, call.bot.id, given)
    call.telegram.show(call.bot, chat, message)
    return True


def answer_callback_query(call: MethodCall) -> bool:
    """`answerCallbackQuery`: ends the button's progress circle, with a notice or without."""
    query_id, text = call.params.text("callback_query_id"), call.params.text("text")
    pressed = call.bot.presses.pop(query_id, None)
    if pressed is None or call.telegram.clock.now() - pressed.at > QUERY_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(text) > MAX_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    event = {"type": "notice", "text": text, "alert": call.params.flag("show_alert")}
    call.telegram.tell(call.bot, call.bot.chats[pressed.chat_id], event)
    call.bot.answered_presses += 1
    return True


def get_file(call: MethodCall) -> JsonObject:
    """`getFile`."""
    file = call.telegram.files.get(call.bot.id, call.params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size, "file_path": file.path}


def get_user_profile_photos(_call: MethodCall) -> JsonObject:
    """`getUserProfilePhotos`: nobody shows one."""
    photos: list[Any] = []
    return {"total_count": 0, "photos": photos}


def get_chat(call: MethodCall) -> JsonObject:
    """`getChat`, with the fields that every chat has."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    return {**chat_of(call).info, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def pin_message(call: MethodCall) -> bool:
    """`pinChatMessage`."""
    chat, number = chat_of(call), call.params.integer("message_id")
    message_in(chat, number, missing="message to pin not found")
    chat.pinned = [*(one for one in chat.pinned if one != number), number]
    return True


def unpin_message(call: MethodCall) -> bool:
    """`unpinChatMessage`: the one that is named, otherwise the newest."""
    chat, number = chat_of(call), call.params.integer("message_id")
    if number and number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned = [one for one in chat.pinned if one != (number or chat.pinned[-1])]
    return True


def unpin_all(call: MethodCall) -> bool:
    """`unpinAllChatMessages`."""
    chat_of(call).pinned = []
    return True


def create_topic(call: MethodCall) -> JsonObject:
    """`createForumTopic`: in groups that are forums, and in private chats."""
    chat, name = chat_of(call), call.params.text("name").strip()
    if not name:
        raise bad_request("topic name is empty")
    if not chat.info.get("is_forum"):
        raise bad_request("the chat is not a forum")
    number = call.bot.next_message_id(chat)
    chat.topics[number] = name
    return {"message_thread_id": number, "name": name, "icon_color": 0x6FB9F0}
