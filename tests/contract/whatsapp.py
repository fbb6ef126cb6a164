"""WhatsApp in the contract suite."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, ClassVar, Final

import msgspec

from inbox.model.channel_kind import ChannelKind
from tests.contract.contract_world import ContractWorld
from tests.contract.messenger import CUSTOMER_NAME, Messenger

PHONE_ID: Final = "106540352242922"
SAME: Final = ("messaging_product", "recipient_type", "to", "biz_opaque_callback_data")
"""What all messages have; `biz_opaque_callback_data` is our message id."""


class WhatsApp(Messenger):
    kind = ChannelKind.WHATSAPP
    secrets = ("EAA-contract-token", "contract-app-secret", "contract-verify")
    customers = tuple(f"165055512{number}" for number in range(34, 60))
    expected: ClassVar[dict[str, list[Any]]] = {
        "text": [{"type": "text", "text": {"body": "It is: шесть штук 👍🏽"}}],
        "image": [{"type": "image", "image": {"link": "LINK", "caption": "blue"}}],
        "video": [{"type": "video", "video": {"link": "LINK", "caption": "blue"}}],
        "audio": [{"type": "audio", "audio": {"link": "LINK"}}],
        "voice": [{"type": "audio", "audio": {"link": "LINK", "voice": True}}],
        "document": [
            {"type": "document", "document": {"link": "LINK", "caption": "prices", "filename": "price list.pdf"}}
        ],
        "sticker": [{"type": "sticker", "sticker": {"link": "LINK"}}],
        "location": [
            {
                "type": "location",
                "location": {"latitude": 52.52, "longitude": 13.405, "name": "Shop", "address": "Alexanderplatz 1"},
            }
        ],
        "contacts": [
            {
                "type": "contacts",
                "contacts": [
                    {
                        "name": {"formatted_name": "Ana Answers", "first_name": "Ana Answers"},
                        "phones": [{"phone": "+16505551234", "type": "WORK"}],
                    }
                ],
            }
        ],
        "buttons": [
            {
                "type": "interactive",
                "interactive": {
                    "type": "button",
                    "body": {"text": "Reserve it?"},
                    "action": {
                        "buttons": [
                            {"type": "reply", "reply": {"id": "yes", "title": "Yes"}},
                            {"type": "reply", "reply": {"id": "no", "title": "No"}},
                        ]
                    },
                },
            }
        ],
        "contact_request": [
            {
                "type": "interactive",
                "interactive": {
                    "type": "request_contact_info",
                    "body": {"text": "May we have your number?"},
                    "action": {"name": "request_contact_info"},
                },
            }
        ],
        "list": [
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "Which size?"},
                    "action": {
                        "button": "Sizes",
                        "sections": [
                            {
                                "title": "All",
                                "rows": [
                                    {"id": "s", "title": "Small", "description": "36–38"},
                                    {"id": "l", "title": "Large"},
                                ],
                            }
                        ],
                    },
                },
            }
        ],
    }

    def sandbox_config(self) -> dict[str, Any]:
        token, secret, verify = self.secrets
        number = {
            "phone_number_id": PHONE_ID,
            "waba_id": "2001",
            "access_token": token,
            "app_secret": secret,
            "verify_token": verify,
        }
        return {"numbers": [number]}

    def channel(self, provider_url: str) -> dict[str, Any]:
        credentials = self.sandbox_config()["numbers"][0]
        return {"kind": "whatsapp", "name": "Sales", "provider_base_url": provider_url, "credentials": credentials}

    async def connected(self, world: ContractWorld) -> None:
        url = str(world.client.make_url(f"/webhooks/whatsapp/{world.channel['id']}"))
        number = {**self.sandbox_config()["numbers"][0], "webhook_url": url}
        checked = await world.control("POST", "/control/whatsapp/numbers", number)
        assert checked["webhook_check"], checked

    async def write(self, world: ContractWorld, text: str, *, who: int = 0) -> None:
        await self._post(world, {"type": "text", "text": {"body": text}}, who)

    async def write_strange(self, world: ContractWorld) -> None:
        await self._post(world, {"type": "hologram", "hologram": {"depth": 3}})
        await self._post(world, {"type": "text", "text": {"body": "after"}})

    async def forge(self, world: ContractWorld) -> int:
        body = msgspec.json.encode({"object": "whatsapp_business_account", "entry": []})
        signature = hmac.new(b"another secret", body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}"}
        path = f"/webhooks/whatsapp/{world.channel['id']}"
        async with world.client.post(path, data=body, headers=headers) as answer:
            return answer.status

    async def sent(self, world: ContractWorld) -> list[Any]:
        return [
            {name: value for name, value in request["body"].items() if name not in SAME}
            for request in await world.requests()
            if request["path"].endswith("/messages") and "to" in request["body"]
        ]

    async def features_heard(self, world: ContractWorld) -> set[str]:
        heard = set()
        for request in await world.requests():
            body = request["body"] or {}
            if "context" in body:
                heard.add("reply")
            if body.get("type") == "reaction":
                heard.add("reaction")
            if "typing_indicator" in body:
                heard.add("typing")
            elif body.get("status") == "read":
                heard.add("read")
        return heard

    async def _post(self, world: ContractWorld, message: dict[str, Any], who: int = 0) -> None:
        path = f"/control/whatsapp/{PHONE_ID}/customers/{self.customers[who]}/messages"
        await world.control("POST", path, {**message, "profile_name": CUSTOMER_NAME})
