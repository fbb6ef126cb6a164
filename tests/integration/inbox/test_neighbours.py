"""Whatever one tenant sends: what another sends at the same moment is stored and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from inbox.arriving.inbound import (
    Customer,
    DeliveryStatus,
    IdentityChanged,
    InboundEvent,
    MarketingPreferenceChanged,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ProviderNotice,
    ReachabilityChanged,
    ReactionChanged,
    Undeciphered,
)
from inbox.arriving.ingest import Addressed, IngestCounts
from inbox.model.content import TextContent
from tests.integration.inbox.hostile import CONTENTS, EVENTS, hostile
from tests.integration.inbox.inbox_world import CHANNEL, OTHER_CHANNEL, World, status, text
from tests.integration.inbox.statements import statements

BEN = "79002223344"
MANY = 300


async def _store(world: World, *events: InboundEvent, channel: Any = CHANNEL) -> IngestCounts:
    return await world.ingests[0].store([Addressed(channel, event) for event in events])


def _good(name: str) -> list[InboundEvent]:
    """One of each kind, all of them about things that are there."""
    ben = Customer(external_id=BEN, name="Ben")
    return [
        text(f"{name} hello", provider_id=f"{name}-new", customer=BEN),
        MessageEdited(customer=ben, provider_id=f"{name}-e", target="m1", content=TextContent(text=name)),
        ReactionChanged(customer=ben, provider_id=f"{name}-r", target="m1", emoji="👍"),
        status(f"{name}-unknown", DeliveryStatus.READ),
        MarketingPreferenceChanged(customer=ben, accepts_marketing=False),
        Undeciphered(raw=name.encode(), reason="a test"),
        ProviderNotice(raw=name.encode(), topic="a_test"),
    ]


async def _beside(world: World, bad: Sequence[InboundEvent]) -> None:
    """Send bad events, each by itself, in the middle of good ones of another tenant; all have to be answered."""
    await _store(world, text("hello", provider_id="m1", customer=BEN), channel=OTHER_CHANNEL)
    calls = [_store(world, event) for event in bad]
    calls[len(calls) // 2 : len(calls) // 2] = [_store(world, *_good(f"n{n}"), channel=OTHER_CHANNEL) for n in range(3)]
    await asyncio.gather(*calls)
    await _good_are_there(world, 3)


async def _good_are_there(world: World, count: int) -> None:
    theirs = {"workspace_id": "w2"}
    messages = await world.all("messages", theirs)
    assert {m["provider_id"] for m in messages} == {"m1", *(f"n{n}-new" for n in range(count))}
    (first,) = [m for m in messages if m["provider_id"] == "m1"]
    assert first["content"]["text"] in {f"n{n}" for n in range(count)}
    assert [reaction["emoji"] for reaction in first["reactions"]] == ["👍"]
    assert len(await world.all("early_events", theirs)) == count
    assert (await world.only("contacts", theirs))["marketing"]["accepts"] is False
    assert len(await world.all("dead_letters", theirs)) == len(await world.all("notices", theirs)) == count


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
async def test_no_event_harms_a_neighbour(world: World, kind: type[Any]) -> None:
    await _store(world, text("hello", provider_id="a target"))
    await _beside(world, [event for _, event in hostile(kind)])


@pytest.mark.parametrize("kind", CONTENTS, ids=lambda kind: kind.__name__)
async def test_no_content_harms_a_neighbour(world: World, kind: type[Any]) -> None:
    """Of a new message, and of one that is edited."""
    await _store(world, text("hello", provider_id="m1"))
    ann = Customer(external_id="79001112233")
    bad: list[InboundEvent] = []
    for place, (_, content) in enumerate(hostile(kind)):
        raw = str(place).encode()
        bad += [
            MessageReceived(customer=ann, provider_id=f"b{place}", content=content, raw=raw),
            MessageEdited(customer=ann, provider_id=f"e{place}", target="m1", content=content, raw=raw),
        ]
    await _beside(world, bad)


def _many(kind: str) -> list[InboundEvent]:
    """Hundreds of a kind, half of them about what is not there."""
    people = [Customer(external_id=str(79_100_000_000 + n), name="x") for n in range(MANY)]
    long = TextContent(text="z" * 65_537)
    made: dict[str, Any] = {
        "message": lambda n, c: MessageReceived(customer=c, provider_id=f"t{n}", content=TextContent(text="x")),
        "long message": lambda n, c: MessageReceived(customer=c, provider_id=f"t{n}", content=long),
        "edit": lambda n, c: MessageEdited(
            customer=c, provider_id=f"t{n}", target=f"a{n}", content=TextContent(text="y")
        ),
        "long edit": lambda n, c: MessageEdited(customer=c, provider_id=f"t{n}", target=f"a{n}", content=long),
        "deletion": lambda n, c: MessageRevoked(customer=c, provider_id=f"t{n}", target=f"a{n}"),
        "reaction": lambda n, c: ReactionChanged(customer=c, provider_id=f"t{n}", target=f"a{n}", emoji="👍"),
        "status": lambda n, _: status(f"a{n}", DeliveryStatus.READ),
        "preference": lambda _, c: MarketingPreferenceChanged(customer=c, accepts_marketing=False),
        "block": lambda n, c: ReachabilityChanged(customer=c, provider_id=f"t{n}", reachable=False),
        "number": lambda n, c: IdentityChanged(
            customer=Customer(external_id=f"n{n}"), previous=c.external_id, provider_id=f"t{n}"
        ),
        "notice": lambda n, _: ProviderNotice(topic="a_test", raw=str(n).encode()),
        "dead letter": lambda n, _: Undeciphered(reason="a test", raw=str(n).encode()),
    }
    return [made[kind](n, customer) for n, customer in enumerate(people)]


KINDS = (
    "message",
    "long message",
    "edit",
    "long edit",
    "deletion",
    "reaction",
    "status",
    "preference",
    "block",
    "number",
    "notice",
    "dead letter",
)
STATEMENTS = 80
"""In all: what is written is written together, however many there are."""


@pytest.mark.parametrize("kind", KINDS)
async def test_many_in_one_webhook_are_written_together(world: World, kind: str) -> None:
    known = [text("x", provider_id=f"a{n}", customer=str(79_100_000_000 + n)) for n in range(MANY // 2)]
    await _store(world, *known)
    await _store(world, text("hello", provider_id="m1", customer=BEN), channel=OTHER_CHANNEL)
    before = statements(world.database.name)
    await _store(world, *_many(kind))
    assert statements(world.database.name) - before < STATEMENTS
    await asyncio.gather(_store(world, *_many(kind)), _store(world, *_good("n0"), channel=OTHER_CHANNEL))
    await _good_are_there(world, 1)


def test_the_walk_meets_every_field() -> None:
    """The neighbours above are worth as much as what they meet."""
    variants = [name for kind in EVENTS for name, _ in hostile(kind)]
    assert len(variants) > 400
    for kind in EVENTS:
        named = {name.partition(":")[0].partition(".")[0] for name, _ in hostile(kind)}
        assert named >= set(kind.__struct_fields__) - {"raw"}
