"""Marketing messages at the emulator: terms, highest prices, times to live."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_world import PHONE_ID, SECRET, TOKEN, USER, WABA_ID, World

PRICE = {"optimization_spec": {"bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": 500}}
TEMPLATE = {"name": "sale", "language": {"code": "en"}}


async def planted(world: World, **more: Any) -> tuple[int, Any]:
    body = {"waba_id": WABA_ID, "name": "sale", "language": "en", "category": "MARKETING"}
    components = {"components": [{"type": "BODY", "text": "A sale is on."}]}
    return await world.call("POST", "/control/whatsapp/templates", {**body, **components, **more})


async def market(world: World, edge: str = "marketing_messages", to: str = f"+{USER}", **more: Any) -> tuple[int, Any]:
    name = "to" if to.startswith("+") else "recipient"
    body = {"messaging_product": "whatsapp", name: to, "type": "template", "template": TEMPLATE}
    return await world.graph("POST", f"/{PHONE_ID}/{edge}", {**body, **more})


async def category_of(world: World, sent: tuple[int, Any]) -> str:
    assert sent[0] == 200, sent
    return str((await world.receiver.status(sent[1]["messages"][0]["id"], "delivered"))["pricing"]["category"])


async def test_without_signed_terms_it_goes_out_as_before_or_not_at_all(sandbox: World) -> None:
    await planted(sandbox)
    secrets = {"access_token": TOKEN, "app_secret": SECRET, "webhook_url": sandbox.receiver.url}
    number = {"phone_number_id": PHONE_ID, "waba_id": WABA_ID, **secrets, "marketing_onboarding": "ELIGIBLE"}
    await sandbox.call("POST", "/control/whatsapp/numbers", number)
    asked = f"/{WABA_ID}?fields=marketing_messages_onboarding_status"
    assert (await sandbox.graph("GET", asked))[1]["marketing_messages_onboarding_status"] == "ELIGIBLE"
    assert await category_of(sandbox, await market(sandbox)) == "marketing"
    assert (await market(sandbox, product_policy="STRICT"))[1]["error"]["code"] == 100
    await sandbox.call("POST", f"/control/whatsapp/{PHONE_ID}/marketing-terms")
    await sandbox.receiver.until(lambda: any("waba_info" in v for p in sandbox.receiver.posts for v in p.values))
    assert (await sandbox.graph("GET", asked))[1]["marketing_messages_onboarding_status"] == "ONBOARDED"
    assert await category_of(sandbox, await market(sandbox, product_policy="STRICT")) == "marketing_lite"


# (where it goes, to whom, Meta's code)
PRICED = [
    ("messages", f"+{USER}", 131061),
    ("marketing_messages", "US.13491208655302741918", 131062),
    ("marketing_messages", "+79161234567", 131065),
]


@pytest.mark.parametrize(("edge", "to", "code"), PRICED)
async def test_where_there_is_no_highest_price(sandbox: World, edge: str, to: str, code: int) -> None:
    await planted(sandbox, **PRICE)
    assert (await market(sandbox, edge, to))[1]["error"]["code"] == code
    assert (await market(sandbox))[0] == 200


@pytest.mark.parametrize(
    "more",
    [
        {"message_send_ttl_seconds": 60},
        {"category": "UTILITY", "message_send_ttl_seconds": 90_000},
        {"category": "UTILITY", **PRICE},
        {"optimization_spec": {"bid_strategy": "SOME", "bid_amount": 5}},
    ],
)
async def test_limits_that_the_category_does_not_have(sandbox: World, more: dict[str, Any]) -> None:
    assert (await planted(sandbox, **more))[0] == 400
