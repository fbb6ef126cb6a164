"""The step that takes a person out of campaigns' lists: their rows, and what was refused in an uploaded list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.erasing.erasing_tools import Came, Tools, after, person_in
from inbox.erasing.person import Marks
from inbox.storage.documents import AudienceErrorsDocument, CampaignDocument, Condition, ErasureDocument

ERRORS_AT_ONCE: Final = 100


async def erase_recipients(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take the person's rows out of one campaign's lists."""
    database = tools.database
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    later: Condition = {**own, "_id": {"$gt": erasure["mark"] or ""}}
    campaign = await database.campaigns.find_one(later, {"audience.id": 1, "refused_list": 1}, sort=[("_id", 1)])
    if campaign is None:
        return Came()
    lists = await _lists(tools, own, campaign)
    numbers = [mark for mark in person_in(erasure)["marks"] if mark.isdigit()]
    rows = [f"{list_id}:{number}" for list_id in lists for number in numbers]
    gone = await database.campaign_recipients.delete_many({**own, "_id": {"$in": rows}})
    errors = sum([await _erase_errors(tools, own, list_id, Marks(person_in(erasure))) for list_id in lists])
    counts = {"campaign_recipients": gone.deleted_count, "audience_errors": errors}
    return Came(mark=campaign["_id"], counts=counts)


async def _lists(tools: Tools, own: Condition, campaign: CampaignDocument) -> list[str]:
    """Return the lists of a campaign: the one that it has, a refused one, and those that are about to go."""
    uploads = tools.database.audience_uploads.find({**own, "campaign_id": campaign["_id"]}, {"_id": 1})
    audience, refused = campaign.get("audience"), campaign.get("refused_list")
    own_lists = [*([audience["id"]] if audience else []), *([refused] if refused else [])]
    return [*own_lists, *(one["_id"] for one in await uploads.to_list(None))]


async def _erase_errors(tools: Tools, own: Condition, list_id: str, marks: Marks) -> int:
    """Take the person out of the rows of a list that were no recipients."""
    erased, mark = 0, None
    while True:
        kept: Condition = {**own, "_id": after(list_id, mark)}
        found = tools.database.audience_errors.find(kept).sort("_id", 1).limit(ERRORS_AT_ONCE)
        page: Sequence[AudienceErrorsDocument] = await found.to_list(None)
        if not page:
            return erased
        mark = page[-1]["_id"]
        for one in page:
            left = [row for row in one["errors"] if not any(marks.in_text(v) for v in row if isinstance(v, str))]
            if len(left) < len(one["errors"]):
                erased += len(one["errors"]) - len(left)
                await tools.database.audience_errors.update_one({**own, "_id": one["_id"]}, {"$set": {"errors": left}})
