"""Webhooks as they should not be, over real HTTP: refused, or stored as far as they can be read."""

from __future__ import annotations

import asyncio
import io
import random
import statistics
import time
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from tests.acceptance.demo_process import DemoProcess
from tests.chaos.http_client import HttpClient
from tests.chaos.meta import JsonObject, MetaClient, text_message
from tests.chaos.picture import read_picture

BATCH = 100
POISONS = {
    "lone surrogate": b'"text": {"body": "half \\ud83d an emoji"}',
    "20-digit integer": b'"text": {"body": "x"}, "extra": 12345678901234567890',
    "thousands of digits": b'"text": {"body": "x"}, "extra": ' + b"9" * 5000,
    "NUL in a key": b'"text": {"body": "x"}, "a\\u0000b": 1',
    "NUL in the text": b'"text": {"body": "a\\u0000b"}',
    "wrong type of text": b'"text": 7',
    "nested deeply": b'"text": {"body": "x", "extra": ' + b"[" * 400 + b"]" * 400 + b"}",
    "order nested deeply": b'"type": "order", "order": {"a": ' + b"[" * 400 + b"]" * 400 + b"}",
    "infinite number": b'"text": {"body": "x"}, "extra": 1e999',
}
"""What stands in an item in place of `"text": {"body": …}`; each is one item of a batch of good ones."""


@pytest_asyncio.fixture
async def http(demo: DemoProcess) -> AsyncIterator[HttpClient]:
    async with HttpClient(demo.base_url) as client:
        yield client


@pytest_asyncio.fixture
async def api(demo: DemoProcess) -> AsyncIterator[HttpClient]:
    async with HttpClient(demo.base_url, demo.owner_token) as client:
        yield client


@pytest.fixture
def meta(demo: DemoProcess, http: HttpClient) -> MetaClient:
    return MetaClient(http, demo.whatsapp)


@pytest.fixture
def run() -> str:
    """Makes a test's customers and ids its own."""
    return f"{random.SystemRandom().randrange(10**7):07d}"


async def second_channel(demo: DemoProcess, http: HttpClient) -> MetaClient:
    """A channel of the second workspace."""
    credentials = {
        "phone_number_id": str(random.SystemRandom().randrange(10**14, 10**15)),
        "waba_id": "900100200300",
        "access_token": "EAAsecond",
        "app_secret": "0123456789abcdef0123456789abcdef",
        "verify_token": "second",
    }
    body = {"kind": "whatsapp", "name": "Second", "provider_base_url": demo.sandbox_url, "credentials": credentials}
    async with HttpClient(demo.base_url, demo.ready["second_workspace"]["owner"]["token"]) as other:
        answer = await other.ask("POST", "/api/v1/channels", body)
    assert answer.status == 201, answer
    return MetaClient(http, {"id": answer.body["id"], **credentials})


async def provider_ids(api: HttpClient, customers: Sequence[str]) -> list[str]:
    """What is in the inbox of these customers."""
    return sorted(m["provider_id"] for m in (await read_picture(api, customers)).messages.values())


async def letters(api: HttpClient) -> list[JsonObject]:
    return list((await api.get("/api/v1/dead-letters?limit=200"))["items"])


