"""Listing and replaying dead letters."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.foundation.structs import read_as
from inbox.storage.database import Database
from inbox.storage.documents import DeadLetterDocument


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
    return cut_page([_shown(document) for document in documents], limit, lambda letter: letter.id)


async def read_dead_letter(database: Database, workspace_id: str, letter_id: str) -> DeadLetterDocument:
    """Read a dead letter with its raw bytes. Raises `ProblemError` (`not_found`)."""
    document = await database.dead_letters.find_one({"_id": letter_id, "workspace_id": workspace_id})
    if document is None:
        raise not_found("dead letter")
    return document


async def mark_replayed(database: Database, letter: DeadLetterDocument, at: datetime) -> DeadLetter:
    """Mark a dead letter as replayed."""
    await database.dead_letters.update_one(
        {"_id": letter["_id"], "workspace_id": letter["workspace_id"]}, {"$set": {"replayed_at": at}}
    )
    return _shown({**letter, "replayed_at": at})


def _shown(document: DeadLetterDocument) -> DeadLetter:
    return read_as({**document, "raw": _text(document["raw"])}, DeadLetter)


def _text(raw: bytes) -> str:
    return bytes(raw).decode(errors="replace")
