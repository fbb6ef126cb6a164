"""Puts before the words of a content what an operator needs to understand them, such as who of a group wrote them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inbox.model.content import Content, MarkedContent, StickerContent, SystemContent, TextContent
from inbox.model.marks import moved, units


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
