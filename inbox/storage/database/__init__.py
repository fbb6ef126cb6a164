"""The only folder that knows the MongoDB driver: connecting, transactions, and what its errors mean.

`client` alone knows motor; the other files use what it shares with PyMongo. Everybody imports from here.
"""

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from inbox.storage.database.client import Database
from inbox.storage.database.dialect import Collection, Collections, Cursor, Document, Posted, Session, post
from inbox.storage.database.encoding import DocumentUnstorableError, encode_document, has_fields
from inbox.storage.database.errors import (
    DatabaseUnavailableError,
    OutcomeUnknownError,
    TornTransactionError,
    WriteConflictError,
    is_duplicate,
    is_silent,
    is_too_slow,
    is_transient,
    is_unavailable,
)
from inbox.storage.database.joined import joined
from inbox.storage.database.replica_set import initiate_replica_set

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "BulkWriteError",
    "Collection",
    "Collections",
    "Cursor",
    "Database",
    "DatabaseUnavailableError",
    "Document",
    "DocumentUnstorableError",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "OperationFailure",
    "OutcomeUnknownError",
    "Posted",
    "ReplaceOne",
    "Session",
    "TornTransactionError",
    "UpdateMany",
    "UpdateOne",
    "WriteConflictError",
    "encode_document",
    "has_fields",
    "initiate_replica_set",
    "is_duplicate",
    "is_silent",
    "is_too_slow",
    "is_transient",
    "is_unavailable",
    "joined",
    "post",
]
