"""Outgoing webhooks: each event once or more, in order within a conversation, signed, and nobody waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook as Verifier

from channels.public_connections import MAX_CONNECTIONS
from channels.signed_posts import ANSWER_BYTES, headers_of
from inbox.foundation.clock import Clock, FixedClock
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.problems import ProblemError
from inbox.storage.runtime import Runtime
from inbox.stream.events import decode_items
from inbox.subscriptions.deliveries import make_due
from inbox.subscriptions.delivery_rules import FAILED_REASON, FIRST_WIDTH, GONE_REASON, PROBE_WIDTH
from inbox.subscriptions.subscription_store import WebhookStore
from tests.integration.events.events_world import PLENTY, eventually, write
from tests.integration.subscriptions.webhook_world import Receiver, World, listen
from workers.relay.relay import Relay
from workers.relay.relay_source import EventDocument
from workers.webhooks.send_webhooks import UNMADE


async def test_an_event_is_posted_as_the_standard_says(world: World, receiver: Receiver, clock: FixedClock) -> None:
    made = await world.subscribe(receiver.url)
    await world.tell(world.happened(1))
    ((headers, body),) = receiver.requests
    read = msgspec.json.decode(body)
    assert read == {"type": "message.created", "timestamp": read["timestamp"], "data": {"n": 1}}
    assert headers["Content-Type"] == "application/json"
    (delivery,) = await world.runtime.database.webhook_deliveries.find({}).to_list(None)
    assert headers["webhook-id"] == delivery["event_id"]
    assert int(headers["webhook-timestamp"]) == int(clock.now().timestamp())
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("delivered", 200)
    assert made.secret.startswith("whsec_")


async def test_the_receivers_library_accepts_the_signature(world: World, receiver: Receiver) -> None:
    made = await world.subscribe(receiver.url)
    await world.tell(world.happened(1, 2))
    assert [read["data"]["n"] for read in receiver.verified(made.secret)] == [1, 2]


def test_signature_of_the_standards_own_example(clock: FixedClock) -> None:
    """Source: Standard Webhooks 1.0, the example of the reference libraries' tests."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at = clock.now().replace(year=2021, month=4, day=27, hour=0, minute=27, second=11, microsecond=0)
    headers = headers_of([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at)
    assert headers["webhook-signature"] == Verifier(secret).sign(headers["webhook-id"], at, body.decode())
    assert headers["webhook-timestamp"] == str(int(at.timestamp()))


async def test_links_to_files_are_made_when_it_is_posted(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    event = world.event(1, "c1", "w1", content={"type": "image", "media": {"id": "f1", "status": "ready"}})
    await world.tell([world.document(event)])
    media = msgspec.json.decode(receiver.requests[0][1])["data"]["content"]["media"]
    assert media["url"].startswith(world.runtime.settings.public_url)
    (delivery,) = await world.runtime.database.webhook_deliveries.find({}).to_list(None)
    assert b"url" not in delivery["body"]


async def test_a_document_that_nobody_can_read_stops_no_other(world: World, receiver: Receiver) -> None:
    """The relay hands over what it found: a batch with a damaged document goes on with the next one."""
    await world.subscribe(receiver.url)
    (good,) = world.happened(1)
    damaged = [
        EventDocument(good.place, workspace, 1, items) for workspace, items in (("w1", b"{"), ("w1", None), ({}, 5))
    ]
    await world.tell([*damaged, good])
    assert receiver.numbers == [1]


async def test_only_wanted_events_of_the_own_workspace(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url, "conversation.*")
    await world.subscribe(receiver.url, "message.created", workspace_id="w2")
    await world.tell(world.happened(1), world.happened(2, workspace_id="w2"), world.happened(3, workspace_id="w3"))
    assert receiver.numbers == [2]


async def test_what_comes_again_after_a_crash_is_written_once(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    documents = world.happened(1, 2, 3)
    await world.tell(documents[:2], documents)
    await world.tell(documents)
    assert receiver.numbers == [1, 2, 3]


async def test_a_sender_that_dies_after_the_request_repeats_it_with_its_id(world: World, receiver: Receiver) -> None:
    """What the process that died had posted is not written down: the next one posts it again."""
    await world.subscribe(receiver.url)
    receiver.holds.clear()
    await world.writer.write(world.happened(1))
    await world.sender.sweep()
    await eventually(lambda: asyncio.sleep(0, receiver.requests))
    await world.sender.stop()  # cut off in the middle of the request
    receiver.holds.set()
    heir = World(world.runtime, world.clock, "heir")
    await heir.post()
    await heir.sender.stop()
    assert receiver.numbers == [1, 1]
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1


async def test_a_conversation_waits_for_its_own_event_and_no_other_does(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    receiver.refuses = {1: 400}
    await world.tell(world.happened(1, 2, 3), world.happened(10, 11, conversation="c2"))
    assert [n for n in receiver.numbers if n < 10] == [1]
    assert [n for n in receiver.numbers if n >= 10] == [10, 11]
    receiver.refuses.clear()
    await world.later(seconds=6)
    assert [n for n in receiver.numbers if n < 10] == [1, 1, 2, 3]
    assert await world.states() == ["delivered"] * 5


async def test_events_that_come_while_their_conversation_waits_wait_too(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    receiver.refuses = {1: 404}
    await world.tell(world.happened(1))
    await world.tell(world.happened(2))
    assert receiver.numbers == [1]
    due = await world.runtime.database.webhook_deliveries.distinct("due_at", {})
    assert len(due) == 1, "it is not looked at again before its time"


async def test_a_delivery_of_which_no_request_can_be_made_holds_back_no_other(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    await world.writer.write(world.happened(1))
    await world.runtime.database.webhook_deliveries.update_many({}, {"$set": {"body": "no bytes"}})
    await world.tell(world.happened(2, conversation="c2"), world.happened(3, conversation="c2"))
    assert receiver.numbers == [2, 3]
    broken, *_ = await world.runtime.database.webhook_deliveries.find({}).sort("place", 1).to_list(None)
    assert (broken["state"], broken["attempts"][0]["error"]) == ("pending", UNMADE)
    assert await world.states() == ["pending", "delivered", "delivered"]


async def test_a_receiver_that_is_away_is_asked_rarely_and_loses_nothing(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    receiver.answers = [503] * 8
    for conversation in range(20):
        await world.writer.write(world.happened(conversation, conversation=f"c{conversation}"))
    await world.post()
    first = len(receiver.requests)
    await world.later(seconds=1)
    assert len(receiver.requests) == first, "the others wait until it has had a pause"
    await world.later(seconds=5)
    assert len(receiver.requests) == first + PROBE_WIDTH
    receiver.answers.clear()
    await world.later(minutes=10)
    assert await world.states() == ["delivered"] * 20
    webhook = await world.store.list("w1", limit=1, cursor=None)
    assert webhook.items[0].failing_since is None


async def test_it_is_given_up_after_three_days_and_can_be_replayed(world: World, receiver: Receiver) -> None:
    made = await world.subscribe(receiver.url)
    receiver.refuses = {1: 400}
    await world.tell(world.happened(1, 2))
    for _ in range(20):
        await world.later(hours=9)
    assert await world.states() == ["failed", "delivered"]
    assert 8 <= receiver.numbers.count(1) <= 12
    receiver.refuses.clear()
    (failed,) = await world.runtime.database.webhook_deliveries.find({"state": "failed"}).to_list(None)
    assert failed["expires_at"] > world.clock.now() + timedelta(days=20)
    await world.replay_failed(made.id)
    await world.post()
    assert await world.states() == ["delivered"] * 2


async def test_an_address_that_takes_nothing_for_three_days_is_disabled_with_notice(
    world: World, receiver: Receiver
) -> None:
    made = await world.subscribe(receiver.url)
    receiver.answers = [500] * 1_000
    while (await world.store.get("w1", made.id)).enabled:
        await world.tell(world.happened(1))
        await world.later(hours=5)
        assert len(receiver.requests) < 200
    shown = await world.store.get("w1", made.id)
    assert shown.disabled_reason == FAILED_REASON
    told = [one async for one in world.runtime.database.events.find({"workspace_id": "w1"})]
    bodies = [msgspec.json.decode(event.body) for one in told for event in decode_items(one["items"])]
    assert [(one["type"], one["data"]["id"]) for one in bodies] == [("webhook.disabled", made.id)]
    asked = len(receiver.requests)
    await world.later(hours=1)
    assert len(receiver.requests) == asked
    receiver.answers.clear()
    await world.store.patch("w1", made.id, {"enabled": True})
    await make_due(world.runtime.database, made.id, world.clock.now())
    await world.tell(world.happened(77))
    assert 77 in receiver.numbers


async def test_one_that_is_gone_is_disabled_at_once(world: World, receiver: Receiver) -> None:
    made = await world.subscribe(receiver.url)
    receiver.answers = [410]
    await world.tell(world.happened(1))
    assert (await world.store.get("w1", made.id)).disabled_reason == GONE_REASON


async def test_a_slow_receiver_delays_nobody(world: World, receiver: Receiver) -> None:
    slow = Receiver()
    server = await listen(slow)
    slow.holds.clear()
    await world.subscribe(server.make_url("/hook"))
    quick = await world.subscribe(receiver.url, workspace_id="w2")
    await world.writer.write(world.happened(1))
    await world.writer.write(world.happened(2, workspace_id="w2"))
    await world.sender.sweep()
    await world.sender.finished(quick.id)
    assert (receiver.numbers, slow.numbers) == ([2], [1])
    slow.holds.set()
    await world.post()
    await server.close()


async def test_many_receivers_that_take_connections_and_say_nothing_leave_room(
    world: World, receiver: Receiver
) -> None:
    """More of them than one pool of connections would hold."""
    silent = Receiver()
    silent.holds.clear()
    server = await listen(silent)
    hanging = MAX_CONNECTIONS // FIRST_WIDTH + 1
    for number in range(hanging):
        await world.subscribe(server.make_url("/hook"), workspace_id=f"silent{number}")
        spread = [world.event(n, f"c{n}", f"silent{number}") for n in range(FIRST_WIDTH)]
        await world.writer.write([world.document(event) for event in spread])
    await world.sender.sweep()
    await eventually(lambda: asyncio.sleep(0, len(silent.requests) == hanging * FIRST_WIDTH))
    quick = await world.subscribe(receiver.url)
    await world.writer.write(world.happened(1))
    await world.sender.sweep()
    await world.sender.finished(quick.id)
    assert receiver.numbers == [1]
    assert (await world.store.get("w1", quick.id)).failing_since is None
    silent.holds.set()
    await world.post()
    await server.close()


async def test_a_secret_rotates_without_a_gap(world: World, receiver: Receiver) -> None:
    old = await world.subscribe(receiver.url)
    new = await world.rotate(old.id, keep_hours=1)
    await world.tell(world.happened(1))
    assert receiver.verified(old.secret) == receiver.verified(new.secret)
    world.clock.advance(timedelta(hours=2))
    await world.tell(world.happened(2))
    assert len(receiver.requests[1][0]["webhook-signature"].split()) == 1


async def test_private_addresses_are_refused_when_connecting(
    runtime: Runtime, clock: FixedClock, receiver: Receiver
) -> None:
    """The address was public when it was saved: the check that counts is that of the connection."""
    closed = Runtime(
        runtime.settings.model_copy(update={"allow_private_urls": False}),
        clock,
        runtime.database,
        runtime.redis,
        runtime.secret_box,
        runtime.hash_opt_out,
    )
    world = World(closed, clock)
    await world.subscribe(receiver.url)
    await world.tell(world.happened(1))
    await world.sender.stop()
    assert receiver.requests == []
    (delivery,) = await runtime.database.webhook_deliveries.find({}).to_list(None)
    assert delivery["attempts"][0]["error"] == "no connection, or the address is private"


async def test_a_redirect_leads_nowhere_and_an_endless_answer_is_not_read(world: World, receiver: Receiver) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(100_000):
            await answer.write(b"x" * ANSWER_BYTES)
            sent += 1
        return answer

    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": receiver.url})

    app = web.Application()
    app.router.add_post("/endless", endless)
    app.router.add_post("/elsewhere", elsewhere)
    server = TestServer(app)
    await server.start_server()
    await world.subscribe(server.make_url("/endless"))
    await world.subscribe(server.make_url("/elsewhere"))
    await world.tell(world.happened(1))
    await server.close()
    found = await world.runtime.database.webhook_deliveries.find({}).to_list(None)
    assert {(one["state"], one["attempts"][0]["status"]) for one in found} == {("delivered", 200), ("pending", 302)}
    assert receiver.requests == []
    assert sent < 100_000
    assert all(len(one["attempts"][0]["answer"]) <= 1_000 for one in found)


async def test_a_deleted_webhook_is_told_nothing_more_and_leaves_nothing(world: World, receiver: Receiver) -> None:
    made = await world.subscribe(receiver.url)
    receiver.answers = [200, 500]
    await world.tell(world.happened(1), world.happened(2))
    assert await world.states() == ["delivered", "pending"]
    await world.delete(made.id)
    await world.post()
    assert await world.states() == []
    await world.writer.write(world.happened(3))  # by a relay that has not heard of it yet
    await world.later(minutes=1)
    await world.post()
    assert (await world.states(), await world.runtime.database.webhooks.find({}).to_list(None)) == ([], [])
    assert receiver.numbers == [1, 2]


async def test_the_relay_writes_what_is_posted(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    async with _relaying(world):
        for numbers in ([1, 2], [3]):
            await write(world.runtime.database, [world.event(n, "c1", "w1") for n in numbers])
        await eventually(lambda: _written(world, 3))
    await world.post()
    assert receiver.numbers == [1, 2, 3]


async def test_what_mongodbs_log_no_longer_has_is_made_up_for(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver.url)
    async with _relaying(world):
        await write(world.runtime.database, [world.event(1, "c1", "w1")])
        await eventually(lambda: _written(world, 1))
        await eventually(lambda: world.runtime.database.relay_state.find_one({"place.0": {"$gt": 0}}))
    for number in (2, 3, 4):
        await write(world.runtime.database, [world.event(number, "c1", "w1")])
    lost = await world.runtime.database.relay_state.update_one({}, {"$set": {"token": {"_data": "00"}}})
    assert lost.matched_count == 1
    async with _relaying(world):
        await eventually(lambda: _written(world, 4))
        await write(world.runtime.database, [world.event(5, "c1", "w1")])
        await eventually(lambda: _written(world, 5))
    await world.post()
    assert receiver.numbers == [1, 2, 3, 4, 5]


@asynccontextmanager
async def _relaying(world: World) -> AsyncIterator[None]:
    """A relay with what the worker gives it."""
    runtime, writer = world.runtime, world.writer
    relay = Relay(runtime.database, runtime.redis, Clock(), keep=PLENTY, on_batch=writer.write, on_gap=writer.make_up)
    running = asyncio.create_task(relay.run())
    try:
        await eventually(lambda: runtime.database.relay_state.find_one({"epoch": {"$type": "string"}}))
        yield
    finally:
        await end_tasks([running])


async def _written(world: World, count: int) -> bool:
    return len(await world.states()) == count


async def test_an_address_in_our_network_is_refused_when_it_is_saved(runtime: Runtime) -> None:
    store = WebhookStore(runtime.database, runtime.secret_box, allow_private=False)
    for url in ("http://127.0.0.1/hook", "http://169.254.169.254/", "ftp://example.com/", "http://user@example.com/"):
        with pytest.raises(ProblemError) as refused:
            await store.check_address(url)
        assert [error.pointer for error in refused.value.errors] == ["/url"]
