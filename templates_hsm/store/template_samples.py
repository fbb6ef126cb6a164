"""Which files may be samples of a template's file header."""

from __future__ import annotations

from typing import Final, NamedTuple

from inbox.foundation.decoding import field_problem
from templates_hsm.definition.template_definition import HeaderFormat

MIB: Final = 1024 * 1024


class SampleLimit(NamedTuple):
    """In which header a type of file is shown, and how large it may be."""

    format: HeaderFormat
    bytes: int


SAMPLES: Final = {
    "image/jpeg": SampleLimit(HeaderFormat.IMAGE, 5 * MIB),
    "image/png": SampleLimit(HeaderFormat.IMAGE, 5 * MIB),
    "video/mp4": SampleLimit(HeaderFormat.VIDEO, 16 * MIB),
    "application/pdf": SampleLimit(HeaderFormat.DOCUMENT, 100 * MIB),
}
"""Source: graph-api/guides/upload (types); business-phone-numbers/media, 17 Apr 2026 (sizes)."""


def format_of_sample(mime_type: str | None, size_bytes: int) -> HeaderFormat:
    """Return the header that a file can be the sample of. Raises `ProblemError` at `/file_id`."""
    limit = SAMPLES.get(mime_type or "")
    if limit is None:
        raise field_problem("/file_id", "WhatsApp takes JPEG, PNG, MP4 and PDF as samples")
    if size_bytes > limit.bytes:
        raise field_problem("/file_id", f"this kind of file may have {limit.bytes // MIB} MB")
    return limit.format
