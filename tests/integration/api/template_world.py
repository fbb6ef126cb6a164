"""A workspace whose channel talks to the emulator of WhatsApp, which posts its webhooks back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from gateway.parts import PARTS, Parts
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.runtime import Runtime
from templates_hsm.sync.template_reader import TemplateReader
from tests.integration.api.support import Actor, Team, customer_writes, draft, whatsapp_channel
from workers.process import work_until


@dataclass
class Shop:
    """The workspace, its channel and the emulator."""

    team: Team
    channel: dict[str, Any]
    provider: str
    control: aiohttp.ClientSession

    @property
    def owner(self) -> Actor:
        return self.team.owner

    @property
    def parts(self) -> Parts:
        assert self.owner.client.app is not None
        return self.owner.client.app[PARTS]

    @property
    def reader(self) -> TemplateReader:
        return self.parts.templates.reader

    @property
    def runtime(self) -> Runtime:
        return self.parts.runtime

    async def at_provider(self, method: str, path: str, body: Any = None) -> Any:
        async with self.control.request(method, f"{self.provider}/control{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def plant(self, name: str, text: str = "Hello, this is a text.", **more: Any) -> None:
        """Have a template at Meta that was not made here."""
        body = {"waba_id": "2001", "name": name, "language": "en", "category": "UTILITY", **more}
        await self.at_provider("POST", "/whatsapp/templates", {"components": [{"type": "BODY", "text": text}], **body})

    async def review(self, name: str, **decision: Any) -> None:
        """Have Meta's reviewer decide."""
        await self.at_provider("POST", f"/whatsapp/templates/{name}/review", decision)

    async def sync(self) -> Any:
        answer = await self.owner.post(f"/channels/{self.channel['id']}/templates/sync")
        assert answer.status == 200, answer.body
        return answer.body

    async def submitted(self, name: str = "order_update", **changes: Any) -> str:
        """Make a draft and submit it; return its id."""
        made = await self.owner.post("/templates", draft(self.channel["id"], name, **changes))
        assert made.status == 201, made.body
        answer = await self.owner.post(f"/templates/{made.body['id']}/submit")
        assert answer.status == 200, answer.body
        return str(made.body["id"])

    async def template(self, template_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.owner.get(f"/templates/{template_id}")).body
        return answer

    async def by_name(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in (await self.owner.get("/templates")).body["items"]}


async def open_shop(team: Team, provider: str, control: aiohttp.ClientSession) -> Shop:
    made = await team.owner.post("/channels", whatsapp_channel(provider_base_url=provider))
    shop = Shop(team, made.body, provider, control)
    url = str(team.owner.client.make_url(f"/webhooks/whatsapp/{made.body['id']}"))
    number = {
        "phone_number_id": "1001",
        "waba_id": "2001",
        "access_token": "token-1",
        "app_secret": "secret-1",
        "verify_token": "verify-1",
        "webhook_url": url,
    }
    await shop.at_provider("POST", "/whatsapp/numbers", number)
    return shop


CUSTOMER = "16505551234"


@asynccontextmanager
async def working(runtime: Runtime) -> AsyncIterator[None]:
    """A worker beside the server."""
    stop = asyncio.Event()
    worker = asyncio.ensure_future(work_until(stop, runtime))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait([worker], timeout=20)
        await end_tasks([worker])


async def thread(shop: Shop, customer: str = CUSTOMER) -> list[dict[str, Any]]:
    """Return what the customer sees that came from the business."""
    shown = await shop.at_provider("GET", f"/whatsapp/1001/customers/{customer}/thread")
    return [message for message in shown["messages"] if message["direction"] == "in"]


async def conversation(shop: Shop, text: str = "Hello?") -> dict[str, Any]:
    """Have a customer write, and the owner take the conversation."""
    await customer_writes(shop.owner.client, shop.channel, text)
    (found,) = (await shop.owner.get("/conversations?state=queued")).body["items"]
    taken = await shop.owner.post(f"/conversations/{found['id']}/assign", {"operator_id": shop.owner.id})
    assert taken.status == 200, taken.body
    return dict(taken.body)


async def message_of(shop: Shop, conversation_id: str, message_id: str) -> dict[str, Any]:
    """Return a message as it is now, wherever in the conversation."""
    found = (await shop.owner.get(f"/conversations/{conversation_id}/messages")).body["items"]
    return next((dict(message) for message in found if message["id"] == message_id), {})
