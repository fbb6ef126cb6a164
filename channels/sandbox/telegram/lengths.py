"""Lengths as Telegram counts them.

Source: core.telegram.org/bots/api#sendmessage (1-4096 characters after entities parsing), #sendphoto
(0-1024) and #messageentity (UTF-16 code units).
"""

from __future__ import annotations

MAX_TEXT = 4096
MAX_CAPTION = 1024


def utf16_length(text: str) -> int:
    """UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
