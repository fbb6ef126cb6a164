"""What Telegram finds in a text by itself: commands, addresses, mentions, hashtags, phone numbers.

Source: core.telegram.org/bots/api#messageentity; offsets and lengths are UTF-16 code units. Which names without a
scheme count as addresses is not documented: here those with a usual ending.
"""

from __future__ import annotations

import re

from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.state import JsonObject

PATTERNS = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>(?:https?|tg|ton)://[^\s<>\"]+[^\s<>\".,;:!?)\]]"
    r"|(?<![\w@/.-])(?:[\w-]+\.)+(?:com|org|net|info|biz|me|io|ru|de|uk|fr|es|it|br|in|id|app|dev|shop)"
    r"(?![\w.-]*@|\w)(?:[/?#][^\s<>\"]*[^\s<>\".,;:!?)\]])?)"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31}(?!\w))"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
    r"|(?P<cashtag>(?<!\w)\$[A-Z]{3,8}(?!\w))"
    r"|(?P<phone_number>(?<![\w+])\+\d(?:[ ()-]{0,2}\d){7,14}(?!\w))"
)

WHOLE = frozenset({"code", "pre", "text_link", "text_mention", "url"})
"""Inside of these nothing else is found."""


def detect(text: str) -> list[JsonObject]:
    """The entities, in their order in the text; none overlap."""
    if not any(mark in text for mark in "@/#:.$+"):
        return []
    return [
        {"type": found.lastgroup, "offset": utf16_length(text[: found.start()]), "length": utf16_length(found.group())}
        for found in PATTERNS.finditer(text)
    ]


def with_detected(text: str, given: list[JsonObject]) -> list[JsonObject]:
    """The entities that the sender gave, and what is found outside of links and code."""
    taken = [(one["offset"], one["offset"] + one["length"]) for one in given if one["type"] in WHOLE]
    found = [
        one
        for one in detect(text)
        if all(one["offset"] + one["length"] <= start or one["offset"] >= end for start, end in taken)
    ]
    return sorted([*given, *found], key=lambda one: (one["offset"], -one["length"]))
