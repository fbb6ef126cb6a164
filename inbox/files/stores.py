"""Which blob store an installation has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from inbox.files.blob_store import BlobStore
from inbox.files.gridfs_store import GridFsStore
from inbox.files.s3_store import S3Settings, S3Store
from inbox.foundation.settings import FilesStore, Settings
from inbox.storage.database import Database


def open_blob_store(settings: Settings, database: Database) -> BlobStore:
    """Return the blob store of the settings: MongoDB itself, or a bucket."""
    return _STORES[settings.files_store](settings, database)


def _gridfs(_: Settings, database: Database) -> BlobStore:
    return GridFsStore(database)


def _s3(settings: Settings, _: Database) -> BlobStore:
    secret = settings.s3_secret_key
    return S3Store(
        S3Settings(
            bucket=settings.s3_bucket or "",
            region=settings.s3_region,
            endpoint=settings.s3_endpoint,
            access_key=settings.s3_access_key,
            secret_key=secret.get_secret_value() if secret else None,
        )
    )


_STORES: Final[Mapping[FilesStore, Callable[[Settings, Database], BlobStore]]] = {
    FilesStore.GRIDFS: _gridfs,
    FilesStore.S3: _s3,
}
