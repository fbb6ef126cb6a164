"""What tells others: the relay, which gives events their place, webhooks, notices of browsers, and mails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from workers.deadlines.keep_targets import TargetMarker
from workers.deadlines.wake_resting import RestingMarker
from workers.mails import send_mails
from workers.mails.send_mails import MailSender
from workers.parts.part import Common, Part
from workers.push import send_notices
from workers.push.send_notices import NoticeSender
from workers.push.write_notices import NoticeWriter
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep
from workers.relay.relay_source import EventDocument, Place
from workers.sweep import Sweep
from workers.traffic import QUEUES, TRAFFIC
from workers.webhooks import send_webhooks
from workers.webhooks.send_webhooks import WebhookSender
from workers.webhooks.write_deliveries import DeliveryWriter


def telling(common: Common) -> Part:
    """Return the relay, which writes deliveries of webhooks and notices, what posts them, and what sends mails."""
    runtime = common.runtime
    webhooks = WebhookSender(runtime, common.leases())
    notices = NoticeSender(runtime, common.leases())
    mails = MailSender(runtime, common.leases())
    deliveries = DeliveryWriter(runtime.database, runtime.clock, webhooks.wake)
    relay = _relay(common, deliveries, NoticeWriter(runtime.database, runtime.clock, notices.wake))
    sweeps = (
        Sweep("webhooks", webhooks.sweep, send_webhooks.SWEEP_SECONDS, webhooks.next_due),
        Sweep("push", notices.sweep, send_notices.SWEEP_SECONDS, notices.next_due),
        Sweep(
            "mails",
            mails.sweep,
            send_mails.SWEEP_SECONDS,
            mails.next_due,
            heedless=TRAFFIC - QUEUES,  # of who is invited the operator's status tells
        ),
    )
    return Part(sweeps, works=(relay.run,), stops=(webhooks.stop, notices.stop, mails.stop))


def _relay(common: Common, deliveries: DeliveryWriter, notices: NoticeWriter) -> Relay:
    """Return the relay with those that follow its batches."""
    runtime = common.runtime
    keep = Keep(count=runtime.settings.event_keep_count, seconds=runtime.settings.event_keep_seconds)
    targets, resting = TargetMarker(runtime.database, runtime.clock), RestingMarker(runtime.database, runtime.clock)

    async def write(documents: Sequence[EventDocument]) -> None:
        for follower in (targets, resting, deliveries, notices):
            await follower.write(documents)

    async def make_up(after: Place) -> AsyncIterator[Place]:
        for marker in (targets, resting):
            await marker.look_everywhere()
        async for reached in deliveries.make_up(after):
            yield reached

    return Relay(runtime.database, runtime.redis, runtime.clock, keep=keep, on_batch=write, on_gap=make_up)
