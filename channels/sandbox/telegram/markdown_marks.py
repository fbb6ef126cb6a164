"""`parse_mode=MarkdownV2`: text with marks becomes plain text with entities.

Source: core.telegram.org/bots/api#markdownv2-style: the marks, and which characters must be escaped.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.sandbox.telegram.errors import BotApiError, bad_request
from channels.sandbox.telegram.html_marks import utf8_offset
from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.state import JsonObject

MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
NAMES = {
    "bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
    "spoiler": "Spoiler", "code": "Code", "pre": "Pre", "text_link": "TextUrl",
}  # fmt: skip
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")


@dataclass(slots=True)
class Mark:
    """A mark that is open."""

    kind: str
    offset: int
    place: int


class MarkdownParser:
    """Reads once from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._out: list[str] = []
        self._length = 0
        self._open: list[Mark] = []
        self._quote: int | None = None
        self._entities: list[JsonObject] = []

    def parse(self) -> tuple[str, list[JsonObject]]:
        """The text, and its entities by their place.

        Raises:
            BotApiError: A mark has no end, or a reserved character stands unescaped.
        """
        while self._at < len(self._source):
            self._step()
        self._end_quote()
        if self._open:
            raise self._no_end(self._open[-1].kind, self._open[-1].place)
        return "".join(self._out), sorted(self._entities, key=lambda one: (one["offset"], -one["length"]))

    def _step(self) -> None:
        char, two = self._source[self._at], self._source[self._at : self._at + 2]
        if char == "\\" and len(two) == 2 and ord(two[1]) < 128:
            self._take(two[1], 2)
        elif char == ">" and self._line_begins():
            self._quote = self._length if self._quote is None else self._quote
            self._at += 1
        elif char == "`":
            self._code()
        elif char in "[]":
            self._link()
        elif two == "![":
            self._at += 1
        elif char in "*_~|":
            self._mark(two if two in MARKS else char)
        elif char in RESERVED:
            raise self._reserved(char)
        else:
            self._take(char, 1)

    def _take(self, char: str, width: int) -> None:
        self._out.append(char)
        self._length += utf16_length(char)
        self._at += width
        if char == "\n" and self._source[self._at : self._at + 1] != ">":
            self._end_quote()

    def _line_begins(self) -> bool:
        return self._at == 0 or self._source[self._at - 1] == "\n"

    def _end_quote(self) -> None:
        if self._quote is not None:
            self._entity("blockquote", self._quote)
        self._quote = None

    def _mark(self, mark: str) -> None:
        kind = MARKS.get(mark)
        if kind is None:
            raise self._reserved(mark)
        if self._open and self._open[-1].kind == kind:
            self._entity(kind, self._open.pop().offset)
        else:
            self._open.append(Mark(kind, self._length, self._at))
        self._at += len(mark)

    def _code(self) -> None:
        fence = "```" if self._source.startswith("```", self._at) else "`"
        end = self._source.find(fence, self._at + len(fence))
        kind = "pre" if len(fence) == 3 else "code"
        if end < 0:
            raise self._no_end(kind, self._at)
        inner = self._source[self._at + len(fence) : end]
        first, newline, rest = inner.partition("\n")
        language = first.strip() if kind == "pre" and newline and " " not in first.strip() else ""
        text = (rest if kind == "pre" and newline and (language or not first.strip()) else inner).replace("\\", "")
        offset = self._length
        self._out.append(text)
        self._length += utf16_length(text)
        self._entity(kind, offset, **({"language": language} if language else {}))
        self._at = end + len(fence)

    def _link(self) -> None:
        if self._source[self._at] == "[":
            self._open.append(Mark("text_link", self._length, self._at))
            self._at += 1
            return
        if not self._open or self._open[-1].kind != "text_link":
            raise self._reserved("]")
        mark = self._open.pop()
        end = self._source.find(")", self._at)
        if self._source[self._at + 1 : self._at + 2] != "(" or end < 0:
            raise self._reserved("[")
        url = self._source[self._at + 2 : end].replace("\\", "")
        self._entity("text_link", mark.offset, url=url)
        self._at = end + 1

    def _entity(self, kind: str, offset: int, **fields: str) -> None:
        if self._length > offset:
            self._entities.append({"type": kind, "offset": offset, "length": self._length - offset, **fields})

    def _reserved(self, char: str) -> BotApiError:
        return _fault(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")

    def _no_end(self, kind: str, place: int) -> BotApiError:
        return _fault(f"Can't find end of {NAMES[kind]} entity at byte offset {utf8_offset(self._source, place)}")


def _fault(details: str) -> BotApiError:
    return bad_request(f"can't parse entities: {details}")
