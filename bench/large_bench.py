"""A large workspace: ten million messages of a million conversations, read over the API while nothing else happens.

    .venv/bin/python -m bench.large_bench DIRECTORY [MESSAGES]

The first run fills the directory: one customer writes, is answered and closed for real, and copies are made of every
document that this left, moved in time and with names of their own; the indexes are made at the end. Later runs find
it filled, also one that an earlier version filled: what that lacks of indexes and of counts for reports is made
first. Then each question is asked 50 times a second for some seconds (full text five times, reports once), of another
customer each time; at last messages arrive as in `inbound` of `python -m bench`, here and in an empty database, in
turn. Beside each figure stands its goal.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiohttp
import uvloop
from pymongo import MongoClient

from bench.existing import customers_wrote
from bench.load import run_load, run_paced
from bench.scenario_inbound import CUSTOMERS
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import Webhooks
from inbox.contacts.search_terms import with_terms
from inbox.foundation.ids import lowest_id
from inbox.foundation.logs import configure_logging
from inbox.reports.day_rollups import DAY, day_of, sum_days
from inbox.reports.facts import count_slot
from inbox.reports.report_models import GroupBy, ReportName
from inbox.reports.rollups import SETTLING, store_slot
from inbox.reports.slots import SLOT, slot_of
from inbox.storage.database import Database, is_unavailable
from inbox.storage.indexes import INDEXES

MESSAGES: Final = 10_000_000
OF_A_CONVERSATION: Final = 10
OF_A_CUSTOMER: Final = 2
"""Conversations."""
TOGETHER: Final = 1_000
"""Conversations written in one go."""
SPAN: Final = timedelta(days=180)
COPIED: Final = ("contacts", "conversations", "messages", "message_terms")
RATE: Final = 50.0
SEARCH_RATE: Final = 5.0
"""Of full text searches, which people ask for far less often than they open a conversation."""
REPORT_RATE: Final = 1.0
"""Of reports, for which few ask."""
LIST_MS: Final = 30
SEARCH_MS: Final = 300
REPORT_MS: Final = 500
INBOUND_SHARE: Final = 0.8
"""Of what an empty database takes."""
REPORT_DAYS: Final = 90
COUNTED_TOGETHER: Final = 8
"""Half hours."""
SECONDS: Final = 10.0
CONNECTIONS: Final = 16
INBOUND_CONNECTIONS: Final = 64
VOCABULARY: Final = [f"w{number:05}" for number in range(60_000)]
WEIGHTS: Final = list(itertools.accumulate(1 / (rank + 100) for rank in range(len(VOCABULARY))))
"""The first hundred are what nobody looks for."""
CACHE_GB: Final = 4
"""Of MongoDB, for 6.5 GB of documents and indexes; the other scenarios have half a gigabyte."""
FILLED: Final = "bench-filled"

Documents = Mapping[str, dict[str, Any]]
"""One document of each copied collection."""


class Question(NamedTuple):
    """What is asked again and again.

    Attributes:
        path: Returns the path that asks about a conversation of a number.
        goal_ms: What 99 of 100 are to stay within.
        rate: How often a second.
    """

    name: str
    path: Callable[[int], str]
    goal_ms: int = LIST_MS
    rate: float = RATE


async def main(directory: Path, messages: int) -> None:
    """Fill the directory if that was not done, and measure."""
    conversations = messages // OF_A_CONVERSATION
    if not (directory / FILLED).exists():
        directory.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
        async with running_system(servers=1, kept=directory) as system:
            pattern = await _one_conversation(system)
        async with running_system(servers=0, workers=0, kept=directory) as system:
            await _fill(system.runtime.database, pattern, conversations)
        (directory / FILLED).touch()
    async with running_system(servers=0, workers=0, kept=directory) as system:
        await _count_for_reports(system)
    async with running_system() as empty:
        before = await _inbound(empty)
    async with running_system(kept=directory) as system:
        await _measure(system, conversations)
        large = await _inbound(system)
    async with running_system() as empty:
        after = await _inbound(empty)
    _show_inbound(large, (before, after))


async def _one_conversation(system: System) -> Documents:
    """Have one customer write and be answered and closed; return what is stored of it."""
    database: Any = system.runtime.database
    (conversation,) = await customers_wrote(system, 1)
    path = f"/api/v1/conversations/{conversation['_id']}"
    headers = {"Authorization": f"Bearer {system.seed.first.owner.token}"}
    async with aiohttp.ClientSession(system.base_url, headers=headers) as http:
        async with http.post(f"{path}/assign", json={"operator_id": system.seed.first.operators[0].id}) as answer:
            answer.raise_for_status()
        async with http.post(f"{path}/close", json={}) as answer:
            answer.raise_for_status()
    while await database.message_terms.find_one({}) is None:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    found = {name: await getattr(database, name).find_one({}, sort=[("_id", 1)]) for name in COPIED}
    found["messages"] = await database.messages.find_one({"_id": found["message_terms"]["_id"]})
    return found


async def _fill(database: Any, pattern: Documents, conversations: int) -> None:
    """Write copies, then make the indexes that were left out."""
    for name in COPIED:
        await getattr(database, name).drop_indexes()
    last = pattern["conversations"]["opened_at"]
    for start in range(0, conversations, TOGETHER):
        began = time.monotonic()
        copies = _copies(pattern, range(start, start + TOGETHER), last - SPAN, SPAN / conversations)
        await asyncio.gather(
            *(getattr(database, name).insert_many(made, ordered=False) for name, made in copies.items())
        )
        if start % (50 * TOGETHER) == 0:
            rate = TOGETHER * OF_A_CONVERSATION / (time.monotonic() - began)
            print(f"{start * OF_A_CONVERSATION:>12,} messages {rate:>8,.0f}/s", flush=True)
    for name in COPIED:
        began = time.monotonic()
        while await _lacks_indexes(database, name):
            pass
        print(f"indexes of {name} made in {time.monotonic() - began:,.0f} s", flush=True)


async def _lacks_indexes(database: Database, name: str) -> bool:
    """Ask for the indexes; MongoDB goes on making them where a client has waited long enough."""
    try:
        await getattr(database, name).create_indexes([index.model for index in INDEXES[name]])
    except Exception as error:
        if not is_unavailable(error):
            raise
        return True
    return False


def _copies(pattern: Documents, numbers: range, first: datetime, step: timedelta) -> dict[str, list[Any]]:
    made: dict[str, list[Any]] = {name: [] for name in COPIED}
    rng = random.Random(numbers.start)
    for number in numbers:
        at = first + number * step
        moved = {
            name: _moved(document, at - pattern["conversations"]["opened_at"]) for name, document in pattern.items()
        }
        contact = contact_id(number - number % OF_A_CUSTOMER)
        who = {"kind": "whatsapp", "external_id": phone(number)}
        if number % OF_A_CUSTOMER == 0:
            made["contacts"].append(_contact(moved["contacts"], number))
        owned = {"_id": conversation_id(number, at), "contact_id": contact, "identity": who}
        made["conversations"].append({**moved["conversations"], **owned})
        for place in range(OF_A_CONVERSATION):
            id_ = (
                lowest_id((at + timedelta(seconds=place)).timestamp())[:12]
                + f"{number * OF_A_CONVERSATION + place:012x}"
            )
            words = rng.choices(VOCABULARY, cum_weights=WEIGHTS, k=rng.randint(4, 12))
            message = {
                **moved["messages"],
                "_id": id_,
                "conversation_id": owned["_id"],
                "seq": moved["messages"]["seq"] + place,
                "author": {"kind": "contact", "id": contact},
                "provider_id": f"wamid.HB{id_}{'0' * 30}",
                "content": {"type": "text", "text": " ".join(words)},
            }
            terms = {
                **moved["message_terms"],
                "_id": id_,
                "conversation_id": owned["_id"],
                "terms": [*dict.fromkeys(words)],
            }
            made["messages"].append(message)
            made["message_terms"].append(terms)
    return made


def _moved(value: Any, by: timedelta) -> Any:
    """Return a document with its times, and the places that follow from them, moved."""
    if isinstance(value, dict):
        return {name: _moved(item, by) for name, item in value.items()}
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, int) and value > 1 << 45:  # a seq: milliseconds, eleven bits further up
        return value + (int(by.total_seconds() * 1000) << 11)
    return value


def _contact(moved: dict[str, Any], number: int) -> Any:
    name = f"Customer {VOCABULARY[number % len(VOCABULARY)]}"
    identity = {**moved["identities"][0], "external_id": phone(number), "aliases": []}
    named = {"_id": contact_id(number), "name": name, "profile_name": name}
    copy: Any = {**moved, **named, "identities": [identity], "identity_keys": [f"whatsapp:{phone(number)}"]}
    return with_terms(copy)


def phone(number: int) -> str:
    """Return the phone number of a conversation's customer."""
    return f"4915{number - number % OF_A_CUSTOMER:09}"


