"""Terms of messages: written behind them, whatever is committed late; read rarest first, a part at a time."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, cast

import msgspec

from inbox.arriving.inbound import Customer, MessageEdited, MessageRevoked
from inbox.finding.hits import FOUND_AT_ONCE, LOOKED_AT, Asked, look_on, rarest_first
from inbox.finding.message_terms import change_terms
from inbox.finding.search import find_page
from inbox.finding.search_models import SearchQuery
from inbox.finding.term_keeping import BEHIND_SECONDS, SETTLED_SECONDS, TermKeeper
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import lowest_id
from inbox.model.content import TextContent
from inbox.people.access import Caller, CallerKind, Role
from inbox.storage.database import Database
from inbox.storage.documents import MessageDocument
from tests.integration.inbox.inbox_world import World, text

ANN = Customer(external_id="79001112233", name="Ann")


async def keep_terms(database: Database, clock: FixedClock) -> int:
    return await TermKeeper(database, clock, seconds=lambda: time.time() + BEHIND_SECONDS + 1).keep_up()


def terms(number: int, *words: str) -> dict[str, Any]:
    return {
        "_id": f"{number:024x}",
        "workspace_id": "w",
        "conversation_id": "c",
        "channel_id": "ch",
        "terms": list(words),
    }


async def test_pages_go_on_where_common_words_seldom_meet(database: Database) -> None:
    """`a` and `b` are in thousands of messages, both in two of them, one of which is far back."""
    both = {3, 2 * LOOKED_AT - 5}
    words = [["aa", "bb"] if n in both else ["ab"[n % 2] * 2] for n in range(2 * LOOKED_AT)]
    await database.message_terms.insert_many([terms(n, *some) for n, some in enumerate(words)], ordered=False)
    asked = await rarest_first(database, Asked(workspace_id="w", terms=("aa", "bb")))
    seen, reached = [], ""
    while reached is not None:
        step = await look_on(database, asked)
        seen += [int(one["_id"], 16) for one in step.found]
        reached = step.reached
        asked = msgspec.structs.replace(asked, below=reached)
    assert seen == sorted(both, reverse=True)
    single = await look_on(database, Asked(workspace_id="w", terms=("aa",)))
    assert len(single.found) == FOUND_AT_ONCE
    assert single.reached == single.found[-1]["_id"]


async def test_whoever_sees_few_conversations_gets_whole_pages_from_far_back(database: Database) -> None:
    """Each step finds more than the one before; what is not theirs fills no page."""
    count, mine = 1_200, {2, 3, 601, 1_100}
    found = [{**terms(n, "aa"), "conversation_id": "mine" if n in mine else "theirs"} for n in range(count)]
    await database.message_terms.insert_many(found, ordered=False)
    for whose, operator_id in (("mine", "ann"), ("theirs", "bob")):
        placed = {"queue_id": None, "operator_id": operator_id, "contact_id": whose, "identity": {"external_id": whose}}
        await database.conversations.insert_one({"_id": whose, "workspace_id": "w", "open": True, **placed})
    ann = Caller(workspace_id="w", kind=CallerKind.OPERATOR, id="ann", role=Role.OPERATOR)
    first, _ = await find_page(database, ann, SearchQuery(q="aa", limit=3))
    assert [int(one["_id"], 16) for one in first.items] == [1_100, 601, 3]
    rest, _ = await find_page(database, ann, SearchQuery(q="aa", limit=3, cursor=first.next_cursor))
    assert ([int(one["_id"], 16) for one in rest.items], rest.next_cursor) == ([2], None)
    owner = Caller(workspace_id="w", kind=CallerKind.OPERATOR, id="boss", role=Role.OWNER)
    everything, _ = await find_page(database, owner, SearchQuery(q="aa", limit=3))
    assert [int(one["_id"], 16) for one in everything.items] == [1_199, 1_198, 1_197]


async def test_the_rarest_word_is_looked_for_first(database: Database) -> None:
    await database.message_terms.insert_many([terms(n, "often", *(["rare"] if n == 7 else [])) for n in range(50)])
    asked = await rarest_first(database, Asked(workspace_id="w", terms=("often", "rare")))
    assert asked.terms == ("rare", "often")


def message(at: float, seq: int, words: str) -> dict[str, Any]:
    content = {"type": "text", "text": words}
    return {
        "_id": lowest_id(at),
        "workspace_id": "w",
        "conversation_id": "c",
        "seq": seq,
        "channel_id": "ch",
        "content": content,
    }


async def test_what_is_committed_late_is_found_all_the_same(database: Database, clock: FixedClock) -> None:
    """A message whose id is below the mark appears after the mark has passed it."""
    now = time.time()
    await database.messages.insert_one(message(now - 20, 1, "early bird"))
    await database.messages.insert_one({**message(now - 19, 2, ""), "void": True})
    keeper = TermKeeper(database, clock, seconds=lambda: now)
    assert await keeper.keep_up() == 1
    await database.messages.insert_one(message(now - 30, 3, "late comer"))
    assert await keeper.keep_up() == 0
    assert await keeper.settle() == 0
    settling = TermKeeper(database, clock, seconds=lambda: now + SETTLED_SECONDS)
    assert await settling.settle() == 1
    assert await settling.settle() == 0
    assert sorted([d["terms"] async for d in database.message_terms.find({})]) == [["earli", "bird"], ["late", "comer"]]


async def test_the_next_look_is_when_the_newest_message_is_old_enough(database: Database, clock: FixedClock) -> None:
    now = time.time()
    keeper = TermKeeper(database, clock, seconds=lambda: now)
    assert await keeper.next_due() is None
    await database.messages.insert_one(message(now, 1, "new"))
    assert await keeper.keep_up() == 0
    due_at = await keeper.next_due()
    assert due_at is not None
    assert timedelta(0) < due_at - clock.now() <= timedelta(seconds=BEHIND_SECONDS)
    now += BEHIND_SECONDS + 1
    assert await keeper.keep_up() == 1
    assert await keeper.next_due() is None


async def test_a_reader_of_old_words_does_not_store_them_over_new_ones(database: Database, clock: FixedClock) -> None:
    old, new = (cast(MessageDocument, message(time.time(), 1, words)) for words in ("old", "new"))
    new["_id"] = old["_id"]
    await database.messages.insert_one(old)
    await database.transaction(lambda session: change_terms(database, [new], session))
    await keep_terms(database, clock)
    assert [d["terms"] async for d in database.message_terms.find({})] == [["new"]]


async def test_edited_words_are_found_and_deleted_ones_are_not(
    world: World, database: Database, clock: FixedClock
) -> None:
    await world.receive(text("helo", provider_id="m1"))
    assert await keep_terms(database, clock) == 1
    at = clock.now() + timedelta(minutes=1)
    await world.receive(
        MessageEdited(customer=ANN, provider_id="e1", target="m1", content=TextContent(text="parcel"), provider_at=at)
    )
    assert (await world.only("message_terms"))["terms"] == ["parcel"]
    await world.receive(MessageRevoked(customer=ANN, provider_id="e2", target="m1", provider_at=at))
    assert (await world.only("message_terms"))["terms"] == []
    assert await keep_terms(database, clock) == 0
