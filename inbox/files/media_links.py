"""Links to files are made when something is read: they end after an hour, so none is ever stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from inbox.files.file_models import FileState
from inbox.files.links import file_link
from inbox.foundation.clock import Clock
from inbox.model.content import Media

WITHOUT_BYTES: Final = frozenset({FileState.PENDING, FileState.FAILED, FileState.EXPIRED})
_MARKS: Final = (b'"media":{', b'"media":[')
"""A message's file; a template's files."""

Finish = Callable[[bytes], bytes]
"""Completes JSON that is about to leave the server."""


def as_it_is(raw: bytes) -> bytes:
    """Leave JSON as it is."""
    return raw


class MediaLinks:
    """Puts links to our files into what leaves the server."""

    def __init__(self, base_url: str, sign: Callable[[str], str], clock: Clock) -> None:
        self._base_url = base_url.rstrip("/")
        self._sign = sign
        self._clock = clock

    def link(self, file_id: str) -> str:
        """Return a link to a file."""
        return file_link(self._base_url, file_id, self._sign, self._clock.now())

    def in_media(self, media: Media) -> Media:
        """Return a file of a message its link, if its bytes are here."""
        if media.id is None or media.status in WITHOUT_BYTES:
            return media
        linked: Media = msgspec.structs.replace(media, url=self.link(media.id))
        return linked

    def in_json(self, raw: bytes) -> bytes:
        """Return all files in an answer or event their links; JSON that names no file is not even decoded."""
        if not any(mark in raw for mark in _MARKS):
            return raw
        value = msgspec.json.decode(raw)
        self._walk(value)
        return msgspec.json.encode(value)

    def _walk(self, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._walk(item)
        elif isinstance(value, dict):
            media = value.get("media")
            files = _files(media)
            for file in files:
                if file.get("status") not in WITHOUT_BYTES:
                    file["url"] = self.link(file["id"])
            if not files:
                for item in value.values():
                    self._walk(item)


def _files(media: Any) -> list[dict[str, Any]]:
    """Return the files of a content: one, or a template's."""
    given = media if isinstance(media, list) else [media]
    return [one for one in given if isinstance(one, dict) and isinstance(one.get("id"), str)]
