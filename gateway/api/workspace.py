"""The workspace and its API keys."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.api.call import Call, Encoded, Route, Who
from inbox.foundation.pages import Page, PageQuery
from inbox.people.accounts import (
    Workspace,
    WorkspaceFields,
    get_workspace,
    patch_workspace,
)
from inbox.people.api_keys import ApiKey, ApiKeyPage, KeyName, NewApiKey, create_api_key, delete_api_key, list_api_keys
from inbox.storage.database import Session


class ApiKeyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to call the key."""

    name: KeyName


async def show_workspace(call: Call[None, None]) -> Workspace:
    """Show the caller's workspace."""
    return await get_workspace(call.database, call.workspace_id)


async def change_workspace(call: Call[dict[str, Any], None]) -> Workspace:
    """Merge a patch into name and settings."""
    return await patch_workspace(call.database, call.workspace_id, call.body)


async def show_api_keys(call: Call[None, PageQuery]) -> Page[ApiKey]:
    """List API keys, oldest first, without their tokens."""
    return await list_api_keys(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def make_api_key(call: Call[ApiKeyRequest, None]) -> Encoded:
    """Make a key with an administrator's rights. Its token is shown this once."""

    async def work(session: Session) -> object:
        return await create_api_key(
            call.database, workspace_id=call.workspace_id, name=call.body.name, now=call.now, session=session
        )

    return await call.create(work)


async def remove_api_key(call: Call[None, None]) -> None:
    """Delete a key; it is refused everywhere within a second."""
    await delete_api_key(call.database, call.workspace_id, call.id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/workspace",
        handler=show_workspace,
        summary="Show the workspace",
        tag="Workspace",
        response=Workspace,
    ),
    Route(
        method="PATCH",
        path="/workspace",
        handler=change_workspace,
        summary="Change the workspace",
        tag="Workspace",
        who=Who.ADMINISTRATORS,
        request=WorkspaceFields,
        response=Workspace,
        example={"settings": {"time_zone": "Europe/Lisbon"}},
    ),
    Route(
        method="GET",
        path="/api-keys",
        handler=show_api_keys,
        summary="List API keys",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=ApiKeyPage,
    ),
    Route(
        method="POST",
        path="/api-keys",
        handler=make_api_key,
        summary="Make an API key",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        request=ApiKeyRequest,
        response=NewApiKey,
        status=201,
        creates=True,
        secret_response=True,
        example={"name": "CRM"},
    ),
    Route(
        method="DELETE",
        path="/api-keys/{id}",
        handler=remove_api_key,
        summary="Delete an API key",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        status=204,
    ),
)
