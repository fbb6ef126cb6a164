"""Sending, against a real server on a real socket: exact requests, and every way in which it can end."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from channels.contract import ChannelAccount
from channels.whatsapp.connector import WhatsAppConnector
from channels.whatsapp.graph_versions import NEWEST
from channels.whatsapp.pywa_client import MAX_CLIENTS, GraphClients
from channels.whatsapp.transport import AiohttpTransport
from inbox.arriving.inbound import Customer, CustomerNamed
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import (
    Content,
    ImageContent,
    LocationContent,
    Media,
    SystemContent,
    TemplateContent,
    TextContent,
)
from inbox.model.direct_utility import DirectUtility
from inbox.sending.outbound import Certainty, OutboundMessage, SendFailedError

TOKEN = "EAAsecret"
TEXT = "Your parcel is at the neighbour's"
PHONE = "491701234567"
SENT = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": f"+{PHONE}", "wa_id": PHONE}],
    "messages": [{"id": "wamid.new"}],
}


@dataclass
class Graph:
    """Answers as told and remembers what it was asked."""

    answer: object = field(default_factory=lambda: SENT)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append(
            {
                "method": request.method,
                "path": request.path_qs,
                "headers": {name.lower(): value for name, value in request.headers.items()},
                "json": json.loads(body) if body else None,
            }
        )
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return web.Response(status=self.status, text=text, headers=self.headers, content_type="application/json")


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    fake = Graph()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()


@pytest.fixture
async def connector() -> AsyncIterator[WhatsAppConnector]:
    async with connecting() as made:
        yield made


@asynccontextmanager
async def connecting(**seconds: float) -> AsyncIterator[WhatsAppConnector]:
    """A connector with the usual limits of time, unless a test waits for one of them to pass.

    Short limits end sends that go well, too: a full garbage collection takes half a second on a busy machine.
    """
    transport = AiohttpTransport(**seconds, allow_private=True)
    yield WhatsAppConnector(transport)
    await transport.aclose()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """A server that talks as it likes once it has the whole request."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection as a crashed machine does, with RST."""
    await writer.drain()
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


def account(url: str | None, **credentials: str) -> ChannelAccount:
    return ChannelAccount(
        id="c",
        workspace_id="w",
        kind=ChannelKind.WHATSAPP,
        credentials={"phone_number_id": "700100", "access_token": TOKEN, **credentials},
        provider_base_url=url,
    )


def message(content: Content | None = None, *, to: str = PHONE, reply_to: str | None = None) -> OutboundMessage:
    return OutboundMessage(id="01J0ID", to=to, content=content or TextContent(text=TEXT), reply_to=reply_to)


async def failure(connector: WhatsAppConnector, url: str | None, **fields: Any) -> SendFailedError:
    with pytest.raises(SendFailedError) as caught:
        await connector.send(message(**fields), account(url))
    return caught.value


async def test_a_text_goes_out_exactly_so(graph: Graph, connector: WhatsAppConnector) -> None:
    receipt = await connector.send(message(), account(graph.url))

    (request,) = graph.requests
    assert receipt.provider_id == "wamid.new"
    assert (request["method"], request["path"]) == ("POST", f"/v{NEWEST}/700100/messages")
    assert request["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert request["headers"]["content-type"] == "application/json"
    assert request["json"] == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": f"+{PHONE}",
        "type": "text",
        "text": {"body": TEXT},
        "biz_opaque_callback_data": "01J0ID",
    }


async def test_a_reply_names_what_it_answers(graph: Graph, connector: WhatsAppConnector) -> None:
    await connector.send(message(reply_to="wamid.asked"), account(graph.url))

    assert graph.requests[0]["json"]["context"] == {"message_id": "wamid.asked"}


async def test_a_user_without_a_phone_is_the_recipient(graph: Graph, connector: WhatsAppConnector) -> None:
    await connector.send(message(to="DE.A1b2C3d4E5"), account(graph.url))

    body = graph.requests[0]["json"]
    assert (body["recipient"], body["recipient_type"]) == ("DE.A1b2C3d4E5", "individual")
    assert "to" not in body


GROUP = "group:Y2FwaV9ncm91cDox"


