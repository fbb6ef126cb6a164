"""Marks attempts that are still uploading their file: if the process dies, nothing was sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from inbox.foundation.ids import new_id
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Database

UPLOADING: Final = "uploading"
"""The field of the outbox, with a mark of the attempt; whoever takes the attempt over takes it away."""
INTERRUPTED: Final = SendFailedError(
    ProviderError(
        code="interrupted",
        explanation="The gateway stopped while it uploaded the file. Nothing was sent; it is tried again.",
        retryable=True,
    )
)


class AttemptTakenError(Exception):
    """Another process has taken the attempt over while we stood still: it sends the message, we must not."""


@asynccontextmanager
async def upload_noted(
    database: Database, workspace_id: str, message_id: str, *, mark: str | None = None
) -> AsyncIterator[None]:
    """Have the outbox say, durably, that nothing of a message is sent during the block.

    Args:
        database: Where the outbox is.
        workspace_id: The message's workspace.
        message_id: The message.
        mark: With which it says so since the attempt began; None if it does not yet.

    Raises:
        AttemptTakenError: at the end of the block; nothing may be sent, and nothing recorded.
    """
    row = {"_id": message_id, "workspace_id": workspace_id}
    if mark is None:
        mark = new_id()
        await database.outbox.update_one(row, {"$set": {UPLOADING: mark}})
    try:
        yield
    finally:
        ours = await database.outbox.update_one({**row, UPLOADING: mark}, {"$unset": {UPLOADING: ""}})
        if not ours.matched_count:
            raise AttemptTakenError
