"""Finding out what became of a transaction whose statements were lost on the way to MongoDB, with their commit."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from pymongo.client_session_shared import _TxnState
from pymongo.errors import OperationFailure, PyMongoError

from inbox.storage.database.errors import OutcomeUnknownError
from inbox.storage.database.transactions import COMMIT_PAUSE_SECONDS, Opened, commit

_TRANSACTION_COMMITTED: Final = 256
_NO_SUCH_TRANSACTION: Final = 251


async def abort_or_confirm(
    opened: Opened, abort: Callable[[], Awaitable[Any]], lost: PyMongoError, ends_at: float
) -> None:
    """Abort the transaction; return if it turns out to be committed, by a majority.

    MongoDB must have answered for its beginning: of one that it does not know, it could still be about to hear.

    Args:
        opened: The session.
        abort: Asks MongoDB to abort the transaction.
        lost: How the statements were lost.
        ends_at: Until when it is asked, in monotonic time.

    Raises:
        PyMongoError: the loss, where nothing is or will be stored: the whole transaction may be repeated.
        OutcomeUnknownError: if nobody says.
    """
    while not (is_over := await _is_over(abort)) and time.monotonic() < ends_at:
        if is_over is None:
            await commit(opened, ends_at)
            return
        await opened.pause(COMMIT_PAUSE_SECONDS)
    opened.session._transaction.state = _TxnState.ABORTED
    raise lost if is_over else OutcomeUnknownError from lost


async def _is_over(abort: Callable[[], Awaitable[Any]]) -> bool | None:
    """Ask once: True if it is aborted, None if it was committed, False if nobody says."""
    try:
        await abort()
    except OperationFailure as error:
        return None if error.code == _TRANSACTION_COMMITTED else error.code == _NO_SUCH_TRANSACTION
    except PyMongoError:
        return False
    return True