async def test_a_group_is_named_as_one_and_its_id_is_no_customers(graph: Graph, connector: WhatsAppConnector) -> None:
    graph.answer = {**SENT, "contacts": [{"input": "Y2FwaV9ncm91cDox", "wa_id": "Y2FwaV9ncm91cDox"}]}
    receipt = await connector.send(message(to=GROUP), account(graph.url))

    body = graph.requests[0]["json"]
    assert (body["to"], body["recipient_type"]) == ("Y2FwaV9ncm91cDox", "group")
    assert "recipient" not in body
    assert receipt.news == ()


async def test_marketing_goes_to_a_group_by_the_usual_endpoint(graph: Graph, connector: WhatsAppConnector) -> None:
    sale = TemplateContent(name="sale", language="en", category="marketing")
    await connector.send(message(sale, to=GROUP), account(graph.url))

    assert graph.requests[0]["path"].endswith("/messages")


async def test_what_groups_do_not_take_is_refused_without_asking(graph: Graph, connector: WhatsAppConnector) -> None:
    place = LocationContent(latitude=1.0, longitude=2.0)
    refused = await failure(connector, graph.url, content=place, to=GROUP)
    assert (refused.error.code, refused.error.retryable) == ("content_refused", False)
    with pytest.raises(SendFailedError):
        await connector.react(to=GROUP, provider_id="wamid.theirs", emoji="👍", account=account(graph.url))
    with pytest.raises(SendFailedError):
        await connector.set_blocked(GROUP, account(graph.url), blocked=True)
    direct = OutboundMessage(id="01J0ID", to=GROUP, content=TextContent(text=TEXT), direct=DirectUtility())
    with pytest.raises(SendFailedError):
        await connector.send(direct, account(graph.url))
    assert graph.requests == []


async def test_an_answer_without_contacts_is_enough(graph: Graph, connector: WhatsAppConnector) -> None:
    graph.answer = {"messages": [{"id": "wamid.new", "message_status": "held_for_quality_assessment"}]}

    assert (await connector.send(message(), account(graph.url))).provider_id == "wamid.new"


async def test_a_reaction(graph: Graph, connector: WhatsAppConnector) -> None:
    await connector.react(to=PHONE, provider_id="wamid.theirs", emoji="👍", account=account(graph.url))
    await connector.react(to=PHONE, provider_id="wamid.theirs", emoji="", account=account(graph.url))

    assert [request["json"]["reaction"]["emoji"] for request in graph.requests] == ["👍", ""]
    assert graph.requests[0]["json"]["reaction"]["message_id"] == "wamid.theirs"


async def test_reading_and_typing(graph: Graph, connector: WhatsAppConnector) -> None:
    graph.answer = {"success": True}

    await connector.mark_read("wamid.theirs", account(graph.url))
    await connector.show_typing(to=PHONE, last_provider_id="wamid.theirs", account=account(graph.url))
    await connector.show_typing(to=PHONE, last_provider_id=None, account=account(graph.url))

    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.theirs"}
    assert [request["json"] for request in graph.requests] == [read, {**read, "typing_indicator": {"type": "text"}}]


async def test_a_block_and_its_end_name_the_customer_by_number_or_user_id(
    graph: Graph, connector: WhatsAppConnector
) -> None:
    graph.answer = {"messaging_product": "whatsapp"}

    await connector.set_blocked("16505551234", account(graph.url), blocked=True)
    await connector.set_blocked("US.13491208655302741918", account(graph.url), blocked=False)

    assert [(r["method"], r["json"]["block_users"]) for r in graph.requests] == [
        ("POST", [{"user": "16505551234"}]),
        ("DELETE", [{"user_id": "US.13491208655302741918"}]),
    ]
    assert all(request["path"].endswith("/block_users") for request in graph.requests)


async def test_a_customer_is_taken_out_of_the_contact_book(graph: Graph, connector: WhatsAppConnector) -> None:
    graph.answer = {"success": True}

    await connector.forget("US.13491208655302741918", account(graph.url))

    (request,) = graph.requests
    assert request["method"] == "DELETE"
    query = "messaging_product=whatsapp&bsuid=US.13491208655302741918"
    assert request["path"].endswith(f"/700100/contact_book?{query}")


