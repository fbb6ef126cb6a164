"""Which files a template's header can show."""

from __future__ import annotations

from typing import Final, NamedTuple

from templates_hsm.definition.template_definition import HeaderFormat

MIB: Final = 1024 * 1024


class HeaderLimit(NamedTuple):
    """In which header a type of file is shown, and how large it may be."""

    format: HeaderFormat
    bytes: int


HEADER_FILES: Final = {
    "image/jpeg": HeaderLimit(HeaderFormat.IMAGE, 5 * MIB),
    "image/png": HeaderLimit(HeaderFormat.IMAGE, 5 * MIB),
    "video/mp4": HeaderLimit(HeaderFormat.VIDEO, 16 * MIB),
    "application/pdf": HeaderLimit(HeaderFormat.DOCUMENT, 100 * MIB),
}
"""Source: graph-api/guides/upload (types); business-phone-numbers/media, 17 Apr 2026 (sizes)."""