async def test_who_can_not_sign_is_refused_and_leaves_nothing(
    demo: DemoProcess, http: HttpClient, api: HttpClient, meta: MetaClient, run: str
) -> None:
    body = meta.envelope([text_message(f"4911{run}", f"wamid.{run}", "forged")])
    other = await second_channel(demo, http)
    right = meta.signature(body)
    wrong: list[dict[str, str]] = [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": right.removeprefix("sha256=")},
        {"X-Hub-Signature-256": right[:-2]},
        {"X-Hub-Signature-256": "sha256=" + "é" * 64},
        {"X-Hub-Signature-256": "sha256=" + "\u0661" * 64},
        {"X-Hub-Signature": right},
        {"X-Hub-Signature-256": other.signature(body)},
        {"X-Hub-Signature-256": meta.signature(body + b" ")},
    ]
    for headers in wrong:
        answer = await http.once("POST", meta.path, body, headers=headers)
        assert (answer.status, answer.code) == (401, "unauthenticated"), headers
    assert (await http.once("POST", other.path, body, headers={"X-Hub-Signature-256": right})).status == 401
    assert await provider_ids(api, [f"4911{run}"]) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"7", b'"whatsapp_business_account"', b"{}", b'{"object": "page", "entry": []}',
     b'{"object": "whatsapp_business_account"}', b'{"object": "whatsapp_business_account", "entry": 7}',
     b"[" * 100_000, b"\xff\xfe\x00", b'{"object": "whatsapp_business_account", "entry": [}'],
)  # fmt: skip
async def test_what_is_no_envelope_is_refused(meta: MetaClient, body: bytes) -> None:
    answer = await meta.post(body)
    assert (answer.status, answer.code) == (400, "malformed"), answer


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_above_the_limit_is_refused(http: HttpClient, meta: MetaClient, chunked: bool) -> None:
    body = meta.envelope([text_message("491", "wamid.big", "x" * 5 * 1024 * 1024)])

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    headers = {"X-Hub-Signature-256": meta.signature(body)}
    async with http.session.post(
        http.base_url + meta.path, data=pieces() if chunked else io.BytesIO(body), headers=headers
    ) as answer:
        assert answer.status == 413
    assert (await http.once("GET", "/healthz")).status == 200


async def test_a_body_just_below_the_limit_is_stored(
    http: HttpClient, api: HttpClient, meta: MetaClient, run: str
) -> None:
    message = text_message(f"4910{run}", f"wamid.{run}", "x" * (4 * 1024 * 1024 - 2_000))
    body = meta.envelope([message])
    headers = {"X-Hub-Signature-256": meta.signature(body)}
    async with http.session.post(http.base_url + meta.path, data=io.BytesIO(body), headers=headers) as answer:
        assert answer.status == 200
    assert await provider_ids(api, [f"4910{run}"]) == [f"wamid.{run}"]


@pytest.mark.parametrize("poison", POISONS, ids=str)
async def test_one_bad_item_of_a_hundred_costs_no_other(
    api: HttpClient, meta: MetaClient, run: str, poison: str
) -> None:
    customer = f"4912{run}"
    messages = [text_message(customer, f"wamid.{run}.{n:03d}", "MARK" if n == 50 else "good") for n in range(BATCH)]
    body = meta.envelope(messages)
    bad = body.replace(b'"text":{"body":"MARK"}', POISONS[poison])
    assert bad != body
    before = len(await letters(api))
    assert (await meta.post(bad)).status == 200
    good = [f"wamid.{run}.{n:03d}" for n in range(BATCH) if n != 50]
    stored = await provider_ids(api, [customer])
    assert [name for name in stored if not name.endswith(".050")] == good
    kept = [m for m in (await read_picture(api, [customer])).messages.values() if m["provider_id"].endswith(".050")]
    set_aside = len(await letters(api)) - before
    assert len(kept) + set_aside == 1, "what can't be read is a dead letter; what can be repaired is a message"
    if poison == "wrong type of text":
        assert set_aside == 1 or kept[0]["content"]["type"] == "unsupported"


async def test_an_item_without_an_id_is_a_dead_letter_once(api: HttpClient, meta: MetaClient, run: str) -> None:
    messages = [text_message(f"4909{run}", f"wamid.{run}.{n}", "good") for n in range(3)]
    del messages[1]["id"]
    for _ in range(3):
        assert (await meta.post(meta.envelope(messages))).status == 200
    assert await provider_ids(api, [f"4909{run}"]) == [f"wamid.{run}.0", f"wamid.{run}.2"]
    assert len([letter for letter in await letters(api) if f"4909{run}" in letter["raw"]]) == 1


async def test_an_id_twice_in_a_batch_is_one_message(api: HttpClient, meta: MetaClient, run: str) -> None:
    messages = [text_message(f"4908{run}", f"wamid.{run}.{n % 99}", "x") for n in range(BATCH)]
    assert (await meta.post(meta.envelope(messages))).status == 200
    assert len(await provider_ids(api, [f"4908{run}"])) == 99


