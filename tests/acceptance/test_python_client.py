"""An operator's work over the Python client, against the real processes, one of which is killed in between."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from messaging_gateway_client import ConflictError, Gateway
from messaging_gateway_client.models import AnyEvent, ConversationView, MessageView
from tests.acceptance.demo_process import DemoProcess

CUSTOMER = "15550180001"


async def message(events: AsyncIterator[AnyEvent], text: str, *statuses: str) -> MessageView:
    """Follow until a message says a text, and is in a status."""
    async for event in events:
        if event["type"] != "message.created" and event["type"] != "message.updated":
            continue
        shown = event["data"]
        if shown["content"]["type"] == "text" and shown["content"]["text"] == text and shown["status"] in statuses:
            return shown
    raise AssertionError("the stream has no end")


async def test_a_customer_is_helped(demo: DemoProcess) -> None:
    ana = demo.ready["operators"][0]
    async with Gateway(demo.base_url, ana["token"], attempts=30) as gateway:
        stream = gateway.events()
        await stream.start()
        events = aiter(stream)
        demo.customer_writes("Where is my order?", wa_id=CUSTOMER)
        asked = await message(events, "Where is my order?", "received")
        conversation: ConversationView = await gateway.show_conversation(asked["conversation_id"])
        assert conversation["identity"]["external_id"] == CUSTOMER
        if conversation["operator_id"] is None:
            await gateway.assign_conversation(conversation["id"], {"operator_id": ana["id"]})

        answer = await gateway.send_text(conversation["id"], "On its way.")
        delivered = await message(events, "On its way.", "delivered", "read")
        assert delivered["id"] == answer["id"]

        demo.kill_and_wait("serve")
        assert (await gateway.me())["id"] == ana["id"], "asked again until the server is back"
        demo.customer_writes("Thanks!", wa_id=CUSTOMER)
        thanks = await message(events, "Thanks!", "received")
        with pytest.raises(ConflictError) as stale:
            await gateway.close_conversation(conversation["id"], {"seen_seq": answer["seq"]})
        assert stale.value.code == "stale_state"
        closed = await gateway.close_conversation(conversation["id"], {"seen_seq": thanks["seq"]})
        assert closed["state"] == "closed"
        said = (await gateway.show_messages(conversation["id"]))["items"]
        own = [one for one in said if one["id"] in {asked["id"], answer["id"], thanks["id"]}]
        assert [one["direction"] for one in own] == ["in", "out", "in"]
