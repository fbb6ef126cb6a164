"""From an answer to its price: the real server, the real worker, WhatsApp's emulator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inbox.foundation.clock import Clock
from inbox.storage.runtime import Runtime
from tests.contract.contract_world import ContractWorld, contract_world
from tests.contract.whatsapp import PHONE_ID, WhatsApp
from tests.waiting import eventually

CUSTOMER = WhatsApp.customers[0]
CARD = b"effective_date,currency,market,category,rate\n2026-01-01,USD,US,utility,0.0034\n"


async def test_an_answer_beyond_the_free_ones_has_its_price(runtime: Runtime) -> None:
    async with contract_world(replace(runtime, clock=Clock()), WhatsApp()) as world:
        assert (await world.owner.post("/rate-cards", CARD)).status == 201
        await no_free_replies(world)
        path = f"/control/whatsapp/{PHONE_ID}/customers/{CUSTOMER}/messages"
        await world.control("POST", path, {"type": "text", "text": {"body": "How much?"}})
        conversation = await world.taken(CUSTOMER)
        sent = await world.send(conversation["id"], {"type": "text", "text": "Nothing"})

        async def priced() -> Any:
            price = (await world.owner.get(f"/messages/{sent['id']}/price")).body
            return price if price["basis"] == "estimated" else None

        price = await eventually(priced)
        assert (price["amount"], price["currency"], price["category"], price["market"]) == (
            *("0.0034", "USD", "service"),
            "1",
        )
        costs = (await world.owner.get("/reports/costs?group_by=operator")).body
        assert [(row["key"], row["costs"]) for row in costs["rows"]] == [
            (world.owner.id, [{"currency": "USD", "amount": "0.0034"}])
        ]


async def no_free_replies(world: ContractWorld) -> None:
    numbers = (await world.control("GET", "/control/whatsapp/numbers"))["numbers"]
    number = next(one for one in numbers if one["phone_number_id"] == PHONE_ID)
    token, app_secret, verify_token = WhatsApp.secrets
    secrets = {"access_token": token, "app_secret": app_secret, "verify_token": verify_token}
    kept = {name: number[name] for name in ("phone_number_id", "waba_id", "webhook_url") if name in number}
    await world.control("POST", "/control/whatsapp/numbers", {**kept, **secrets, "free_replies_a_month": 0})
