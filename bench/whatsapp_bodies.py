"""Webhooks as Meta sends them, signed, as whole HTTP requests."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gateway.seed import SeededWhatsApp

_ids = count()
_RUN = f"{time.time_ns():x}"


class Webhooks:
    """Makes requests for one channel."""

    def __init__(self, channel: SeededWhatsApp) -> None:
        self._channel = channel
        self._path = urlsplit(channel.webhook_url).path

    def message(self, customer: str) -> dict[str, Any]:
        """A text from a customer, with an id of its own."""
        return {
            "from": customer,
            "id": f"wamid.bench{_RUN}{next(_ids)}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": "Hello, is my order on its way? It was due on Monday."},
        }

    @staticmethod
    def status(provider_id: str, status: str, customer: str) -> dict[str, Any]:
        """A status of a message that we sent."""
        return {
            "id": provider_id,
            "status": status,
            "timestamp": str(int(time.time())),
            "recipient_id": customer,
            "pricing": {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"},
        }

    def request(self, *, messages: Sequence[dict[str, Any]] = (), statuses: Sequence[dict[str, Any]] = ()) -> bytes:
        """One POST with all of these updates."""
        value: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": self._channel.phone_number_id},
        }
        if messages:
            senders = dict.fromkeys(message["from"] for message in messages)
            value["contacts"] = [{"profile": {"name": f"Customer {s}"}, "wa_id": s} for s in senders]
            value["messages"] = list(messages)
        if statuses:
            value["statuses"] = list(statuses)
        entry = {"id": self._channel.waba_id, "changes": [{"field": "messages", "value": value}]}
        return self._signed(msgspec.json.encode({"object": "whatsapp_business_account", "entry": [entry]}))

    def _signed(self, body: bytes) -> bytes:
        signature = hmac.new(self._channel.app_secret.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def single_messages(self, customers: int) -> Iterator[bytes]:
        """One message a POST, from each of so many customers in turn."""
        for number in count():
            yield self.request(messages=[self.message(str(79_000_000_000 + number % customers))])

    def new_customers(self) -> Iterator[bytes]:
        """One message a POST, each from a customer who never wrote before."""
        for number in count():
            yield self.request(messages=[self.message(str(44_000_000_000 + number))])
