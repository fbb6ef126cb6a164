"""What overtakes its message is kept and applied when that comes; what no message follows opens nothing."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from inbox.arriving.inbound import (
    Customer,
    DeliveryStatus,
    InboundEvent,
    MessageEchoed,
    MessageEdited,
    MessageRevoked,
    ReactionChanged,
)
from inbox.foundation.clock import FixedClock
from inbox.model.content import SystemContent, TextContent
from inbox.sending.delivery import Ended
from inbox.sending.outbound import SendReceipt
from inbox.sending.retry_rules import judge
from inbox.views.message_views import MessageView, message_view
from tests.integration.inbox.inbox_world import World, status, text

ANN = Customer(external_id="79001112233", name="Ann")
EDIT = MessageEdited(customer=ANN, provider_id="e1", target="m1", content=TextContent(text="final"))
REVOKE = MessageRevoked(customer=ANN, provider_id="x1", target="m1")
REACTION = ReactionChanged(customer=ANN, provider_id="r1", target="m1", emoji="👍")
ECHO = MessageEchoed(customer=ANN, provider_id="m1", content=TextContent(text="from the app"))


async def _view(world: World) -> MessageView:
    return message_view(await world.only("messages", {"void": {"$exists": False}}))


async def _outcome(world: World) -> tuple[object, bool, list[str]]:
    view = await _view(world)
    return view.content, view.deleted_at is not None, [reaction.emoji for reaction in view.reactions]


@pytest.mark.parametrize("order", list(itertools.permutations([EDIT, REACTION, text("draft", provider_id="m1")])))
async def test_edit_and_reaction_in_any_order_beside_their_message(
    world: World, order: tuple[InboundEvent, ...]
) -> None:
    for event in order:
        await world.receive(event)
    assert await _outcome(world) == (TextContent(text="final"), False, ["👍"])
    assert await world.all("early_events") == []


@pytest.mark.parametrize("order", list(itertools.permutations([EDIT, REVOKE, text("secret", provider_id="m1")])))
async def test_deletion_in_any_order_beside_its_message(world: World, order: tuple[InboundEvent, ...]) -> None:
    for event in order:
        await world.receive(event)
    content, deleted, _ = await _outcome(world)
    assert deleted
    assert isinstance(content, SystemContent)
    assert "secret" not in str((await world.events("message.updated"))[-1])


async def test_early_ones_of_a_repeated_message_are_applied_once_more(world: World) -> None:
    """As after a crash between storing a message and applying what came before it."""
    await world.receive(REACTION)
    kept = await world.only("early_events")
    await world.receive(text("hello", provider_id="m1"))
    await world.database.early_events.insert_one(kept)
    await world.database.messages.update_one({}, {"$unset": {"reactions": ""}})
    await world.receive(text("hello", provider_id="m1"), text("next", provider_id="m2"))
    reacted = await world.only("messages", {"provider_id": "m1"})
    assert [reaction["emoji"] for reaction in reacted["reactions"]] == ["👍"]
    assert await world.all("early_events") == []


async def test_status_and_deletion_before_an_echo(world: World) -> None:
    deletion = MessageRevoked(customer=ANN, provider_id="x1", target="m1", by_business=True)
    await world.receive(status("m1", DeliveryStatus.READ), deletion)
    await world.receive(ECHO)
    message = await world.only("messages")
    assert (message["status"], message["deleted_at"] is not None) == ("read", True)


async def test_reaction_before_the_answer_to_the_send(world: World) -> None:
    """To the message, and to its second part."""
    message = await world.write(await world.assigned_conversation(), "answer")
    delivery = world.delivery()
    await delivery.begin([message.id])
    await world.receive(
        ReactionChanged(customer=ANN, provider_id="r2", target="wamid.8", emoji="😮", provider_at=world.clock.now())
    )
    verdict = judge(SendReceipt(provider_id="wamid.7", part_ids=("wamid.8",)), attempts=1, now=world.clock.now())
    await delivery.end([Ended(message_id=message.id, verdict=verdict)])
    stored = await world.only("messages", {"_id": message.id})
    assert [reaction["emoji"] for reaction in stored["reactions"]] == ["😮"]


@pytest.mark.parametrize("event", [EDIT, REVOKE, REACTION], ids=lambda event: type(event).__name__)
async def test_without_its_message_it_opens_nothing(world: World, event: InboundEvent) -> None:
    await world.receive(event)
    await world.receive(event)
    assert await world.all("conversations") == await world.all("messages") == await world.all("contacts") == []
    kept = await world.only("early_events")
    assert (kept["workspace_id"], kept["provider_id"]) == ("w1", "m1")


@pytest.mark.parametrize("event", [EDIT, REVOKE, REACTION], ids=lambda event: type(event).__name__)
async def test_without_its_message_it_opens_no_window(world: World, clock: FixedClock, event: InboundEvent) -> None:
    await world.receive(text("hello", provider_id="other"))
    before = await world.only("conversations")
    clock.advance(timedelta(hours=30))
    await world.receive(event)
    assert await world.only("conversations") == before
    await world.only("messages")