async def test_credentials_are_tried_without_sending(graph: Graph, connector: WhatsAppConnector) -> None:
    graph.answer = {"verified_name": "Example Ltd", "display_phone_number": "+49 30 1234567", "id": "700100"}

    assert await connector.check_credentials(account(graph.url)) == "Example Ltd +49 30 1234567"
    assert graph.requests[0]["method"] == "GET"
    assert graph.requests[0]["path"].startswith(f"/v{NEWEST}/700100?fields=verified_name")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("ONBOARDED", "goes by Meta's marketing messages"),
        ("ELIGIBLE", "until its terms"),
        ("SOMETHING_NEW", "are not open to it"),
    ],
)
async def test_the_check_says_whether_marketing_messages_are_open(
    graph: Graph, connector: WhatsAppConnector, status: str, said: str
) -> None:
    graph.answer = {"verified_name": "Example Ltd", "marketing_messages_onboarding_status": status}

    detail = await connector.check_credentials(account(graph.url, waba_id="800200"))

    assert detail.startswith("Example Ltd. ")
    assert said in detail
    assert graph.requests[1]["path"].endswith("/800200?fields=marketing_messages_onboarding_status")


def error(code: object, **fields: object) -> dict[str, object]:
    return {"error": {"message": "(#1) Meta's words", "type": "OAuthException", "code": code, **fields}}


REFUSALS: list[tuple[str, int, object, str, bool]] = [
    ("window", 400, error(131047, error_data={"details": "More than 24 hours"}), "window_closed", False),
    ("token", 401, error(190), "channel_credentials", False),
    ("rights", 403, error(200), "channel_rights", False),
    ("too fast", 429, error(130429), "rate_limited", True),
    ("a code as text", 400, error("131026"), "undeliverable", False),
    # A 5xx with Meta's own error is decided by its code.
    ("fault of theirs", 500, error(131000), "provider_unavailable", True),
    ("down", 503, error(2), "provider_unavailable", True),
    ("unknown code with 5xx", 500, error(424242), "provider_error", False),
    # Meta has answered 200 with an error, too.
    ("error in a 200", 200, error(131026), "undeliverable", False),
    ("error without words", 400, {"error": {"code": 100}}, "content_refused", False),
    # A proxy's or a wrong server's answer: a 4xx means that nothing was done.
    ("not found", 404, "<html>", "provider_error", False),
    ("proxy's limit", 429, "<html>", "rate_limited", True),
    ("error that is a word", 400, {"error": "no"}, "provider_error", False),
]


