"""A bot that says where an order is, and hands over to people when it does not know.

Run it with what `POST /api/v1/bots` answered, and give a channel its id (`bot_id`):

    pip install aiohttp standardwebhooks
    GATEWAY_URL=https://… BOT_TOKEN=gwb_… BOT_SECRET=whsec_… python examples/bot.py
"""

import asyncio
import os
import re

import aiohttp
from aiohttp import web
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

ORDERS = {"10482": "on its way", "10483": "waiting for your payment"}


def answer_to(text: str) -> dict:
    """Say what to do about a customer's words."""
    number = re.search(r"\b\d{5}\b", text)
    if number and number[0] in ORDERS:
        return {"messages": [said(f"Your order {number[0]} is {ORDERS[number[0]]}.")], "tags": ["order"]}
    if re.search(r"\b(hello|hi)\b", text, re.IGNORECASE):
        return {"messages": [said("Hello! What is the number of your order?")]}
    note = {"note": "The bot did not understand the last message."}
    return {"messages": [said("Let me find a person who can help you.")], "priority": 1, "transfer": note}


def said(text: str) -> dict:
    """Make the content of a message."""
    return {"type": "text", "text": text}


def make_app(gateway_url: str, token: str, secret: str) -> web.Application:
    """Make the application: each turn is answered after the request was taken, so that it may take its time."""
    tasks: set[asyncio.Task] = set()

    async def receive(request: web.Request) -> web.Response:
        try:
            turn = Webhook(secret).verify(await request.read(), dict(request.headers))["data"]
        except WebhookVerificationError as error:
            return web.Response(status=400, text=str(error))
        tasks.add(task := asyncio.create_task(answer(turn, request.headers["webhook-id"])))
        task.add_done_callback(tasks.discard)
        return web.Response(status=202)

    async def answer(turn: dict, key: str) -> None:
        words = " ".join(m["content"].get("text", "") for m in turn["messages"] if m["direction"] == "in")
        url = f"{gateway_url}/api/v1/conversations/{turn['conversation']['id']}/turn"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        body = {"seen_seq": turn["seen_seq"], **answer_to(words)}
        async with aiohttp.ClientSession(headers=headers) as session, session.post(url, json=body) as response:
            if response.status != 409:  # the customer wrote more, or a person took over: there is nothing to do
                response.raise_for_status()

    app = web.Application()
    app.router.add_post("/", receive)
    return app


if __name__ == "__main__":
    settings = (os.environ[name] for name in ("GATEWAY_URL", "BOT_TOKEN", "BOT_SECRET"))
    web.run_app(make_app(*settings), host="127.0.0.1", port=9001)
