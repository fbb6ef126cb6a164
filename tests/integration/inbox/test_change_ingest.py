"""Edits, deletions, reactions, new numbers: on the message they mean, whatever the order."""

from __future__ import annotations

from datetime import timedelta

from inbox.arriving.inbound import (
    Customer,
    IdentityChanged,
    MarketingPreferenceChanged,
    MessageEdited,
    MessageRevoked,
    ReactionChanged,
)
from inbox.foundation.clock import FixedClock
from inbox.model.content import TextContent
from inbox.views.message_views import message_view
from tests.integration.inbox.inbox_world import World, text

ANN = Customer(external_id="79001112233", name="Ann")


def reaction(emoji: str, clock: FixedClock, *, minutes: int = 0, target: str = "m1") -> ReactionChanged:
    return ReactionChanged(
        customer=ANN,
        provider_id=f"r{minutes}{emoji}",
        target=target,
        emoji=emoji,
        provider_at=clock.now() + timedelta(minutes=minutes),
    )


async def test_reaction_is_on_its_message_and_the_newest_counts(world: World, clock: FixedClock) -> None:
    await world.receive(text("hello", provider_id="m1"))
    contact = await world.only("contacts")
    await world.receive(reaction("👍", clock, minutes=2), reaction("😮", clock, minutes=1))
    view = message_view(await world.only("messages"))
    assert [(r.emoji, r.author.id) for r in view.reactions] == [("👍", contact["_id"])]


async def test_reaction_taken_back_does_not_return(world: World, clock: FixedClock) -> None:
    await world.receive(text("hello", provider_id="m1"))
    await world.receive(reaction("", clock, minutes=5), reaction("👍", clock, minutes=1))
    assert message_view(await world.only("messages")).reactions == ()


async def test_edit_and_an_older_edit(world: World, clock: FixedClock) -> None:
    await world.receive(text("helo", provider_id="m1"))
    for minutes, body in ((2, "hello"), (1, "hallo")):
        edited = MessageEdited(
            customer=ANN,
            provider_id=f"e{minutes}",
            target="m1",
            content=TextContent(text=body),
            provider_at=clock.now() + timedelta(minutes=minutes),
        )
        await world.receive(edited)
    view = message_view(await world.only("messages"))
    assert (view.content, view.edited_at) == (TextContent(text="hello"), clock.now() + timedelta(minutes=2))


async def test_deleted_message_shows_its_text_no_more(world: World) -> None:
    await world.receive(text("secret", provider_id="m1"))
    await world.receive(MessageRevoked(customer=ANN, provider_id="x1", target="m1"))
    view = message_view(await world.only("messages"))
    assert view.deleted_at is not None
    assert "secret" not in str(view)
    assert "secret" not in str((await world.events("message.updated"))[-1])


async def test_new_number_is_the_same_contact_and_conversation(world: World) -> None:
    await world.receive(text("hello", provider_id="m1"))
    await world.receive(
        IdentityChanged(customer=Customer(external_id="79005556677"), previous=ANN.external_id, provider_id="s1")
    )
    await world.receive(text("it is me", provider_id="m2", customer="79005556677"))
    await world.only("contacts")
    conversation = await world.only("conversations")
    assert conversation["identity"]["external_id"] == "79005556677"


async def test_preference_of_the_customer_is_kept(world: World, clock: FixedClock) -> None:
    await world.receive(text("hello", provider_id="m1"))
    await world.receive(MarketingPreferenceChanged(customer=ANN, accepts_marketing=False, provider_at=clock.now()))
    earlier = clock.now() - timedelta(days=1)
    await world.receive(MarketingPreferenceChanged(customer=ANN, accepts_marketing=True, provider_at=earlier))
    assert (await world.only("contacts"))["marketing"]["accepts"] is False