@pytest.mark.parametrize(
    ("status", "answer", "code", "retryable"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
async def test_a_refusal_was_not_sent(
    graph: Graph, connector: WhatsAppConnector, status: int, answer: object, code: str, retryable: bool
) -> None:
    graph.status, graph.answer = status, answer

    failed = await failure(connector, graph.url)

    assert failed.certainty is Certainty.NOT_SENT
    assert (failed.error.code, failed.error.retryable) == (code, retryable)
    assert len(graph.requests) == 1


async def test_metas_details_are_kept(graph: Graph, connector: WhatsAppConnector) -> None:
    graph.status, graph.answer = 400, error(131047, error_data={"details": "More than 24 hours"})

    failed = await failure(connector, graph.url)

    assert (failed.error.provider_code, failed.error.provider_message) == ("131047", "More than 24 hours")


WAITS: list[tuple[str, dict[str, str], int, float | None]] = [
    ("said in seconds", {"Retry-After": "12"}, 130429, 12.0),
    ("not said", {}, 130429, None),
    ("a date", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 130429, None),
    ("nonsense", {"Retry-After": "nan"}, 130429, None),
    ("the past", {"Retry-After": "-1"}, 130429, None),
    # The pair limit's first wait is 4 s unless Meta says more.
    ("pair limit", {}, 131056, 4.0),
    ("pair limit, said", {"Retry-After": "64"}, 131056, 64.0),
]


@pytest.mark.parametrize(("headers", "code", "seconds"), [row[1:] for row in WAITS], ids=[row[0] for row in WAITS])
async def test_how_long_to_wait(
    graph: Graph, connector: WhatsAppConnector, headers: dict[str, str], code: int, seconds: float | None
) -> None:
    graph.status, graph.answer, graph.headers = 400, error(code), headers

    assert (await failure(connector, graph.url)).retry_after_seconds == seconds


SILENCES: list[tuple[str, int, object]] = [
    ("200 that is no JSON", 200, "<html>OK</html>"),
    ("200 without messages", 200, {"success": True}),
    ("200 with no message in the list", 200, {"messages": []}),
    ("200 with a message without id", 200, {"messages": [{}]}),
    ("200 with an id that is none", 200, {"messages": [{"id": 7}]}),
    ("200 with a list", 200, []),
    ("200 with nothing", 200, ""),
    ("5xx without Meta's error", 502, "<html>Bad gateway</html>"),
    ("5xx with another JSON", 500, {"message": "Internal"}),
    ("5xx with an error without code", 500, {"error": {"message": "Internal"}}),
    # A redirect is not followed: the send may have been done.
    ("a redirect", 302, ""),
    ("a time-out of a proxy", 408, ""),
]


@pytest.mark.parametrize(("status", "answer"), [row[1:] for row in SILENCES], ids=[row[0] for row in SILENCES])
async def test_an_answer_that_says_nothing_leaves_it_unknown(
    graph: Graph, connector: WhatsAppConnector, status: int, answer: object
) -> None:
    graph.status, graph.answer = status, answer

    failed = await failure(connector, graph.url)

    assert failed.certainty is Certainty.UNKNOWN
    assert not failed.error.retryable
    assert len(graph.requests) == 1


async def hang_up(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Close without a word."""


async def reset_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reset(writer)


async def reset_in_the_headers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    await reset(writer)


async def reset_in_the_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"messages":[{"id":"wa')
    await reset(writer)


async def cut_off_in_the_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"messages":[{"id":"wa')
    await writer.drain()


async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await writer.drain()


async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


LOST = [hang_up, reset_at_once, reset_in_the_headers, reset_in_the_body, cut_off_in_the_body, babble, say_nothing]


@pytest.mark.parametrize("talk", LOST, ids=lambda talk: talk.__name__)
async def test_a_lost_answer_leaves_it_unknown(talk: Talk) -> None:
    async with raw_server(talk) as url, connecting(total_seconds=1.0) as connector:
        failed = await failure(connector, url)

    assert failed.certainty is Certainty.UNKNOWN
    assert failed.error.code == "answer_lost"


async def test_a_kept_connection_that_breaks_is_not_tried_twice(connector: WhatsAppConnector) -> None:
    asked = 0

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        body = json.dumps(SENT).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await reader.readuntil(b"\r\n\r\n")
        asked += 1

    async with raw_server(answer_once) as url:
        await connector.send(message(), account(url))
        failed = await failure(connector, url)

    assert (failed.certainty, asked) == (Certainty.UNKNOWN, 2)


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


UNREACHABLE = [
    ("refused", closed_port()),
    ("no such name", "http://nowhere.invalid"),
    ("no such scheme", "gopher://127.0.0.1"),
    ("no host", "http://"),
]


@pytest.mark.parametrize("url", [row[1] for row in UNREACHABLE], ids=[row[0] for row in UNREACHABLE])
async def test_no_connection_means_not_sent(connector: WhatsAppConnector, url: str) -> None:
    failed = await failure(connector, url)

    assert failed.certainty is Certainty.NOT_SENT
    assert (failed.error.code, failed.error.retryable) == ("provider_unreachable", True)


async def test_a_failed_handshake_means_not_sent(graph: Graph, connector: WhatsAppConnector) -> None:
    failed = await failure(connector, graph.url.replace("http:", "https:"))

    assert (failed.certainty, failed.error.code) == (Certainty.NOT_SENT, "provider_unreachable")
    assert graph.requests == []


async def test_a_connection_that_takes_too_long_means_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        # The kernel lets this one wait for `accept`, and drops those after it.
        with socket.create_connection(address):
            async with connecting(connect_seconds=0.3) as connector:
                failed = await failure(connector, f"http://127.0.0.1:{address[1]}")

    assert (failed.certainty, failed.error.code) == (Certainty.NOT_SENT, "provider_unreachable")


UNSENDABLE: list[tuple[str, dict[str, Any]]] = [
    ("a kind that only arrives", {"content": SystemContent(code="x")}),
    ("a file that nobody can fetch", {"content": ImageContent(media=Media(id="ours"))}),
    ("half an emoji", {"content": TextContent(text="\ud83d")}),
    ("no customer", {"to": "Anna"}),
]


@pytest.mark.parametrize("fields", [row[1] for row in UNSENDABLE], ids=[row[0] for row in UNSENDABLE])
async def test_what_cannot_be_sent_never_leaves(
    graph: Graph, connector: WhatsAppConnector, fields: dict[str, Any]
) -> None:
    failed = await failure(connector, graph.url, **fields)

    assert (failed.certainty, failed.error.retryable) == (Certainty.NOT_SENT, False)
    assert graph.requests == []


CREDENTIALS = [
    ("no token", {"access_token": ""}),
    ("no number", {"phone_number_id": ""}),
    # Pasted with its line break; it would break the header.
    ("a line break", {"access_token": "EAA\n"}),
    ("not ASCII", {"access_token": "EAÄ"}),
    ("a path", {"phone_number_id": "1/../2"}),
]


@pytest.mark.parametrize("credentials", [row[1] for row in CREDENTIALS], ids=[row[0] for row in CREDENTIALS])
async def test_bad_credentials_are_found_before_sending(
    graph: Graph, connector: WhatsAppConnector, credentials: dict[str, str]
) -> None:
    with pytest.raises(SendFailedError) as caught:
        await connector.send(message(), account(graph.url, **credentials))

    assert caught.value.error.code == "channel_credentials"
    assert graph.requests == []


async def test_cancelling_cancels(connector: WhatsAppConnector) -> None:
    asked = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()

    async with raw_server(wait) as url:
        sending = asyncio.create_task(connector.send(message(), account(url)))
        await asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_many_sends_share_the_connections_and_keep_apart(graph: Graph, connector: WhatsAppConnector) -> None:
    await asyncio.gather(
        *(connector.send(message(to=f"4917{number:08}"), account(graph.url)) for number in range(50)),
        connector.send(message(), account(graph.url, access_token="EAAother", phone_number_id="900")),
    )

    assert len({request["json"]["to"] for request in graph.requests}) == 51
    (other,) = [request for request in graph.requests if "/900/" in request["path"]]
    assert other["headers"]["authorization"] == "Bearer EAAother"


async def test_nothing_private_is_in_logs_or_errors(
    graph: Graph, connector: WhatsAppConnector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    graph.status, graph.answer = 400, error(131026)

    failed = await failure(connector, graph.url)
    lost = await failure(connector, closed_port())

    seen = caplog.text + repr(failed) + repr(lost) + repr(failed.__context__) + repr(lost.__cause__)
    for secret in (TOKEN, TEXT, PHONE):
        assert secret not in seen


async def test_closing_frees_what_the_connector_opened(graph: Graph) -> None:
    connector = WhatsAppConnector(allow_private=True)

    await connector.send(message(), account(graph.url))
    await connector.close()
    await connector.close()


async def test_a_shared_transport_outlives_the_connector(graph: Graph, connector: WhatsAppConnector) -> None:
    await connector.send(message(), account(graph.url))
    await connector.close()

    assert (await connector.send(message(), account(graph.url))).provider_id == "wamid.new"


def test_clients_are_kept_and_the_least_used_makes_room() -> None:
    clients = GraphClients(AiohttpTransport(allow_private=True))
    first = clients.client(account(None))

    assert clients.client(account(None)) is first
    for number in range(MAX_CLIENTS):
        clients.client(account(None, phone_number_id=str(number)))
    assert clients.client(account(None)) is not first


@pytest.mark.parametrize(
    ("contacts", "ids"),
    [
        ([{"input": f"+{PHONE}", "wa_id": PHONE}], None),
        ([{"input": f"+{PHONE}", "wa_id": PHONE, "user_id": "DE.K1"}], ("DE.K1",)),
        ([{"input": f"+{PHONE}", "wa_id": "491701234560"}], ("491701234560",)),
        ([], None),
        ({"wa_id": 1}, None),
        ([{"wa_id": {}}], None),
    ],
    ids=["the same", "an id of its own", "another spelling", "nobody", "no list", "no id"],
)
async def test_what_the_answer_calls_the_customer_is_told(
    graph: Graph, connector: WhatsAppConnector, contacts: object, ids: tuple[str, ...] | None
) -> None:
    graph.answer = SENT | {"contacts": contacts}

    receipt = await connector.send(message(), account(graph.url))

    assert receipt.provider_id == "wamid.new"
    assert [event.customer for event in receipt.news if isinstance(event, CustomerNamed)] == (
        [Customer(external_id=PHONE, aliases=ids)] if ids else []
    )
