"""Helpers without a model: suggestions by words, a dictionary's translation, a summary of what the customer wrote.

Run it, and set each up with `POST /api/v1/helpers`, whose answers have the secrets:

    pip install aiohttp standardwebhooks
    HELPER_SECRETS=whsec_…,whsec_… python examples/helpers.py
"""

import os
import re

from aiohttp import web
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

REPLIES = {
    "order": ["What is the number of your order?", "I am looking your order up."],
    "refund": ["I am sorry for that. The money is back within five days."],
}
ENGLISH_TO_GERMAN = {"hello": "hallo", "where": "wo", "is": "ist", "my": "meine", "order": "Bestellung"}


def suggest(data: dict) -> dict:
    """Suggest replies by the words of the customer's last message."""
    said = next((text_of(one) for one in reversed(data["messages"]) if one["direction"] == "in"), "")
    fitting = [reply for word, replies in REPLIES.items() if word in said.lower() for reply in replies]
    return {"suggestions": [{"text": text} for text in fitting or ["How can I help you?"]]}


def translate(data: dict) -> dict:
    """Translate word by word; a word that is not in the dictionary stays."""
    if data["language"] != "de":
        return {"text": text_of(data["message"]), "language": "en"}
    words = re.sub(r"\w+", lambda word: ENGLISH_TO_GERMAN.get(word[0].lower(), word[0]), text_of(data["message"]))
    return {"text": words, "language": "de"}


def summarise(data: dict) -> dict:
    """Say how the customer began, and how often they wrote."""
    said = [text_of(one) for one in data["messages"] if one["direction"] == "in"]
    return {"text": f"{len(said)} messages of the customer, who began with: {said[0] if said else 'nothing'}"}


def text_of(message: dict) -> str:
    """Return the words of a message; a picture or a place has none."""
    return message["content"].get("text") or ""


WORK = {"helper.suggest": suggest, "helper.translate": translate, "helper.summarise": summarise}


def make_app(secrets: list[str]) -> web.Application:
    """Make the application; `secrets`: of all helpers that are asked here."""

    async def answer(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        for secret in secrets:
            try:
                asked = Webhook(secret).verify(body, dict(request.headers))
            except WebhookVerificationError:
                continue
            return web.json_response(WORK[asked["type"]](asked["data"]))
        return web.Response(status=400, text="not signed with any of our secrets")

    app = web.Application()
    app.router.add_post("/", answer)
    return app


if __name__ == "__main__":
    web.run_app(make_app(os.environ["HELPER_SECRETS"].split(",")), port=8092)
