"""Puts before the words of a content what an operator needs to understand them, such as who of a group wrote them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inbox.model.content import (
    MAX_TEXT_CHARS,
    Content,
    MarkedContent,
    StickerContent,
    SystemContent,
    TextContent,
)
from inbox.model.marks import marks_within, moved, units


def with_words_before(content: Content, lines: Sequence[str]) -> Content:
    """Put lines before a text or caption, with its marks; contents without words stay as they are."""
    if not lines or isinstance(content, SystemContent):
        return content
    head = "\n".join(lines)
    if isinstance(content, TextContent):
        return TextContent(text=f"{head}\n{content.text}", marks=moved(content.marks, units(head) + 1))
    if isinstance(content, MarkedContent):
        caption = f"{head}\n{content.caption}" if content.caption else head
        return msgspec.structs.replace(content, caption=caption, marks=moved(content.marks, units(head) + 1))
    if isinstance(content, StickerContent):
        return msgspec.structs.replace(content, caption="\n".join([head, *filter(None, [content.caption])]))
    return content


def bounded(content: Content) -> Content:
    """Cut what became too long of several parts: the lines of a poll, words with what was put before them."""
    name = "text" if isinstance(content, TextContent) else "caption"
    words = getattr(content, name, None)
    if words is None or len(words) <= MAX_TEXT_CHARS:
        return content
    cut: Content = msgspec.structs.replace(content, **{name: words[:MAX_TEXT_CHARS]})
    if not isinstance(cut, TextContent | MarkedContent):
        return cut
    return msgspec.structs.replace(cut, marks=marks_within(cut.marks, 0, units(words[:MAX_TEXT_CHARS])))
