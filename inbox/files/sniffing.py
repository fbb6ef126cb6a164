"""The type of a file by its first bytes, whatever its name or its sender says. Pure."""

from __future__ import annotations

from typing import Final

import filetype

OCTETS: Final = "application/octet-stream"
_TEXTS: Final = frozenset(
    {"text/plain", "text/csv", "application/json", "text/markdown", "text/vcard", "text/calendar"}
)
_ZIPPED: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
_OLD_OFFICE: Final = frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"})
_OLD_OFFICE_MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""The container of Word, Excel and PowerPoint before 2007. Source: [MS-CFB] 2.2."""
_SAME: Final = {"audio/x-wav": "audio/wav", "video/x-m4v": "video/mp4"}
"""Other words for the same."""
_CONTAINERS: Final = {"video/mp4": "audio/mp4", "video/webm": "audio/webm"}
"""Containers that hold films or only sound; the first bytes do not tell."""


def type_of(head: bytes, declared: str | None) -> str:
    """Return the type of a file.

    What the bytes say goes first. What somebody declared counts only where the bytes allow it: a text as one of the
    harmless kinds of text, a ZIP container as one of the office formats that are made of it.

    Args:
        head: The first bytes, some thousand of them or the whole file.
        declared: The type that a provider, a browser or a name claims.
    """
    claimed = (declared or "").partition(";")[0].strip().lower()
    found = filetype.guess_mime(head) if head else None
    if found == "application/zip" and claimed in _ZIPPED:
        return claimed
    if head.startswith(_OLD_OFFICE_MAGIC):
        return claimed if claimed in _OLD_OFFICE else OCTETS
    if found is not None:
        same = _SAME.get(found, found)
        return claimed if _CONTAINERS.get(same) == claimed else same
    if _is_text(head):
        return claimed if claimed in _TEXTS else "text/plain"
    return OCTETS


def _is_text(head: bytes) -> bool:
    """Tell whether bytes are a text in UTF-8; its last character may be cut off."""
    if b"\0" in head or not head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.end == len(head) and error.start >= len(head) - 3
    return True
