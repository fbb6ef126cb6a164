"""Telegram's limits on what is sent: one row a number, with the page it comes from.

Source, unless said otherwise: https://core.telegram.org/bots/api, Bot API 10.
"""

from __future__ import annotations

from typing import Final

from channels.common_checks import MediaLimit
from inbox.model.content import (
    AudioContent,
    DocumentContent,
    ImageContent,
    MediaContent,
    StickerContent,
    VideoContent,
    VoiceContent,
)
from inbox.sending.rates import Rate

MB: Final = 1_000_000
MIB: Final = 1024 * 1024

MAX_TEXT_UNITS: Final = 4096
"""UTF-16 code units of a text, after its entities are parsed. Source: sendMessage."""

MAX_CAPTION_UNITS: Final = 1024
"""UTF-16 code units of a caption. Source: sendPhoto and its siblings."""

MAX_LONG_TEXT_UNITS: Final = 10 * MAX_TEXT_UNITS
"""Longest text of ours, sent as about ten messages. Our choice: at one message a second in a chat, ten seconds."""

MESSAGES_PER_SECOND: Final = 30
"""Of one bot, in all chats together. Source: https://core.telegram.org/bots/faq, "My bot is hitting limits"."""

CHAT_RATE: Final = Rate(seconds=1.0)
"""In one chat, of whatever kind. Source: as above."""

GROUP_RATE: Final = Rate(seconds=6.0, burst=10)
"""In one group: ten at once and one in six seconds are at most the 20 in any minute. Source: as above."""

MAX_CALLBACK_BYTES: Final = 64
"""Bytes of a button's `callback_data`. Source: InlineKeyboardButton."""

MAX_BUTTONS: Final = 100
"""Buttons of an inline keyboard; the page gives no number, the server refuses more (REPLY_MARKUP_TOO_LONG)."""

MAX_BUTTON_TITLE_UNITS: Final = 64
"""Our choice: longer titles are cut off on a phone's screen; Telegram states no limit."""

MAX_CONTACTS: Final = 10
"""Each contact card is a message of its own. Source: sendContact."""

MAX_CHECKLIST_TASKS: Final = 30
"""Tasks of a checklist. Source: InputChecklist."""

MAX_CHECKLIST_TITLE_UNITS: Final = 255
"""Of a checklist's title. Source: InputChecklist."""

MAX_TASK_UNITS: Final = 100
"""Of a task. Source: InputChecklistTask."""

MAX_DOWNLOAD_BYTES: Final = 20 * MB
"""Largest file that getFile gives a bot. Source: getFile."""

WEBHOOK_CONNECTIONS: Final = 40
"""Telegram's own default of 1 to 100 connections at once. Source: setWebhook."""

POLL_SECONDS: Final = 25
"""How long one getUpdates waits for news; below the minute after which proxies drop a silent connection."""

POLL_LIMIT: Final = 100
"""Most updates in one answer. Source: getUpdates."""


_SOUNDS: Final = frozenset({"audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a"})

MEDIA_LIMITS: Final[dict[type[MediaContent], MediaLimit]] = {
    ImageContent: MediaLimit(10 * MB, frozenset({"image/jpeg", "image/png", "image/webp"})),
    VideoContent: MediaLimit(50 * MB, frozenset({"video/mp4"})),
    AudioContent: MediaLimit(50 * MB, _SOUNDS),
    VoiceContent: MediaLimit(50 * MB, _SOUNDS | {"audio/ogg"}),
    DocumentContent: MediaLimit(50 * MB, frozenset()),
    StickerContent: MediaLimit(512 * 1024, frozenset({"image/webp", "application/x-tgsticker", "video/webm"}), False),
}
"""Files that Telegram fetches by a link may have 5 MB (pictures) or 20 MB (others): only Telegram sees their size.

Source: "Sending files", sendAudio, sendVoice, sendVideo, sendSticker.
"""
