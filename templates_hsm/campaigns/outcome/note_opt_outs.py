"""Opt-outs that only a failed send tells of: WhatsApp refuses marketing to customers who stopped it there."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from inbox.contacts.contact_models import Marketing, OptOutSource
from inbox.foundation.structs import to_document
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import CampaignDocument

STOPPED_MARKETING: Final = "131050"
"""Meta's code. Source: support/error-codes."""
REFUSED: Final = "marketing_refused"
BATCH: Final = 500


async def note_opt_outs(database: Database, campaign: CampaignDocument, *, at: datetime) -> int:
    """Store these opt-outs with the contacts, once for each message; return for how many."""
    return await database.batch_transaction(partial(_note, campaign, at))


async def _note(campaign: CampaignDocument, at: datetime, database: Collections, session: Session) -> int:
    of_workspace = {"workspace_id": campaign["workspace_id"]}
    refused = {
        **of_workspace,
        "campaign_id": campaign["_id"],
        "code": REFUSED,
        "provider_code": STOPPED_MARKETING,
        "opt_out_noted": {"$ne": True},
    }
    found = await database.campaign_failures.find(refused, {"to": 1}, session=session).limit(BATCH).to_list(None)
    if not found:
        return 0
    said = Marketing(accepts=False, at=at, source=OptOutSource.PROVIDER)
    keys = [f"whatsapp:{failure['to']}" for failure in found]
    await database.contacts.update_many(
        {**of_workspace, "identity_keys": {"$in": keys}},
        {"$set": {"marketing": to_document(said)}, "$inc": {"version": 1}},
        session=session,
    )
    ids = [failure["_id"] for failure in found]
    noted = {"$set": {"opt_out_noted": True}}
    await database.campaign_failures.update_many({"_id": {"$in": ids}, **of_workspace}, noted, session=session)
    return len(found)
