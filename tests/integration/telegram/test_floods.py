"""Telegram asks to slow down, at random: everything arrives, once, in order in each chat, without busy waiting."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import channels.telegram.send  # noqa: F401 - it stops the loop for seconds: as in a worker, load it first
from channels.registry import open_connectors
from inbox.arriving.inbound import Customer, MessageReceived
from inbox.arriving.ingest import Addressed, Ingest
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_models import Channel, TelegramChannelFields, TelegramCredentials
from inbox.channel.channel_store import ChannelStore
from inbox.contacts.suppression import Suppression
from inbox.files.gridfs_store import GridFsStore
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.model.authors import Author, AuthorKind
from inbox.model.content import TextContent
from inbox.sending.outgoing import outgoing_document, reply_row
from inbox.storage.database import Document
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from tests.integration.telegram.flooding_api import LOSE, TAKE, Decide, FloodingApi, flooding_api
from tests.waiting import eventually
from workers.sending.deliver import Deliverer


class Sending:
    """A bot with conversations, and the real sender on the real time."""

    def __init__(self, runtime: Runtime, api: FloodingApi, channel: Channel) -> None:
        self.runtime = runtime
        self.api = api
        self.channel = channel
        self.directory = ChannelDirectory(runtime.database, runtime.secret_box)
        self.connectors = open_connectors(allow_private=True)
        self.deliverer = Deliverer(runtime, self.directory, self.connectors, GridFsStore(runtime.database))

    async def conversations(self, count: int) -> list[Document]:
        """Have so many customers write."""
        record = await self.directory.get(self.channel.id)
        assert record is not None
        ingest = Ingest(
            self.runtime.database,
            self.runtime.clock,
            SequenceClock(self.runtime.clock.server_seconds),
            timeout_seconds=10,
            suppression=Suppression(self.runtime.database, str),
        )
        events = [
            MessageReceived(
                customer=Customer(external_id=str(100 + n)),
                provider_id=f"{100 + n}:1",
                content=TextContent(text="hello"),
            )
            for n in range(count)
        ]
        await ingest.store([Addressed(record.ref, event) for event in events])
        found: list[Document] = (
            await self.runtime.database.conversations.find({}).sort("identity.external_id", 1).to_list(None)
        )
        return found

    async def say(self, conversation: Document, *texts: str) -> None:
        """Have texts waiting to be sent, in this order."""
        now = self.runtime.clock.now()
        first = SequenceClock(self.runtime.clock.server_seconds).reserve(len(texts)) - len(texts) + 1
        author = Author(AuthorKind.OPERATOR, "op")
        messages = [
            outgoing_document(conversation, TextContent(text=text), author, first + place, now)
            for place, text in enumerate(texts)
        ]
        await self.runtime.database.messages.insert_many(messages)
        await self.runtime.database.outbox.insert_many([reply_row(message) for message in messages])
        self.deliverer.wake(self.channel.id)

    async def outgoing(self) -> list[Document]:
        found: list[Document] = (
            await self.runtime.database.messages.find({"direction": "out"}).sort("seq", 1).to_list(None)
        )
        return found

    async def waiting(self) -> list[Document]:
        found: list[Document] = await self.runtime.database.outbox.find({}).to_list(None)
        return found

    async def settled(self) -> list[Document]:
        """Return the messages once none waits."""

        async def look() -> list[Document] | None:
            return None if await self.waiting() else await self.outgoing()

        return await eventually(look)


@asynccontextmanager
async def sending(runtime: Runtime, decide: Decide) -> AsyncIterator[Sending]:
    """A bot whose provider answers as `decide` says."""
    real = replace(runtime, clock=Clock())
    async with flooding_api(decide) as api:
        fields = TelegramChannelFields(
            name="Bot", provider_base_url=api.base_url, credentials=TelegramCredentials(bot_token="1:a")
        )
        store = ChannelStore(real.database, real.secret_box, real.settings)
        channel = await store.create(new_id(), fields, now=real.clock.now())
        world = Sending(real, api, channel)
        try:
            yield world
        finally:
            await world.deliverer.stop()
            for connector in world.connectors.values():
                await connector.close()
            await world.directory.close()


async def test_a_flood_delivers_all_once_and_in_order(runtime: Runtime) -> None:
    dice = random.Random(7)
    refused: dict[str, int] = defaultdict(int)

    def decide(chat: str, _: str) -> int:
        if dice.random() < 0.3 and refused[chat] < 2:
            refused[chat] += 1
            return 1
        return TAKE

    async with sending(runtime, decide) as world:
        conversations = await world.conversations(8)
        for conversation in conversations:
            await world.say(conversation, *(f"text {n}" for n in range(3)))
        messages = await world.settled()
        assert {m["status"] for m in messages} == {"sent"}
        assert sum(refused.values()) > 0
        assert dict(world.api.taken) == {
            c["identity"]["external_id"]: [f"text {n}" for n in range(3)] for c in conversations
        }
        # One request a message, and one a refusal: nobody asks again before the time.
        assert world.api.asked == len(messages) + sum(refused.values())


async def test_what_went_out_before_a_flood_is_not_sent_again(runtime: Runtime) -> None:
    asked: list[str] = []

    def decide(_: str, text: str) -> int:
        asked.append(text)
        return 1 if len(asked) == 2 else TAKE

    async with sending(runtime, decide) as world:
        (conversation,) = await world.conversations(1)
        parts = ["a" * 4096, "b" * 4096, "c" * 10]
        await world.say(conversation, "".join(parts))
        (message,) = await world.settled()
        assert world.api.taken["100"] == parts
        assert (message["status"], message["provider_id"], message["part_ids"]) == (
            "sent",
            "100:1001",
            ["100:1002", "100:1003"],
        )
        assert [end["outcome"] for end in message["ends"]] == ["refused", "sent"]


async def test_a_lost_answer_between_parts_leaves_the_message_unknown(runtime: Runtime) -> None:
    def decide(_: str, text: str) -> int:
        return LOSE if text.startswith("b") else TAKE

    async with sending(runtime, decide) as world:
        (conversation,) = await world.conversations(1)
        await world.say(conversation, "a" * 4096 + "b" * 4096 + "c" * 10)
        (message,) = await world.settled()
        assert (message["status"], message["provider_id"]) == ("unknown", "100:1001")
        assert len(world.api.taken["100"]) == 2


async def test_a_wait_of_one_chat_holds_back_no_other(runtime: Runtime) -> None:
    def decide(chat: str, _: str) -> int:
        return 3600 if chat == "100" else TAKE

    async with sending(runtime, decide) as world:
        first, second = await world.conversations(2)
        await world.say(first, "waits an hour")
        await eventually(lambda: _asked(world))
        await world.say(second, "goes at once")

        async def one_waits_an_hour() -> bool:
            """What became of a send is stored after the bot's server has taken it."""
            waiting = [row["next_attempt_at"] for row in await world.waiting()]
            now = world.runtime.clock.now()
            return len(waiting) == 1 and (waiting[0] - now).total_seconds() > 3000

        await eventually(one_waits_an_hour)
        assert world.api.taken["101"] == ["goes at once"]
        assert world.api.asked == 2


async def _asked(world: Sending) -> bool:
    return world.api.asked > 0
