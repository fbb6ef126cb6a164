"""Outgoing webhooks: addresses of the business that are told of events, and what became of each telling."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from gateway.api.call import Call, Encoded, Route, Who
from inbox.foundation.pages import Page, PageQuery
from inbox.people.audit import Act
from inbox.storage.database import Session
from inbox.subscriptions.deliveries import list_deliveries, make_due, read_delivery, replay_delivery, replay_failed
from inbox.subscriptions.subscription_models import (
    Delivery,
    DeliveryPage,
    DeliveryQuery,
    NewWebhook,
    Replayed,
    ReplayRequest,
    Rotation,
    Webhook,
    WebhookFields,
    WebhookPage,
    WholeDelivery,
)
from inbox.subscriptions.subscription_store import WebhookStore


def _store(call: Call[Any, Any]) -> WebhookStore:
    runtime = call.parts.runtime
    return WebhookStore(runtime.database, runtime.secret_box, allow_private=runtime.settings.allow_private_urls)


async def show_webhooks(call: Call[None, PageQuery]) -> Page[Webhook]:
    """List webhooks, oldest first, without their secrets."""
    return await _store(call).list(call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_webhook(call: Call[None, None]) -> Webhook:
    """Show one, and how its address has been answering."""
    return await _store(call).get(call.workspace_id, call.id)


async def make_webhook(call: Call[WebhookFields, None]) -> Encoded:
    """Have events posted to an address, from a second after now. The secret is shown this once."""
    await _store(call).check_address(call.body.url)

    async def work(session: Session) -> NewWebhook:
        made = await _store(call).create(call.workspace_id, call.body, now=call.now, session=session)
        await call.audit(Act.WEBHOOK_MADE, made.id, session=session)
        return made

    return await call.create(work)


async def change_webhook(call: Call[dict[str, Any], None]) -> Webhook:
    """Merge a patch. Enabling it, or another address, gives what waits another chance at once."""
    await _store(call).check_patch(call.workspace_id, call.id, call.body)

    async def work(session: Session) -> Webhook:
        changed = await _store(call).patch(call.workspace_id, call.id, call.body, session=session)
        await call.audit(Act.WEBHOOK_CHANGED, call.id, session=session)
        return changed

    changed = await call.database.transaction(work)
    if changed.enabled and changed.resume_at is None:
        await make_due(call.database, call.id, call.now)
    return changed


async def remove_webhook(call: Call[None, None]) -> None:
    """Delete one, with all that it was told and was still to be told."""

    async def work(session: Session) -> None:
        await _store(call).delete(call.workspace_id, call.id, now=call.now, session=session)
        await call.audit(Act.WEBHOOK_DELETED, call.id, session=session)

    await call.database.transaction(work)


async def rotate_webhook_secret(call: Call[Rotation, None]) -> Encoded:
    """Make a new secret, shown this once. Until `keep_hours` have passed each request is signed with both."""

    async def work(session: Session) -> NewWebhook:
        rotated = await _store(call).rotate(
            call.workspace_id, call.id, keep_hours=call.body.keep_hours, now=call.now, session=session
        )
        await call.audit(Act.WEBHOOK_ROTATED, call.id, session=session)
        return rotated

    return await call.create(work)


async def show_deliveries(call: Call[None, DeliveryQuery]) -> Page[Delivery]:
    """List deliveries, those of the newest events first. Taken ones are kept for 7 days, others for 30."""
    await _store(call).get(call.workspace_id, call.id)
    return await list_deliveries(call.database, call.workspace_id, call.id, call.query)


async def show_delivery(call: Call[None, None]) -> WholeDelivery:
    """Show a delivery with what is posted; links to files are added when it is."""
    return await read_delivery(call.database, call.workspace_id, call.id, call.path["delivery_id"])


async def replay_one_delivery(call: Call[None, None]) -> Delivery:
    """Have a delivery go out again, with the same `webhook-id`."""
    return await replay_delivery(call.database, call.workspace_id, call.id, call.path["delivery_id"], now=call.now)


async def replay_failed_deliveries(call: Call[ReplayRequest, None]) -> Replayed:
    """Have all deliveries that were given up go out again, or those of events since a time."""
    await _store(call).get(call.workspace_id, call.id)
    since = None if call.body.since is UNSET else call.body.since
    count = await replay_failed(call.database, call.workspace_id, call.id, since=since, now=call.now)
    return Replayed(count=count)


_TAG: Final = "Webhooks"
_ONE: Final = "/webhooks/{id}"
_DELIVERIES: Final = f"{_ONE}/deliveries"
_DELIVERY: Final = f"{_DELIVERIES}/{{delivery_id}}"
_EXAMPLE: Final = {"url": "https://example.com/hooks/messages", "events": ["message.*", "conversation.closed"]}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/webhooks",
        handler=show_webhooks,
        summary="List webhooks",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=WebhookPage,
    ),
    Route(
        method="POST",
        path="/webhooks",
        handler=make_webhook,
        summary="Make a webhook",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=WebhookFields,
        response=NewWebhook,
        status=201,
        creates=True,
        secret_response=True,
        problems=("conflict",),
        example=_EXAMPLE,
    ),
    Route(
        method="GET",
        path=_ONE,
        handler=show_webhook,
        summary="Show a webhook",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Webhook,
    ),
    Route(
        method="PATCH",
        path=_ONE,
        handler=change_webhook,
        summary="Change a webhook",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=WebhookFields,
        response=Webhook,
        example={"enabled": False},
    ),
    Route(
        method="DELETE",
        path=_ONE,
        handler=remove_webhook,
        summary="Delete a webhook",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/rotate-secret",
        handler=rotate_webhook_secret,
        summary="Rotate a webhook's secret",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=Rotation,
        response=NewWebhook,
        creates=True,
        secret_response=True,
        example={"keep_hours": 24},
    ),
    Route(
        method="POST",
        path=f"{_ONE}/replay",
        handler=replay_failed_deliveries,
        summary="Replay failed deliveries",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=ReplayRequest,
        response=Replayed,
        example={"since": "2026-11-27T00:00:00Z"},
    ),
    Route(
        method="GET",
        path=_DELIVERIES,
        handler=show_deliveries,
        summary="List deliveries",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=DeliveryQuery,
        response=DeliveryPage,
    ),
    Route(
        method="GET",
        path=_DELIVERY,
        handler=show_delivery,
        summary="Show a delivery",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=WholeDelivery,
    ),
    Route(
        method="POST",
        path=f"{_DELIVERY}/replay",
        handler=replay_one_delivery,
        summary="Replay a delivery",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Delivery,
    ),
)
