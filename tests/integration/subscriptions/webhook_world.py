"""A receiver of webhooks that answers as it is told, and what writes and posts deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook as Verifier

from inbox.foundation.clock import FixedClock
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.stream.events import Event, EventAudience, EventType, event_documents
from inbox.subscriptions.deliveries import replay_delivery, replay_failed
from inbox.subscriptions.subscription_models import NewWebhook, WebhookFields
from inbox.subscriptions.subscription_store import WebhookStore
from tests.integration.api.documented import undocumented_request
from workers.relay.relay_source import EventDocument, Place
from workers.webhooks.send_webhooks import WebhookSender
from workers.webhooks.write_deliveries import DeliveryWriter


class Receiver:
    """A business's server.

    Attributes:
        answers: Status for the next requests, in turn; then 200.
        refuses: Answers by what the data says in `n`.
        holds: While it is not set, requests wait.
        requests: Headers and body of all requests.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[int] = []
        self.refuses: dict[int, int] = {}
        self.holds = asyncio.Event()
        self.holds.set()
        self.headers: dict[str, str] = {}
        self.requests: list[tuple[dict[str, str], bytes]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append((dict(request.headers), body))
        await self.holds.wait()
        number = msgspec.json.decode(body)["data"].get("n")
        status = self.answers.pop(0) if self.answers else self.refuses.get(number, 200)
        return web.Response(status=status, text="thank you", headers=self.headers)

    @property
    def numbers(self) -> list[int]:
        return [msgspec.json.decode(body)["data"]["n"] for _, body in self.requests]

    def verified(self, secret: str) -> list[Any]:
        """Check all requests as the receiver's library does; return what it reads."""
        events = [Verifier(secret).verify(body, headers) for headers, body in self.requests]
        assert [undocumented_request("event", event) for event in events] == [[]] * len(events)
        return events


async def listen(receiver: Receiver) -> TestServer:
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    server = TestServer(app)
    await server.start_server()
    return server


class World:
    """A workspace with events."""

    def __init__(self, runtime: Runtime, clock: FixedClock, name: str = "one") -> None:
        self.runtime = runtime
        self.clock = clock
        self.sender = WebhookSender(runtime, Leases(runtime.database, name))
        self.writer = DeliveryWriter(runtime.database, runtime.clock, lambda _: None)
        self.store = WebhookStore(runtime.database, runtime.secret_box, allow_private=True)
        self.place = Place(1, 1, 0)

    async def subscribe(self, url: Any, *events: str, workspace_id: str = "w1") -> NewWebhook:
        fields = WebhookFields(url=str(url), events=events or ("*",))

        async def work(session: Any) -> NewWebhook:
            return await self.store.create(workspace_id, fields, now=self.clock.now(), session=session)

        made = await self.runtime.database.transaction(work)
        self.writer = DeliveryWriter(self.runtime.database, self.runtime.clock, lambda _: None)
        return made

    def happened(self, *numbers: int, conversation: str = "c1", workspace_id: str = "w1") -> list[EventDocument]:
        """Return the relay's documents of events about a conversation, one for each number."""
        return [self.document(self.event(n, conversation, workspace_id)) for n in numbers]

    def event(
        self, n: int, conversation: str, workspace_id: str, type_: EventType = EventType.MESSAGE_CREATED, **data: Any
    ) -> Event:
        audience = EventAudience(conversation_id=conversation)
        return Event(
            workspace_id=workspace_id, type=type_, at=self.clock.now(), data={"n": n, **data}, audience=audience
        )

    def document(self, event: Event) -> EventDocument:
        self.place = Place(self.place.seconds, self.place.increment + 1, 0)
        (stored,) = event_documents([event], event.at)
        return EventDocument(self.place, stored["workspace_id"], stored["count"], stored["items"])

    async def tell(self, *documents: Sequence[EventDocument]) -> None:
        """Write what happened, and post what is due."""
        for batch in documents:
            await self.writer.write(batch)
        await self.post()

    async def post(self) -> None:
        """Post all that is due."""
        await self.sender.sweep()
        found = await self.runtime.database.webhooks.find({}).to_list(None)
        await asyncio.gather(*(self.sender.finished(one["_id"]) for one in found))

    async def later(self, **time: float) -> None:
        """Post what is due after some time."""
        self.clock.advance(timedelta(**time))
        await self.post()

    async def states(self) -> list[str]:
        found = await self.runtime.database.webhook_deliveries.find({}).sort("place", 1).to_list(None)
        return [one["state"] for one in found]

    async def rotate(self, webhook_id: str, *, keep_hours: int) -> NewWebhook:
        async def work(session: Any) -> NewWebhook:
            return await self.store.rotate(
                "w1", webhook_id, keep_hours=keep_hours, now=self.clock.now(), session=session
            )

        return await self.runtime.database.transaction(work)

    async def delete(self, webhook_id: str) -> None:
        async def work(session: Any) -> None:
            await self.store.delete("w1", webhook_id, now=self.clock.now(), session=session)

        await self.runtime.database.transaction(work)

    async def replay_failed(self, webhook_id: str) -> int:
        return await replay_failed(self.runtime.database, "w1", webhook_id, since=None, now=self.clock.now())

    async def replay(self, webhook_id: str, delivery_id: str) -> None:
        await replay_delivery(self.runtime.database, "w1", webhook_id, delivery_id, now=self.clock.now())
