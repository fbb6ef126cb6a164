"""The event stream as clients see it."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from redis.asyncio import Redis

from gateway.events import event_socket
from gateway.events.event_socket import Times
from gateway.events.signals import SignedOut
from inbox.people.access import Placement, Role
from inbox.storage.database import Database
from inbox.stream.event_stream import EventReader
from inbox.stream.events import EventAudience
from tests.integration.events.events_world import (
    OwnRedis,
    event,
    eventually,
    moved,
    relaying,
    write,
    write_numbers,
)
from tests.integration.events.sockets_world import (
    QUICK,
    W,
    caller,
    connected,
    following,
    poll,
    serving,
)


async def test_catch_up_then_live_without_gap_or_double(database: Database, redis: Redis, reader: EventReader) -> None:
    """Sockets join from many cursors while a writer works."""
    total = 1_500
    async with relaying(database, redis), serving(redis) as server:
        start = (await eventually(lambda: reader.current(W))).encode(W)

        async def keep_writing() -> None:
            for n in range(0, total, 6):
                await write(database, [event(W, n), event(W, n + 1)], [event(W, n + k) for k in range(2, 6)])

        async def follow(cursor: str) -> list[int]:
            async with following(server, cursor=cursor) as client:
                return await client.numbers(total)

        writer = asyncio.ensure_future(keep_writing())
        sockets = []
        for n in range(8):
            await eventually(lambda n=n: _count_above(reader, n * 100))
            sockets.append(asyncio.ensure_future(follow(start)))
        for numbers in await asyncio.gather(*sockets):
            assert numbers == list(range(total))
        await writer


async def test_every_event_carries_a_cursor_to_resume_from(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as client:
            await write(database, [event(W, n) for n in range(4)], [event(W, 4)])
            frames = [await client.next("data") for _ in range(5)]
        assert set(frames[0]) == {"cursor", "id", "type", "at", "data"}
        for n, frame in enumerate(frames[:-1]):
            async with following(server, cursor=frame["cursor"]) as client:
                assert await client.numbers(4 - n) == list(range(n + 1, 5))


async def test_the_first_frame_may_carry_token_and_cursor(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis), serving(redis) as server:
        start = (await eventually(lambda: reader.current(W))).encode(W)
        await write_numbers(database, W, [0, 1])
        async with connected(server) as client:
            await client.socket.send_json({"type": "auth", "token": "owner", "cursor": start})
            assert await client.frame() == {"type": "hello", "cursor": start}
            assert await client.numbers(2) == [0, 1]


async def test_who_is_signed_out_does_not_stay_until_the_next_check(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    rare = Times(heartbeat=0.2, reauthenticate=3_600)
    async with relaying(database, redis), serving(redis, rare) as server:
        await eventually(lambda: reader.current(W))
        server.callers |= {"ann": caller("ann"), "key": caller("key", person_id="ann"), "ben": caller("ben")}
        async with (
            following(server, token="ann") as ann,
            following(server, token="key") as key,
            following(server, token="ben") as ben,
        ):
            del server.callers["ann"], server.callers["key"], server.callers["ben"]
            server.routes.signed_out(SignedOut(workspace_id=W, person_id="ann"))
            assert [await ann.closed(), await key.closed()] == [4401, 4401]
            assert (await ben.frame())["type"] == "heartbeat", "nobody spoke of this one"


@pytest.mark.parametrize(
    "frame",
    [
        None,  # nothing within the time
        "no JSON",
        json.dumps({"type": "ping"}),  # not auth
        json.dumps({"type": "auth", "token": "wrong"}),
    ],
)
async def test_4401_without_a_valid_first_frame(database: Database, redis: Redis, frame: str | None) -> None:
    async with serving(redis, QUICK) as server, connected(server) as client:
        if frame is not None:
            await client.socket.send_str(frame)
        assert await client.closed() == 4401


async def test_4410_for_an_unusable_cursor(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        for cursor in ("nonsense", "abc.00000000.1-1.5"):
            async with connected(server, headers={"Authorization": "Bearer owner"}, cursor=cursor) as client:
                assert await client.closed() == 4410
            assert (await poll(server, cursor=cursor))[1]["code"] == "cursor_expired"


async def test_1013_while_there_is_no_epoch(database: Database, redis: Redis) -> None:
    async with serving(redis) as server:
        async with connected(server, headers={"Authorization": "Bearer owner"}) as client:
            assert await client.closed() == 1013
        status, problem = await poll(server)
        assert (status, problem["code"]) == (503, "unavailable")


async def test_flushall_closes_open_sockets_with_4410(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as quiet, following(server) as client:
            await write_numbers(database, W, [1])
            assert await client.numbers(1) == [1]
            await redis.flushall()
            await write_numbers(database, W, [2])
            assert await client.closed() == 4410
            assert await quiet.numbers(1) == [1]
            assert await quiet.closed() == 4410


async def test_sockets_stay_open_while_redis_is_away(
    database: Database, own_redis: OwnRedis, own_client: Redis
) -> None:
    reader = EventReader(own_client)
    async with relaying(database, own_client), serving(own_client) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as client:
            await own_redis.kill()
            await client.next("heartbeat")
            assert (await poll(server))[0] == 503
            await client.next("heartbeat")
            await own_redis.start()
            assert await client.closed() == 4410


async def test_heartbeats_carry_a_cursor_past_what_is_invisible(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis), serving(redis) as server:
        server.callers["ann"] = caller("ann")
        start = (await eventually(lambda: reader.current(W))).encode(W)
        async with following(server, "ann", cursor=start) as client:
            await write(database, [moved(W, "c", Placement(None, "bob"))], [event(W, 5, EventAudience("c"))])
            await eventually(lambda: _count_above(reader, 1))
            end = (await reader.current(W)).encode(W)
            while client.cursor != end:
                await client.next("heartbeat")
        await write_numbers(database, W, [6])
        async with following(server, "ann", cursor=end) as client:
            assert await client.numbers(1) == [6]


async def test_a_list_learns_what_leaves_it(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        server.callers |= {"ann": caller("ann"), "bob": caller("bob"), "sue": caller("sue", Role.SUPERVISOR)}
        await eventually(lambda: reader.current(W))
        async with following(server, "ann") as ann, following(server, "bob") as bob, following(server, "sue") as sue:
            await write(database, [moved(W, "c", Placement(None, "ann"))])
            await write(database, [event(W, 1, EventAudience("c"))])
            await write(database, [moved(W, "c", Placement(None, "ann"), Placement(None, "bob"))])
            await write(database, [event(W, 2, EventAudience("c")), event(W, 3)])
            assert await ann.numbers(4) == [-1, 1, -1, 3]
            assert await bob.numbers(3) == [-1, 2, 3]
            assert await sue.numbers(1) == [3]


async def test_changed_rights_are_taken_up_and_lost_ones_end_the_socket(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis), serving(redis, QUICK) as server:
        server.callers["ann"] = caller("ann")
        await eventually(lambda: reader.current(W))
        async with following(server, "ann") as client:
            server.callers["ann"] = caller("ann", queue_ids=frozenset({"q"}))
            seen = len(server.alive)
            await eventually(lambda: _above(server.alive, seen + 1))
            await write(database, [moved(W, "c", Placement("q", None))])
            assert await client.numbers(1) == [-1]
            del server.callers["ann"]
            assert await client.closed() == 4401


async def test_frames_from_the_client(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as client:
            await client.socket.send_json({"type": "ping"})
            assert await client.next("pong") == {"type": "pong"}
            for bad in ("{", "[]", '{"type": 3}', '{"type": "dance"}', '{"type": "typing"}'):
                await client.socket.send_str(bad)
                assert (await client.next("error"))["code"] in {"malformed", "invalid_request"}
            await client.socket.send_bytes(b"\x00")
            assert (await client.next("error"))["code"] == "malformed"
            for conversation_id in ("c1", "c1", "c2", "foreign"):
                await client.socket.send_json({"type": "typing", "conversation_id": conversation_id})
            assert (await client.next("error"))["code"] == "not_found"
            assert server.typed == [("owner", "c1"), ("owner", "c2")]
            await client.socket.send_str("x" * 70_000)
            assert await client.closed() == 1009


async def test_a_page_that_goes_is_not_visible_any_more(redis: Redis, database: Database, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as client:
            for visible in (True, False, True):
                await client.socket.send_json({"type": "visible", "visible": visible})
            await client.socket.send_json({"type": "visible"})
            assert (await client.next("error"))["code"] == "invalid_request"
            assert server.visible == [True, False, True]

        async def has_gone() -> bool:
            return server.visible == [True, False, True, False]

        await eventually(has_gone)


async def test_a_slow_socket_is_dropped_and_can_resume(
    database: Database, redis: Redis, reader: EventReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered: kernel buffers on a loopback hold megabytes."""
    monkeypatch.setattr(event_socket, "MAX_BUFFER_BYTES", 200)
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as client:
            await write(database, [event(W, n) for n in range(5)])
            assert await client.closed() == 4408
            missed = 5 - len(client.seen)
        async with following(server, cursor=client.cursor) as again:
            assert client.seen + await again.numbers(missed) == list(range(5))


