"""Messages that go outside of the window without a template, in Meta's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from channels.contract import ChannelAccount
from channels.whatsapp.connector import WhatsAppConnector
from channels.whatsapp.transport import AiohttpTransport
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Button, ButtonsContent, Content, TextContent
from inbox.model.direct_utility import DirectUtility
from inbox.sending.outbound import Certainty, OutboundMessage, SendFailedError, SendReceipt
from tests.unit.channels.whatsapp.graph_server import Graph, graph_server

TEXT = TextContent(text="Your order 7 is on its way.")
BUTTONS = ButtonsContent(text="Your table is free at 8.", buttons=(Button(id="yes", title="I take it"),))


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    async with graph_server() as server:
        yield server


async def send(graph: Graph, content: Content, direct: DirectUtility, to: str = "491701234567") -> SendReceipt:
    account = ChannelAccount(
        id="c1",
        workspace_id="w1",
        kind=ChannelKind.WHATSAPP,
        credentials={"phone_number_id": "700100", "access_token": "EAA", "waba_id": "800"},
        provider_base_url=graph.url,
    )
    transport = AiohttpTransport(allow_private=True)
    try:
        message = OutboundMessage(id="our-id", to=to, content=content, direct=direct)
        return await WhatsAppConnector(transport).send(message, account)
    finally:
        await transport.aclose()


@pytest.mark.parametrize(
    ("content", "direct", "to", "part"),
    [
        (TEXT, DirectUtility(), "491701234567", {"type": "text", "to": "+491701234567"}),
        (TEXT, DirectUtility(), "DE.a1", {"type": "text", "recipient": "DE.a1"}),
        (BUTTONS, DirectUtility(), "491701234567", {"type": "interactive"}),
        (TEXT, DirectUtility(template_name="sent"), "1650555", {"direct_send_config": {"template_name": "sent"}}),
    ],
)
async def test_it_says_its_category(
    graph: Graph, content: Content, direct: DirectUtility, to: str, part: dict[str, Any]
) -> None:
    receipt = await send(graph, content, direct, to)
    (body,) = graph.bodies
    assert receipt.endpoint == "messages"
    assert body.items() >= {"category": "utility", "biz_opaque_callback_data": "our-id", **part}.items()
    assert ("direct_send_config" in body) == (direct.template_name is not None)


# (Meta's code, ours, whether it may be tried again)
REFUSALS = [
    (100, "direct_unavailable", False),  # the number is not eligible
    (139200, "direct_unavailable", False),  # it was misused
    (131064, "messaging_limit", False),
    (130429, "rate_limited", True),
    (131042, "payment_required", False),
]


@pytest.mark.parametrize(("code", "ours", "retryable"), REFUSALS)
async def test_what_a_refusal_means(graph: Graph, code: int, ours: str, retryable: bool) -> None:
    graph.refuse("messages", code)
    with pytest.raises(SendFailedError) as failed:
        await send(graph, TEXT, DirectUtility())
    assert (failed.value.error.code, failed.value.error.retryable) == (ours, retryable)
    assert (failed.value.error.provider_code, failed.value.certainty) == (str(code), Certainty.NOT_SENT)
    assert len(graph.paths) == 1
