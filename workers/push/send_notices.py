"""Sends notices to push services: those of each browser by one process at a time, and none that is no news any more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import structlog

from channels.signed_posts import Posted, post_event
from channels.web_push import PushOrder, PushSigner, PushTarget, encrypted, open_push_session, push_headers
from inbox.people.accounts import get_workspace
from inbox.people.visible_pages import VisiblePages
from inbox.push.push_key import open_push_key
from inbox.push.push_models import decoded
from inbox.push.push_notices import (
    drop_notice,
    drop_notices_of,
    due_notices,
    next_push_due,
    note_told,
    put_notices_off,
    subscriptions_with_due,
)
from inbox.push.push_rules import (
    SPACING,
    PushKind,
    PushPayload,
    PushVerdict,
    padded,
    push_verdict,
    push_wait,
    topic_of,
)
from inbox.push.push_subscriptions import Subscriber, find_subscriber, forget_subscription
from inbox.storage.documents import Condition, ConversationDocument, PushNoticeDocument
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.views.masking import masked_text
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
"""How late a retry may be; new notices are sent at once by a wake-up."""
LEASE_PREFIX: Final = "push:"

_log = structlog.get_logger()


class NoticeSender:
    """Sends what is due; what it knows in memory may be lost at any moment."""

    def __init__(self, runtime: Runtime, leases: Leases) -> None:
        self._runtime = runtime
        self._database = runtime.database
        self._session = open_push_session(allow_private=runtime.settings.allow_private_urls)
        self._visible = VisiblePages(runtime.redis, runtime.clock)
        self._worker = KeyedWorker(leases, self._send, lease_of=lambda subscription_id: LEASE_PREFIX + subscription_id)
        self._signer: PushSigner | None = None

    def wake(self, subscription_id: str) -> None:
        """Send what is due for a subscription soon."""
        self._worker.wake(subscription_id)

    async def sweep(self) -> bool:
        """Find every subscription for which something is due; tell whether there is any."""
        due = await subscriptions_with_due(self._database, self._runtime.clock.now())
        for subscription_id in due:
            self.wake(subscription_id)
        return bool(due)

    async def next_due(self) -> datetime | None:
        """Return when something is due next."""
        return await next_push_due(self._database)

    async def finished(self) -> None:
        """Wait until nothing is being sent (tests)."""
        await self._worker.drain()

    async def stop(self) -> None:
        """Finish what is on the wire as far as it goes quickly, and close all connections."""
        await self._worker.stop()
        await self._session.close()

    async def _send(self, run: Run[str]) -> None:
        """Send until nothing is due, or the push service is away."""
        while due := await due_notices(self._database, run.key, self._runtime.clock.now()):
            workspace_id = due[0]["workspace_id"]
            subscriber = await find_subscriber(self._database, workspace_id, run.key, self._runtime.clock.now())
            if subscriber is None:
                await drop_notices_of(self._database, workspace_id, run.key)
                return
            for notice in due:
                if not await self._tell(subscriber, notice):
                    return

    async def _tell(self, subscriber: Subscriber, notice: PushNoticeDocument) -> bool:
        """Send a notice if it still is one; tell whether the next one may be tried."""
        now = self._runtime.clock.now()
        told_at = notice.get("told_at")
        if told_at is not None and told_at + SPACING > now:
            await put_notices_off(self._database, [notice], told_at + SPACING)
            return True
        payload = None if notice["expires_at"] <= now else await self._payload(subscriber, notice)
        if payload is None:
            await drop_notice(self._database, notice)
            return True
        posted = await self._post(subscriber, notice, payload, now)
        return await self._settle(subscriber, notice, posted)

    async def _payload(self, subscriber: Subscriber, notice: PushNoticeDocument) -> PushPayload | None:
        """Say what there is to tell, as things are now; None: nothing any more."""
        kind, at = PushKind(notice["kind"]), notice["at"]
        if kind is PushKind.TEST:
            return PushPayload(kind=kind, at=at)
        if await self._visible.has_any(subscriber.workspace_id, subscriber.operator_id):
            return None
        wanted: Condition = {"_id": notice["conversation_id"], "workspace_id": subscriber.workspace_id, "open": True}
        conversation = await self._database.conversations.find_one(wanted)
        if conversation is None or not _is_theirs(conversation, subscriber.operator_id, kind):
            return None
        return PushPayload(
            kind=kind,
            at=at,
            conversation_id=conversation["_id"],
            channel=conversation["channel_kind"],
            name=await self._name(conversation, subscriber.role),
        )

    async def _name(self, conversation: ConversationDocument, role: str) -> str | None:
        """Return the customer's name where notices may show it; a number in it is hidden from masked roles."""
        workspace = await get_workspace(self._database, conversation["workspace_id"])
        if not workspace.settings.notices_show_names:
            return None
        own: Condition = {"_id": conversation["contact_id"], "workspace_id": conversation["workspace_id"]}
        contact = await self._database.contacts.find_one(own, {"name": 1})
        name = contact["name"] if contact is not None else None
        return masked_text(name) if name and role in workspace.settings.masked_roles else name

    async def _post(
        self, subscriber: Subscriber, notice: PushNoticeDocument, payload: PushPayload, now: datetime
    ) -> Posted:
        target = PushTarget(
            endpoint=subscriber.endpoint, p256dh=decoded(subscriber.p256dh), auth=decoded(subscriber.auth)
        )
        order = PushOrder(
            ttl_seconds=max(0, int((notice["expires_at"] - now).total_seconds())),
            topic=topic_of(notice["conversation_id"] or notice["kind"]),
        )
        headers = push_headers(await self._who_signs(), target.endpoint, order, now)
        return await post_event(self._session, target.endpoint, encrypted(padded(payload), target), headers)

    async def _settle(self, subscriber: Subscriber, notice: PushNoticeDocument, posted: Posted) -> bool:
        now = self._runtime.clock.now()
        match push_verdict(posted.status):
            case PushVerdict.TAKEN:
                await note_told(self._database, notice, now)
                return True
            case PushVerdict.GONE:
                await forget_subscription(self._database, subscriber.workspace_id, subscriber.id)
                await drop_notices_of(self._database, subscriber.workspace_id, subscriber.id)
                return False
            case PushVerdict.REFUSED:
                _log.warning(
                    "a push service refused a notice",
                    service=urlsplit(subscriber.endpoint).hostname,
                    status=posted.status,
                    workspace_id=subscriber.workspace_id,
                )
                await drop_notice(self._database, notice)
                return True
            case PushVerdict.LATER:
                await self._put_off(subscriber.id, notice, posted.retry_after_seconds, now)
                return False

    async def _put_off(
        self, subscription_id: str, notice: PushNoticeDocument, asked: float | None, now: datetime
    ) -> None:
        """Have all that is due for a browser wait: its push service is away."""
        jitter = random.random()  # noqa: S311 - spreads requests, guards nothing
        tries = notice["tries"] + 1
        until = now + push_wait(tries, asked_seconds=asked, jitter=jitter)
        due: Sequence[PushNoticeDocument] = await due_notices(self._database, subscription_id, now)
        waiting = [one for one in due if one["_id"] != notice["_id"]]
        await put_notices_off(self._database, [*waiting, {**notice, "tries": tries}], until)

    async def _who_signs(self) -> PushSigner:
        if self._signer is None:
            pair = await open_push_key(self._database, self._runtime.secret_box)
            url = self._runtime.settings.public_url
            contact = url if url.startswith("https:") else None
            self._signer = PushSigner(private=pair.private, public_text=pair.public_text, contact=contact)
        return self._signer


def _is_theirs(conversation: ConversationDocument, operator_id: str, kind: PushKind) -> bool:
    """Tell whether a conversation still is somebody's matter: what they set aside is, whoever has it."""
    return kind is PushKind.SNOOZED or conversation["operator_id"] == operator_id
