"""Which blob store an installation has."""

from __future__ import annotations

from inbox.files.blob_store import BlobStore
from inbox.files.gridfs_store import GridFsStore
from inbox.foundation.runtime import Runtime


def open_blob_store(runtime: Runtime) -> BlobStore:
    """Give the blob store of the settings: MongoDB itself."""
    return GridFsStore(runtime.database)
