"""The naive floor: what a webhook costs that is stored one by one, as durably as the gateway stores it.

    python -m bench.naive_server PORT APP_SECRET MONGO_URL

One insert of the message and one upsert of its conversation for each request, both acknowledged by a majority and
journaled, nothing else: no contact, no event, no queue, no order. It uses the channel's own verifying and parsing.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime
from typing import Any

import uvloop
from aiohttp import web
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.write_concern import WriteConcern

from channels.whatsapp.parse import parse_webhook
from channels.whatsapp.verify import verify_signature
from inbox.arriving.inbound import MessageReceived

HOST = "127.0.0.1"
DURABLE = WriteConcern(w="majority", j=True)


async def serve(port: int, app_secret: str, mongo_url: str) -> None:
    """Serve until SIGTERM."""
    client: Any = AsyncIOMotorClient(mongo_url)
    database = client.get_default_database("naive").with_options(write_concern=DURABLE)
    await database.messages.create_index("provider_id", unique=True)
    await database.conversations.create_index("customer", unique=True)

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        verify_signature({n.lower(): v for n, v in request.headers.items()}, body, {"app_secret": app_secret})
        for event in parse_webhook(body):
            if isinstance(event, MessageReceived):
                await _store(database, event)
        return web.Response()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = web.Application()
    app.router.add_post("/webhooks/{kind}/{channel_id}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port, reuse_port=True, backlog=1024).start()
    await stop.wait()
    await runner.cleanup()


async def _store(database: Any, event: MessageReceived) -> None:
    now = datetime.now(UTC)
    customer = event.customer.external_id
    message = {"provider_id": event.provider_id, "customer": customer, "at": now, "raw": event.raw}
    await database.messages.insert_one(message)
    change = {"$set": {"last_at": now}, "$inc": {"unread": 1}}
    await database.conversations.update_one({"customer": customer}, change, upsert=True)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), *sys.argv[2:4]))