async def test_the_same_webhook_ten_times_at_once(api: HttpClient, meta: MetaClient, run: str) -> None:
    customers = [f"4907{run}{n:02d}" for n in range(20)]
    body = meta.envelope([text_message(c, f"wamid.{run}.{n:02d}", "x") for n, c in enumerate(customers)])
    answers = await asyncio.gather(*(meta.post(body) for _ in range(10)))
    assert {answer.status for answer in answers} == {200}
    picture = await read_picture(api, customers)
    assert sorted(m["provider_id"] for m in picture.messages.values()) == [f"wamid.{run}.{n:02d}" for n in range(20)]
    assert len(picture.conversations) == 20


async def test_a_batch_comes_again_split_and_in_another_order(api: HttpClient, meta: MetaClient, run: str) -> None:
    customers = [f"4906{run}{n}" for n in range(5)]
    messages = [text_message(customers[n % 5], f"wamid.{run}.{n:02d}", f"text {n}") for n in range(60)]
    bodies = [meta.envelope(messages)]
    shuffler = random.Random(run)
    for size in (1, 7, 30):
        shuffled = [dict(shuffler.sample(list(m.items()), len(m))) for m in shuffler.sample(messages, 60)]
        bodies += [meta.envelope(shuffled[start : start + size]) for start in range(0, 60, size)]
    shuffler.shuffle(bodies)
    for start in range(0, len(bodies), 8):
        answers = await asyncio.gather(*map(meta.post, bodies[start : start + 8]))
        assert {answer.status for answer in answers} == {200}
    assert await provider_ids(api, customers) == [f"wamid.{run}.{n:02d}" for n in range(60)]


async def test_fifty_first_messages_at_once_open_one_conversation(api: HttpClient, meta: MetaClient, run: str) -> None:
    bodies = [meta.envelope([text_message(f"4905{run}", f"wamid.{run}.{n:02d}", "first")]) for n in range(50)]
    answers = await asyncio.gather(*map(meta.post, bodies))
    assert {answer.status for answer in answers} == {200}
    picture = await read_picture(api, [f"4905{run}"])
    assert len(picture.conversations) == 1
    assert sorted(m["provider_id"] for m in picture.messages.values()) == [f"wamid.{run}.{n:02d}" for n in range(50)]
    seqs = [m["seq"] for m in picture.messages.values()]
    assert len(set(seqs)) == 50


async def test_poison_of_one_tenant_does_not_delay_another(
    demo: DemoProcess, http: HttpClient, meta: MetaClient, run: str
) -> None:
    other = await second_channel(demo, http)
    for poisons in ([], [*POISONS.values()]):  # the first round warms up
        quiet = await _latencies(other, f"{run}{len(poisons)}", 40)
        poisoned, done = asyncio.Event(), asyncio.Event()
        poisoner = asyncio.create_task(_post_poison(meta, run, poisons, poisoned, done))
        await poisoned.wait()
        loud = await _latencies(other, f"{run}{len(poisons) + 1}", 40)
        done.set()
        posted = await poisoner
    assert posted > 10, "there must have been poison all the time"
    assert statistics.median(loud) < 10 * statistics.median(quiet) + 0.1
    assert max(loud) < 1.5, "one retry, not a provider's time-out"


async def _post_poison(
    meta: MetaClient, run: str, poisons: Sequence[bytes], started: asyncio.Event, done: asyncio.Event
) -> int:
    posted = 0
    while not done.is_set():
        body = meta.envelope([text_message(f"4904{run}", f"wamid.{run}.p{posted}.{n}", "MARK") for n in range(10)])
        for poison in poisons:
            body = body.replace(b'"text":{"body":"MARK"}', poison, 1)
        assert (await meta.post(body)).status == 200
        posted += 1
        started.set()
    return posted


async def _latencies(meta: MetaClient, run: str, posts: int) -> list[float]:
    found = []
    for n in range(posts):
        body = meta.envelope([text_message(f"4903{run}", f"wamid.{run}.{n}", "x")])
        began = time.monotonic()
        assert (await meta.post(body)).status == 200
        found.append(time.monotonic() - began)
    return found
