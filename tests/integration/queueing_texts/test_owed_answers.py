"""Auto-close only while the customer owes the answer: an operator's slowness closes nothing."""

from __future__ import annotations

from datetime import datetime

from inbox.conversation.conversation_reading import read_conversation
from tests.integration.queueing_texts.texts_world import TextsWorld


async def closes_at(world: TextsWorld) -> datetime | None:
    conversation = await world.conversation()
    view = await read_conversation(world.database, "w1", conversation["_id"], now=world.clock.now())
    assert view is not None
    return view.closes_at


async def test_the_customers_turn_alone_closes(world: TextsWorld) -> None:
    await world.set_auto_close(assigned_seconds=600, warn_before_seconds=60, only_while_customer_owes=True)
    await world.database.workspaces.update_one({}, {"$set": {"settings.auto_reply_spacing_seconds": 0}})
    await world.set_texts(assigned="hello", closing_soon="soon", closed="bye")
    await world.customer_writes()
    conversation_id = await world.take()
    for _ in range(5):
        await world.pass_time(500)
    assert await world.said() == ["hello"]
    assert await closes_at(world) is None, "the text on assignment is no answer"
    await world.write(conversation_id, "Where do you live?")
    assert await closes_at(world) is not None
    await world.pass_time(545)
    assert await world.said() == ["hello", "soon"]
    await world.customer_writes("In Rome")
    await world.pass_time(3_000)
    assert (await world.conversation())["open"]
    await world.write(conversation_id, "And the street?")
    await world.pass_time(599)
    assert (await world.conversation())["open"]
    await world.pass_time(1)
    closed = await world.conversation()
    assert (closed["_id"], closed["close_reason"]) == (conversation_id, "inactivity")
    assert await world.said() == ["hello", "soon", "soon", "bye"]


async def test_unassigned_ones_close_as_ever(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=600, only_while_customer_owes=True)
    await world.customer_writes()
    await world.pass_time(600)
    assert (await world.conversation())["close_reason"] == "inactivity"
