"""What became of each recipient, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.spreadsheets import harmless
from inbox.messages.once import once_for_recipient
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument, MessageDocument, RecipientDocument
from templates_hsm.campaigns.audience.audience_store import audience_errors, rows_of
from templates_hsm.campaigns.model.campaign_models import Letter, Recipient
from templates_hsm.campaigns.model.eligibility import EXPLANATIONS, Skip

TOGETHER: Final = 1_000
REPORT_COLUMNS: Final = (
    *("phone", "row", "state", "reason", "explanation", "attempts"),
    *("message_id", "conversation_id", "queued_at", "provider_message_id", "variant", "language"),
)
_MESSAGE_FIELDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("recipient", "status", "error", "conversation_id", "created_at", "provider_id", "withheld"), 1),
    **dict.fromkeys(("variant", "content.language", "attempts.started_at"), 1),
}


async def recipients_page(
    database: Database, campaign: CampaignDocument, *, limit: int, cursor: str | None
) -> Page[Recipient]:
    """Return a part of the recipients, by number."""
    rows = await _rows(database, campaign, decode_cursor(cursor, str), limit + 1)
    messages = await _messages(database, campaign, rows)
    shown = [(row["_id"], _recipient(row, messages.get(row["_id"]))) for row in rows]
    page = cut_page(shown, limit, lambda item: item[0])
    return Page(items=[recipient for _, recipient in page.items], next_cursor=page.next_cursor)


async def report_lines(database: Database, campaign: CampaignDocument) -> AsyncIterator[str]:
    """Yield the report as CSV, in pieces: a line for each recipient, in the order of their numbers."""
    yield _csv([REPORT_COLUMNS])
    above = None
    while rows := await _rows(database, campaign, above, TOGETHER):
        messages = await _messages(database, campaign, rows)
        yield _csv([_line(row, messages.get(row["_id"])) for row in rows])
        above = rows[-1]["_id"]


async def error_lines(database: Database, campaign: CampaignDocument) -> AsyncIterator[str]:
    """Yield the refused rows of the last list as CSV, in pieces."""
    yield _csv([("row", "value", "reason", "line")])
    audience = campaign["audience"]
    taken_list = audience["id"] if audience is not None else None
    list_id = campaign.get("refused_list") or taken_list
    if list_id is None:
        return
    told = 0
    async for error in audience_errors(database, campaign["workspace_id"], list_id):
        told += 1
        yield _csv([error])
    untold = audience["rejected"] + audience["duplicates"] - told if audience and list_id == taken_list else 0
    if untold > 0:
        yield _csv([("", "", f"{untold:,} further rows are left out", "")])


async def _rows(
    database: Database, campaign: CampaignDocument, above: str | None, limit: int
) -> list[RecipientDocument]:
    audience = campaign.get("audience")
    if audience is None:
        return []
    condition = {"_id": rows_of(audience["id"], above=above), "workspace_id": campaign["workspace_id"]}
    found: list[RecipientDocument] = (
        await database.campaign_recipients.find(condition).sort("_id", 1).limit(limit).to_list(None)
    )
    return found


async def _messages(
    database: Database, campaign: CampaignDocument, rows: Sequence[RecipientDocument]
) -> dict[str, MessageDocument]:
    """Return the newest message of each row."""
    keys = [f"{row['_id']}#{row['tries']}" if row.get("tries") else row["_id"] for row in rows]
    older = [row["retry_of"] for row in rows if row.get("retry_of")]
    of_workspace = {"workspace_id": campaign["workspace_id"]}
    found: dict[str, MessageDocument] = {}
    async for message in database.messages.find({"_id": {"$in": older}, **of_workspace}, _MESSAGE_FIELDS):
        found[message["recipient"].partition("#")[0]] = message
    once = [once_for_recipient(key) for key in keys]
    async for message in database.messages.find({"once": {"$in": once}, **of_workspace}, _MESSAGE_FIELDS):
        found[message["recipient"].partition("#")[0]] = message
    return found


def _recipient(row: RecipientDocument, message: MessageDocument | None) -> Recipient:
    phone = "+" + (row.get("phone") or row["_id"].rpartition(":")[2])
    if message is None or "skipped" in row:
        return Recipient(
            phone=phone,
            row=row["row"],
            state="skipped" if "skipped" in row else "waiting",
            reason=row.get("skipped"),
            detail=_why(row),
        )
    error = message.get("error")
    return Recipient(
        phone=phone,
        row=row["row"],
        state="skipped" if message.get("withheld") else message["status"],
        reason=error["code"] if error else None,
        detail=error["explanation"] if error else None,
        message_id=message["_id"],
        conversation_id=message["conversation_id"],
        attempts=len(message.get("attempts", ())),
        variant=Letter(message["variant"]) if "variant" in message else None,
        language=message["content"].get("language"),
    )


def _why(row: RecipientDocument) -> str | None:
    skipped = row.get("skipped")
    return None if skipped is None else row.get("detail") or EXPLANATIONS[Skip(skipped)]


def _line(row: RecipientDocument, message: MessageDocument | None) -> tuple[Any, ...]:
    one = _recipient(row, message)
    at = message["created_at"].isoformat() if message else ""
    provider_id = message.get("provider_id") if message else None
    told = (one.phone, one.row, one.state, one.reason or "", one.detail or "", one.attempts)
    version = (one.variant or "", one.language or "")
    return (*told, one.message_id or "", one.conversation_id or "", at, provider_id or "", *version)


def _csv(lines: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(value) for value in line] for line in lines])
    return text.getvalue()
