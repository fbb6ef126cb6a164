"""Posts deliveries: each address by one process at a time, in order within a conversation, at the receiver's pace."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from channels.signed_posts import Posted, headers_of, open_webhook_session, post_event
from inbox.files.media_links import MediaLinks
from inbox.storage.database import Session
from inbox.storage.documents import Condition, Fields, WebhookDeliveryDocument, WebhookDocument, with_fields
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.stream.events import Event, EventType, write_events
from inbox.subscriptions.deliveries import Settled, next_deliveries, next_due, put_off, settle, webhooks_with_due
from inbox.subscriptions.delivery_rules import (
    FIRST_WIDTH,
    DeliveryState,
    Health,
    Verdict,
    health_after,
    is_over,
    next_width,
    retry_wait,
    verdict_of,
)
from inbox.subscriptions.ending import end_deleted
from inbox.subscriptions.receivers import signing_secrets
from inbox.subscriptions.subscription_models import DeliveryAttempt, WebhookNotice
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
"""How late a retry may be; new events are told at once by a wake-up."""
DISABLED_WAIT: Final = timedelta(days=1)
"""Whoever enables a webhook makes what waits due; until then it is out of the sweep's sight."""
LEASE_PREFIX: Final = "webhook:"
UNMADE: Final = "the gateway could not make the request: its log says why"

_log = structlog.get_logger()


class WebhookSender:
    """Posts what is due; what it knows in memory may be lost at any moment."""

    def __init__(self, runtime: Runtime, leases: Leases) -> None:
        self._runtime = runtime
        self._database = runtime.database
        self._session = open_webhook_session(allow_private=runtime.settings.allow_private_urls)
        self._links = MediaLinks(runtime.settings.public_url, runtime.secret_box.signature, runtime.clock)
        self._worker = KeyedWorker(leases, self._send, lease_of=lambda webhook_id: LEASE_PREFIX + webhook_id)
        self._widths: dict[str, int] = {}

    def wake(self, webhook_id: str) -> None:
        """Post what is due for a webhook soon."""
        self._worker.wake(webhook_id)

    async def sweep(self) -> bool:
        """Find every webhook for which something is due, and end deleted ones; tell whether there is any."""
        now = self._runtime.clock.now()
        ended = await end_deleted(self._database, now)
        due = await webhooks_with_due(self._database, now)
        for webhook_id in due:
            self.wake(webhook_id)
        return ended or bool(due)

    async def next_due(self) -> datetime | None:
        """Return when something is due next."""
        return await next_due(self._database)

    async def finished(self, webhook_id: str) -> None:
        """Wait until nothing is posted for a webhook (tests)."""
        await self._worker.finished(webhook_id)

    async def stop(self) -> None:
        """Finish what is on the wire as far as it goes quickly, and close all connections."""
        await self._worker.stop()
        await self._session.close()

    async def _send(self, run: Run[str]) -> None:
        """Post round by round until nothing is due, or the receiver is away."""
        while True:
            now = self._runtime.clock.now()
            webhook = await self._database.webhooks.find_one({"_id": run.key})
            if webhook is None or webhook.get("deleted_at") is not None:
                return
            if (until := _waits_until(webhook, now)) is not None:
                await put_off(self._database, run.key, until)
                return
            width = self._widths.get(run.key, FIRST_WIDTH)
            due = await next_deliveries(self._database, run.key, width=width, now=now)
            if not due:
                return
            await self._round(webhook, due)

    async def _round(self, webhook: WebhookDocument, due: Sequence[WebhookDeliveryDocument]) -> None:
        """Post some deliveries side by side, and write down what became of them."""
        posted = await asyncio.gather(*(self._post(webhook, delivery) for delivery in due))
        now, jitter = self._runtime.clock.now(), random.random()  # noqa: S311 - spreads requests, guards nothing
        await settle(
            self._database,
            [_settled(delivery, one, now, jitter) for delivery, one in zip(due, posted, strict=True)],
            now,
        )
        verdicts = Counter(verdict_of(one.status) for one in posted)
        self._set_width(webhook["_id"], posted, failed=verdicts[Verdict.AWAY] == len(posted))
        wait = max(one.retry_after_seconds or 0.0 for one in posted)
        health = health_after(_health(webhook), verdicts, now=now, wait_seconds=wait, jitter=jitter)
        await self._note_health(webhook, health, now)

    def _set_width(self, webhook_id: str, posted: Sequence[Posted], *, failed: bool) -> None:
        width = self._widths.get(webhook_id, FIRST_WIDTH)
        slowest = max(one.seconds for one in posted)
        self._widths[webhook_id] = next_width(width, slowest_seconds=slowest, failed=failed)

    async def _post(self, webhook: WebhookDocument, delivery: WebhookDeliveryDocument) -> Posted:
        """Post a delivery; one of which no request can be made counts as a try, and holds back no other."""
        now = self._runtime.clock.now()
        try:
            body = self._links.in_json(bytes(delivery["body"]))
            secrets = signing_secrets(webhook, self._runtime.secret_box, now)
            headers = headers_of(secrets, delivery["event_id"], body, now)
        except Exception as error:  # whatever it is, only this one has it
            _log.error("a webhook's request could not be made", webhook_id=webhook["_id"], exc_info=error)
            return Posted(seconds=0.0, error=UNMADE)
        return await post_event(self._session, webhook["url"], body, headers)

    async def _note_health(self, webhook: WebhookDocument, health: Health, now: datetime) -> None:
        """Write an address's health down where it changed; a webhook that was disabled is told of by an event."""
        if health == _health(webhook):
            return
        changed: Fields = {
            "failing_since": health.failing_since,
            "failures": health.failures,
            "resume_at": health.resume_at,
        }
        if health.disable is not None:
            await self._disable(webhook, {**changed, "enabled": False, "disabled_reason": health.disable}, now)
            return
        await self._database.webhooks.update_one({"_id": webhook["_id"]}, {"$set": changed})

    async def _disable(self, webhook: WebhookDocument, changed: Fields, now: datetime) -> None:
        """Disable a webhook unless somebody gave it another address meanwhile."""
        same: Condition = {"_id": webhook["_id"], "url": webhook["url"], "enabled": True}

        async def work(session: Session) -> None:
            if (await self._database.webhooks.update_one(same, {"$set": changed}, session=session)).matched_count:
                told = webhook_disabled(with_fields(webhook, changed), now)
                await write_events(self._database, [told], at=now, session=session)

        await self._database.transaction(work)
        _log.warning("a webhook was disabled", webhook_id=webhook["_id"], workspace_id=webhook["workspace_id"])


