"""Erasing customers and workspaces, and the certificates of it."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route, Who
from inbox.erasing.erasure_models import Erasure, ErasurePage
from inbox.erasing.erasures import get_erasure, list_erasures
from inbox.erasing.workspace_models import (
    BegunWorkspaceErasure,
    CertificateQuery,
    WorkspaceErasure,
    WorkspaceErasureRequest,
)
from inbox.foundation.pages import Page, PageQuery
from inbox.people.access import Action


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


async def erase_workspace(call: Call[WorkspaceErasureRequest, None]) -> BegunWorkspaceErasure:
    """Erase the workspace: everything in it, for good, whoever it is about. This can't be undone.

    From this moment nobody gets in, programs and bots neither, and what customers write is refused. The rest follows
    within minutes. Keep `certificate`: it is all that leads to the certificate afterwards, and is shown this once.
    """
    begun, people = await call.parts.inbox.workspace_erasing.begin(call.caller, call.body.name)
    for person_id in people:
        call.tell_signed_out(person_id)
    call.parts.wakeups.stir()
    return begun


async def show_workspace_erasure(call: Call[None, CertificateQuery]) -> WorkspaceErasure:
    """Show the erasure of a workspace to who has its `certificate`: how far it is, or that it is done.

    It is kept for three years after it was done, without a name.
    """
    return await call.parts.inbox.workspace_erasing.certificate(call.query.certificate)


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
    Route(
        method="POST",
        path="/workspace/erasure",
        handler=erase_workspace,
        summary="Erase the workspace",
        tag=_TAG,
        asks=Action.ERASE_WORKSPACE,
        request=WorkspaceErasureRequest,
        response=BegunWorkspaceErasure,
        status=202,
        example={"name": "Example Ltd."},
    ),
    Route(
        method="GET",
        path="/workspace-erasure",
        handler=show_workspace_erasure,
        summary="Show a workspace's certificate",
        tag=_TAG,
        who=Who.ANYONE,
        query=CertificateQuery,
        response=WorkspaceErasure,
        problems=("not_found",),
    ),
)
