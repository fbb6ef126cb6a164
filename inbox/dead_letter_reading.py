"""Looking at what was kept raw because it could not be understood or stored."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.database import Database
from inbox.documents import read_as
from inbox.pages import Page, cut_page, decode_cursor


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a webhook.

    Attributes:
        reason: Why it could not be taken, without any of the customer's data.
        raw: The item as the provider sent it; bytes that are no UTF-8 are shown as U+FFFD.
    """

    id: str
    channel_id: str
    at: datetime
    reason: str
    raw: str
    replayed_at: datetime | None = None


class DeadLetterPage(Page[DeadLetter], frozen=True, kw_only=True):
    """A part of the list of dead letters."""


async def list_dead_letters(
    database: Database, workspace_id: str, *, limit: int, cursor: str | None
) -> Page[DeadLetter]:
    """List dead letters, newest first."""
    before = decode_cursor(cursor, str)
    wanted = {"workspace_id": workspace_id, **({} if before is None else {"_id": {"$lt": before}})}
    documents = await database.dead_letters.find(wanted).sort("_id", -1).limit(limit + 1).to_list(None)
    letters = [read_as({**document, "raw": _text(document["raw"])}, DeadLetter) for document in documents]
    return cut_page(letters, limit, lambda letter: letter.id)


def _text(raw: bytes) -> str:
    return bytes(raw).decode(errors="replace")
