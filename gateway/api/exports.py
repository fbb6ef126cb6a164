"""Exports of customers and of the workspace."""

from __future__ import annotations

from functools import partial
from typing import Final

from gateway.api.call import Call, Encoded, Route
from inbox.exporting.export_models import Export, ExportFiles, ExportPage
from inbox.foundation.pages import Page, PageQuery
from inbox.people.access import Action


async def export_contact(call: Call[None, None]) -> Encoded:
    """Export what is known of a customer: the card, conversations, messages, notes, rows of campaigns, and files.

    Workers make it; `GET /exports/{id}` says when it is ready. Asked again meanwhile, the same export is answered.
    """
    begun = partial(call.parts.files.exports.begin_contact, call.caller, call.id)
    answer = await call.create(begun)
    call.parts.wakeups.stir()
    return answer


async def export_workspace(call: Call[None, None]) -> Encoded:
    """Export all that the workspace has, but for secrets: one or several archives of some 256 MB.

    Workers make it; `GET /exports/{id}` says when it is ready. Asked again meanwhile, the same export is answered.
    """
    answer = await call.create(partial(call.parts.files.exports.begin_workspace, call.caller))
    call.parts.wakeups.stir()
    return answer


async def show_exports(call: Call[None, PageQuery]) -> Page[Export]:
    """List exports, the newest first. They are gone a week after they were ready."""
    return await call.parts.files.exports.list(call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_export(call: Call[None, None]) -> Export:
    """Show one: how far it is, and what it has."""
    return await call.parts.files.exports.get(call.workspace_id, call.id)


async def show_export_files(call: Call[None, None]) -> ExportFiles:
    """List the archives of an export that is ready, each with a link that is good for an hour. It stands in the log."""
    return await call.parts.files.exports.files(call.caller, call.id)


async def delete_export(call: Call[None, None]) -> None:
    """Delete an export with its archives."""
    await call.parts.files.exports.delete(call.caller, call.id)


_TAG: Final = "Erasure and export"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/contacts/{id}/export",
        handler=export_contact,
        summary="Export a contact",
        tag=_TAG,
        asks=Action.TAKE_DATA_OUT,
        response=Export,
        status=202,
        creates=True,
        problems=("conflict",),
    ),
    Route(
        method="POST",
        path="/workspace/export",
        handler=export_workspace,
        summary="Export the workspace",
        tag=_TAG,
        asks=Action.TAKE_DATA_OUT,
        response=Export,
        status=202,
        creates=True,
        problems=("conflict",),
    ),
    Route(
        method="GET",
        path="/exports",
        handler=show_exports,
        summary="List exports",
        tag=_TAG,
        asks=Action.TAKE_DATA_OUT,
        query=PageQuery,
        response=ExportPage,
    ),
    Route(
        method="GET",
        path="/exports/{id}",
        handler=show_export,
        summary="Show an export",
        tag=_TAG,
        asks=Action.TAKE_DATA_OUT,
        response=Export,
    ),
    Route(
        method="GET",
        path="/exports/{id}/files",
        handler=show_export_files,
        summary="List an export's archives",
        tag=_TAG,
        asks=Action.TAKE_DATA_OUT,
        response=ExportFiles,
        problems=("conflict",),
    ),
    Route(
        method="DELETE",
        path="/exports/{id}",
        handler=delete_export,
        summary="Delete an export",
        tag=_TAG,
        asks=Action.TAKE_DATA_OUT,
        status=204,
    ),
)
