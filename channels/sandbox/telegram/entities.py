"""What an app finds in a text by itself: commands, addresses, mentions, hashtags.

Source: core.telegram.org/bots/api#messageentity; offsets and lengths are UTF-16 code units.
"""

from __future__ import annotations

import re

from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.state import JsonObject

PATTERNS = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?(?!\w))"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31}(?!\w))"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
)


def detect(text: str) -> list[JsonObject]:
    """The entities, in their order in the text; none overlap."""
    if not any(mark in text for mark in "@/#:"):
        return []
    return [
        {"type": found.lastgroup, "offset": utf16_length(text[: found.start()]), "length": utf16_length(found.group())}
        for found in PATTERNS.finditer(text)
    ]
