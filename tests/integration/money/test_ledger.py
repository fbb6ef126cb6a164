"""The ledger's sums equal a recount of what was told, whatever the order, repetition and loss of webhooks."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import pytest

from channels.whatsapp.parse import parse_webhook
from inbox.arriving.inbound import DeliveryStatus, StatusChanged
from inbox.foundation.clock import FixedClock
from inbox.money.card_reading import ReadCard
from inbox.money.card_store import keep_card
from inbox.money.cost_models import CostQuery, CostsBy
from inbox.money.costs import price_of_message, report_costs
from inbox.money.ledger import LedgerKeeper
from inbox.money.repricing import Repricer
from inbox.storage.database import Database
from tests.integration.inbox.inbox_world import OTHER_CHANNEL, OWNER, World

DAY = datetime(2026, 11, 5, 12, tzinfo=UTC)
RATES = {"55": {"marketing": 62_500, "utility": 6_800}, "*": {"utility": 7_700}}
TYPES = ("regular", "regular", "free_customer_service", "free_entry_point", "of_next_year")
CATEGORIES = ("marketing", "utility", "service", "authentication", "of_next_year")
ODD: tuple[dict[str, object], ...] = (
    {},
    {"billable": "perhaps"},
    {"subtype": ["new"]},
    {"tier": {"of": 7}, "cost": "?"},
)
"""What Meta may say of a price one day, and what decides nothing."""
PHONES = ("5511987654321", "4915112345678", "BR.134912086553")


class Sent(NamedTuple):
    """A message as the provider knows it, and all that it tells of it."""

    provider_id: str
    recipient: str
    pricing: dict[str, str]
    reports: list[StatusChanged]


@pytest.fixture
async def world(database: Database, clock: FixedClock) -> World:
    made = World(database, clock)
    await made.prepare()
    await database.workspaces.insert_one(
        {"_id": "w1", "name": "Shop", "settings": {"time_zone": "UTC"}, "created_at": clock.now()}
    )
    return made


async def upload(world: World, rates: dict[str, dict[str, int]], day: date = date(2026, 10, 1)) -> None:
    card = ReadCard(effective_date=day, currency="USD", rates=rates, unread=())
    await world.database.transaction(
        lambda session: keep_card(world.database, OWNER, card, None, now=world.clock.now(), session=session)
    )


async def written(world: World, count: int) -> list[str]:
    """Have messages of ours be on their way to a customer; return their ids."""
    conversation_id = await world.assigned_conversation(PHONES[0])
    ids = [(await world.write(conversation_id, f"answer {n}")).id for n in range(count)]
    await world.delivery().begin(ids)
    return ids


def some_message(dice: random.Random, number: int, ours: list[str]) -> Sent:
    """Make a message: one of ours, which its statuses name, or one that another system sent."""
    tracker = ours[number] if number < len(ours) else None
    pricing = {"pricing_model": "PMP", "type": dice.choice(TYPES), "category": dice.choice(CATEGORIES)}
    recipient = dice.choice(PHONES) if tracker is None else PHONES[0]
    sent = Sent(f"wamid.{number}", recipient, pricing, [])
    reached = dice.choice([1, 2, 3])
    states = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ)[:reached]
    for step, state in enumerate(states):
        if state is DeliveryStatus.DELIVERED and reached == len(states) and dice.random() < 0.3:
            continue  # its webhook was lost
        told = pricing if state is not DeliveryStatus.READ else {}
        at = DAY + timedelta(hours=number, seconds=step)
        sent.reports.append(heard(sent, state, {**told, **dice.choice(ODD)} if told else {}, at, tracker))
    return sent


def heard(
    sent: Sent, state: DeliveryStatus, pricing: dict[str, object], at: datetime, tracker: str | None
) -> StatusChanged:
    """Read a report out of the webhook in which it comes, whatever else that says."""
    item = {
        "id": sent.provider_id,
        "status": state.value,
        "timestamp": str(int(at.timestamp())),
        "recipient_id": sent.recipient,
        **({"pricing": pricing} if pricing else {}),
        **({"biz_opaque_callback_data": tracker} if tracker else {}),
    }
    change = {"field": "messages", "value": {"statuses": [item]}}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    (event,) = parse_webhook(msgspec.json.encode(body))
    assert isinstance(event, StatusChanged)
    return event


def _report(sent: Sent, status: DeliveryStatus, pricing: dict[str, str], at: datetime) -> StatusChanged:
    return StatusChanged(
        provider_id=sent.provider_id, status=status, recipient=sent.recipient, pricing=pricing, provider_at=at
    )


def expected(sent: Sent) -> tuple[str, int]:
    """Say from the rules' text, not from their code, how the price of a delivered message is known, and the price."""
    if sent.pricing["type"].startswith("free_"):
        return "free", 0
    if sent.pricing["type"] != "regular":
        return "unknown", 0
    rates = RATES["*"] if sent.recipient.startswith("49") else RATES["55"]
    category = "utility" if sent.pricing["category"] == "service" else sent.pricing["category"]
    return ("estimated", rates[category]) if category in rates else ("unknown", 0)


async def drain(world: World) -> None:
    keepers = [LedgerKeeper(world.database) for _ in range(2)]
    while any(await asyncio.gather(*(keeper.keep_up() for keeper in keepers))):
        pass


