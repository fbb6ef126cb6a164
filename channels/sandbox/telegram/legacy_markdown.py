"""`parse_mode=Markdown`, the old form: four marks, a link, no nesting.

Source: core.telegram.org/bots/api#markdown-style.
"""

from __future__ import annotations

from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.html_marks import utf8_offset
from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.state import JsonObject

ENDS = {"*": "*", "_": "_", "`": "`", "```": "```", "[": "]"}
KINDS = {"*": "bold", "_": "italic", "`": "code", "```": "pre", "[": "text_link"}
ESCAPABLE = "_*`["


class LegacyMarkdownParser:
    """Reads once from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._length = 0
        self._entities: list[JsonObject] = []

    def parse(self) -> tuple[str, list[JsonObject]]:
        """The text, and its entities by their place.

        Raises:
            BotApiError: A mark has no end.
        """
        while self._at < len(self._source):
            char = self._source[self._at]
            if char == "\\" and self._source[self._at + 1 : self._at + 2] in [*ESCAPABLE]:
                self._put(self._source[self._at + 1])
                self._at += 2
            elif char in ESCAPABLE:
                self._mark("```" if self._source.startswith("```", self._at) else char)
            else:
                self._put(char)
                self._at += 1
        return "".join(self._out), self._entities

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._length += utf16_length(text)

    def _mark(self, mark: str) -> None:
        start, end = self._at + len(mark), self._source.find(ENDS[mark], self._at + len(mark))
        if end < 0:
            offset = utf8_offset(self._source, self._at)
            raise bad_request(f"can't parse entities: Can't find end of the entity starting at byte offset {offset}")
        inner, self._at = self._source[start:end], end + len(mark)
        fields = self._link() if mark == "[" else {}
        if mark == "```":
            inner, fields = _code_block(inner)
        offset = self._length
        self._put(inner)
        if inner and (mark != "[" or fields):
            self._entities.append({"type": KINDS[mark], "offset": offset, "length": self._length - offset, **fields})

    def _link(self) -> JsonObject:
        """The address in brackets after the words; without one they are only words."""
        end = self._source.find(")", self._at)
        if self._source[self._at : self._at + 1] != "(" or end < 0:
            return {}
        url, self._at = self._source[self._at + 1 : end], end + 1
        return {"url": url} if url else {}


def _code_block(inner: str) -> tuple[str, JsonObject]:
    first, newline, rest = inner.partition("\n")
    if newline and (not first or first.isalnum()):
        return rest, {"language": first} if first else {}
    return inner, {}
