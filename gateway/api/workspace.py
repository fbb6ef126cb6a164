"""The workspace and its API keys."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from inbox.foundation.pages import Page, PageQuery
from inbox.people.access import Scope
from inbox.people.accounts import (
    Workspace,
    WorkspaceFields,
    get_workspace,
    patch_workspace,
)
from inbox.people.api_keys import (
    ApiKey,
    ApiKeyPage,
    ApiKeyRequest,
    NewApiKey,
    create_api_key,
    delete_api_key,
    list_api_keys,
)
from inbox.people.audit import Act
from inbox.storage.database import Session
from queueing.settings.missing_translations import (
    MissingTranslation,
    MissingTranslationPage,
    missing_translations,
)


async def show_workspace(call: Call[None, None]) -> Workspace:
    """Show the caller's workspace."""
    return await get_workspace(call.database, call.workspace_id)


async def change_workspace(call: Call[dict[str, Any], None]) -> Workspace:
    """Merge a patch into name and settings."""

    async def work(session: Session) -> Workspace:
        changed = await patch_workspace(call.database, call.workspace_id, call.body, session=session)
        await call.audit(Act.WORKSPACE_CHANGED, call.workspace_id, fields=_named(call.body), session=session)
        return changed

    return await call.database.transaction(work)


def _named(patch: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of a patch's fields."""
    settings = patch.get("settings")
    inner = [f"settings.{name}" for name in settings] if isinstance(settings, dict) else []
    return (*(name for name in patch if not inner or name != "settings"), *inner)


async def show_api_keys(call: Call[None, PageQuery]) -> Page[ApiKey]:
    """List API keys, oldest first, without their tokens."""
    return await list_api_keys(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def make_api_key(call: Call[ApiKeyRequest, None]) -> Encoded:
    """Make a key. Its token is shown this once. A key makes further keys only if it may `administer`."""

    async def work(session: Session) -> object:
        key = await create_api_key(
            call.database,
            call.workspace_id,
            call.body,
            now=call.now,
            made_by=call.caller.person_id,
            session=session,
        )
        await call.audit(Act.API_KEY_MADE, key.id, session=session)
        return key

    return await call.create(work)


async def remove_api_key(call: Call[None, None]) -> None:
    """Delete a key; it is refused everywhere within a second."""

    async def work(session: Session) -> str | None:
        maker = await delete_api_key(call.database, call.workspace_id, call.id, session=session)
        await call.audit(Act.API_KEY_DELETED, call.id, session=session)
        return maker

    maker = await call.database.transaction(work)
    if maker is not None:
        call.tell_signed_out(maker)


async def show_missing_translations(call: Call[None, None]) -> Page[MissingTranslation]:
    """List automatic texts of queues, and prepared replies in use, that lack one of the workspace's `languages`."""
    return await missing_translations(call.database, call.workspace_id)


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
        path="/workspace/missing-translations",
        handler=show_missing_translations,
        summary="List texts that lack a translation",
        tag="Workspace",
        who=Who.ADMINISTRATORS,
        response=MissingTranslationPage,
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
        scope=Scope.ADMINISTER,
        example={"name": "CRM", "scopes": ["read", "write"], "expires_at": "2027-12-31T00:00:00Z"},
    ),
    Route(
        method="DELETE",
        path="/api-keys/{id}",
        handler=remove_api_key,
        summary="Delete an API key",
        tag="API keys",
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        status=204,
    ),
)
