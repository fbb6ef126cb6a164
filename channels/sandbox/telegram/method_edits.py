"""Methods that change or remove messages.

Source: core.telegram.org/bots/api#updating-messages, #deletemessage (48 hours, but 24 for nobody here).
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import chat_of, message_in
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.markup import reply_markup
from channels.sandbox.telegram.method_media import KINDS, file_content
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.state import Chat, JsonObject
from channels.sandbox.telegram.texts import caption_fields, text_fields

DELETABLE_SECONDS = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
CONTENT = ("text", "entities", "caption", "caption_entities", "has_media_spoiler", *KINDS)
CAPTIONED = ("photo", "video", "audio", "voice", "document", "animation")
MAX_DELETED = 100


def edit_message_text(call: MethodCall) -> JsonObject:
    """`editMessageText`."""
    chat, message = target(call)
    fields = text_fields(call.params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return replace_content(call, chat, message, ("text", "entities"), fields)


def edit_message_caption(call: MethodCall) -> JsonObject:
    """`editMessageCaption`."""
    chat, message = target(call)
    fields = caption_fields(call.params)
    if not any(kind in message for kind in CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    return replace_content(call, chat, message, ("caption", "caption_entities"), fields)


async def edit_message_media(call: MethodCall) -> JsonObject:
    """`editMessageMedia`."""
    media: Any = call.params.json("media")
    if not isinstance(media, dict) or media.get("type") not in CAPTIONED:
        raise bad_request("can't parse InputMedia: media not found")
    chat, message = target(call)
    if not any(kind in message for kind in CAPTIONED):
        raise bad_request("there is no media in the message to edit")
    fields = await file_content(call, media["type"], media.get("media"), Params(media))
    return replace_content(call, chat, message, CONTENT, fields)


def edit_message_reply_markup(call: MethodCall) -> JsonObject:
    """`editMessageReplyMarkup`."""
    chat, message = target(call)
    return replace_content(call, chat, message, (), {})


def delete_message(call: MethodCall) -> bool:
    """`deleteMessage`: in a private chat also the person's own messages."""
    chat = chat_of(call)
    message_id = call.params.integer("message_id")
    message = message_in(chat, message_id, missing="message to delete not found")
    if call.telegram.clock.now() - message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    if chat.info["type"] != "private" and message["from"]["id"] != call.bot.id:
        raise bad_request("message can't be deleted")
    _remove(call, chat, message_id)
    return True


def delete_messages(call: MethodCall) -> bool:
    """`deleteMessages`: those that cannot be deleted are passed over."""
    chat, ids = chat_of(call), call.params.json("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        if isinstance(message_id, int) and message_id in chat.messages:
            _remove(call, chat, message_id)
    return True


def _remove(call: MethodCall, chat: Chat, message_id: int) -> None:
    del chat.messages[message_id]
    chat.reactions.pop(message_id, None)
    call.telegram.tell(call.bot, chat, {"type": "deleted", "message_id": message_id})


def target(call: MethodCall) -> tuple[Chat, JsonObject]:
    """The bot's own message that is to change.

    Raises:
        BotApiError: There is none, or it is somebody else's.
    """
    chat = chat_of(call)
    message_id = call.params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = message_in(chat, message_id, missing="message to edit not found")
    author: JsonObject = message.get("sender_business_bot") or message["from"]
    if author["id"] != call.bot.id:
        raise bad_request("message can't be edited")
    return chat, message


def replace_content(
    call: MethodCall, chat: Chat, message: JsonObject, names: tuple[str, ...], fields: JsonObject
) -> JsonObject:
    """Put new content and a new keyboard, or none, in place of the old."""
    markup = reply_markup(call.params.json("reply_markup"))
    changed = {key: value for key, value in message.items() if key not in (*names, "reply_markup", "edit_date")}
    changed |= fields
    if markup and "inline_keyboard" in markup:
        changed["reply_markup"] = markup
    if changed == {key: value for key, value in message.items() if key != "edit_date"}:
        raise bad_request(NOT_MODIFIED)
    changed["edit_date"] = int(call.telegram.clock.now())
    chat.messages[message["message_id"]] = changed
    call.telegram.show(call.bot, chat, changed)
    return changed
