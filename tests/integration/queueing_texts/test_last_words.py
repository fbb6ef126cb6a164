"""What a list shows of a conversation: the newest words of a person, not what was said automatically after them."""

from __future__ import annotations

import pytest

from inbox.conversation.conversation_lists import ConversationQuery, list_conversations
from inbox.conversation.conversation_reading import read_conversations
from inbox.conversation.conversation_surroundings import MANY
from tests.integration.queueing_texts.texts_world import CUSTOMER, OPERATOR, TextsWorld

FEW = MANY - 1


async def previews(world: TextsWorld) -> list[str | None]:
    """What the list shows, the newest conversation first."""
    page = await list_conversations(world.database, OPERATOR, ConversationQuery(), now=world.clock.now())
    return [view.last_message.preview if view.last_message else None for view in page.items]


async def read_anew(world: TextsWorld) -> list[str | None]:
    """What is shown of conversations that are read by their ids, in the order of the list."""
    found = await world.database.conversations.find({}, {"_id": 1}).sort("_id", -1).to_list(None)
    ids = [conversation["_id"] for conversation in found]
    views = await read_conversations(world.database, "w1", ids, now=world.clock.now())
    last = [views[id_].last_message for id_ in ids]
    return [message.preview if message else None for message in last]


@pytest.mark.parametrize("number", [1, FEW, MANY + 1])
async def test_an_automatic_text_hides_nobodys_words(world: TextsWorld, number: int) -> None:
    customers = [f"7900111{1000 + n}" for n in range(number)]
    for customer in customers:
        await world.customer_writes(f"help {customer}", customer=customer)
    await world.pass_time()
    assert await world.said(customers[-1]) == ["greeting", "nobody_available"]
    words = [f"help {customer}" for customer in reversed(customers)]
    assert await previews(world) == words
    assert await read_anew(world) == words


async def test_what_an_operator_wrote_is_shown(world: TextsWorld) -> None:
    await world.customer_writes("help")
    conversation_id = await world.take()
    await world.write(conversation_id, "of course")
    await world.pass_time()
    assert "assigned" in await world.said()
    assert await previews(world) == ["of course"]
    assert await read_anew(world) == ["of course"]


async def test_an_automatic_text_is_shown_where_nobody_wrote(world: TextsWorld) -> None:
    await world.customer_writes("help")
    await world.pass_time()
    conversation = await world.conversation()
    await world.database.messages.delete_many({"conversation_id": conversation["_id"], "author.kind": "contact"})
    assert await world.said(CUSTOMER) == ["greeting", "nobody_available"]
    assert await previews(world) == ["nobody_available"]
    assert await read_anew(world) == ["nobody_available"]


async def test_the_void_place_of_a_late_message_is_never_shown(world: TextsWorld) -> None:
    await world.customer_writes("help")
    await world.pass_time()
    conversation = await world.conversation()
    newest = await world.database.messages.find_one({}, sort=[("seq", -1)])
    assert newest is not None
    tombstone = {"workspace_id": "w1", "conversation_id": conversation["_id"], "seq": newest["seq"] + 1, "void": True}
    await world.database.messages.insert_one({"_id": "late", **tombstone})
    assert await previews(world) == ["help"]
    assert await read_anew(world) == ["help"]
