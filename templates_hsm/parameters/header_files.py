"""Our own files in headers: held against what the header shows, and noted in the content with what is known of them.

Source: business-phone-numbers/media, 17 Apr 2026 (types and sizes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inbox.files.file_models import StoredFile, facts
from inbox.model.content import Media
from inbox.model.template_files import files_of_values
from templates_hsm.definition.file_limits import HEADER_FILES, MIB
from templates_hsm.parameters.faults import Fault

Files = Mapping[str, StoredFile]
"""Stored files of the workspace by their ids."""


def check_files(parameters: Mapping[str, Any], files: Files) -> Iterator[Fault]:
    """Check the files that values name by id: each is there, of a type that its header shows, and not too large."""
    for pointer, kind, id_ in files_of_values(parameters):
        file = files.get(id_)
        if file is None:
            message = "There is no such file: upload it first with POST /api/v1/media."
            yield Fault(pointer=pointer, code="header_file_unknown", message=message)
            continue
        limit = HEADER_FILES.get(file.mime_type or "")
        if limit is None or limit.format.value != kind:
            wanted = ", ".join(sorted(name for name, one in HEADER_FILES.items() if one.format.value == kind))
            message = f"The header shows a file of type {wanted}; this one is another."
            yield Fault(pointer=pointer, code="header_file_type", message=message)
        elif (file.bytes or 0) > limit.bytes:
            message = f"This kind of file may have {limit.bytes // MIB} MB in a header."
            yield Fault(pointer=pointer, code="header_file_too_large", message=message)


def media_of(parameters: Mapping[str, Any], files: Files) -> tuple[Media, ...] | None:
    """Return the files that values name, each once; None where they name none."""
    ids = dict.fromkeys(one.id for one in files_of_values(parameters))
    return tuple(Media(id=id_, **facts(files[id_])) for id_ in ids) or None


def with_names(part: Mapping[str, Any], files: Files) -> dict[str, Any]:
    """Give documents that are named by id the file's own name, where the values say none: the customer sees it."""
    named = dict(part)
    header = part.get("header")
    document = header.get("document") if isinstance(header, Mapping) else None
    file = files.get(str(document.get("id"))) if isinstance(document, Mapping) else None
    if file is not None and file.filename and not document.get("filename"):  # type: ignore[union-attr]
        named["header"] = {**header, "document": {**document, "filename": file.filename}}  # type: ignore[dict-item]
    if part.get("cards"):
        named["cards"] = [with_names(card, files) for card in part["cards"]]
    return named
