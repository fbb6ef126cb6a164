"""Stored files that a template's values name: in its header, and in those of a carousel's cards. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

FILE_KINDS: Final = ("image", "video", "document")
"""What a header can show of a file."""


class FileOfHeader(NamedTuple):
    """A file that a header shows; `pointer` leads to its id, from the values on."""

    pointer: str
    kind: str
    id: str


def files_of_values(parameters: Mapping[str, Any] | None) -> tuple[FileOfHeader, ...]:
    """Return the files that values name by id; what is not shaped as it should be names none."""
    values = parameters or {}
    cards = values.get("cards")
    within = [("", values), *((f"/cards/{n}", one) for n, one in enumerate(cards if isinstance(cards, list) else ()))]
    return tuple(found for place, part in within for found in _files_of(place, part))


def _files_of(place: str, part: Any) -> Iterator[FileOfHeader]:
    header = part.get("header") if isinstance(part, Mapping) else None
    if not isinstance(header, Mapping):
        return
    for kind in FILE_KINDS:
        file = header.get(kind)
        id_ = file.get("id") if isinstance(file, Mapping) else None
        if isinstance(id_, str):
            yield FileOfHeader(f"{place}/header/{kind}/id", kind, id_)
