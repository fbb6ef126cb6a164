"""The relay in bad weather: what is killed, emptied or restarted is followed by no gap and no double, or by 410."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis

from gateway.embedded.servers import EmbeddedServers
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.storage.database import Database
from inbox.storage.indexes import create_indexes
from inbox.storage.redis_clients import connect_redis
from inbox.stream.event_stream import EPOCH_KEY, Cursor, EventReader
from tests.integration.events.events_world import (
    OwnRedis,
    RelayProcess,
    event,
    eventually,
    is_expired,
    read_numbers,
    relaying,
    stop,
    write,
    write_numbers,
)
from workers.relay.relay import Relay
from workers.relay.relay_log import EpochLostError, EventLog, FencedError, Keep, Stamped
from workers.relay.relay_source import EventDocument, HistoryLostError, Place, open_source
from workers.relay.relay_state import RelayState, RelayStates

W = "w1"
KEEP = Keep(100_000, 86_400)


async def test_events_written_while_no_relay_runs_are_relayed_by_the_next(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(5))
        await eventually(lambda: _count_is(reader, 5))
    await write_numbers(database, W, range(5, 10))
    async with relaying(database, redis):
        await eventually(lambda: _count_is(reader, 10))
        assert await read_numbers(reader, W, start) == list(range(10))


async def test_a_relay_killed_between_append_and_save_repeats_nothing(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    """The hook runs between the two; the round that it breaks is repeated from what was saved."""
    crashes = 5
    batches: list[int] = []

    async def crash(documents: Sequence[EventDocument]) -> None:
        batches.append(len(documents))
        if len(batches) <= crashes:
            raise ConnectionError("killed here")

    async with relaying(database, redis, on_batch=crash):
        start = await eventually(lambda: reader.current(W))
        for n in range(0, 90, 3):
            await write(database, [event(W, n)], [event(W, n + 1), event(W, n + 2)])
        await eventually(lambda: _count_is(reader, 90))
        assert await read_numbers(reader, W, start) == list(range(90))
        await eventually(lambda: _true(len(batches) > crashes))
        assert await read_numbers(reader, W, start) == list(range(90))


async def test_a_source_resumed_inside_a_transaction_goes_on_with_its_places(database: Database) -> None:
    """Batches of 256 documents cut a transaction of 600."""
    async with open_source(database, None, Place()) as source:
        await write_numbers(database, W, range(600))
        await write_numbers(database, W, range(600, 603))
        whole = await _drain(source.next_batch, 603)
    first, token, place = whole[0], {}, Place()
    resumed: list[EventDocument] = []
    async with open_source(database, None, Place()) as source:
        await write_numbers(database, W, range(600))
        while not resumed:
            resumed += await source.next_batch()
        token, place = source.token, source.place
    assert len(resumed) < 600
    while len(resumed) < 600:
        async with open_source(database, token, place) as source:
            resumed += await source.next_batch()
            token, place = source.token, source.place
    assert [d.place.index for d in resumed] == list(range(600))
    assert len({(d.place.seconds, d.place.increment) for d in resumed}) == 1
    assert [d.place for d in whole] == sorted({d.place for d in whole})
    assert first.place.index == 0


async def test_flushall_is_410_and_not_a_gap(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(5))
        end = await eventually(lambda: _count_is(reader, 5))
        for _ in range(3):
            await redis.flushall()
            await write_numbers(database, W, range(3))
            fresh = await eventually(lambda before=end: _newer_epoch(reader, before))
            assert await is_expired(reader, W, start)
            assert await is_expired(reader, W, end)
            await write_numbers(database, W, range(100, 103))
            await eventually(lambda cursor=fresh: _ends_with(reader, cursor, [100, 101, 102]))
            end = await reader.current(W)


async def test_flushall_with_nothing_to_relay_gives_a_new_epoch_too(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        before = await eventually(lambda: reader.current(W))
        await redis.flushall()
        assert await eventually(lambda: _newer_epoch(reader, before))
        assert await is_expired(reader, W, before)


async def test_without_an_epoch_nothing_is_claimed(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis):
        before = await eventually(lambda: reader.current(W))
    await redis.flushall()
    for question in (reader.current(W), reader.read(W, before, 10)):
        with pytest.raises(ProblemError) as caught:
            await question
        assert caught.value.code == "unavailable"


@pytest.mark.parametrize("snapshot", [True, False], ids=["lost its tail", "lost everything"])
async def test_a_restarted_redis_begins_a_new_epoch(
    database: Database, own_redis: OwnRedis, own_client: Redis, snapshot: bool
) -> None:
    reader = EventReader(own_client)
    async with relaying(database, own_client):
        start = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(5))
        kept = await eventually(lambda: _count_is(reader, 5))
        if snapshot:
            await own_client.save()
        await write_numbers(database, W, range(5, 10))
        end = await eventually(lambda: _count_is(reader, 10))
        await own_redis.kill()
        await write_numbers(database, W, range(10, 12))
        with pytest.raises(ProblemError, match="unavailable"):
            await reader.current(W)
        await own_redis.start()
        fresh = await eventually(lambda: _newer_epoch(reader, end))
        for cursor in (start, kept, end):
            assert await is_expired(reader, W, cursor)
        await write_numbers(database, W, range(20, 23))
        await eventually(lambda: _ends_with(reader, fresh, [20, 21, 22]))


async def test_a_lost_tail_is_never_passed_over_before_the_relay_knows(
    database: Database, own_redis: OwnRedis, own_client: Redis
) -> None:
    """No relay runs at the restart: an old cursor at the lost end gets no wrong answer, and then 410."""
    reader = EventReader(own_client)
    async with relaying(database, own_client):
        await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(5))
        await eventually(lambda: _count_is(reader, 5))
        await own_client.save()
        await write_numbers(database, W, range(5, 10))
        end = await eventually(lambda: _count_is(reader, 10))
    await own_redis.kill()
    await own_redis.start()
    assert await is_expired(reader, W, end)
    async with relaying(database, own_client):
        await eventually(lambda: _newer_epoch(reader, end))
        assert await is_expired(reader, W, end)


async def test_a_document_that_no_reader_could_decode_stops_nobody(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, [1])
        good = await database.events.find_one({}, {"_id": 0})
        for bad in (
            {"items": b"{"},
            {"items": b"[]", "count": 0},
            {"items": None},
            {"workspace_id": 7},
            {"count": "x"},
        ):
            await database.events.insert_one({**good, **bad})
        await database.events.insert_one({})
        await write_numbers(database, W, [2])
        await eventually(lambda: _ends_with(reader, start, [1, 2]))


async def test_lost_history_begins_a_new_epoch_and_goes_on(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        before = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(3))
        await eventually(lambda: _count_is(reader, 3))
        await database.events.drop()
        fresh = await eventually(lambda: _newer_epoch(reader, before))
        assert await is_expired(reader, W, before)
        await write_numbers(database, W, range(3, 6))
        await eventually(lambda: _ends_with(reader, fresh, [3, 4, 5]))
    await create_indexes(database)  # the next test has this database, and those of the collection went with it


async def test_a_token_that_can_not_be_resumed_is_lost_history(database: Database) -> None:
    """One older than the oplog is answered likewise; but this run's oplog is whole."""
    with pytest.raises(HistoryLostError):
        async with open_source(database, {"_data": "00"}, Place()):
            pass


