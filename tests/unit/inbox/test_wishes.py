"""What customers say about marketing, alone and in groups."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inbox.arriving.arrivals import Arrival, Place, new_message
from inbox.arriving.inbound import Customer, MessageReceived
from inbox.arriving.wishes import wishes
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import ChoiceContent, Content, TextContent

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
GROUP, PERSON = "group:Y2FwaV9ncm91cA", "16505551234"


@pytest.mark.parametrize(
    ("who", "sender", "content", "said"),
    [
        (PERSON, None, TextContent(text="Stop"), [False]),
        (GROUP, "Ana", TextContent(text="Ana:\nStop"), [False]),
        (GROUP, "Ana", ChoiceContent(id="x", title="Stop promotions"), [False]),
        # What is in a name is no wish, nor what is said of one.
        (GROUP, "Stop", TextContent(text="Stop:\nGood morning"), []),
        (GROUP, "Ana", TextContent(text="Ana:\nStop at the corner"), []),
        (PERSON, None, TextContent(text="Ana:\nStop"), []),
    ],
)
def test_what_is_said_about_marketing(who: str, sender: str | None, content: Content, said: list[bool]) -> None:
    channel = ChannelRef(workspace_id="w", id="c", kind=ChannelKind.WHATSAPP, name="Shop")
    event = MessageReceived(
        customer=Customer(external_id=who), provider_id="m", content=content, sender=sender, raw=b"{}"
    )
    arrival = Arrival(channel=channel, event=event)
    place = Place(conversation_id="k", contact_id="p", seq=1, reply_to=None)
    assert [one.accepts for one in wishes([arrival], [new_message(arrival, place, AT)], "p")] == said
