"""Files of messages, and their bytes where MongoDB keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class FileHandleDocument(TypedDict):
    """The id that a channel's provider gave an uploaded file."""

    handle: str
    expires_at: datetime | None


class FileDocument(TypedDict):
    """A file, of a customer (`inbox.files.file_models.pending_file`) or uploaded to us (`inbox.files.uploads`)."""

    _id: str
    workspace_id: str
    state: str
    """Of `inbox.files.file_models.FileState`."""
    blob_id: str | None
    """Under which the store of blobs has the bytes, or gets them."""
    mime_type: NotRequired[str | None]
    bytes: NotRequired[int | None]
    filename: str | None
    sha256: NotRequired[str | None]
    created_at: datetime
    error: str | None
    handles: NotRequired[dict[str, FileHandleDocument]]
    """By channel."""

    unnamed: NotRequired[bool]
    """An upload that no message names yet."""
    unnamed_until: NotRequired[datetime]
    was_named: NotRequired[bool]
    """A message named it that was deleted: before it goes, too, others that name it are looked for."""
    uploaded_by: NotRequired[str | None]

    export_id: NotRequired[str]
    """Of an archive: of which export (`inbox.exporting`)."""

    channel_id: NotRequired[str]
    """Of a file that is fetched from a provider, as all that follows."""
    message_id: NotRequired[str]
    reference: NotRequired[str]
    """The provider's name of the file."""
    attempts: NotRequired[int]
    next_attempt_at: NotRequired[datetime | None]
    """Also the end of a claim."""


class BlobDocument(TypedDict):
    """A complete blob, as GridFS has it (`inbox.files.gridfs_store`)."""

    _id: str
    length: int
    chunkSize: int
    uploadDate: datetime


class ChunkDocument(TypedDict):
    """A piece of a blob, as GridFS has it."""

    files_id: str
    n: int
    data: bytes
