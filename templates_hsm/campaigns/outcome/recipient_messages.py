"""Reads the rows of a campaign, and the message that each of them got last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.messages.once import once_for_recipient
from inbox.storage.database import Collections
from inbox.storage.documents import CampaignDocument, Fields, MessageDocument, RecipientDocument
from templates_hsm.campaigns.audience.audience_store import rows_of

TOGETHER: Final = 1_000
"""Rows of one look: some 200 ms with what became of each."""
_MESSAGE_FIELDS: Final[Fields] = dict.fromkeys(
    (
        *("workspace_id", "channel_id", "conversation_id", "seq", "recipient", "status", "error", "created_at"),
        *("provider_id", "withheld", "variant", "content.language", "attempts.started_at"),
    ),
    1,
)


async def rows_after(
    database: Collections, campaign: CampaignDocument, above: str | None, limit: int
) -> list[RecipientDocument]:
    """Return the rows above one of them, in the order of their ids."""
    audience = campaign.get("audience")
    if audience is None:
        return []
    condition = {"_id": rows_of(audience["id"], above=above), "workspace_id": campaign["workspace_id"]}
    found: list[RecipientDocument] = (
        await database.campaign_recipients.find(condition).sort("_id", 1).limit(limit).to_list(None)
    )
    return found


async def messages_of_rows(
    database: Collections, campaign: CampaignDocument, rows: Sequence[RecipientDocument]
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