async def test_a_stop_closes_with_1001(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        async with following(server) as client:
            closing = asyncio.ensure_future(server.sockets.close_all())
            assert await client.closed() == 1001
            await closing


async def test_pages_of_foreign_origins_are_refused(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        await eventually(lambda: reader.current(W))
        own = server.url.split("/api")[0]
        for origin in (own, "https://inbox.example"):
            async with following(server, origin=origin):
                pass
        for origin in ("https://evil.example", "null"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                async with connected(server, origin=origin):
                    pass
            assert caught.value.status == 403


async def test_polling(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis) as server:
        server.callers["ann"] = caller("ann")
        await eventually(lambda: reader.current(W))
        _, empty = await poll(server, limit=0)
        assert empty["items"] == []
        await write(
            database, [event(W, 0), moved(W, "c", Placement(None, "bob")), event(W, 1)], [event(W, 2), event(W, 3)]
        )
        await eventually(lambda: _count_above(reader, 4))
        seen, cursor = [], empty["cursor"]
        while True:
            status, page = await poll(server, "ann", cursor=cursor, limit=1)
            assert status == 200
            assert page["cursor"] == page["next_cursor"]
            if not page["items"]:
                break
            seen += [item["data"]["n"] for item in page["items"]]
            cursor = page["cursor"]
        assert seen == [0, 1, 2, 3]
        assert page["cursor"] == (await poll(server, limit=0))[1]["cursor"]
        assert (await poll(server, limit="many"))[0] == 422
        assert (await poll(server, limit=1001))[0] == 422
        assert (await poll(server, "nobody"))[0] == 401


async def test_idle_feeds_are_let_go(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis), serving(redis, Times()) as server:
        await eventually(lambda: reader.current(W))
        for _ in range(3):
            async with following(server) as client:
                await write_numbers(database, W, [1])
                assert await client.numbers(1) == [1]
            await eventually(lambda: _no_feeds(server))


async def _no_feeds(server: object) -> bool:
    return not server.hub._feeds  # type: ignore[attr-defined]


async def _count_above(reader: EventReader, count: int) -> bool:
    return (await reader.current(W)).count > count


async def _above(items: list[str], count: int) -> bool:
    return len(items) > count
