"""Which of Meta's two endpoints a message takes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from channels.contract import ChannelAccount
from channels.whatsapp.connector import WhatsAppConnector
from channels.whatsapp.transport import AiohttpTransport
from inbox.channel.channel_models import MarketingPolicy
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TemplateContent, TextContent
from inbox.sending.outbound import OutboundMessage, SendFailedError, SendReceipt
from tests.unit.channels.whatsapp.graph_server import Graph, graph_server

MARKETING = TemplateContent(name="sale", language="en", category="marketing")
UTILITY = TemplateContent(name="order", language="en", category="utility")
OLD = TemplateContent(name="sale", language="en")
TEXT = TextContent(text="hello")


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    async with graph_server() as server:
        yield server


async def send(graph: Graph, content: Content, policy: MarketingPolicy | None = None) -> SendReceipt:
    account = ChannelAccount(
        id="c1",
        workspace_id="w1",
        kind=ChannelKind.WHATSAPP,
        credentials={"phone_number_id": "700100", "access_token": "EAA", "waba_id": "800"},
        provider_base_url=graph.url,
        marketing_policy=policy,
    )
    transport = AiohttpTransport(allow_private=True)
    try:
        message = OutboundMessage(id="our-id", to="491701234567", content=content, reply_to="wamid.old")
        return await WhatsAppConnector(transport).send(message, account)
    finally:
        await transport.aclose()


@pytest.mark.parametrize(
    ("content", "endpoint"),
    [(MARKETING, "marketing_messages"), (UTILITY, "messages"), (OLD, "messages"), (TEXT, "messages")],
)
async def test_only_marketing_templates_take_the_marketing_endpoint(
    graph: Graph, content: Content, endpoint: str
) -> None:
    receipt = await send(graph, content)
    assert (receipt.endpoint, receipt.made_good) == (endpoint, None)
    assert [path.rpartition("/")[2] for path in graph.paths] == [endpoint]


@pytest.mark.parametrize(
    ("policy", "written"), [(None, None), (MarketingPolicy.FALLBACK, None), (MarketingPolicy.STRICT, "STRICT")]
)
async def test_a_marketing_message_says_all_that_another_says_and_the_policy(
    graph: Graph, policy: MarketingPolicy | None, written: str | None
) -> None:
    await send(graph, MARKETING, policy)
    expected = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": "template",
        "to": "+491701234567",
        "context": {"message_id": "wamid.old"},
        "biz_opaque_callback_data": "our-id",
        "template": {"name": "sale", "language": {"code": "en"}},
    }
    assert graph.bodies == [expected | ({"product_policy": written} if written else {})]


@pytest.mark.parametrize(
    ("content", "code", "endpoints"),
    [
        (MARKETING, 134100, ["marketing_messages", "messages"]),
        (MARKETING, 131055, ["marketing_messages", "messages"]),
        (UTILITY, 131063, ["messages", "marketing_messages"]),
        (OLD, 131061, ["messages", "marketing_messages"]),
    ],
)
async def test_a_refusal_that_names_the_other_endpoint_is_made_good_there(
    graph: Graph, content: Content, code: int, endpoints: list[str]
) -> None:
    graph.refuse(endpoints[0], code)
    receipt = await send(graph, content)
    assert [path.rpartition("/")[2] for path in graph.paths] == endpoints
    assert (receipt.endpoint, receipt.provider_id) == (endpoints[1], "wamid.new")
    assert receipt.made_good is not None
    assert receipt.made_good.provider_code == str(code)


async def test_two_endpoints_that_name_each_other_are_asked_once_each(graph: Graph) -> None:
    graph.refuse("marketing_messages", 134100)
    graph.refuse("messages", 131063)
    with pytest.raises(SendFailedError) as failed:
        await send(graph, MARKETING)
    assert len(graph.paths) == 2
    assert failed.value.error.code == "marketing_unavailable"


@pytest.mark.parametrize(("content", "code"), [(MARKETING, 131049), (TEXT, 131063), (MARKETING, 131063)])
async def test_other_refusals_are_final(graph: Graph, content: Content, code: int) -> None:
    graph.refuse("marketing_messages", code)
    graph.refuse("messages", code)
    with pytest.raises(SendFailedError):
        await send(graph, content)
    assert len(graph.paths) == 1


async def test_an_answer_that_was_lost_is_asked_for_nowhere_else(graph: Graph) -> None:
    graph.answers["marketing_messages"] = (502, "the gateway is away")
    with pytest.raises(SendFailedError):
        await send(graph, MARKETING)
    assert len(graph.paths) == 1


async def test_a_template_that_syncs_is_tried_again_in_minutes(graph: Graph) -> None:
    graph.refuse("marketing_messages", 134101)
    with pytest.raises(SendFailedError) as failed:
        await send(graph, MARKETING)
    assert (failed.value.error.retryable, failed.value.retry_after_seconds) == (True, 120)