async def totals(world: World) -> tuple[int, int, int, str]:
    report = await report_costs(
        world.database, OWNER, CostQuery(from_=date(2026, 11, 1), to=date(2026, 12, 31)), now=world.clock.now()
    )
    return report.total.messages, report.total.free, report.total.unknown, "".join(m.amount for m in report.total.costs)


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_repetition_and_loss(world: World, seed: int) -> None:
    dice = random.Random(seed)
    await upload(world, RATES)
    ours = await written(world, 20)
    messages = [some_message(dice, number, ours) for number in range(60)]
    reports = [report for sent in messages for report in sent.reports]
    reports += dice.choices(reports, k=60)
    dice.shuffle(reports)
    while reports:
        portion, reports = reports[:40], reports[40:]
        await asyncio.gather(*(world.receive(*portion[part::2], process=part) for part in range(2)))
        if dice.random() < 0.5:
            await drain(world)
    await drain(world)

    delivered = [sent for sent in messages if any(r.status != DeliveryStatus.SENT for r in sent.reports)]
    counted = Counter(expected(sent)[0] for sent in delivered)
    amount = sum(expected(sent)[1] for sent in delivered)
    rows = await world.all("charges")
    told = {row["provider_id"] for row in rows}
    assert len(told) == len(rows), "a message has one row"
    assert {sent.provider_id for sent in delivered} <= told <= {sent.provider_id for sent in messages}
    assert sum(row["amount"] or 0 for row in rows) == amount
    total = await totals(world)
    assert total[:3] == (len(delivered), counted["free"], counted["unknown"])
    assert float(total[3]) == pytest.approx(amount / 1_000_000)
    assert await world.all("charge_reports") == []


async def test_a_card_that_comes_later_prices_what_had_no_price_and_nothing_else(world: World) -> None:
    await upload(world, {"55": {"marketing": 62_500}})
    regular = {"type": "regular", "category": "marketing"}
    known = Sent("wamid.known", "5511987654321", regular, [])
    unknown = Sent("wamid.unknown", "4915112345678", regular, [])
    for sent in (known, unknown):
        await world.receive(_report(sent, DeliveryStatus.DELIVERED, regular, DAY))
    await drain(world)
    assert await totals(world) == (2, 0, 1, "0.0625")
    await upload(world, {"55": {"marketing": 99_000}, "49": {"marketing": 100_000}})
    repricer = Repricer(world.database)
    while await repricer.reprice():
        pass
    assert await totals(world) == (2, 0, 0, "0.1625")


async def test_the_card_of_the_day_of_delivery_counts(world: World) -> None:
    await upload(world, {"55": {"marketing": 1_000_000}})
    await upload(world, {"55": {"marketing": 2_000_000}}, date(2026, 11, 6))
    regular = {"type": "regular", "category": "marketing"}
    for day in range(3):
        sent = Sent(f"wamid.{day}", "5511987654321", regular, [])
        await world.receive(_report(sent, DeliveryStatus.DELIVERED, regular, DAY + timedelta(days=day)))
    await drain(world)
    report = await report_costs(
        world.database, OWNER, CostQuery(from_=date(2026, 11, 1), to=date(2026, 12, 31), group_by=CostsBy.DAY), now=DAY
    )
    assert [(row.key, row.costs[0].amount) for row in report.rows] == [
        ("2026-11-05", "1.00"),
        ("2026-11-06", "2.00"),
        ("2026-11-07", "2.00"),
    ]


async def test_a_message_is_counted_for_who_wrote_it(world: World) -> None:
    conversation_id = await world.assigned_conversation("5511987654321")
    message = await world.write(conversation_id, "answer")
    await upload(world, RATES)
    report: Any = StatusChanged(
        provider_id="wamid.1",
        status=DeliveryStatus.DELIVERED,
        tracker=message.id,
        pricing={"type": "regular", "category": "service"},
        provider_at=DAY,
    )
    await world.receive(report)
    await drain(world)
    row = await world.only("charges")
    assert (row["message_id"], row["operator_id"], row["market"]) == (message.id, "op1", "55")
    assert (row["basis"], row["amount"]) == ("estimated", 6_800)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "overtaken"])
@pytest.mark.parametrize("together", [True, False])
async def test_a_price_that_only_sent_told_is_not_lost(world: World, order: tuple[int, int], together: bool) -> None:
    await upload(world, RATES)
    (message_id,) = await written(world, 1)
    sent = Sent("wamid.1", PHONES[0], {"type": "regular", "category": "marketing"}, [])
    told = [
        msgspec.structs.replace(_report(sent, status, pricing, DAY), tracker=message_id)
        for status, pricing in ((DeliveryStatus.SENT, sent.pricing), (DeliveryStatus.READ, {}))
    ]
    ordered = [told[place] for place in order]
    if together:
        await world.receive(*ordered)
    else:
        for report in ordered:
            await world.receive(report)
            await drain(world)
    await drain(world)
    assert (await world.only("charges"))["amount"] == RATES["55"]["marketing"]


async def test_a_message_that_is_only_sent_costs_nothing_yet(world: World) -> None:
    (message_id,) = await written(world, 1)
    pricing = {"type": "regular", "category": "service"}
    sent = _report(Sent("wamid.1", PHONES[0], pricing, []), DeliveryStatus.SENT, pricing, DAY)
    await world.receive(msgspec.structs.replace(sent, tracker=message_id))
    await drain(world)
    message: Any = await world.only("messages", {"_id": message_id})
    price = await price_of_message(world.database, message)
    assert (price.basis, price.why, price.amount, price.category) == ("free", "not_delivered", "0.00", "service")


async def test_another_workspaces_messages_are_not_counted(world: World) -> None:
    await upload(world, RATES)
    report = _report(Sent("wamid.1", PHONES[0], {}, []), DeliveryStatus.DELIVERED, {"type": "regular"}, DAY)
    await world.receive(report, channel=OTHER_CHANNEL)
    await drain(world)
    assert (await totals(world))[0] == 0
