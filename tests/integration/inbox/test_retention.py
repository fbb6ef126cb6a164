"""What a channel does not keep any longer goes with all that was made of it, and nothing else does."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from inbox.conversation.conversations import closing
from inbox.files.file_models import FileState
from inbox.files.gridfs_store import GridFsStore
from inbox.files.uploads import keep_upload, sweep_unnamed
from inbox.finding.term_keeping import BEHIND_SECONDS, SETTLED_SECONDS, TermKeeper
from inbox.foundation.ids import new_id
from inbox.model.retention import Retention
from inbox.retention.keeper import RetentionKeeper
from inbox.retention.preview import preview_retention
from inbox.storage.isolation import Isolated
from tests.integration.inbox.inbox_world import CHANNEL, OPERATOR, OTHER_CHANNEL, World, text

YEAR = Retention(messages_days=365)


class History:
    """A world in which conversations close and grow old."""

    def __init__(self, world: World) -> None:
        self.world, self.database, self.clock = world, world.database, world.clock
        self.blobs = GridFsStore(world.database)

    async def keeps(self, retention: Retention, channel: str = CHANNEL.id) -> None:
        fields = {"retention": {n: getattr(retention, n) for n in retention.__struct_fields__}, "retained": True}
        await self.database.channels.update_one({"_id": channel}, {"$set": fields})

    async def closed(self, customer: str, *said: str, file_id: str | None = None) -> str:
        """A customer wrote, somebody answered, perhaps with a file, and closed."""
        id_ = await self.world.assigned_conversation(customer)
        for words in said:
            await self.world.receive(text(words, customer=customer, provider_id=f"{customer}-{words}"))
        if file_id:
            await self.database.messages.update_one(
                {"conversation_id": id_}, {"$set": {"content": {"type": "image", "media": {"id": file_id}}}}
            )
            await self.database.files.update_one({"_id": file_id}, {"$unset": {"unnamed": ""}})
        await self.world.conversations.close(OPERATOR, id_, closing(OPERATOR, seen_seq=None, silent=True))
        return id_

    async def upload(self, data: bytes = b"picture", by: str | None = None) -> str:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        file = await keep_upload(
            self.database, self.blobs, "w1", chunks(), declared=None, filename="a.png",
            limit_bytes=100, kept=timedelta(days=1), now=self.clock.now(), by=by,
        )  # fmt: skip
        return file.id

    async def terms_written(self) -> None:
        for behind in (BEHIND_SECONDS, SETTLED_SECONDS):
            keeper = TermKeeper(self.database, self.clock, seconds=lambda behind=behind: time.time() + behind + 1)
            await keeper.keep_up()
            await keeper.settle()

    async def later(self, days: int) -> int:
        self.clock.advance(timedelta(days=days))
        return await RetentionKeeper(self.database, self.clock).delete_old()

    async def files_swept(self) -> None:
        self.clock.advance(timedelta(hours=2))
        await sweep_unnamed(self.database, self.blobs, self.clock.now(), isolated=Isolated("unnamed"))

    async def counts(self, conversation_id: str) -> dict[str, int]:
        of = {"conversation_id": conversation_id}
        names = ("messages", "message_terms", "notes", "drafts")
        return {name: await getattr(self.database, name).count_documents(of) for name in names}


@pytest.fixture
async def history(world: World) -> History:
    return History(world)


async def note_and_draft(history: History, conversation_id: str) -> None:
    own = {"_id": f"{conversation_id}:op1", "workspace_id": "w1", "conversation_id": conversation_id}
    await history.database.notes.insert_one({**own, "text": "rude"})
    await history.database.drafts.insert_one({**own, "updated_at": history.clock.now() + timedelta(days=4000)})


async def test_words_go_with_all_that_was_made_of_them_and_the_episode_stays(history: History) -> None:
    await history.keeps(YEAR)
    old = await history.closed("100", "parcel", "late")
    await note_and_draft(history, old)
    still_open = await history.world.assigned_conversation("101")
    await history.terms_written()
    assert await history.counts(old) == {"messages": 3, "message_terms": 3, "notes": 1, "drafts": 1}
    assert await history.later(364) == 0
    young = await history.closed("102")
    await history.terms_written()
    assert await history.later(2) == 1
    assert set((await history.counts(old)).values()) == {0}
    assert (await history.counts(young))["messages"] == (await history.counts(still_open))["messages"] == 1
    kept = await history.world.only("conversations", {"_id": old})
    assert (kept["state"], kept["emptied_at"]) == ("closed", history.clock.now())
    assert await history.later(0) == 0


async def test_a_channel_that_keeps_everything_and_another_tenants_lose_nothing(history: History) -> None:
    await history.keeps(YEAR, OTHER_CHANNEL.id)
    kept = await history.closed("100", "parcel")
    await history.terms_written()
    assert await history.later(4000) == 0
    await history.keeps(Retention(messages_days="never", files_days=30))
    await history.later(1)
    assert (await history.counts(kept))["messages"] == 2


async def test_a_message_that_still_waits_is_left_and_holds_up_no_other(history: History) -> None:
    await history.keeps(YEAR)
    waits, other = await history.closed("100", "parcel"), await history.closed("101", "late")
    last = (await history.world.all("messages", {"conversation_id": waits}))[-1]
    held = {"_id": last["_id"], "workspace_id": "w1", "channel_id": "c1", "conversation_id": waits, "to": "100"}
    await history.database.held_replies.insert_one({**held, "held_until": history.clock.now()})
    await history.terms_written()
    assert await history.later(366) == 1
    assert (await history.counts(other))["messages"] == 0
    assert [one["_id"] for one in await history.world.all("messages", {"conversation_id": waits})] == [last["_id"]]
    await history.database.held_replies.delete_one({"_id": last["_id"]})
    assert await history.later(0) == 1
    assert (await history.counts(waits))["messages"] == 0


async def test_a_message_goes_only_when_its_terms_are_written(history: History) -> None:
    """Otherwise whoever writes terms could store them after the message went."""
    await history.keeps(YEAR)
    old = await history.closed("100", "parcel")
    assert await history.later(366) == 0
    assert (await history.counts(old))["messages"] == 2
    await history.terms_written()
    assert await history.later(0) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_processes_that_die_and_overlap_leave_nothing_behind(history: History, seed: int) -> None:
    await history.keeps(YEAR)
    file_ids = [await history.upload() for _ in range(3)]
    ids = [await history.closed(f"10{n}", *"abcdef", file_id=file_ids[n]) for n in range(3)]
    await history.terms_written()
    history.clock.advance(timedelta(days=366))
    chance = random.Random(seed)
    for _ in range(4):
        dying = [asyncio.create_task(RetentionKeeper(history.database, history.clock).delete_old()) for _ in range(2)]
        await asyncio.wait(dying, timeout=chance.uniform(0.001, 0.03))
        for task in dying:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    await history.later(0)
    await history.files_swept()
    for id_ in ids:
        assert set((await history.counts(id_)).values()) == {0}
    assert await history.world.all("files") == []
    assert await history.database.blob_files.count_documents({}) == 0
    emptied = await history.world.all("conversations", {"emptied_at": {"$type": "date"}})
    assert len(emptied) == len(ids)


async def test_files_go_before_their_messages_once_nobody_names_them(history: History) -> None:
    await history.keeps(Retention(files_days=30))
    shared, own = await history.upload(by="op1"), await history.upload()
    first = await history.closed("100", file_id=shared)
    await history.closed("101", file_id=own)
    await history.later(20)
    second = await history.closed("102", file_id=shared)
    assert await history.later(11) == 2
    await history.files_swept()
    shown = (await history.world.all("messages", {"conversation_id": first}))[0]["content"]["media"]
    assert shown == {"id": shared, "status": FileState.EXPIRED}
    assert [one["_id"] for one in await history.world.all("files")] == [shared]
    assert await history.later(20) == 1
    await history.files_swept()
    assert await history.world.all("files") == []
    assert (await history.counts(second))["messages"] == 1


async def test_a_file_of_a_prepared_reply_stays(history: History) -> None:
    await history.keeps(Retention(messages_days=30))
    file_id = await history.upload(by="op1")
    reply = {
        "_id": new_id(),
        "workspace_id": "w1",
        "translations": {"en": [{"type": "image", "media": {"id": file_id}}]},
    }
    await history.database.prepared_replies.insert_one(reply)
    await history.closed("100", file_id=file_id)
    await history.terms_written()
    assert await history.later(31) == 1
    await history.files_swept()
    file = await history.world.only("files")
    assert (file["state"], file.get("unnamed")) == (FileState.STORED, None)


async def test_raw_payloads_go_before_their_messages(history: History) -> None:
    await history.keeps(Retention(raw_days=30))
    old = await history.closed("100", "parcel")
    assert await history.later(31) == 1
    messages = await history.world.all("messages", {"conversation_id": old})
    assert [("raw" in one, one["content"]["text"]) for one in messages] == [(False, "hello"), (False, "parcel")]
    young = await history.closed("101")
    assert await history.later(1) == 0
    assert "raw" in await history.world.only("messages", {"conversation_id": young})


async def letter(history: History, days_ago: int, channel: str = CHANNEL.id) -> None:
    at = history.clock.now() - timedelta(days=days_ago)
    common: dict[str, Any] = {"workspace_id": "w1", "channel_id": channel, "account_key": None, "raw": b"?"}
    rest = {"key": new_id(), "reason": "unreadable", "at": at, "replayed_at": None}
    await history.database.dead_letters.insert_one({"_id": new_id(), **common, **rest})


@pytest.mark.parametrize(("days", "left"), [("never", 3), (30, 1), (200, 2)])
async def test_dead_letters_go_by_the_channels_days_alone(history: History, days: Any, left: int) -> None:
    for age in (1, 100, 300):
        await letter(history, age)
    await letter(history, 80, "c2")
    await history.keeps(Retention(dead_letters_days=days))
    await history.later(0)
    kept = await history.world.all("dead_letters", {"channel_id": "c1"})
    assert (len(kept), {one["kept"] for one in kept}) == (left, {True})
    assert "kept" not in await history.world.only("dead_letters", {"channel_id": "c2"})


async def test_the_preview_counts_what_then_goes(history: History) -> None:
    first_closed = history.clock.now()
    await history.closed("100", "parcel", file_id=await history.upload())
    history.clock.advance(timedelta(days=1))
    await history.closed("101", "late")
    await letter(history, 50)
    history.clock.advance(timedelta(days=40))
    wanted = Retention(messages_days=40, files_days=41, raw_days=60, dead_letters_days=60)
    shown = await preview_retention(history.database, "w1", "c1", wanted, now=history.clock.now())
    assert (shown.messages.conversations, shown.messages.count, shown.messages.oldest) == (2, 4, first_closed)
    assert (shown.files.conversations, shown.files.count) == (1, 1)
    assert (shown.raw.count, shown.raw.oldest) == (0, None)
    assert (shown.dead_letters.count, shown.dead_letters.more) == (1, False)
    await history.keeps(wanted)
    await history.terms_written()
    await history.later(0)
    assert await history.world.all("messages") == await history.world.all("dead_letters") == []
