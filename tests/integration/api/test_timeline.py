"""The timeline: all conversations and channels of a contact in one thread, for whoever has the contact now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.storage.database import Database
from inbox.storage.sequence import LOW_BITS
from tests.integration.api.support import Team, customer_writes, whatsapp_channel

WA_ID = "16505551234"


def texts(answer: Any) -> list[str]:
    return [message["content"]["text"] for message in answer.body["items"]]


async def test_all_episodes_and_channels_are_one_thread(team: Team, database: Database) -> None:
    owner, ann = team.owner, team.operator
    first = (await owner.post("/channels", whatsapp_channel())).body
    second = (await owner.post("/channels", whatsapp_channel("1002"))).body
    written = [f"part {n}" for n in range(7)]
    for number, text in enumerate(written):
        await customer_writes(owner.client, second if number in {1, 4} else first, text, wa_id=WA_ID)
        if number in {2, 5}:
            (open_here,) = (await owner.get(f"/conversations?channel_id={first['id']}")).body["items"]
            await owner.post(f"/conversations/{open_here['id']}/close", {})
    contact_id = (await owner.get("/contacts")).body["items"][0]["id"]
    path = f"/contacts/{contact_id}/timeline"
    whole = await owner.get(path)
    assert texts(whole) == written
    assert len(whole.body["conversations"]) == 4
    assert whole.body["before"] is None

    newest = await owner.get(f"{path}?limit=3")
    older = await owner.get(f"{path}?limit=3&before={newest.body['before']}")
    oldest = await owner.get(f"{path}?limit=3&before={older.body['before']}")
    assert texts(oldest) + texts(older) + texts(newest) == written
    assert oldest.body["before"] is None
    on = await owner.get(f"{path}?limit=2&after={oldest.body['after']}")
    assert texts(on) == written[1:3]
    end = await owner.get(f"{path}?after={newest.body['after']}")
    assert (texts(end), end.body["after"]) == ([], newest.body["after"])
    fourth = whole.body["items"][3]
    assert texts(await owner.get(f"{path}?before_seq={fourth['seq']}")) == written[:3]
    stored = datetime.fromtimestamp((fourth["seq"] >> LOW_BITS) / 1000, UTC)
    since = [m["content"]["text"] for m in whole.body["items"] if m["seq"] >> LOW_BITS >= fourth["seq"] >> LOW_BITS]
    assert texts(await owner.get(f"{path}?from={stored:%Y-%m-%dT%H:%M:%S.%fZ}")) == since
    assert texts(await owner.get(f"{path}?from=2100-01-01T00:00:00Z")) == []
    assert texts(await owner.get(f"{path}?from=1970-01-01T00:00:00Z&limit=1")) == written[:1]

    open_ones = (await owner.get("/conversations")).body["items"]
    assert whole.body["reply_to"] == open_ones[0]["id"]
    mine = open_ones[-1]
    await ann.post(f"/conversations/{mine['id']}/assign", {"operator_id": ann.id})
    assert (await ann.get(path)).body["reply_to"] == mine["id"], "the caller's own comes first"
    assert texts(await ann.get(path)) == written, "who has the contact sees what was before"
    await owner.post(f"/conversations/{open_ones[0]['id']}/assign", {"operator_id": owner.id})
    await owner.post(f"/conversations/{mine['id']}/assign", {"operator_id": owner.id, "take_over": True})
    hers = [f"part {number}" for number in (0, 2, 3, 5)]
    assert texts(await ann.get(path)) == hers, "what nobody had stays; what the owner has now does not"
    await database.messages.update_many({"workspace_id": owner.workspace_id}, {"$set": {"void": True}})
    assert (await owner.get(path)).body["items"] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("before=x", "/before"),
        ("after=W10", "/after"),
        ("limit=0", "/limit"),
        ("x=1", "/x"),
        ("before_seq=-1", "/before_seq"),
        ("from=yesterday", "/from"),
    ],
)
async def test_odd_bounds_are_told_by_pointer(team: Team, query: str, pointer: str) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "help")
    contact_id = (await team.owner.get("/contacts")).body["items"][0]["id"]
    answer = await team.owner.get(f"/contacts/{contact_id}/timeline?{query}")
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)
