"""A workspace's configuration as one document: out, held against another, and in."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Final

import msgspec

from gateway.api.call import Call, Route, Who
from inbox.foundation.problems import FieldError, ProblemError
from inbox.people.audit import Act
from inbox.storage.database import Database, Session, joined
from inbox.subscriptions.receivers import check_address
from inbox.subscriptions.subscription_models import MAX_WEBHOOKS
from queueing.configuration.exporting import export_configuration
from queueing.configuration.importing import Outcome, import_configuration
from queueing.configuration.items import MAX_BYTES, Configuration
from queueing.configuration.sections import Workshop

IMPORT_SECONDS: Final = 60.0
"""Some milliseconds an object; a transaction may last a minute."""


class ImportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `dry_run` nothing is changed; the answer is the same."""

    dry_run: bool = False


async def show_configuration(call: Call[None, None]) -> Configuration:
    """Export what administrators set up, with names in the place of ids: no people, no secrets, no credentials."""

    async def work(session: Session) -> Configuration:
        return await export_configuration(joined(call.database, session), call.workspace_id)

    return await call.database.transaction(work)


async def take_configuration(call: Call[Configuration, ImportQuery]) -> Outcome:
    """Import a configuration: all of it, or where anything is wrong nothing. With `dry_run=true` only tell the changes.

    What the workspace has beyond it stays. Importing it again changes nothing.
    """
    await _check_addresses(call)
    outcome = await import_configuration(
        call.database,
        call.body,
        dry_run=call.query.dry_run,
        shop_of=partial(_shop, call),
        noted=partial(_note, call),
    )
    if outcome.changes and not outcome.dry_run:
        call.parts.wakeups.route_all(call.workspace_id)
        call.parts.wakeups.stir()
    return outcome


def _shop(call: Call[Any, Any], database: Database, session: Session) -> Workshop:
    runtime = call.parts.runtime
    return Workshop(
        database=database,
        session=session,
        caller=call.caller,
        clock=runtime.clock,
        box=runtime.secret_box,
        settings=runtime.settings,
    )


async def _note(call: Call[Any, Any], session: Session) -> None:
    await call.audit(Act.CONFIGURATION_IMPORTED, call.workspace_id, session=session)


async def _check_addresses(call: Call[Configuration, ImportQuery]) -> None:
    """Look the webhooks' addresses up before the transaction, since that takes time."""
    webhooks = call.body.webhooks
    if not webhooks:
        return
    allow_private = call.parts.runtime.settings.allow_private_urls
    urls = [webhook.get("url") for webhook in webhooks][:MAX_WEBHOOKS]
    checks = [check_address(url, allow_private=allow_private) for url in urls if isinstance(url, str)]
    places = [place for place, url in enumerate(urls) if isinstance(url, str)]
    for place, found in zip(places, await asyncio.gather(*checks, return_exceptions=True), strict=True):
        if isinstance(found, ProblemError):
            pointer = f"/webhooks/{place}/url"
            errors = [FieldError(pointer, found.errors[0].message)]
            raise ProblemError(found.code, f"At {pointer}: {found.detail}", errors=errors)
        if found is not None:
            raise found


_EXAMPLE: Final = {
    "version": 1,
    "tags": [{"name": "vip", "color": "#2f80ed"}],
    "queues": [{"name": "Sales", "limit": 50, "business_hours": "Office"}],
}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/workspace/configuration",
        handler=show_configuration,
        summary="Export the configuration",
        tag="Configuration",
        who=Who.ADMINISTRATORS,
        response=Configuration,
    ),
    Route(
        method="POST",
        path="/workspace/configuration",
        handler=take_configuration,
        summary="Import a configuration, or see what that would change",
        tag="Configuration",
        who=Who.ADMINISTRATORS,
        request=Configuration,
        query=ImportQuery,
        response=Outcome,
        problems=("conflict", "duplicate"),
        max_body_bytes=MAX_BYTES,
        seconds=IMPORT_SECONDS,
        example=_EXAMPLE,
    ),
)