async def test_a_relay_process_killed_again_and_again(
    database: Database, database_url: str, redis: Redis, redis_url: str, reader: EventReader
) -> None:
    """Two processes; whoever relays is killed in full work, and later one is stopped until it lost its lease."""
    relays = [RelayProcess(database_url, redis_url) for _ in range(2)]
    for relay in relays:
        await relay.start()
    try:
        start = await eventually(lambda: reader.current(W))
        writer = asyncio.ensure_future(_keep_writing(database, 600))
        for turn in range(4):
            relay = relays[turn % 2]
            seen = (await reader.current(W)).count
            await eventually(lambda seen=seen: _count_above(reader, min(seen + 20, 599)))
            await relay.kill()
            await relay.start()
        relays[0].signal(signal.SIGSTOP)
        await writer
        await eventually(lambda: _count_is(reader, 600))
        relays[0].signal(signal.SIGCONT)
        await write_numbers(database, W, range(600, 610))
        await eventually(lambda: _count_is(reader, 610))
        assert await read_numbers(reader, W, start) == list(range(610))
    finally:
        for relay in relays:
            await relay.kill()


async def test_a_zombie_is_refused_by_redis_and_by_the_state(database: Database, redis: Redis) -> None:
    old, new = EventLog(redis, 1), EventLog(redis, 2)
    document = Stamped(EventDocument(Place(5, 1, 0), W, 1, b"[]"), {})
    try:
        for events in (old, new):
            await events.connect()
        await old.begin("e1")
        assert await old.append([document], KEEP, 0) == 1
        assert await new.adopt("e1")
        assert await new.append([document], KEEP, 0) == 0
        for late in (old.append([document], KEEP, 0), old.begin("e2"), old.adopt("e1")):
            with pytest.raises(FencedError):
                await late
        await redis.delete(EPOCH_KEY)
        with pytest.raises(EpochLostError):
            await new.append([], KEEP, 0)
    finally:
        await old.aclose()
        await new.aclose()
    late_states, states = RelayStates(database, 1), RelayStates(database, 2)
    await late_states.claim()
    await states.claim()
    with pytest.raises(FencedError):
        await late_states.save(RelayState({"_data": "old"}, Place(), "e"))
    with pytest.raises(FencedError):
        await late_states.claim()


