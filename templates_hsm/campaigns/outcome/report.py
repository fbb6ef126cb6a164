"""What became of each recipient, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.spreadsheets import harmless
from inbox.money.price_rules import amount_text
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument, MessageDocument, RecipientDocument
from templates_hsm.campaigns.audience.audience_store import audience_errors
from templates_hsm.campaigns.model.campaign_models import Letter, Recipient
from templates_hsm.campaigns.model.eligibility import EXPLANATIONS, Skip
from templates_hsm.campaigns.outcome.recipient_messages import TOGETHER, messages_of_rows, rows_after
from templates_hsm.campaigns.outcome.responses import NOTHING, Response, responses_to

REPORT_COLUMNS: Final = (
    *("phone", "row", "state", "reason", "explanation", "attempts"),
    *("message_id", "conversation_id", "queued_at", "provider_message_id", "variant", "language"),
    *("answered_at", "pressed", "opted_out", "cost", "currency"),
)


async def recipients_page(
    database: Database, campaign: CampaignDocument, *, limit: int, cursor: str | None
) -> Page[Recipient]:
    """Return a part of the recipients, by number."""
    rows = await rows_after(database, campaign, decode_cursor(cursor, str), limit + 1)
    messages = await messages_of_rows(database, campaign, rows)
    shown = [(row["_id"], _recipient(row, messages.get(row["_id"]))) for row in rows]
    page = cut_page(shown, limit, lambda item: item[0])
    return Page(items=[recipient for _, recipient in page.items], next_cursor=page.next_cursor)


async def report_lines(database: Database, campaign: CampaignDocument, within: timedelta) -> AsyncIterator[str]:
    """Yield the report as CSV, in pieces: a line for each recipient, in the order of their numbers.

    Args:
        database: Where they are.
        campaign: The campaign.
        within: Answers count for so long after the message.
    """
    yield _csv([REPORT_COLUMNS])
    above = None
    while rows := await rows_after(database, campaign, above, TOGETHER):
        messages = await messages_of_rows(database, campaign, rows)
        responses = await responses_to(database, list(messages.values()), within)
        yield _csv([_line(row, message := messages.get(row["_id"]), _of(responses, message)) for row in rows])
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


def _of(responses: Mapping[str, Response], message: MessageDocument | None) -> Response:
    return NOTHING if message is None else responses.get(message["_id"], NOTHING)


def _line(row: RecipientDocument, message: MessageDocument | None, response: Response) -> tuple[Any, ...]:
    one = _recipient(row, message)
    at = message["created_at"].isoformat() if message else ""
    provider_id = message.get("provider_id") if message else None
    told = (one.phone, one.row, one.state, one.reason or "", one.detail or "", one.attempts)
    version = (one.variant or "", one.language or "")
    named = (one.message_id or "", one.conversation_id or "", at, provider_id or "")
    return (*told, *named, *version, *_response_cells(response))


def _response_cells(response: Response) -> tuple[str, ...]:
    """Return the cells of what came back; what a message cost is empty while it is not known."""
    answered = response.answered_at.isoformat() if response.answered_at is not None else ""
    cost = amount_text(response.amount) if response.amount is not None else ""
    pressed, opted_out = ("yes" if said else "" for said in (response.pressed, response.opted_out))
    return (answered, pressed, opted_out, cost, response.currency or "")


def _csv(lines: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(value) for value in line] for line in lines])
    return text.getvalue()
