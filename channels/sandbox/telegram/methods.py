"""The Bot API's methods by name, in lower case: Telegram does not mind the case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from channels.sandbox.telegram import method_bot, method_chats, method_edits, method_media, method_texts
from channels.sandbox.telegram.call import Call

Method: TypeAlias = Callable[[Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getme": method_bot.get_me,
    "logout": method_bot.log_out,
    "close": method_bot.log_out,
    "setwebhook": method_bot.set_webhook,
    "deletewebhook": method_bot.delete_webhook,
    "getwebhookinfo": method_bot.get_webhook_info,
    "getupdates": method_bot.get_updates,
    "sendmessage": method_texts.send_message,
    "sendphoto": method_media.sender("photo"),
    "sendvideo": method_media.sender("video"),
    "sendaudio": method_media.sender("audio"),
    "sendvoice": method_media.sender("voice"),
    "senddocument": method_media.sender("document"),
    "sendsticker": method_media.sender("sticker"),
    "sendvideonote": method_media.sender("video_note"),
    "sendanimation": method_media.sender("animation"),
    "sendmediagroup": method_media.send_media_group,
    "sendlocation": method_media.send_location,
    "sendvenue": method_media.send_venue,
    "sendcontact": method_media.send_contact,
    "sendchataction": method_chats.send_chat_action,
    "setmessagereaction": method_chats.set_message_reaction,
    "answercallbackquery": method_chats.answer_callback_query,
    "editmessagetext": method_edits.edit_message_text,
    "editmessagecaption": method_edits.edit_message_caption,
    "editmessagemedia": method_edits.edit_message_media,
    "editmessagereplymarkup": method_edits.edit_message_reply_markup,
    "deletemessage": method_edits.delete_message,
    "deletemessages": method_edits.delete_messages,
    "getfile": method_chats.get_file,
    "getuserprofilephotos": method_chats.get_user_profile_photos,
    "getchat": method_chats.get_chat,
}