def contact_id(number: int) -> str:
    """Return the id of a conversation's customer."""
    return f"c0{number:022x}"


def conversation_id(number: int, at: datetime) -> str:
    """Return the id of a conversation."""
    return lowest_id(at.timestamp())[:12] + f"{number:012x}"


async def _count_for_reports(system: System) -> None:
    """Count the half hours of the reports' span and sum their days, where that was not done: a worker's work."""
    began, workspace_id = time.monotonic(), system.seed.first.id
    database, end = system.runtime.database, slot_of(system.runtime.clock.now() - SETTLING)
    first = day_of(end) - (REPORT_DAYS + 1) * DAY
    own = {"_id": workspace_id, "workspace_id": workspace_id}
    mark = await database.rollup_marks.find_one(own)
    if mark is not None and mark.get("days_until", first) > first:
        return
    for start in range(0, (end - first) // SLOT, COUNTED_TOGETHER):
        slots = [first + (start + number) * SLOT for number in range(COUNTED_TOGETHER)]
        await asyncio.gather(*(_count_slot(database, workspace_id, slot) for slot in slots if slot < end))
    counted = {"until": end, "again_until": end, "days_until": first}
    await database.rollup_marks.update_one(own, {"$set": counted}, upsert=True)
    for _ in range(REPORT_DAYS):
        mark = await database.rollup_marks.find_one(own)
        if mark is not None and mark.get("days_until", first) < day_of(end):
            await sum_days(database, workspace_id, mark)
    print(f"half hours counted in {time.monotonic() - began:,.0f} s", flush=True)


async def _count_slot(database: Database, workspace_id: str, slot: datetime) -> None:
    await store_slot(database, workspace_id, slot, await count_slot(database, workspace_id, slot))


async def _measure(system: System, conversations: int) -> None:
    database: Any = system.runtime.database
    with MongoClient[Any](str(system.runtime.settings.mongo_url)) as client:
        client.admin.command("setParameter", 1, wiredTigerEngineRuntimeConfig=f"cache_size={CACHE_GB}G")
    for name in COPIED:
        figures = await database.command("collStats", value=name)
        sizes = f"{figures['storageSize'] / 2**20:,.0f} MiB, indexes {figures['totalIndexSize'] / 2**20:,.0f} MiB"
        print(f"{name}: {figures['count']:,} documents, {sizes}", flush=True)
    await customers_wrote(system, CUSTOMERS)
    rng = random.Random(1)
    heads = f"{'a second':>9}{'p50 ms':>9}{'p99 ms':>9}{'slowest':>9}{'goal':>6}{'other than 200':>16}"
    print(f"{'question':<44}{heads}", flush=True)
    async for question in _questions(system, conversations):
        requests = _requests(system, question, rng, conversations)
        load = await run_paced(HOST, system.port, requests, rate=question.rate, connections=CONNECTIONS)
        figures = "".join(f"{load.percentile_ms(share):>9.1f}" for share in (0.5, 0.99, 1.0))
        told = f"{question.name:<44}{question.rate:>9.0f}{figures}{question.goal_ms:>6}{sum(load.bad.values()):>16}"
        missed = load.percentile_ms(0.99) > question.goal_ms or not load.good
        print(told + ("  missed" if missed else ""), flush=True)


class Inbound(NamedTuple):
    """How many messages a second arrived, and what each took of the processor."""

    rate: float
    cpu_us: float


async def _inbound(system: System) -> Inbound:
    """Have messages arrive: to warm up at first, then as many as are taken."""
    webhooks = Webhooks(system.seed.whatsapp).from_customers(CUSTOMERS)
    await run_load(HOST, system.port, islice(webhooks, 5_000), connections=INBOUND_CONNECTIONS, seconds=SECONDS)
    meter = system.meter()
    load = await run_load(HOST, system.port, webhooks, connections=INBOUND_CONNECTIONS, seconds=SECONDS)
    used = sum(seconds for kind, seconds in meter.read().by_kind.items() if kind != "sandbox")
    return Inbound(load.good_rate, 1e6 * used / max(1, load.good))


def _show_inbound(large: Inbound, empty: Sequence[Inbound]) -> None:
    print(f"{'inbound, 64 connections':<44}{'a second':>9}{'CPU µs each':>13}")
    for name, one in (("into an empty database, before", empty[0]), ("here", large), ("… after", empty[1])):
        print(f"{name:<44}{one.rate:>9,.0f}{one.cpu_us:>13,.0f}")
    mean = sum(one.rate for one in empty) / len(empty)
    missed = "" if large.rate >= INBOUND_SHARE * mean else "  missed"
    print(f"{'here, of the mean of both':<44}{large.rate / mean:>9.0%}  (goal: {INBOUND_SHARE:.0%}){missed}")


async def _questions(system: System, conversations: int) -> AsyncIterator[Question]:
    """Name the questions; those about one conversation look up its id by its customer's number first."""
    database: Any = system.runtime.database
    some = [phone(n) for n in random.Random(2).sample(range(0, conversations, OF_A_CUSTOMER), 500)]
    contacts = [contact_id(int(number[4:])) for number in some]
    own = {"workspace_id": system.seed.first.id}
    wanted = {**own, "contact_id": {"$in": contacts}}
    found = [c["_id"] for c in await database.conversations.find(wanted, {"_id": 1}).to_list(None)]
    api = "/api/v1"
    yield Question("open ones, newest", lambda _: f"{api}/conversations?view=all")
    yield Question("unassigned, by waiting", lambda _: f"{api}/conversations?view=unassigned&order=waiting")
    yield Question("closed ones", lambda _: f"{api}/conversations?view=all&state=closed")
    pages = await _cursors(system, f"{api}/conversations?view=all&state=closed&limit=50")
    yield Question("closed ones, up to 40 pages back", lambda n: pages[n % len(pages)])
    yield Question("a conversation", lambda n: f"{api}/conversations/{found[n % len(found)]}")
    yield Question("its messages", lambda n: f"{api}/conversations/{found[n % len(found)]}/messages")
    middle = [await _middle_of(database, {**own, "conversation_id": id_}) for id_ in found]
    yield Question(
        "its messages, a page back",
        lambda n: f"{api}/conversations/{found[n % len(found)]}/messages?limit=5&before_seq={middle[n % len(found)]}",
    )
    yield Question("a customer's timeline", lambda n: f"{api}/contacts/{contacts[n % len(contacts)]}/timeline")
    yield Question("customers by phone", lambda n: f"{api}/contacts?q={some[n % len(some)]}")
    yield Question("search everything by phone", lambda n: f"{api}/search?q={some[n % len(some)]}")
    for name, asked in _searches().items():
        yield Question(f"full text, {name}", asked, goal_ms=SEARCH_MS, rate=SEARCH_RATE)
    for report, path in _reports(api).items():
        yield Question(report, path, goal_ms=REPORT_MS, rate=REPORT_RATE)


async def _middle_of(database: Any, of_conversation: Mapping[str, str]) -> int:
    """Return the place of the sixth message of a conversation."""
    messages = database.messages.find(of_conversation, {"seq": 1}).sort("seq", 1)
    found = await messages.skip(OF_A_CONVERSATION // 2).limit(1).to_list(None)
    return int(found[0]["seq"])


def _searches() -> Mapping[str, Callable[[int], str]]:
    search = "/api/v1/search?kind=messages&q="
    return {
        "a rare word": lambda n: f"{search}{VOCABULARY[-1 - n % 40_000]}",
        "a frequent word": lambda n: f"{search}{VOCABULARY[n % 50]}",
        "a frequent and a rare word": lambda n: f"{search}{VOCABULARY[n % 50]}+{VOCABULARY[-1 - n % 40_000]}",
    }


def _reports(api: str) -> Mapping[str, Callable[[int], str]]:
    """Return reports over ninety days: each group, all names in turn."""
    names = [name.value for name in ReportName]
    since = (datetime.now(UTC) - timedelta(days=REPORT_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def asking(group: str) -> Callable[[int], str]:
        return lambda n: f"{api}/reports/{names[n % len(names)]}?from={since}&group_by={group}"

    return {f"a report over {REPORT_DAYS} days by {group.value}": asking(group.value) for group in GroupBy}


async def _cursors(system: System, path: str) -> Sequence[str]:
    """Return the paths of forty pages, one behind the other."""
    paths = [path]
    headers = {"Authorization": f"Bearer {system.seed.first.owner.token}"}
    async with aiohttp.ClientSession(system.base_url, headers=headers) as http:
        while len(paths) < 40:
            async with http.get(paths[-1]) as answer:
                cursor = (await answer.json())["next_cursor"]
            paths.append(f"{path}&cursor={cursor}")
    return paths


def _requests(system: System, question: Question, rng: random.Random, among: int) -> Iterator[bytes]:
    token = system.seed.first.owner.token
    for _ in range(int(question.rate * SECONDS)):
        path = question.path(rng.randrange(among))
        yield f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


if __name__ == "__main__":
    configure_logging("WARNING", process="bench")
    wanted_messages = int(sys.argv[2].replace("_", "")) if len(sys.argv) > 2 else MESSAGES
    uvloop.run(main(Path(sys.argv[1]), wanted_messages))
