"""The business's own page beside a conversation: where it is, what it is told, and the secrets that sign that."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from inbox.conversation.integration_models import (
    IntegrationFields,
    IntegrationPage,
    NewSecret,
    OpenedPage,
    SecretRequest,
)
from inbox.conversation.integration_page import IntegrationPages
from inbox.people.audit import Act
from inbox.storage.database import Session


def _pages(call: Call[Any, Any]) -> IntegrationPages:
    runtime = call.parts.runtime
    return IntegrationPages(
        runtime.database,
        runtime.secret_box,
        issuer=runtime.settings.public_url,
        allow_http_here=runtime.settings.allow_private_urls,
    )


async def show_integration_page(call: Call[None, None]) -> IntegrationPage:
    """Show the integration page, without its secrets. Its `url` is null where none is set."""
    return await _pages(call).get(call.workspace_id)


async def set_integration_page(call: Call[IntegrationFields, None]) -> IntegrationPage:
    """Set the page that is shown beside conversations. It opens once it has a secret; an earlier one stays."""

    async def work(session: Session) -> IntegrationPage:
        page = await _pages(call).put(call.workspace_id, call.body, session=session)
        await call.audit(Act.INTEGRATION_PAGE_CHANGED, call.workspace_id, session=session)
        return page

    return await call.database.transaction(work)


async def remove_integration_page(call: Call[None, None]) -> None:
    """Take the page away, with its secrets."""

    async def work(session: Session) -> None:
        await _pages(call).delete(call.workspace_id, session=session)
        await call.audit(Act.INTEGRATION_PAGE_DELETED, call.workspace_id, session=session)

    await call.database.transaction(work)


async def make_integration_secret(call: Call[SecretRequest, None]) -> Encoded:
    """Make a secret, shown this once. The first one signs at once; a later one when `signs_after_seconds` have passed.

    Until then the old one signs, so that the other system can be told of the new one. With 0 the old one is good for
    nothing from now on.
    """

    async def work(session: Session) -> NewSecret:
        made = await _pages(call).renew_secret(call.workspace_id, call.body, now=call.now, session=session)
        await call.audit(Act.INTEGRATION_SECRET_MADE, call.workspace_id, session=session)
        return made

    return await call.create(work)


async def open_integration_page(call: Call[None, None]) -> OpenedPage:
    """Return the address of the integration page for a conversation, signed for a few minutes.

    Its `token` is a JWT (HS256) with the values that the page is set to get. Ask again each time it is opened.
    """
    return await _pages(call).open(call.caller, call.id, now=call.now)


_PAGE: Final = "/workspace/integration-page"
_TAG: Final = "Integration page"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path=_PAGE,
        handler=show_integration_page,
        summary="Show the integration page",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=IntegrationPage,
    ),
    Route(
        method="PUT",
        path=_PAGE,
        handler=set_integration_page,
        summary="Set the integration page",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=IntegrationFields,
        response=IntegrationPage,
        example={
            "url": "https://crm.example/card?customer={{ contact.phone }}",
            "fields": ["contact.id", "contact.phone", "operator.email"],
        },
    ),
    Route(
        method="DELETE",
        path=_PAGE,
        handler=remove_integration_page,
        summary="Take the integration page away",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
        problems=("not_found",),
    ),
    Route(
        method="POST",
        path=f"{_PAGE}/secret",
        handler=make_integration_secret,
        summary="Make a secret for the integration page",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=SecretRequest,
        response=NewSecret,
        status=201,
        creates=True,
        secret_response=True,
        problems=("not_found",),
    ),
    Route(
        method="GET",
        path="/conversations/{id}/integration-page",
        handler=open_integration_page,
        summary="Open the integration page",
        tag=_TAG,
        response=OpenedPage,
        problems=("conflict",),
    ),
)
