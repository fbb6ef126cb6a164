"""What a version before has left waiting is sent, held, counted and never doubled after the upgrade."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from inbox.messages.once import once_for_cue, once_for_recipient
from inbox.messages.tallying import counts_by_campaign
from inbox.model.authors import Author, AuthorKind
from inbox.model.content import TextContent
from inbox.sending.carrying_over import OLD_INDEXES, prepare_database
from inbox.sending.outgoing import outgoing_document
from inbox.storage.database import IndexModel
from tests.integration.inbox.inbox_world import CHANNEL, World

CONVERSATION: Any = {
    "_id": "k1",
    "workspace_id": "w1",
    "channel_id": CHANNEL.id,
    "identity": {"external_id": "79001112233"},
}
ERROR = {"code": "marketing_refused", "explanation": "No.", "retryable": False, "provider_code": "131050"}
OLD_KEYS = {
    "outbox_lanes": ("channel_id", {"due": True}),
    "held_replies": ("held_until", {"status": "held"}),
    "retry_once": ("retry_of", {"retry_of": {"$type": "string"}}),
    "cue_once": ("cue_id", {"cue_id": {"$type": "string"}}),
    "recipient_once": ("recipient", {"recipient": {"$exists": True}}),
    "tally": ("tally", {"tally": {"$exists": True}}),
}


def old(world: World, name: str, place: int, **fields: Any) -> dict[str, Any]:
    """A message as the version before stored it."""
    now = world.clock.now()
    author = Author(AuthorKind.OPERATOR, "op1")
    message: Any = outgoing_document(CONVERSATION, TextContent(text=name), author, place, now)
    return {**message, "_id": name, "due": False, "lane": 0, "next_attempt_at": now, **fields}


async def left_by_the_version_before(world: World) -> None:
    names = {"outbox_lanes", "held_replies", "retry_once", "cue_once", "recipient_once", "tally"}
    assert names == {*OLD_INDEXES}
    models = [IndexModel([(key, 1)], name=n, partialFilterExpression=held) for n, (key, held) in OLD_KEYS.items()]
    await world.database.messages.create_indexes(models)
    counted = {"tally": "p1", "campaign_id": "p1"}
    await world.database.messages.insert_many(
        [
            old(world, "waits", 1, due=True),
            old(world, "on the wire", 2, due=True, status="sending", sender="killed", attempts=[{}]),
            old(world, "uploads", 3, due=True, status="sending", sender="killed", uploading="u1", attempts=[{}]),
            old(world, "held", 4, status="held", held_until=world.clock.now() + timedelta(hours=1)),
            old(world, "said", 5, status="sent", cue_id="cue1"),
            old(world, "reached", 6, status="read", recipient="a:1", **counted),
            old(world, "refused", 7, status="failed", recipient="a:2", error=ERROR, opt_out_noted=True, **counted),
            old(world, "to come", 8, due=True, lane=2, recipient="a:3", **counted),
        ]
    )


async def test_what_waited_goes_on(world: World) -> None:
    await left_by_the_version_before(world)
    await asyncio.gather(*(prepare_database(world.database) for _ in range(3)))
    await prepare_database(world.database)
    assert {*OLD_INDEXES}.isdisjoint(await world.database.messages.index_information())
    rows = {row["_id"]: row for row in await world.all("outbox")}
    assert {name: row.get("sender") for name, row in rows.items()} == {
        "waits": None,
        "on the wire": "killed",
        "uploads": "killed",
        "to come": None,
    }
    assert rows["to come"]["campaign_id"] == "p1"
    assert [row["_id"] for row in await world.all("held_replies")] == ["held"]
    assert await world.delivery("next").settle_orphans() == 1
    statuses = {m["_id"]: m["status"] for m in await world.all("messages")}
    assert (statuses["on the wire"], statuses["uploads"], statuses["waits"]) == ("unknown", "queued", "queued")


async def test_what_was_counted_and_what_may_happen_once_is_known(world: World) -> None:
    await left_by_the_version_before(world)
    await asyncio.gather(*(prepare_database(world.database) for _ in range(3)))
    counts = (await counts_by_campaign(world.database, "w1", ["p1"]))["p1"]
    assert counts == {"read": 1, "failed": 1, "waiting": 1}
    failure = await world.only("campaign_failures")
    assert (failure["_id"], failure["provider_code"], failure["opt_out_noted"]) == ("refused", "131050", True)
    once = {m["_id"]: m.get("once") for m in await world.all("messages")}
    assert (once["said"], once["reached"], once["waits"]) == (
        [once_for_cue("cue1")],
        [once_for_recipient("a:1")],
        None,
    )
