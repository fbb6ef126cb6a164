"""What a workspace may use of the installation, and what it does use."""

from __future__ import annotations

from typing import Final

import msgspec

from gateway.api.call import Call, Route, Who


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A quota; `limit` null is as much as there is, `used` null is not added up."""

    limit: int | None
    used: int | None = None


class QuotaUse(msgspec.Struct, frozen=True, kw_only=True):
    """What the workspace may use and uses.

    Attributes:
        storage_bytes: Of files. Beyond it uploads are `storage_full`, and customers' files are not fetched.
        requests_per_second: To the API. Beyond it requests are `too_many_requests`.
        searches_at_once: Of searches and reports in one server process; others wait in line.
        dead_letters: The oldest go beyond it.
    """

    storage_bytes: Use
    requests_per_second: Use
    searches_at_once: Use
    dead_letters: Use


async def show_quotas(call: Call[None, None]) -> QuotaUse:
    """Show what the workspace may use. Whoever runs the installation sets it."""
    quotas = await call.parts.http.quotas.of(call.workspace_id)
    own = {"workspace_id": call.workspace_id}
    letters = await call.database.dead_letters.count_documents(own, limit=quotas.dead_letters)
    return QuotaUse(
        storage_bytes=Use(limit=quotas.storage_bytes, used=await call.parts.files.storage.used(call.workspace_id)),
        requests_per_second=Use(limit=quotas.requests_per_second),
        searches_at_once=Use(limit=quotas.searches_at_once),
        dead_letters=Use(limit=quotas.dead_letters, used=letters),
    )


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/workspace/quotas",
        handler=show_quotas,
        summary="Show what the workspace may use",
        tag="Workspace",
        who=Who.ADMINISTRATORS,
        response=QuotaUse,
    ),
)
