"""The front and aiohttp alone: the same bytes have the same answer, figures, log lines and stored documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.http.usual_head import MAX_BODY_BYTES, MAX_HEAD_BYTES, read_head
from inbox.storage.runtime import Runtime
from tests.integration.api.both_ways import BothWays, Way, both_ways, of_telegram, of_whatsapp, say, webhook
from tests.integration.events.events_world import eventually

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXT = (FIXTURES / "whatsapp" / "text.json").read_bytes()
SAID = ("messages", "conversations", "contacts", "events", "early_events", "dead_letters", "notices", "provider_tasks")
Request = Callable[[Way], bytes]


@pytest_asyncio.fixture
async def both(runtime: Runtime) -> AsyncIterator[BothWays]:
    async with both_ways(runtime) as made:
        yield made


@pytest.mark.parametrize(("folder", "request_of"), [("whatsapp", of_whatsapp), ("telegram", of_telegram)])
async def test_every_captured_webhook_comes_to_the_same(
    both: BothWays, runtime: Runtime, folder: str, request_of: Callable[[Way, bytes], bytes]
) -> None:
    payloads = sorted((FIXTURES / folder).glob("*.json"))
    for payload in payloads:
        body = payload.read_bytes()
        lean, plain = [await say(way, request_of(way, body)) for way in (both.lean, both.plain)]
        assert lean == plain, payload.name
    assert both.front.served == len(payloads) > 50
    assert await _stored(runtime, "w0") == await _stored(runtime, "w1")


HEADS: dict[str, tuple[Request, bool]] = {
    "as providers send it": (lambda way: of_whatsapp(way, TEXT), True),
    "with an id of its own": (lambda way: of_whatsapp(way, TEXT, X_Request_Id="abc.1"), True),
    "with an id that is none": (lambda way: of_whatsapp(way, TEXT, X_Request_Id="a b"), True),
    "through a proxy": (lambda way: of_whatsapp(way, TEXT, X_Forwarded_For="203.0.113.9", Via="1.1 x"), True),
    "kept alive in words": (lambda way: of_whatsapp(way, TEXT, Connection="Keep-Alive"), True),
    "signed by somebody else": (lambda way: of_whatsapp(way, TEXT).replace(b"sha256=", b"sha256=00"), True),
    "not signed": (lambda way: webhook(f"/webhooks/whatsapp/{way.whatsapp}", TEXT), True),
    "no JSON": (lambda way: of_whatsapp(way, b"nope"), True),
    "to no channel": (lambda _: webhook("/webhooks/whatsapp/nowhere", TEXT), True),
    "to a channel of another kind": (lambda way: webhook(f"/webhooks/telegram/{way.whatsapp}", TEXT), True),
    "to a kind that is none": (lambda way: webhook(f"/webhooks/fax/{way.whatsapp}", TEXT), True),
    "with a query": (lambda way: of_whatsapp(way, TEXT).replace(b" HTTP", b"?a=b HTTP", 1), False),
    "with an escaped path": (lambda way: of_whatsapp(way, TEXT).replace(b"/webhooks/", b"/web%68ooks/", 1), False),
    "an absolute address": (lambda way: of_whatsapp(way, TEXT).replace(b"POST /", b"POST http://x/", 1), False),
    "another method": (lambda way: of_whatsapp(way, TEXT).replace(b"POST", b"PUT", 1), False),
    "an older version": (lambda way: of_whatsapp(way, TEXT).replace(b"HTTP/1.1", b"HTTP/1.0", 1), False),
    "a version that is none": (lambda way: of_whatsapp(way, TEXT).replace(b"HTTP/1.1", b"HTTP/9.9", 1), False),
    "another address": (lambda _: webhook("/healthz", TEXT), False),
    "without a body": (lambda way: of_whatsapp(way, b""), False),
    "a long body": (lambda way: of_whatsapp(way, b" " * MAX_BODY_BYTES + TEXT), False),
    "the length twice": (lambda way: _with(way, b"Content-Length: 3"), False),
    "the length written oddly": (lambda way: of_whatsapp(way, TEXT).replace(b"Length: ", b"Length: +"), False),
    "the length with noughts": (lambda way: of_whatsapp(way, TEXT).replace(b"Length: ", b"Length: 00"), False),
    "a negative length": (lambda way: of_whatsapp(way, TEXT).replace(b"Length: ", b"Length: -"), False),
    "length and pieces": (lambda way: _with(way, b"Transfer-Encoding: chunked"), False),
    "packed, and broken": (lambda way: _with(way, b"Content-Encoding: gzip"), False),
    "a header twice": (lambda way: _with(way, b"Accept: a/b"), False),
    "the signature twice": (lambda way: _with(way, b"X-Hub-Signature-256: sha256=00"), False),
    "a folded line": (lambda way: _with(way, b"X-A: b\r\n c"), False),
    "a blank before the colon": (lambda way: _with(way, b"X-A : b"), False),
    "a line without a colon": (lambda way: _with(way, b"nonsense"), False),
    "a line that begins with a colon": (lambda way: _with(way, b": b"), False),
    "a header without a value": (lambda way: _with(way, b"X-A:"), True),
    "a bare line feed": (lambda way: _with(way, b"X-A: b\nX-B: c"), False),
    "a bare carriage return": (lambda way: _with(way, b"X-A: b\rc"), False),
    "a NUL": (lambda way: _with(way, b"X-A: b\0c"), False),
    "not ASCII": (lambda way: _with(way, "X-A: é".encode()), False),
    "an expectation that is none": (lambda way: _with(way, b"Expect: nothing"), False),
    "an upgrade": (lambda way: _with(way, b"Upgrade: h2c"), False),
    "a connection that is to end": (lambda way: _with(way, b"Connection: close"), False),
    "a long header": (lambda way: _with(way, b"X-A: " + b"b" * MAX_HEAD_BYTES), False),
    "a header that is too long": (lambda way: _with(way, b"X-A: " + b"b" * 9_000), False),
    "many headers": (lambda way: _with(way, b"\r\n".join(b"X-%d: a" % n for n in range(90))), False),
    "too many headers": (lambda way: _with(way, b"\r\n".join(b"X-%d: a" % n for n in range(200))), False),
    "no host": (lambda way: of_whatsapp(way, TEXT).replace(b"Host: gateway.example.com\r\n", b""), False),
    "no HTTP": (lambda _: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", False),
    "nonsense": (lambda _: b"hello\r\n\r\n", False),
}
"""Requests, and whether the front serves them itself."""


@pytest.mark.parametrize("name", HEADS)
async def test_odd_requests_come_to_the_same_too(both: BothWays, runtime: Runtime, name: str) -> None:
    request_of, is_usual = HEADS[name]
    lean, plain = [await say(way, request_of(way)) for way in (both.lean, both.plain)]
    assert lean == plain
    assert (both.front.served, both.front.handed_over) == (int(is_usual), int(not is_usual))
    assert await _stored(runtime, "w0") == await _stored(runtime, "w1")


TOO_LONG: dict[str, bytes] = {
    "an address": b"GET /api/v1/conversations?q=" + b"s3cret" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a token": b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + b"s3cret" * 2_000 + b"\r\n\r\n",
    "nonsense": b"s3cret\r\n\r\n",
}


@pytest.mark.parametrize("name", TOO_LONG)
async def test_what_is_no_http_is_refused_as_all_else_is_and_repeated_nowhere(both: BothWays, name: str) -> None:
    for way in (both.lean, both.plain):
        heard = await say(way, TOO_LONG[name])
        ((start, headers, body),) = heard.answers
        assert start.endswith(b" 400 Bad Request")
        assert ("Content-Type", "application/problem+json") in headers
        assert json.loads(body)["code"] == "malformed"
        assert "s3cret" not in f"{headers}{body!r}{heard.logged}"


async def test_a_packed_body_is_refused_and_never_unpacked(both: BothWays) -> None:
    """Unpacking little can keep the process busy for seconds. What is only bytes may be broken."""
    packed = {"Content_Encoding": "gzip", "Content_Type": "application/json"}
    for way in (both.lean, both.plain):
        for request in (webhook("/api/v1/auth/login", b"broken", **packed), of_whatsapp(way, b"broken", **packed)):
            heard = await say(way, request + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", answers=2)
            assert [start for start, *_ in heard.answers] == [b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 200 OK"]
            assert json.loads(heard.answers[0][2])["code"] == "malformed"


async def test_a_body_that_says_that_it_is_as_it_is_is_taken(both: BothWays) -> None:
    for way in (both.lean, both.plain):
        for said in ("", "identity"):
            heard = await say(way, of_whatsapp(way, TEXT, Content_Encoding=said))
            assert [start for start, *_ in heard.answers] == [b"HTTP/1.1 200 OK"]


async def test_a_connection_may_bring_many_requests_and_an_unusual_one_among_them(both: BothWays) -> None:
    """Also while one before is being served; each is answered in its turn."""

    def pipelined(way: Way) -> bytes:
        requests = [of_whatsapp(way, _text(n)) for n in range(6)]
        return b"".join([*requests[:3], b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", *requests[3:]])

    lean, plain = [await say(way, pipelined(way), answers=7) for way in (both.lean, both.plain)]
    assert lean == plain
    assert len(lean.answers) == 7
    assert (both.front.served, both.front.handed_over) == (3, 1)


@pytest.mark.parametrize("cut", [1, 30, 120, -1, -200])
async def test_what_comes_in_pieces_comes_to_the_same(both: BothWays, cut: int) -> None:
    pieces = []
    for way in (both.lean, both.plain):
        whole = of_whatsapp(way, TEXT)
        pieces.append((whole[:cut], whole[cut:]))
    lean, plain = [await _in_pieces(way, *its) for way, its in zip((both.lean, both.plain), pieces, strict=True)]
    assert lean == plain


async def test_a_body_that_does_not_come_is_left_to_aiohttp(both: BothWays) -> None:
    request = of_whatsapp(both.lean, TEXT)
    reader, writer = await asyncio.open_connection("127.0.0.1", both.lean.port)
    writer.write(request[:-10])
    await eventually(lambda: _is_handed_over(both))
    writer.write(request[-10:])
    async with asyncio.timeout(20):
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_connection_is_counted_once_whoever_serves_it(both: BothWays) -> None:
    connections = both.http.connections
    writers = []
    for request in (of_whatsapp(both.lean, TEXT), b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", both.lean.port)
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
        writers.append(writer)
    assert connections.count == 2
    for writer in writers:
        writer.close()
    await eventually(lambda: _count_is(both, 0))


async def test_a_connection_that_rests_too_long_is_closed_either_way(runtime: Runtime) -> None:
    async with both_ways(runtime, keep_alive_seconds=0.2) as both:
        for way in (both.lean, both.plain):
            heard = await say(way, of_whatsapp(way, TEXT), answers=2)
            assert [start for start, *_ in heard.answers] == [b"HTTP/1.1 200 OK"]


async def test_while_the_process_stops_answers_close_their_connections(both: BothWays) -> None:
    assert await both.http.requests.drain(1)
    lean, plain = [await say(way, of_whatsapp(way, TEXT) * 2, answers=2) for way in (both.lean, both.plain)]
    assert lean == plain
    assert ("Connection", "close") in lean.answers[0][1]
    assert len(lean.answers) == 1


async def test_a_usual_head_says_what_it_says() -> None:
    head = read_head(b"POST /webhooks/a/b HTTP/1.1\r\nHost:x\r\nContent-length:  2 \r\nX-A: b: c\r\n\r\n{}")
    assert head is not None
    assert (head.path, head.body_bytes) == ("/webhooks/a/b", 2)
    assert head.headers == {"host": "x", "content-length": "2", "x-a": "b: c"}
    assert head.size_bytes == len(b"POST /webhooks/a/b HTTP/1.1\r\nHost:x\r\nContent-length:  2 \r\nX-A: b: c\r\n\r\n")


def _with(way: Way, line: bytes) -> bytes:
    return of_whatsapp(way, TEXT).replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)


def _text(number: int) -> bytes:
    payload = json.loads(TEXT)
    payload["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = f"wamid.{number}"
    return json.dumps(payload).encode()


async def _in_pieces(way: Way, first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Send the second piece when the first one has been taken by the server's loop, which is ours."""
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
    writer.write(first)
    for _ in range(20):
        await asyncio.sleep(0)
    writer.write(second)
    async with asyncio.timeout(20):
        start = await reader.readline()
        head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return start, b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"X-Request-Id"))


async def _is_handed_over(both: BothWays) -> bool:
    return both.front.handed_over == 1


async def _count_is(both: BothWays, count: int) -> bool:
    return both.http.connections.count == count


async def _stored(runtime: Runtime, workspace_id: str) -> dict[str, int]:
    of = {"workspace_id": workspace_id}
    return {name: await getattr(runtime.database, name).count_documents(of) for name in SAID}
