"""The least that a webhook can cost: read, check the signature, parse, answer. Nothing is stored.

    python -m bench.bare_server PORT APP_SECRET

It uses the channel's own verifying and parsing, so that what is above its figures is the price of
durability: middleware, group commit, MongoDB.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import uvloop
from aiohttp import web

from channels.whatsapp.parse import parse_webhook
from channels.whatsapp.verify import verify_signature

HOST = "127.0.0.1"
MAX_BODY_BYTES = 4 * 1024 * 1024


async def serve(port: int, app_secret: str) -> None:
    """Serve until SIGTERM."""
    credentials = {"app_secret": app_secret}

    async def receive(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        verify_signature(headers, body, credentials)
        parse_webhook(body)
        return web.Response()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post("/webhooks/{kind}/{channel_id}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port, reuse_port=True, backlog=1024).start()
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2]))
