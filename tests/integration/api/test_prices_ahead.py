"""What a message would cost, over the API, before anybody sends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from inbox.money.ledger import LedgerKeeper
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Team, customer_writes, whatsapp_channel

GERMAN, AMERICAN = "4915112345678", "16505551234"
CARD = b"""effective_date,currency,market,category,rate
2026-01-01,EUR,DE,marketing,0.1131
2026-01-01,EUR,DE,utility,0.0456
"""
FREE_REPLY = {"basis": "free", "why": "monthly_allowance", "amount": "0.00", "currency": None, "rate_card_id": None}


async def begun(team: Team, wa_id: str = GERMAN) -> tuple[dict[str, Any], str]:
    """A channel, and a conversation that a customer began there."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "Hi", wa_id=wa_id)
    (talk,) = (await team.owner.get("/conversations?view=all")).body["items"]
    return channel, str(talk["id"])


async def with_card(team: Team) -> str:
    made = await team.owner.post("/rate-cards", CARD, Content_Type="text/csv")
    return str(made.body["id"])


async def prices(team: Team, conversation_id: str) -> dict[str, Any]:
    answer = await team.owner.get(f"/conversations/{conversation_id}/prices")
    assert answer.status == 200
    return dict(answer.body)


async def replied(runtime: Runtime, team: Team, channel_id: str, count: int, kind: str) -> None:
    """Have replies be delivered on the number, and Meta say of them what they were."""
    told = {"type": kind, "category": "service", "pricing_model": "PMP"}
    report = {"workspace_id": team.owner.workspace_id, "channel_id": channel_id, "message_id": None}
    rest = {"recipient": GERMAN, "status": "delivered", "at": runtime.clock.now(), "pricing": told}
    ids = [f"{channel_id}.{kind}.{n}" for n in range(count)]
    await runtime.database.charge_reports.insert_many(
        [{"_id": one, "provider_id": one, **report, **rest} for one in ids]
    )
    while await LedgerKeeper(runtime.database).keep_up():
        pass


async def test_replies_are_free_while_the_allowance_lasts_and_templates_cost_what_the_card_says(team: Team) -> None:
    card_id = await with_card(team)
    channel, talk = await begun(team)
    found = await prices(team, talk)
    assert (found["channel_id"], found["market"], found["free_replies_left"]) == (channel["id"], "49", 1_000)
    assert found["service"] == FREE_REPLY
    charged = {"basis": "estimated", "why": None, "currency": "EUR", "rate_card_id": card_id}
    assert found["marketing"] == {**charged, "amount": "0.1131"}
    assert found["utility"] == {**charged, "amount": "0.0456"}
    assert (found["authentication"]["basis"], found["authentication"]["amount"]) == ("unknown", None)
    assert found["authentication"]["why"] == "no_rate"


async def test_what_no_card_has_is_unknown_and_never_nothing(team: Team) -> None:
    _, talk = await begun(team)
    assert {(await prices(team, talk))[name]["why"] for name in ("utility", "marketing")} == {"no_rate_card"}
    await with_card(team)
    other = await team.owner.post("/channels", whatsapp_channel("2002"))
    path = f"/channels/{other.body['id']}/prices"
    abroad = (await team.owner.get(f"{path}?to=%2B{AMERICAN}")).body
    assert (abroad["market"], abroad["marketing"]["basis"], abroad["marketing"]["amount"]) == ("1", "unknown", None)
    nobody = (await team.owner.get(path)).body
    assert (nobody["market"], nobody["marketing"]["why"]) == (None, "unknown_market")


async def test_replies_cost_once_the_allowance_is_used_up(team: Team, runtime: Runtime) -> None:
    await with_card(team)
    channel, talk = await begun(team)
    await replied(runtime, team, channel["id"], 3, "free_customer_service")
    found = await prices(team, talk)
    assert (found["free_replies_left"], found["service"]) == (997, FREE_REPLY)
    await replied(runtime, team, channel["id"], 1, "regular")
    found = await prices(team, talk)
    assert (found["free_replies_left"], found["service"]["amount"], found["service"]["basis"]) == (
        0,
        "0.0456",
        "estimated",
    )


async def test_everything_is_free_while_an_advertisements_time_lasts(team: Team, runtime: Runtime) -> None:
    await with_card(team)
    _, talk = await begun(team)
    ends = runtime.clock.now() + timedelta(minutes=5)
    wanted = {"_id": talk, "workspace_id": team.owner.workspace_id}
    await runtime.database.conversations.update_one(wanted, {"$set": {"free_entry_expires_at": ends}})
    found = await prices(team, talk)
    assert {found[name]["why"] for name in ("service", "utility", "marketing", "authentication")} == {
        "free_entry_point"
    }


async def test_a_contact_has_the_price_of_its_account_and_a_number_is_checked(team: Team) -> None:
    await with_card(team)
    channel, talk = await begun(team)
    contact_id = (await team.owner.get(f"/conversations/{talk}")).body["contact"]["id"]
    path = f"/channels/{channel['id']}/prices"
    of_contact = (await team.owner.get(f"{path}?to={contact_id}")).body
    assert (of_contact["market"], of_contact["marketing"]["amount"]) == ("49", "0.1131")
    for to in ("%2B12", "nobody"):
        refused = await team.owner.get(f"{path}?to={to}")
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/to")


async def test_a_messenger_without_charge(team: Team) -> None:
    credentials = {"allowed_origins": ["https://shop.example"], "identity_secret": "s" * 32}
    webchat = await team.owner.post("/channels", {"kind": "webchat", "name": "Site", "credentials": credentials})
    found = (await team.owner.get(f"/channels/{webchat.body['id']}/prices")).body
    assert (found["free_replies_left"], found["service"]["basis"], found["service"]["why"]) == (
        None,
        "free",
        "not_charged",
    )
