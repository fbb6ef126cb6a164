"""The relay in good weather: order, pages, places, trimming."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime
from typing import Final

from redis.asyncio import Redis

from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller, CallerKind, Placement, Role
from inbox.storage.database import Database
from inbox.stream.event_stream import Cursor, EventReader
from inbox.stream.events import EventAudience, write_events
from tests.integration.events.events_world import (
    event,
    eventually,
    is_expired,
    moved,
    number,
    read_all,
    read_numbers,
    relaying,
    write,
    write_numbers,
)
from workers.relay.relay_log import Keep

W = "w1"
A_NODE: Final = 40
"""Events: Redis keeps a stream in nodes of 4 KB, and `XTRIM MINID` takes a node's newer entries along where their
numbers have grown by more than 32 bits, as with each second. Whoever stands there is told that the cursor expired."""


async def test_events_of_concurrent_transactions_come_in_commit_order(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    """The counter is raised in the same transaction: its values are the commit order."""
    await database.counters.insert_one({"_id": "n", "value": 0})

    async def commit(documents: int) -> None:
        async def work(session: object) -> None:
            counter = await database.counters.find_one_and_update(
                {"_id": "n"}, {"$inc": {"value": documents}}, session=session, return_document=True
            )
            last = counter["value"]
            for n in range(last - documents + 1, last + 1):
                await write_events(database, [event(W, n)], at=datetime.now(UTC), session=session)

        await database.transaction(work)

    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        dice = random.Random(11)
        sizes = [dice.randint(1, 4) for _ in range(40)]
        await asyncio.gather(*(commit(size) for size in sizes))
        await eventually(lambda: _count_is(reader, sum(sizes)))
        assert await read_numbers(reader, W, start) == list(range(1, sum(sizes) + 1))


async def test_every_page_size_and_every_cursor_resumes_in_the_middle_of_a_document(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        await write(database, [event(W, n) for n in range(5)], [event(W, 5)], [event(W, n) for n in range(6, 9)])
        await eventually(lambda: _count_is(reader, 9))
        for page in (1, 2, 3, 4, 100):
            assert await read_numbers(reader, W, start, page) == list(range(9))
        for item in await read_all(reader, W, start):
            cursor = Cursor.decode(item.cursor.encode(W), W)
            assert await read_numbers(reader, W, cursor) == list(range(number(item) + 1, 9))


async def test_a_cursor_taken_before_the_first_event_of_a_workspace_misses_nothing(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        assert await reader.read(W, start, 10) == ([], start)
        await write_numbers(database, W, range(3))
        await eventually(lambda: _count_is(reader, 3))
        assert await read_numbers(reader, W, start) == [0, 1, 2]


async def test_a_cursor_is_good_for_its_workspace_only(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis):
        cursor = await eventually(lambda: reader.current(W))
        assert Cursor.decode(cursor.encode(W), W) == cursor
        for text in (cursor.encode("w2"), "", "x", "a.b.c.d", "e.0.1-1.-1", cursor.encode(W) + "0" * 30 + "-"):
            assert await _refused(text), text


async def test_workspaces_do_not_mix(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        written = defaultdict(list)
        for n in range(60):
            workspace_id = f"w{n % 3}"
            written[workspace_id].append(n)
            await write(database, [event(workspace_id, n), event("w9", n)])
        await eventually(lambda: _count_is(reader, 60, "w9"))
        for workspace_id, numbers in written.items():
            assert await read_numbers(reader, workspace_id, Cursor(start.epoch, "0-0", 0)) == numbers


async def test_trimming_by_count_expires_old_cursors_and_no_others(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis, keep=Keep(100, 86_400, mark_every=10)):
        start = await eventually(lambda: reader.current(W))
        cursors = {0: start}
        for n in range(0, 300, 4):
            await write(database, [event(W, n + k) for k in range(4)])
            await eventually(lambda n=n: _count_is(reader, n + 4))
            cursors[n + 4] = await reader.current(W)
        for n, cursor in cursors.items():
            if n <= 300 - 120:
                assert await is_expired(reader, W, cursor), n
            if n >= 300 - 100 + A_NODE:
                assert await read_numbers(reader, W, cursor) == list(range(n, 300))


async def test_trimming_by_age_expires_cursors_before_it_but_not_at_the_end(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(10))
        end = await eventually(lambda: _count_is(reader, 10))
    await redis.xtrim(f"{{events}}:{start.epoch}:stream:{W}", maxlen=0, approximate=False)
    async with relaying(database, redis):
        assert await is_expired(reader, W, start)
        assert await reader.read(W, end, 10) == ([], end)
        await write_numbers(database, W, [10])
        await eventually(lambda: _count_is(reader, 11))
        assert await read_numbers(reader, W, end) == [10]
        assert await is_expired(reader, W, start)


async def test_old_entries_go_when_something_new_comes(database: Database, redis: Redis, reader: EventReader) -> None:
    async with relaying(database, redis, keep=Keep(1_000, -3_600)):
        start = await eventually(lambda: reader.current(W))
        await write_numbers(database, W, range(10))
        await eventually(lambda: is_expired(reader, W, start))
        assert await redis.xlen(f"{{events}}:{start.epoch}:stream:{W}") == 0


async def test_who_learns_of_an_event_is_decided_by_where_the_conversation_was_then(
    database: Database, redis: Redis, reader: EventReader
) -> None:
    """Read from history after all of it has happened."""
    placed = {"workspace_id": W, "queue_id": None, "operator_id": "ann"}
    await database.conversations.insert_one({"_id": "c1", "contact_id": "k1", **placed})
    merged = {"_id": "k3", "workspace_id": W, "identity_keys": ["whatsapp:3"], "family": ["k3", "k1"]}
    await database.contacts.insert_one(merged)
    of_merged = EventAudience(contact_id="k3")
    of_contact, of_nobody = EventAudience(contact_id="k1"), EventAudience(contact_id="k2")
    open_ended = EventAudience("c1")
    async with relaying(database, redis):
        start = await eventually(lambda: reader.current(W))
        await write(database, [event(W, 1, open_ended)])
        await eventually(lambda: _count_is(reader, 1))
        to_bob = moved(W, "c1", Placement(None, "ann"), Placement(None, "bob"))
        await write(database, [to_bob])
        await write(database, [event(W, 2, open_ended), event(W, 3)])
        to_queue = moved(W, "c1", Placement(None, "bob"), Placement("q", None))
        await write(database, [event(W, 4, open_ended), to_queue, event(W, 5, open_ended)])
        await write(database, [event(W, 6, open_ended), event(W, 7, EventAudience("unknown"))])
        await write(database, [event(W, 8, of_contact), event(W, 9, of_nobody), event(W, 10, of_merged)])
        await eventually(lambda: _count_is(reader, 12))
        events = await read_all(reader, W, start)

    def seen(caller: Caller) -> list[int]:
        return [number(item) for item in events if item.visible(caller)]

    assert seen(_caller("ann")) == [1, -1, 3, 8, 10]
    assert seen(_caller("bob")) == [-1, 2, 3, 4, -1, 5]
    assert seen(_caller("cleo", queue_ids=frozenset({"q"}))) == [3, 4, -1, 5, 6]
    assert seen(_caller("dan", role=Role.SUPERVISOR, supervised_ids=frozenset({"ann"}))) == [1, -1, 3, 8, 10]
    assert seen(_caller("eve", role=Role.MANAGER)) == [1, -1, 2, 3, 4, -1, 5, 6, 7, 8, 9, 10]


def _caller(name: str, role: Role = Role.OPERATOR, **reach: frozenset[str]) -> Caller:
    return Caller(workspace_id=W, kind=CallerKind.OPERATOR, id=name, role=role, **reach)


async def _count_is(reader: EventReader, count: int, workspace_id: str = W) -> Cursor | None:
    cursor = await reader.current(workspace_id)
    return cursor if cursor.count == count else None


async def _refused(text: str) -> bool:
    try:
        Cursor.decode(text, W)
    except ProblemError as problem:
        return problem.code == "cursor_expired"
    return False
