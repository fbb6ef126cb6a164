"""Methods that send a message again: forwarded with where it came from, or copied without.

Source: core.telegram.org/bots/api#forwardmessage, #copymessage and their siblings.
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import message_in, named_chat, writable_chat
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.sending import deliver
from channels.sandbox.telegram.state import Chat, JsonObject
from channels.sandbox.telegram.texts import caption_fields

MAX_AT_ONCE = 100
OWN = frozenset(
    {
        "message_id", "from", "chat", "date", "edit_date", "reply_to_message", "reply_markup", "media_group_id",
        "message_thread_id", "is_topic_message", "forward_origin",
    }
)  # fmt: skip
"""What belongs to a message itself and not to what it says."""
NOT_COPIED = frozenset({"invoice", "giveaway", "giveaway_winners", "paid_media"})
CAPTIONED = ("photo", "video", "audio", "voice", "document", "animation")


def forward_message(call: MethodCall) -> JsonObject:
    """`forwardMessage`."""
    chat, source = writable_chat(call), named_chat(call, "from_chat_id")
    message = message_in(source, call.params.integer("message_id"), missing="message to forward not found")
    return _forward(call, chat, message)


def forward_messages(call: MethodCall) -> list[JsonObject]:
    """`forwardMessages`: those that are not there are passed over."""
    chat, found = writable_chat(call), _several(call, "forward")
    return [_number(_forward(call, chat, message)) for message in found]


def copy_message(call: MethodCall) -> JsonObject:
    """`copyMessage`."""
    chat, source = writable_chat(call), named_chat(call, "from_chat_id")
    message = message_in(source, call.params.integer("message_id"), missing="message to copy not found")
    caption = caption_fields(call.params) if "caption" in call.params.values else None
    return _number(_copy(call, chat, message, caption))


def copy_messages(call: MethodCall) -> list[JsonObject]:
    """`copyMessages`: those that are not there are passed over."""
    chat, found = writable_chat(call), _several(call, "copy")
    caption: JsonObject | None = {} if call.params.flag("remove_caption") else None
    return [_number(_copy(call, chat, message, caption)) for message in found]


def _forward(call: MethodCall, chat: Chat, message: JsonObject) -> JsonObject:
    if message.get("has_protected_content"):
        raise bad_request("the message can't be forwarded")
    origin = message.get("forward_origin") or {
        "type": "user",
        "sender_user": message["from"],
        "date": message["date"],
    }
    return deliver(call, chat, {**_content(message), "forward_origin": origin}, hash(str(_content(message))))


def _copy(call: MethodCall, chat: Chat, message: JsonObject, caption: JsonObject | None) -> JsonObject:
    content = _content(message)
    if message.get("has_protected_content") or not NOT_COPIED.isdisjoint(content):
        raise bad_request("the message can't be copied")
    if caption is not None and any(kind in content for kind in CAPTIONED):
        content = {
            name: part for name, part in content.items() if name not in ("caption", "caption_entities")
        } | caption
    return deliver(call, chat, content, hash(str(content)))


def _content(message: JsonObject) -> JsonObject:
    return {name: part for name, part in message.items() if name not in OWN}


def _several(call: MethodCall, what: str) -> list[JsonObject]:
    source, ids = named_chat(call, "from_chat_id"), call.params.json("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_AT_ONCE:
        raise bad_request("too many messages")
    if ids != sorted(set(ids), key=_whole):
        raise bad_request("message identifiers must be in a strictly increasing order")
    found = [source.messages[one] for one in ids if one in source.messages]
    if not found:
        raise bad_request(f"there are no messages to {what}")
    return found


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise bad_request("message identifier is not a number")
    return value


def _number(message: JsonObject) -> JsonObject:
    return {"message_id": message["message_id"]}