async def test_a_zombie_that_relays_on_adds_nothing_wrong(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    """Two relays that both believe to lead (leases of their own): readers still see each event once."""
    async with relaying(database, redis) as first:
        start = await eventually(lambda: reader.current(W))
        writer = asyncio.ensure_future(_keep_writing(database, 200))
        await database.leases.delete_one({"_id": "relay"})
        second = asyncio.ensure_future(Relay(database, redis, Clock(), keep=KEEP).run())
        await writer
        await eventually(lambda: _count_above(reader, 199))
        await stop(second)
        assert not first.done()
        end = await reader.current(W)
        assert end.epoch != start.epoch or await read_numbers(reader, W, start) == list(range(200))


async def test_mongodb_restarted_in_mid_stream(tmp_path: Path, own_redis: OwnRedis) -> None:
    servers = EmbeddedServers(tmp_path / "servers", report=lambda _: None)
    state = await servers.start()
    database, redis = Database(state.mongo_url), connect_redis(own_redis.url)
    reader = EventReader(redis)
    keeper = asyncio.ensure_future(servers.keep_running())
    try:
        async with relaying(database, redis):
            start = await eventually(lambda: reader.current(W))
            await write_numbers(database, W, range(20))
            await eventually(lambda: _count_is(reader, 20))
            _kill(state.mongod_pid)
            await eventually(lambda: _written(database, 20), 60)
            await write_numbers(database, W, range(21, 40))
            await eventually(lambda: _ends_with(reader, start, [38, 39]), 60)
            numbers = await read_numbers(reader, W, start)
            assert [n for n in numbers if n != 20] == [n for n in range(40) if n != 20]
            assert numbers.count(20) >= 1
    finally:
        await stop(keeper)
        await redis.aclose()
        database.close()
        await servers.stop()


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


async def _written(database: Database, number: int) -> bool:
    try:
        await write_numbers(database, W, [number])
    except Exception:
        return False
    return True


async def _keep_writing(database: Database, total: int) -> None:
    for n in range(0, total, 4):
        await write(database, [event(W, n)], [event(W, n + 1), event(W, n + 2)], [event(W, n + 3)])


async def _drain(next_batch: object, count: int) -> list[EventDocument]:
    found: list[EventDocument] = []
    while len(found) < count:
        found += await next_batch()  # type: ignore[operator]
    return found


async def _true(value: bool) -> bool:
    return value


async def _count_is(reader: EventReader, count: int) -> Cursor | None:
    cursor = await reader.current(W)
    return cursor if cursor.count == count else None


async def _count_above(reader: EventReader, count: int) -> bool:
    return (await reader.current(W)).count > count


async def _newer_epoch(reader: EventReader, before: Cursor) -> Cursor | None:
    cursor = await reader.current(W)
    return cursor if cursor.epoch != before.epoch else None


async def _ends_with(reader: EventReader, cursor: Cursor, numbers: list[int]) -> bool:
    return (await read_numbers(reader, W, cursor))[-len(numbers) :] == numbers
