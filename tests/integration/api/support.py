"""Callers of the API, and what they send."""

from __future__ import annotations

import hashlib
import hmac
import io
import time
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestClient

from gateway.parts import PARTS
from inbox.foundation.ids import new_id
from inbox.people.access import Role, Scope
from inbox.people.accounts import NewOperator, create_operator, create_workspace, issue_sign_in
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.people.passwords import hash_password
from inbox.storage.runtime import Runtime
from tests.integration.api.documented import undocumented

PASSWORD = "correct horse battery"
API = "/api/v1"

Client = TestClient[web.Request, web.Application]


@dataclass(frozen=True)
class Answer:
    """A response, read."""

    status: int
    body: Any
    headers: Any


@dataclass(frozen=True)
class Actor:
    """Somebody who calls the API."""

    client: Client
    token: str | None
    workspace_id: str = ""
    id: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content: dict[str, Any] = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with self.client.request(method, API + path, headers=sent, **content) as response:
            raw = await response.read()
            is_table = response.content_type == "text/csv"
            read = raw.decode() if is_table else await response.json(content_type=None) if raw else None
            answer = Answer(response.status, read, response.headers)
        fault = undocumented(method, API + path, answer.status, answer.body)
        assert fault is None, fault
        return answer

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return await self.call("POST", path, body, **headers)

    async def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return await self.call("PATCH", path, body, **headers)

    async def delete(self, path: str) -> Answer:
        return await self.call("DELETE", path)


@dataclass(frozen=True)
class Team:
    """A workspace with an owner, an operator and an API key."""

    owner: Actor
    operator: Actor
    key: Actor


def whatsapp_channel(number: str = "1001", **changes: Any) -> dict[str, Any]:
    """Return the body that connects a number."""
    credentials = {
        "phone_number_id": number,
        "waba_id": "2001",
        "access_token": "token-1",
        "app_secret": "secret-1",
        "verify_token": "verify-1",
    }
    return {"kind": "whatsapp", "name": "Sales", "credentials": credentials, **changes}


def draft(channel_id: str, name: str = "order_update", **changes: Any) -> dict[str, Any]:
    """Return the body that makes a sound draft."""
    body = {
        "type": "BODY",
        "text": "Hello {{1}}, your order {{2}} is on its way to you.",
        "example": {"body_text": [["Maria", "10482"]]},
    }
    whole = {"channel_id": channel_id, "name": name, "language": "en", "category": "utility", "components": [body]}
    return whole | changes


def prepared_reply(*texts: str, **changes: Any) -> dict[str, Any]:
    """Return the body that makes a prepared reply in English."""
    messages = [{"type": "text", "text": text} for text in texts or ("Hello {{ contact.name }}!",)]
    return {"title": "Greeting", "translations": {"en": messages}, **changes}


async def customer_writes(
    client: Client, channel: dict[str, Any], text: str, *, wa_id: str = "16505551234", name: str = "Kerry"
) -> None:
    """Have a customer's text come in by the channel's real webhook."""
    message = {"id": f"wamid.{text}", "from": wa_id, "timestamp": str(int(time.time())), "type": "text"}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": channel["account_key"]},
        "contacts": [{"profile": {"name": name}, "wa_id": wa_id}],
        "messages": [{**message, "text": {"body": text}}],
    }
    change = {"field": "messages", "value": value}
    body = msgspec.json.encode(
        {"object": "whatsapp_business_account", "entry": [{"id": channel["scope_key"], "changes": [change]}]}
    )
    signature = hmac.new(b"secret-1", body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    async with client.post(f"/webhooks/whatsapp/{channel['id']}", data=body, headers=headers) as response:
        assert response.status == 200


_HASHES: Final[dict[str, str]] = {}


async def _password_hash() -> str:
    """The hash of `PASSWORD`, made once: it is made to take long, half of what a team takes."""
    if PASSWORD not in _HASHES:
        _HASHES[PASSWORD] = await hash_password(PASSWORD)
    return _HASHES[PASSWORD]


async def make_team(runtime: Runtime, client: Client, name: str) -> Team:
    database, now = runtime.database, runtime.clock.now()
    owner = NewOperator(name="Owner", email=f"owner@{name}.example")
    made = await create_workspace(database, name=name, owner=owner, now=now, sign_in_days=30)
    workspace_id = made.workspace.id
    new = NewOperator(name="Ann", email=f"ann@{name}.example", role=Role.OPERATOR)
    ann = await create_operator(database, workspace_id, new, now=now)
    await database.operators.update_one({"_id": ann.id}, {"$set": {"password_hash": await _password_hash()}})
    ann_token = await issue_sign_in(database, workspace_id, ann.id, now, days=30)
    everything = ApiKeyRequest(name="crm", scopes=tuple(Scope))
    key = await create_api_key(database, workspace_id, everything, now=now)
    return Team(
        owner=Actor(client, made.token, workspace_id, made.owner.id),
        operator=Actor(client, ann_token, workspace_id, ann.id),
        key=Actor(client, key.token, workspace_id, key.id),
    )


async def approved_template(client: Client, workspace_id: str, channel: dict[str, Any], name: str = "sale") -> None:
    """Have a template that the number's account may send, as a sync leaves it."""
    assert client.app is not None
    runtime = client.app[PARTS].runtime
    await runtime.database.templates.insert_one(
        {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "channel_id": channel["id"],
            "waba_id": channel["scope_key"],
            "name": name,
            "language": "en",
            "category": "marketing",
            "status": "approved",
            "usable": True,
            "reason": None,
            "quality": "green",
            "components": [{"type": "BODY", "text": "Hello {{1}}, 20 % off."}],
            "deleted_at": None,
            "created_at": runtime.clock.now(),
            "updated_at": runtime.clock.now(),
        }
    )


def campaign_of(channel: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body that makes a campaign."""
    consent = {"source": "shop", "at": "2026-01-02T03:04:05Z", "wording": "Offers please."}
    template = {"name": "sale", "language": "en"}
    return {"name": "Sale", "channel_id": channel["id"], "template": template, "consent": consent, **changes}
