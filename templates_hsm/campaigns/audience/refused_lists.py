"""A list without a single valid row: the campaign stays as it was, the reasons can be read."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.foundation.problems import FieldError, ProblemError
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.audience.audience_csv import RefusedRow
from templates_hsm.campaigns.audience.audience_store import audience_errors, forget_audiences
from templates_hsm.campaigns.model.campaign_models import Audience

TOLD: Final = 10
"""First errors that the answer itself names: what one sees at a glance."""


async def refuse_list(
    database: Database, campaign: CampaignDocument, audience: Audience, *, at: datetime
) -> ProblemError:
    """Keep a refused list's reasons in place of an earlier one's; return the problem, with the first of them."""

    async def keep(session: Session) -> None:
        earlier = campaign | {"audience": None}
        await forget_audiences(database, earlier, at=at, session=session)
        await database.campaigns.update_one(
            {"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]},
            {"$set": {"refused_list": audience.id}},
            session=session,
        )

    await database.transaction(keep)
    first: list[RefusedRow] = []
    async for error in audience_errors(database, campaign["workspace_id"], audience.id):
        first.append(error)
        if len(first) == TOLD:
            break
    detail = f"The list has no row that is a recipient: its errors say why, for each of {audience.lines:,}."
    errors = [FieldError(f"/lines/{error.line}", f"line {error.line}: {error.reason}") for error in first]
    return ProblemError("invalid_request", detail, errors=errors)
