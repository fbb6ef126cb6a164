"""Meta's limits on what is sent: one row a number, with the page it comes from.

Pages are below `developers.facebook.com/documentation/business-messaging/whatsapp/`, with the date they carried.
"""

from __future__ import annotations

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

MESSAGES_PER_SECOND = 80
"""Of one number, both directions together; 1,000 after an upgrade. Source: throughput, 21 May 2026."""

PAIR_RATE = Rate(seconds=6.0, burst=45)
"""From one number to one customer. Source: about-the-platform, 5 Dec 2025."""

PAIR_STRIKE_FACTOR = 4.0
"""Each further refusal for one customer waits four times as long. Source: about-the-platform, 5 Dec 2025 (4^X s)."""

MIB = 1024 * 1024

MAX_TEXT_CHARS = 4096
"""Source: messages/text-messages, 23 Apr 2026."""

MAX_CAPTION_CHARS = 1024
"""Source: messages/image-messages, 23 Apr 2026; the same for video and documents."""

MAX_BUTTONS = 3
MAX_BUTTON_TITLE_CHARS = 20
MAX_BUTTON_ID_CHARS = 256
MAX_BUTTONS_BODY_CHARS = 1024
"""Source: messages/interactive-reply-buttons-messages, 23 Apr 2026. Titles are unique within a message."""

MAX_LIST_SECTIONS = 10
MAX_LIST_ROWS = 10
"""Rows of all sections together."""
MAX_LIST_BUTTON_CHARS = 20
MAX_LIST_BODY_CHARS = 4096
MAX_SECTION_TITLE_CHARS = 24
MAX_ROW_TITLE_CHARS = 24
MAX_ROW_DESCRIPTION_CHARS = 72
MAX_ROW_ID_CHARS = 200
"""Source: messages/interactive-list-messages, 23 Apr 2026."""

MAX_CONTACTS = 257
"""Source: messages/contacts-messages, 23 Apr 2026."""

MAX_TEMPLATE_NAME_CHARS = 512
"""Of `[a-z0-9_]`. Source: templates/overview, 5 May 2026."""

MAX_TRACKER_CHARS = 512
"""Of `biz_opaque_callback_data`. Source: webhooks/reference/messages/status, 21 May 2026."""


_AUDIO_TYPES = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})

MEDIA_LIMITS: dict[type[MediaContent], MediaLimit] = {
    ImageContent: MediaLimit(5 * MIB, frozenset({"image/jpeg", "image/png"}), captioned=True),
    VideoContent: MediaLimit(16 * MIB, frozenset({"video/mp4", "video/3gpp"}), captioned=True),
    AudioContent: MediaLimit(16 * MIB, _AUDIO_TYPES, captioned=False),
    VoiceContent: MediaLimit(16 * MIB, frozenset({"audio/ogg"}), captioned=False),
    DocumentContent: MediaLimit(100 * MIB, frozenset(), captioned=True),
    StickerContent: MediaLimit(500 * 1024, frozenset({"image/webp"}), captioned=False),
}
"""A still sticker may have 100 KB, a moving one 500 KB: which it is, only Meta sees.

Source: business-phone-numbers/media, 17 Apr 2026.
"""
