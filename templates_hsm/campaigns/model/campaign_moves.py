"""What a campaign's document says after it moved to another state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.model.campaign_states import COUNTED_ON, ENDED, CampaignState


def fields_after(
    campaign: CampaignDocument, state: CampaignState, *, reason: str | None, at: datetime
) -> dict[str, Any]:
    """Return the fields that a move changes.

    Args:
        campaign: As it is stored before the move.
        state: The state that it moves to.
        reason: Why it stops by itself; None for what people do.
        at: The current time.
    """
    fields: dict[str, Any] = {
        "state": state.value,
        "reason": reason,
        **dict.fromkeys(("count_at", "counted_since"), at if state in COUNTED_ON else None),
    }
    if state in {CampaignState.RUNNING, CampaignState.SCHEDULED}:
        begun = at if state is CampaignState.RUNNING else None
        fields["started_at"] = campaign.get("started_at") or begun
    if state in ENDED:
        fields |= {"ended_at": at, "filling": None}
    if state is CampaignState.CANCELLED:
        fields["unsettled"] = True
    return fields
