"""Erasing customers, and the certificates of it."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route, Who
from inbox.erasing.erasure_models import Erasure, ErasurePage
from inbox.erasing.erasures import get_erasure, list_erasures
from inbox.foundation.pages import Page, PageQuery


async def erase_contact(call: Call[None, None]) -> Erasure:
    """Erase a customer: what is known of them is taken away wherever it is kept. This can't be undone.

    Open conversations close without a word, and from then on nobody finds the customer. The rest follows within about
    a minute; then the erasure is `done`, and is the certificate. What the customer writes meanwhile or afterwards is a
    new contact. An opt-out stays, as a keyed hash.
    """
    return await call.parts.inbox.erasing.begin(call.caller, call.id)


async def show_erasures(call: Call[None, PageQuery]) -> Page[Erasure]:
    """List erasures, the newest first. They are kept for three years after they were done."""
    return await list_erasures(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_erasure(call: Call[None, None]) -> Erasure:
    """Show one: how far it is, or that it is done and how much was taken away."""
    return await get_erasure(call.database, call.workspace_id, call.id)


_TAG: Final = "Erasure and export"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="DELETE",
        path="/contacts/{id}",
        handler=erase_contact,
        summary="Erase a contact",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Erasure,
        status=202,
        problems=("stale_state",),
    ),
    Route(
        method="GET",
        path="/erasures",
        handler=show_erasures,
        summary="List erasures",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=ErasurePage,
    ),
    Route(
        method="GET",
        path="/erasures/{id}",
        handler=show_erasure,
        summary="Show an erasure",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Erasure,
    ),
)
