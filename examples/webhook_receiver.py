"""Receives a gateway's outgoing webhooks: checks the signature, drops repeats, says what happened.

Run it with the secret that `POST /api/v1/webhooks` answered:

    pip install aiohttp standardwebhooks
    WEBHOOK_SECRET=whsec_… python examples/webhook_receiver.py
"""

import os
import sys

from aiohttp import web
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

REMEMBERED = 10_000  # ids of events that were seen; a database with a unique key is better


def make_app(secret: str, on_event) -> web.Application:
    """Make the application; `on_event` gets each event once, as a dictionary with `type`, `timestamp` and `data`."""
    seen: dict[str, None] = {}

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            event = Webhook(secret).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            return web.Response(status=400, text=str(error))
        event_id = request.headers["webhook-id"]
        if event_id not in seen:  # the gateway repeats what it is not sure of
            on_event(event)
            seen[event_id] = None
            if len(seen) > REMEMBERED:
                del seen[next(iter(seen))]
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", receive)
    return app


def say(event: dict) -> None:
    """Print one line; the words of customers stay out of logs."""
    sys.stdout.write(f"{event['timestamp']} {event['type']} {event['data'].get('id', '')}\n")


if __name__ == "__main__":
    web.run_app(make_app(os.environ["WEBHOOK_SECRET"], say), host="127.0.0.1", port=9000)