def webhook_disabled(webhook: WebhookDocument, now: datetime) -> Event:
    """Make the event of a webhook that was disabled because nothing was taken."""
    data = WebhookNotice(webhook["_id"], webhook["description"], webhook.get("disabled_reason"))
    return Event(workspace_id=webhook["workspace_id"], type=EventType.WEBHOOK_DISABLED, at=now, data=data)


def _waits_until(webhook: WebhookDocument, now: datetime) -> datetime | None:
    """Return until when nothing is posted; None if something may be now."""
    resume_at = webhook.get("resume_at")
    if not webhook["enabled"]:
        return now + DISABLED_WAIT
    return resume_at if resume_at is not None and resume_at > now else None


def _health(webhook: WebhookDocument) -> Health:
    return Health(webhook.get("failing_since"), webhook.get("failures", 0), webhook.get("resume_at"))


def _settled(delivery: WebhookDeliveryDocument, posted: Posted, now: datetime, jitter: float) -> Settled:
    """Decide what a request means for its delivery."""
    attempt = DeliveryAttempt(
        at=now - timedelta(seconds=posted.seconds),
        milliseconds=round(posted.seconds * 1000),
        status=posted.status,
        error=posted.error,
        answer=posted.answer,
    )
    decided = partial(Settled, delivery_id=delivery["_id"], attempt=attempt)
    if verdict_of(posted.status) is Verdict.TAKEN:
        return decided(state=DeliveryState.DELIVERED)
    tries = delivery["tries"] + 1
    due_at = now + retry_wait(tries, asked_seconds=posted.retry_after_seconds, jitter=jitter)
    if is_over(delivery.get("replayed_at", delivery["at"]), due_at):
        return decided(state=DeliveryState.FAILED)
    return decided(state=DeliveryState.PENDING, due_at=due_at)
