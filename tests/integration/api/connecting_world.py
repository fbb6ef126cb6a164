"""The emulators and a channel that is being connected, step by step."""

from __future__ import annotations

from typing import Any

import msgspec

from channels.sandbox.graph.state import NumberConfig
from tests.integration.api.support import Actor, Client, whatsapp_channel

BOT = "7000000001:AAH-test-token"
PIN = "482913"
NUMBER = NumberConfig(
    phone_number_id="1001",
    waba_id="2001",
    access_token="token-1",
    app_secret="secret-1",
    registered=False,
    pin=PIN,
    subscribed=False,
)


class Provider:
    """The emulators, whose number a test sets up."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def url(self) -> str:
        return str(self._client.make_url("")).rstrip("/")

    async def number(self, **changes: Any) -> None:
        body = msgspec.to_builtins(msgspec.structs.replace(NUMBER, **changes))
        async with self._client.post("/control/whatsapp/numbers", json=body) as response:
            assert response.status == 200, await response.text()

    async def faults(self, **faults: Any) -> None:
        async with self._client.put("/control/faults", json=faults) as response:
            assert response.status == 200, await response.text()

    async def control(self, method: str, path: str, body: dict[str, Any]) -> None:
        async with self._client.request(method, path, json=body) as response:
            assert response.status < 300, await response.text()

    async def calls(self, ending: str) -> list[dict[str, Any]]:
        async with self._client.get("/control/requests", params={"after": "0"}) as response:
            found = (await response.json())["requests"]
        return [one for one in found if one["method"] == "POST" and one["path"].endswith(ending)]


async def connected(owner: Actor, provider: Provider, **credentials: str) -> dict[str, Any]:
    body = whatsapp_channel(provider_base_url=provider.url)
    made = await owner.post("/channels", {**body, "credentials": {**body["credentials"], **credentials}})
    assert made.status == 201, made.body
    return dict(made.body)


def codes(body: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {step["name"]: (step["state"], step["code"]) for step in body["steps"]}


async def check(owner: Actor, channel: dict[str, Any]) -> dict[str, Any]:
    answer = await owner.post(f"/channels/{channel['id']}/connecting/check")
    assert answer.status == 200, answer.body
    return dict(answer.body)


async def do(owner: Actor, channel: dict[str, Any], step: str, **more: Any) -> Any:
    return await owner.post(f"/channels/{channel['id']}/connecting/steps", {"step": step, **more})
