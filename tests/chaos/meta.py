"""Webhooks as Meta posts them, made by the test itself: signed, batched, repeated until answered 200."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tests.chaos.http_client import Answer, HttpClient

JsonObject = dict[str, Any]


def text_message(customer: str, provider_id: str, text: str) -> JsonObject:
    """A customer's text, as an item of a webhook."""
    return {
        "from": customer,
        "id": provider_id,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }


class MetaClient:
    """Posts to one channel's webhook.

    Args:
        channel: The ready file's object of the channel.
    """

    def __init__(self, http: HttpClient, channel: Mapping[str, str]) -> None:
        self._http = http
        self._channel = channel
        self.path = f"/webhooks/whatsapp/{channel['id']}"

    def envelope(self, messages: Sequence[JsonObject], **lists: Sequence[JsonObject]) -> bytes:
        """The JSON around messages (and other lists of a value)."""
        customers = dict.fromkeys(message["from"] for message in messages if isinstance(message.get("from"), str))
        value: JsonObject = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": self._channel["phone_number_id"]},
            "contacts": [{"profile": {"name": f"Customer {c[-4:]}"}, "wa_id": c} for c in customers],
            **({"messages": list(messages)} if messages else {}),
            **lists,
        }
        changes = [{"field": "messages", "value": value}]
        entry = [{"id": self._channel["waba_id"], "changes": changes}]
        return msgspec.json.encode({"object": "whatsapp_business_account", "entry": entry})

    def signature(self, body: bytes) -> str:
        """The header's value."""
        return "sha256=" + hmac.new(self._channel["app_secret"].encode(), body, hashlib.sha256).hexdigest()

    async def post(self, body: bytes) -> Answer:
        """Post once."""
        return await self._http.once("POST", self.path, body, headers={"X-Hub-Signature-256": self.signature(body)})

    async def deliver(self, body: bytes) -> None:
        """Post the same bytes until they are answered 200."""
        headers = {"X-Hub-Signature-256": self.signature(body)}
        await self._http.until(lambda answer: answer.status == 200, "POST", self.path, body, headers=headers)
