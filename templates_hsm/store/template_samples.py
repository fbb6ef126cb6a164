"""Which files may be samples of a template's file header."""

from __future__ import annotations

from inbox.foundation.decoding import field_problem
from templates_hsm.definition.file_limits import HEADER_FILES, MIB
from templates_hsm.definition.template_definition import HeaderFormat


def format_of_sample(mime_type: str | None, size_bytes: int) -> HeaderFormat:
    """Return the header that a file can be the sample of. Raises `ProblemError` at `/file_id`."""
    limit = HEADER_FILES.get(mime_type or "")
    if limit is None:
        raise field_problem("/file_id", "WhatsApp takes JPEG, PNG, MP4 and PDF as samples")
    if size_bytes > limit.bytes:
        raise field_problem("/file_id", f"this kind of file may have {limit.bytes // MIB} MB")
    return limit.format
