"""Upload sessions of an app: a file goes in, in one piece or after breaks, and a handle for templates comes out.

Source: graph-api/guides/upload: the session is opened at the app with name, length and type; `file_offset` says from
where on bytes come, `GET` of the session from where on they are missing.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from channels.sandbox.graph.errors import GraphError, unknown_object
from channels.sandbox.graph.state import JsonObject
from channels.sandbox.graph.template_kinds import kind_of

FORMATS: Final = {
    "application/pdf": "DOCUMENT",
    "image/jpeg": "IMAGE",
    "image/jpg": "IMAGE",
    "image/png": "IMAGE",
    "video/mp4": "VIDEO",
}
"""What can be uploaded → in which header it can be shown."""
FILES: Final = frozenset(FORMATS.values())
KEPT: Final = 1_000
"""Sessions and handles; the oldest are forgotten first."""

Value = TypeVar("Value")


@dataclass(slots=True)
class _Session:
    length: int
    format: str
    got: int = 0


class SampleUploads:
    """The sessions and handles of all apps."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._handles: OrderedDict[str, str] = OrderedDict()

    def open(self, length: str, mime_type: str) -> JsonObject:
        """Open a session. Raises `GraphError` for a type that Meta does not take, or without a length."""
        if mime_type not in FORMATS:
            raise GraphError(100, f"Param file_type must be one of {{{', '.join(FORMATS)}}} - got {mime_type!r}.")
        if not length.isdecimal() or not int(length):
            raise GraphError(100, "Param file_length must be a positive number of bytes.")
        name = f"upload:{secrets.token_urlsafe(24)}"
        _keep(self._sessions, name, _Session(int(length), FORMATS[mime_type]))
        return {"id": f"{name}?sig={secrets.token_urlsafe(12)}"}

    def fill(self, name: str, offset: str, data: bytes) -> JsonObject:
        """Take bytes; the handle, once all are there. Raises `GraphError`."""
        session = self._session(name, "post")
        if offset != str(session.got):
            raise GraphError(100, f"The file_offset must be {session.got}, got {offset or 'none'}.")
        if session.got + len(data) > session.length:
            raise GraphError(100, f"The file has more than the {session.length} bytes of its file_length.")
        session.got += len(data)
        if session.got < session.length:
            return self.progress(name)
        del self._sessions[name]
        handle = f"4::{secrets.token_urlsafe(48)}"
        _keep(self._handles, handle, session.format)
        return {"h": handle}

    def progress(self, name: str) -> JsonObject:
        """How far a session is. Raises `GraphError`."""
        return {"id": name, "file_offset": self._session(name, "get").got}

    def check(self, components: Sequence[JsonObject]) -> None:
        """Refuse a file header whose sample was not uploaded, or is something else. Raises `GraphError`."""
        for header in _file_headers(components):
            wanted = kind_of(header, "format")
            given = (header.get("example") or {}).get("header_handle") or [""]
            known = self._handles.get(str(given[0]))
            if known is None:
                raise GraphError(100, "The header_handle of the sample is not valid: upload the file again.")
            if known != wanted:
                raise GraphError(100, f"The sample of a header with format {wanted} is a file for {known}.")

    def _session(self, name: str, method: str) -> _Session:
        found = self._sessions.get(name)
        if found is None:
            raise unknown_object(name, method)
        return found


def _file_headers(components: Sequence[JsonObject]) -> Iterator[JsonObject]:
    for component in components:
        if kind_of(component) == "HEADER" and kind_of(component, "format") in FILES:
            yield component
        for card in component.get("cards") or ():
            yield from _file_headers(card.get("components") or ())


def _keep(kept: OrderedDict[str, Value], name: str, value: Value) -> None:
    kept[name] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)
