"""Full text search over millions of messages.

    .venv/bin/python -m bench.search_bench build DIRECTORY MESSAGES
    .venv/bin/python -m bench.search_bench measure DIRECTORY

`build` starts a MongoDB in the directory and fills it in bulk: words by Zipf's law out of 60,000, eight a message on
the average, ten messages a conversation; messages and their terms only, the index made at the end. It goes on where
it was stopped. `measure` prints how large the index is and how long finding a page takes, one after the other;
showing it costs what any list of conversations costs.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import uvloop

from bench.cpu import process_seconds
from gateway.embedded.servers import EmbeddedServers
from inbox.finding.search import find_page
from inbox.finding.search_models import Found, SearchQuery
from inbox.finding.term_keeping import FRESH, MARKS, TermKeeper
from inbox.foundation.clock import Clock
from inbox.foundation.ids import lowest_id, made_at
from inbox.foundation.logs import configure_logging
from inbox.people.access import Caller, CallerKind, Role
from inbox.storage.database import Database, is_unavailable
from inbox.storage.indexes import INDEXES

WORKSPACE: Final = "w"
BATCH: Final = 10_000
VOCABULARY: Final = 60_000
IN_A_CONVERSATION: Final = 10
OPERATORS: Final = 50
STEP_MS: Final = 1_500
"""Between two messages: ten million are half a year."""
SEARCHES: Final = 100
FIRST: Final = 1_700_000_000_000
_WORDS: Final = [f"w{number:05}" for number in range(VOCABULARY)]
_WEIGHTS: Final = list(itertools.accumulate(1 / (rank + 100) for rank in range(VOCABULARY)))
"""The first hundred are what nobody looks for."""


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[tuple[Database, int]]:
    """Yield the database of a directory and the process id of its MongoDB."""
    servers = EmbeddedServers(directory)
    state = await servers.start()
    database = Database(state.mongo_url)
    try:
        yield database, state.mongod_pid or 0
    finally:
        database.close()
        await servers.stop()


async def build(directory: Path, messages: int) -> None:
    async with opened(directory) as (database, _):
        for collection in ("conversations", "contacts"):
            await getattr(database, collection).create_indexes([index.model for index in INDEXES[collection]])
        have = await database.message_terms.estimated_document_count()
        for start in range(have // BATCH * BATCH, messages, BATCH):
            began = time.monotonic()
            await _insert(database, start)
            print(f"{start + BATCH:>10,} {BATCH / (time.monotonic() - began):>8,.0f}/s", flush=True)
        began = time.monotonic()
        while await _lacks_index(database):
            print("index is being made", flush=True)
        print(f"index made in {time.monotonic() - began:,.0f} s")


async def _lacks_index(database: Database) -> bool:
    """Ask for the index; MongoDB goes on making it where a client has waited long enough."""
    try:
        await database.message_terms.create_indexes([index.model for index in INDEXES["message_terms"]])
    except Exception as error:
        if not is_unavailable(error):
            raise
        return True
    return False


async def _insert(database: Database, start: int) -> None:
    rng = random.Random(start)
    drawn = iter(rng.choices(_WORDS, cum_weights=_WEIGHTS, k=BATCH * 12))
    rows = [(n, list(itertools.islice(drawn, rng.randint(4, 12)))) for n in range(start, start + BATCH)]
    await asyncio.gather(
        database.messages.insert_many([_message(n, words) for n, words in rows], ordered=False),
        database.message_terms.insert_many([_terms(n, words) for n, words in rows], ordered=False),
        database.conversations.insert_many(
            [_conversation(n) for n in range(start, start + BATCH, IN_A_CONVERSATION)], ordered=False
        ),
    )


def _id(number: int) -> str:
    return lowest_id((FIRST + number * STEP_MS) / 1000)[:12] + f"{number:012x}"


def _conversation_id(number: int) -> str:
    return _id(number - number % IN_A_CONVERSATION)


def _message(number: int, words: Sequence[str]) -> Any:
    return {
        "_id": _id(number),
        "workspace_id": WORKSPACE,
        "conversation_id": _conversation_id(number),
        "channel_id": "c1",
        "seq": number,
        "direction": "in",
        "author": {"kind": "contact", "id": "k"},
        "content": {"type": "text", "text": " ".join(words)},
        "status": "received",
        "reply_to": None,
        "reply_to_provider_id": None,
        "created_at": datetime.fromtimestamp((FIRST + number * STEP_MS) / 1000, UTC),
    }


def _terms(number: int, words: Sequence[str]) -> Any:
    return {
        "_id": _id(number),
        "workspace_id": WORKSPACE,
        "conversation_id": _conversation_id(number),
        "channel_id": "c1",
        "terms": list(dict.fromkeys(words)),
    }


def _conversation(number: int) -> Any:
    at = datetime.fromtimestamp((FIRST + number * STEP_MS) / 1000, UTC)
    return {
        "_id": _conversation_id(number),
        "workspace_id": WORKSPACE,
        "channel_id": "c1",
        "channel_kind": "whatsapp",
        "identity": {"kind": "whatsapp", "external_id": str(number)},
        "contact_id": f"k{number}",
        "open": False,
        "state": "closed",
        "queue_id": "q1",
        "operator_id": f"o{number // IN_A_CONVERSATION % OPERATORS}",
        "priority": 0,
        "last_operator_id": None,
        "opened_at": at,
        "queued_at": at,
        "active_at": at,
        "read_seq": 2**52,
        "promised": {},
        "version": 1,
    }


async def measure(directory: Path) -> None:
    async with opened(directory) as (database, mongod_pid):
        await _time_writing(database, mongod_pid)
        figures = await database.command("collStats", value="message_terms")
        print(
            f"{figures['count']:,} messages; index {figures['indexSizes']['by_term'] / 2**20:,.0f} MiB, "
            f"documents {figures['storageSize'] / 2**20:,.0f} MiB"
        )
        print(f"{'search':<38}{'median ms':>12}{'p99 ms':>10}{'found':>8}")
        for caller in (_caller(Role.OWNER, "owner"), _caller(Role.OPERATOR, "o7")):
            for name, query in _QUERIES.items():
                await _time(database, caller, f"{caller.role.value}: {name}", query)


async def _time_writing(database: Database, mongod_pid: int) -> None:
    """Have the terms of new messages written, and print what one costs."""
    newest = await database.messages.find_one({}, {"seq": 1}, sort=[("_id", -1)])
    start = BATCH * (1 + (newest["seq"] if newest else 0) // BATCH)
    rng = random.Random(start)
    rows = [_message(n, rng.choices(_WORDS, cum_weights=_WEIGHTS, k=8)) for n in range(start, start + BATCH)]
    await database.messages.insert_many(rows, ordered=False)
    mark = {"$set": {"mark": _id(start - 1), "claimed_until": None}}
    await database.gateway.update_one({"_id": f"{MARKS}:{FRESH}"}, mark, upsert=True)
    keeper = TermKeeper(database, Clock(), seconds=lambda: made_at(_id(start + BATCH)) + 60)
    of_mongod, own = process_seconds(mongod_pid), time.process_time()
    written = await keeper.keep_up()
    costs = (time.process_time() - own, process_seconds(mongod_pid) - of_mongod)
    ours, theirs = (1e6 * cost / max(1, written) for cost in costs)
    print(f"terms of {written:,} messages: {ours:.0f} µs of the worker and {theirs:.0f} µs of MongoDB each")


def _caller(role: Role, id_: str) -> Caller:
    return Caller(workspace_id=WORKSPACE, kind=CallerKind.OPERATOR, id=id_, role=role)


def _rank(low: int, high: int) -> str:
    return _WORDS[random.Random().randint(low, high)]


_QUERIES: Final[dict[str, Callable[[], str]]] = {
    "a rare word": lambda: _rank(20_000, VOCABULARY - 1),
    "a frequent word": lambda: _rank(0, 50),
    "two frequent words": lambda: f"{_rank(0, 50)} {_rank(51, 200)}",
    "a frequent and a rare word": lambda: f"{_rank(0, 50)} {_rank(20_000, VOCABULARY - 1)}",
    "three words of the middle": lambda: " ".join(_rank(500, 3_000) for _ in range(3)),
    "a word that nobody wrote": lambda: f"nobody{_rank(0, 50)}",
}


async def _time(database: Database, caller: Caller, name: str, query: Callable[[], str]) -> None:
    took, found = [], 0
    for number in range(SEARCHES):
        asked = SearchQuery(q=query(), kind=Found.MESSAGES)
        began = time.perf_counter()
        page, _ = await find_page(database, caller, asked)
        if number:  # the first one fills caches of the process
            took.append(1000 * (time.perf_counter() - began))
        found += len(page.items)
    took.sort()
    median, last = statistics.median(took), took[int(len(took) * 0.99)]
    print(f"{name:<38}{median:>12.1f}{last:>10.1f}{found / SEARCHES:>8.1f}", flush=True)


if __name__ == "__main__":
    configure_logging("WARNING", process="bench")
    what, where = sys.argv[1], Path(sys.argv[2])
    uvloop.run(build(where, int(sys.argv[3].replace("_", ""))) if what == "build" else measure(where))
