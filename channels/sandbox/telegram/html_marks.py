"""`parse_mode=HTML`: text with tags becomes plain text with entities.

Source: core.telegram.org/bots/api#html-style: which tags there are, and the four named references.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from channels.sandbox.telegram.errors import BotApiError, bad_request
from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.state import JsonObject

TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip

TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|<")
ATTRIBUTE = re.compile(r"([A-Za-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


@dataclass(slots=True)
class HtmlTag:
    """A tag that is open."""

    name: str
    offset: int
    attributes: dict[str, str]


class HtmlParser:
    """Reads once from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._out: list[str] = []
        self._length = 0
        self._open: list[HtmlTag] = []
        self._entities: list[JsonObject] = []

    def parse(self) -> tuple[str, list[JsonObject]]:
        """The text, and its entities by their place.

        Raises:
            BotApiError: Tags do not match, or are none of Telegram's.
        """
        at = 0
        for found in TOKEN.finditer(self._source):
            self._add(self._source[at : found.start()])
            self._token(found)
            at = found.end()
        self._add(self._source[at:])
        if self._open:
            raise _fault(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return "".join(self._out), sorted(self._entities, key=lambda one: (one["offset"], -one["length"]))

    def _add(self, text: str) -> None:
        self._out.append(text)
        self._length += utf16_length(text)

    def _token(self, found: re.Match[str]) -> None:
        name = (found[2] or "").lower()
        if not name:
            if found[0] == "<":
                raise self._unsupported("", found.start())
            self._add(unescape(found[0]))
        elif found[1]:
            self._close(name, found.start())
        else:
            self._start(name, found)

    def _start(self, name: str, found: re.Match[str]) -> None:
        attributes = {
            one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in ATTRIBUTE.finditer(found[3])
        }
        if name not in TYPES or (name == "span" and attributes.get("class") != "tg-spoiler"):
            raise self._unsupported(name, found.start())
        self._open.append(HtmlTag(name, self._length, attributes))

    def _close(self, name: str, place: int) -> None:
        at = utf8_offset(self._source, place)
        if not self._open:
            raise _fault(f"Unexpected end tag at byte offset {at}")
        tag = self._open.pop()
        if tag.name != name:
            raise _fault(f'Unmatched end tag at byte offset {at}, expected "</{tag.name}>", found "</{name}>"')
        if self._length > tag.offset:
            self._end(tag)

    def _end(self, tag: HtmlTag) -> None:
        entity: JsonObject = {"type": TYPES[tag.name], "offset": tag.offset, "length": self._length - tag.offset}
        language = tag.attributes.get("class", "")
        if tag.name == "a":
            if not tag.attributes.get("href"):
                return
            entity["url"] = tag.attributes["href"]
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code" and self._open and self._open[-1].name == "pre" and language.startswith("language-"):
            self._open[-1].attributes["language"] = language[9:]
            return
        elif tag.name == "pre" and "language" in tag.attributes:
            entity["language"] = tag.attributes["language"]
        self._entities.append(entity)

    def _unsupported(self, name: str, place: int) -> BotApiError:
        return _fault(f'Unsupported start tag "{name}" at byte offset {utf8_offset(self._source, place)}')


def utf8_offset(text: str, place: int) -> int:
    """Where a character begins, in bytes."""
    return len(text[:place].encode("utf-8", "surrogatepass"))


def _fault(details: str) -> BotApiError:
    return bad_request(f"can't parse entities: {details}")
