"""A visitor's thread over the socket: nothing lost, nothing twice, in order."""

from __future__ import annotations

from tests.integration.webchat.webchat_world import Shop


async def test_a_visitor_writes_and_is_answered(shop: Shop) -> None:
    visitor = shop.visitor()
    welcome = await visitor.connect()
    assert (welcome["messages"], welcome["conversation"], welcome["reset"]) == ([], None, True)
    client_id = await visitor.write("is it blue?")
    conversation = await shop.conversation()
    answer = await shop.answer(conversation["id"], "it is")
    mine, theirs = await visitor.said("is it blue?"), await visitor.said("it is")
    assert (mine["from"], mine["client_id"]) == ("visitor", client_id)
    assert (theirs["from"], theirs["name"], theirs["id"]) == ("agent", "Owner", answer["id"])
    await visitor.say({"type": "ack", "seq": visitor.newest})
    await shop.until_status(answer, "delivered")
    await visitor.say({"type": "read", "seq": visitor.newest})
    await shop.until_status(answer, "read")
    await shop.owner.post(f"/conversations/{conversation['id']}/read")
    await visitor.frame("conversation", where=lambda frame: frame["read_seq"] >= mine["seq"])
    await visitor.leave()


async def test_two_tabs_show_the_same_thread(shop: Shop) -> None:
    first = shop.visitor()
    await first.connect()
    await first.write("from the first tab")
    second = shop.visitor(token=first.token)
    await second.connect()
    await second.write("from the second tab")
    conversation = await shop.conversation()
    await shop.answer(conversation["id"], "an answer")
    for tab in (first, second):
        for text in ("from the first tab", "from the second tab", "an answer"):
            await tab.said(text)
        assert tab.texts() == ["from the first tab", "from the second tab", "an answer"]
        assert len(tab.given) == 3
    await first.say({"type": "read", "seq": first.newest})
    await second.frame("seen", where=lambda frame: frame["seq"] == first.newest)
    await first.leave()
    await second.leave()
