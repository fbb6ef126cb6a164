"""How long channels keep what came over them."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route, Who
from inbox.model.retention import Retention
from inbox.retention.preview import RetentionPreview, preview_retention


async def show_what_would_go(call: Call[Retention, None]) -> RetentionPreview:
    """Show what a retention would delete now, without storing it: send what you mean to set with `PATCH`.

    At most 1,000 conversations are counted; `more` says that there are others.
    """
    return await preview_retention(call.database, call.workspace_id, call.id, call.body, now=call.now)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/channels/{id}/retention/preview",
        handler=show_what_would_go,
        summary="Show what a retention would delete",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        request=Retention,
        response=RetentionPreview,
        example={"messages_days": 365, "files_days": 90},
    ),
)
