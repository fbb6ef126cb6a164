"""Files as they are stored; their bytes are in a blob store."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from inbox.files.names import tidy_name
from inbox.foundation.ids import new_id
from inbox.model.content import Content, Media, MediaContent
from inbox.storage.documents import Fields, FileDocument, MessageDocument

MAX_FILE_BYTES: Final = 100 * 1024 * 1024
"""The largest file of any channel: WhatsApp's documents (cloud-api/reference/media, 17 Apr 2026)."""


class FileState(StrEnum):
    """States of a file."""

    UPLOADING = "uploading"
    PENDING = "pending"
    """With the provider: it is being fetched, or will be."""
    STORED = "stored"
    FAILED = "failed"
    """It could not be fetched; the message that names it is intact."""
    EXPIRED = "expired"
    """Of the file that a message names: it was deleted by the channel's retention."""
    GOING = "going"
    """Nobody names it: it is being taken away."""
    EXPORTED = "exported"
    """An archive of an export: only a link leads to it, no message can name it, and it counts for no quota."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file.

    Attributes:
        blob_id: Under which name the blob store has the bytes; None until it has them.
        mime_type: By its content, once that is known.
        sha256: In hexadecimal.
        uploaded_by: Whose upload through the API it is; None for what customers sent.
        handles: Providers' ids of the same file, by channel.
    """

    id: str
    workspace_id: str
    state: FileState
    mime_type: str | None = None
    bytes: int | None = None
    filename: str | None = None
    sha256: str | None = None
    blob_id: str | None = None
    created_at: datetime
    error: str | None = None
    uploaded_by: str | None = None
    handles: dict[str, dict[str, Any]] = {}


def file_of(document: FileDocument) -> StoredFile:
    """Read a stored file."""
    return msgspec.convert({**document, "id": document["_id"]}, StoredFile)


def with_own_file(content: Content) -> Content:
    """Return a content whose file has our id and a safe name; contents without a file are returned unchanged.

    The one place for all connectors: whatever a customer called the file, nobody gets to see a path or a hidden mark.
    """
    if not isinstance(content, MediaContent) or content.media.id:
        return content
    media: Media = msgspec.structs.replace(content.media, filename=tidy_name(content.media.filename))
    if media.provider_media_id:
        media = msgspec.structs.replace(media, id=new_id(), status=FileState.PENDING.value)
    return msgspec.structs.replace(content, media=media)


def pending_file(message: MessageDocument, at: datetime) -> FileDocument | None:
    """Make the document of the file that an arriving message names; None where it names none."""
    media = message["content"].get("media")
    if not media or not media.get("id") or not media.get("provider_media_id"):
        return None
    return {
        "_id": media["id"],
        "workspace_id": message["workspace_id"],
        "state": FileState.PENDING.value,
        "mime_type": media.get("mime_type"),
        "bytes": media.get("bytes"),
        "filename": media.get("filename"),
        "sha256": None,
        "blob_id": None,
        "created_at": at,
        "channel_id": message["channel_id"],
        "message_id": message["_id"],
        "reference": media["provider_media_id"],
        "attempts": 0,
        "next_attempt_at": at,
        "error": None,
    }


def facts(file: StoredFile) -> Fields:
    """Return the members of a content's `media` that are taken from the file itself."""
    known = {"mime_type": file.mime_type, "bytes": file.bytes, "filename": file.filename, "sha256": file.sha256}
    return {name: value for name, value in known.items() if value is not None}
