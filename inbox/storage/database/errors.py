"""What the driver's errors mean: repeat at once, come back later, a duplicate, or a fault."""

from __future__ import annotations

import re
from typing import Final

from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)

_CODE_WRITE_CONFLICT: Final = 112
_CODE_NO_SUCH_TRANSACTION: Final = 251
_CODE_DUPLICATE_KEY: Final = 11000
_CODES_AWAY: Final = frozenset({13, 18, 64, 91, 100, 189, 262, 11600, 11602, 14031})
"""Refusals that concern everything that is asked of the server, not a document: no rights, a wait that took too long,
too few members, a shutdown, a step-down, a full disk. Source: MongoDB 6.0, src/mongo/base/error_codes.yml."""
_INDEX: Final = re.compile(r"\bindex: (\S+) dup key")
"""How MongoDB names the index that refused a document."""


class WriteConflictError(Exception):
    """Something that a batch was made for has changed meanwhile: make it anew."""


class OutcomeUnknownError(Exception):
    """A commit was sent and its answer never came: the change may be there or not."""


class TornTransactionError(Exception):
    """MongoDB committed a transaction of which it had refused a statement: it must not, so look at the server's log.

    The message names the command and collection of the first statement.
    """


class DatabaseUnavailableError(Exception):
    """MongoDB can't be reached or is no replica set; the message says what to check."""


def is_duplicate(error: BaseException, *indexes: str) -> bool:
    """Tell whether a unique index refused a document: one of `indexes`, or any where none is named.

    Of a bulk write each refusal counts: with `indexes`, all refusals have to be theirs.
    """
    refused = _refusing_indexes(error)
    return bool(refused) and (not indexes or refused <= set(indexes))


def _refusing_indexes(error: BaseException) -> set[str]:
    """Name the unique indexes that refused documents."""
    if isinstance(error, BulkWriteError):
        found = [item for item in error.details.get("writeErrors", []) if item.get("code") == _CODE_DUPLICATE_KEY]
    else:
        found = [error.details or {}] if isinstance(error, DuplicateKeyError) else []
    named = (_INDEX.search(str(item.get("errmsg", ""))) for item in found)
    return {match[1] if match else "" for match in named}


def is_transient(error: BaseException) -> bool:
    """Tell whether the same operation may succeed if repeated at once (conflict, failover)."""
    if isinstance(error, WriteConflictError):
        return True
    if isinstance(error, BulkWriteError):
        return any(item.get("code") == _CODE_WRITE_CONFLICT for item in error.details.get("writeErrors", []))
    if not isinstance(error, PyMongoError):
        return False
    if error.has_error_label("TransientTransactionError"):
        return True
    return isinstance(error, OperationFailure) and error.code in {
        _CODE_WRITE_CONFLICT,
        _CODE_NO_SUCH_TRANSACTION,
    }


def is_silent(error: BaseException) -> bool:
    """Tell whether an answer did not come in time: what was asked for may still be under way."""
    return isinstance(error, NetworkTimeout)


def is_unavailable(error: BaseException) -> bool:
    """Tell whether the database is away, too slow or full, so that the caller should come back later.

    That includes a write that is done but not yet durable: whoever repeats it finds it.
    """
    if isinstance(error, BulkWriteError):
        faults = error.details.get("writeErrors", [])
        undurable = not faults and error.details.get("writeConcernErrors")
        return bool(undurable) or any(item.get("code") in _CODES_AWAY for item in faults)
    if isinstance(error, OperationFailure) and error.code in _CODES_AWAY:
        return True
    return isinstance(
        error,
        AutoReconnect
        | ConnectionFailure
        | ServerSelectionTimeoutError
        | NetworkTimeout
        | ExecutionTimeout
        | WriteConcernError
        | OutcomeUnknownError
        | TimeoutError,
    )


def is_too_slow(error: BaseException) -> bool:
    """Tell whether MongoDB ended an operation because its own time limit (`maxTimeMS`) was over."""
    return isinstance(error, ExecutionTimeout)
