"""A queue with every text, two workers that speak and two that watch the time; the clock is moved by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec

from inbox.conversation.conversations import closing
from inbox.foundation.clock import Clock, FixedClock
from inbox.model.channel_ref import ChannelRef
from inbox.model.occasions import Occasion
from inbox.people.access import Caller
from inbox.storage.database import Database
from inbox.storage.sequence import SequenceClock
from inbox.views.message_views import MessageView
from queueing.deadlines.deadline_sweep import DeadlineSweep
from queueing.routing.route_queue import Routing
from queueing.texts.auto_replies import AutoReplies
from tests.integration.inbox.inbox_world import CHANNEL, World, text
from tests.integration.inbox.inbox_world import OPERATOR as OUTSIDER

QUEUE = "q1"
OPERATOR: Caller = msgspec.structs.replace(OUTSIDER, queue_ids=frozenset({QUEUE}))
QUEUED_CHANNEL: ChannelRef = msgspec.structs.replace(CHANNEL, queue_id=QUEUE)
CUSTOMER = "79001112233"
SETTINGS = {"language": "en", "join_auto_replies": False}
"""Each occasion in a message of its own; `test_joined_texts.py` has them joined."""
_ONLY_WHERE_ASKED_FOR = (Occasion.RETURNING, Occasion.RATING, Occasion.RATED)
TEXTS = {occasion.value: {"en": str(occasion.value)} for occasion in Occasion if occasion not in _ONLY_WHERE_ASKED_FOR}


class TextsWorld(World):
    """What a test of automatic texts works with."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        super().__init__(database, clock)
        self.fixed = clock
        self.routing = Routing(database, clock)
        self.speakers = [self.speaker(clock) for _ in range(2)]
        self.keepers = [DeadlineSweep(database, clock) for _ in range(2)]

    def speaker(self, clock: Clock) -> AutoReplies:
        return AutoReplies(self.database, clock, SequenceClock(clock.server_seconds))

    async def prepare(self) -> None:
        await super().prepare()
        now = self.clock.now()
        await self.database.workspaces.insert_one({"_id": "w1", "name": "Shop", "settings": SETTINGS})
        await self.database.channels.update_one(
            {"_id": CHANNEL.id}, {"$set": {"enabled": True, "deleted_at": None, "auto_close": {}}}
        )
        await self.database.operators.update_one(
            {"_id": OPERATOR.id}, {"$set": {"name": "Bob", "status": "offline", "status_since": now, "load": 0}}
        )
        await self.database.queues.insert_one(_queue(texts=TEXTS))

    async def set_queue(self, **fields: Any) -> None:
        await self.database.queues.update_one({"_id": QUEUE}, {"$set": fields})

    async def set_texts(self, **texts: str | dict[str, str]) -> None:
        await self.set_queue(texts={name: {"en": t} if isinstance(t, str) else t for name, t in texts.items()})

    async def set_auto_close(self, **rule: int) -> None:
        await self.database.channels.update_one({"_id": CHANNEL.id}, {"$set": {"auto_close": rule}})

    async def customer_writes(self, body: str = "hello", *, customer: str = CUSTOMER) -> None:
        number = await self.database.messages.count_documents({})
        event = text(body, provider_id=f"in-{customer}-{number}", customer=customer)
        await self.receive(event, channel=QUEUED_CHANNEL)
        await self.routing.route("w1", QUEUE)

    async def pass_time(self, seconds: float = 0) -> None:
        """Move the clock; then let both watchers look and both speakers speak at the same time, until all is quiet."""
        self.fixed.advance(timedelta(seconds=seconds))
        await self.settle()

    async def settle(self) -> None:
        while sum(await asyncio.gather(*(keeper.check_due() for keeper in self.keepers))):
            pass
        while sum([s.handled for s in await asyncio.gather(*(speaker.speak_due() for speaker in self.speakers))]):
            pass

    async def said(self, customer: str = CUSTOMER) -> list[str]:
        """All automatic texts to a customer, in the order of their places."""
        found = self.database.messages.find({"author.kind": "auto", "to": customer}).sort("seq", 1)
        return [message["content"]["text"] async for message in found]

    async def conversation(self, customer: str = CUSTOMER) -> dict[str, Any]:
        """The customer's newest conversation."""
        found = await self.database.conversations.find_one({"identity.external_id": customer}, sort=[("_id", -1)])
        assert found is not None
        return dict(found)

    async def write(self, conversation_id: str, body: str, caller: Caller = OPERATOR) -> MessageView:
        return await super().write(conversation_id, body, caller)

    async def take(self, customer: str = CUSTOMER) -> str:
        conversation = await self.conversation(customer)
        await self.transfers.assign(OPERATOR, conversation["_id"], OPERATOR.id)
        return str(conversation["_id"])

    async def close(self, customer: str = CUSTOMER, *, silent: bool = False) -> None:
        conversation = await self.conversation(customer)
        await self.conversations.close(OPERATOR, conversation["_id"], closing(OPERATOR, seen_seq=None, silent=silent))


def _queue(**fields: Any) -> dict[str, Any]:
    return {
        "_id": QUEUE,
        "workspace_id": "w1",
        "name": "Sales",
        "limit": None,
        "max_wait_seconds": None,
        "on_max_wait": "close",
        "on_overflow": "close",
        "next_queue_id": None,
        "hold_when_nobody": True,
        "strategy": "longest_idle",
        "sticky": False,
        "capacity": None,
        "operator_ids": [OPERATOR.id],
        "group_ids": [],
        "skills": [],
        "business_hours_id": None,
        "on_out_of_hours": "hold",
        "texts": {},
        "repeat_wait_text_seconds": None,
        "no_answer_seconds": None,
        "waiting": 0,
        "assigned_at": [],
        "version": 1,
        **fields,
    }
