"""Random commands against the rules of automatic texts: two speakers and two keepers of time, on the real database.

The model is what a customer may be told: each occasion at most once an hour, never a sixth text in a row without a
person's, and a new conversation that nobody has greeted lately is greeted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from inbox.foundation.clock import FixedClock
from inbox.model.occasions import Occasion
from inbox.storage.database import Database
from queueing.texts.auto_reply_rules import MAX_TURNS
from tests.integration.queueing_texts.texts_world import OPERATOR, QUEUE, TextsWorld
from tests.ready_databases import ReadyDatabases

CUSTOMERS = ("79001112233", "79001112244")
HOUR = timedelta(hours=1)
REPEAT_SECONDS = 120
SPACED = {occasion.value for occasion in Occasion} - {Occasion.WAITING.value}
customers = st.sampled_from(CUSTOMERS)


class TextsMachine(RuleBasedStateMachine):
    """Commands on the database; what was said is read back and judged."""

    loop: asyncio.AbstractEventLoop
    connected: Callable[[], Database]
    empty: Callable[[], bool]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).connected()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.clock = FixedClock(datetime.now(UTC).replace(microsecond=0))
        self.world = TextsWorld(self.database, self.clock)
        self.run(self._begin())

    async def _begin(self) -> None:
        type(self).empty()
        await self.world.prepare()
        await self.world.set_queue(repeat_wait_text_seconds=REPEAT_SECONDS, no_answer_seconds=180)
        await self.world.set_auto_close(assigned_seconds=1_800, unassigned_seconds=2_400, warn_before_seconds=300)

    @rule(customer=customers)
    def a_customer_writes(self, customer: str) -> None:
        self.run(self.world.customer_writes(customer=customer))
        self.run(self.world.pass_time(1))

    @rule(customer=customers)
    def the_operator_takes_it(self, customer: str) -> None:
        if self.state(customer) == "queued":
            self.run(self.world.take(customer))
            self.run(self.world.pass_time(1))

    @rule(customer=customers)
    def the_operator_answers(self, customer: str) -> None:
        if self.state(customer) == "assigned":
            conversation = self.run(self.world.conversation(customer))
            self.run(self.world.write(conversation["_id"], "a person speaks"))
            self.run(self.world.pass_time(1))

    @rule(customer=customers)
    def the_operator_hands_it_back(self, customer: str) -> None:
        if self.state(customer) == "assigned":
            self.run(self._hand_back(customer))

    async def _hand_back(self, customer: str) -> None:
        conversation = await self.world.conversation(customer)
        await self.database.operators.update_one({"_id": OPERATOR.id}, {"$set": {"status": "online"}})
        await self.world.transfers.to_queue(OPERATOR, conversation["_id"], QUEUE)
        await self.database.operators.update_one({"_id": OPERATOR.id}, {"$set": {"status": "offline"}})
        await self.world.pass_time(1)

    @rule(customer=customers, silent=st.booleans())
    def the_operator_closes_it(self, customer: str, silent: bool) -> None:
        if self.state(customer) == "assigned":
            self.run(self.world.close(customer, silent=silent))
            self.run(self.world.pass_time(1))

    @rule(seconds=st.sampled_from([30, 130, 400, 1_600, 3_700]))
    def time_passes(self, seconds: int) -> None:
        self.run(self.world.pass_time(seconds))

    def state(self, customer: str) -> str | None:
        found = self.run(self.database.conversations.find_one({"identity.external_id": customer}, sort=[("_id", -1)]))
        return None if found is None else str(found["state"])

    @invariant()
    def nobody_is_told_too_much_or_too_little(self) -> None:
        if hasattr(self, "world"):
            for customer in CUSTOMERS:
                self.run(self._judge(customer))

    async def _judge(self, customer: str) -> None:
        thread = await self._thread(customer)
        told: dict[str, datetime] = {}
        in_a_row = 0
        for message in thread:
            if message["author"]["kind"] == "operator":
                in_a_row = 0
            if message["author"]["kind"] != "auto":
                continue
            in_a_row += 1
            assert in_a_row <= MAX_TURNS, "the other side may be a machine"
            occasion, at = message["content"]["text"], message["created_at"]
            assert occasion not in told or occasion not in SPACED or at - told[occasion] >= HOUR, f"{occasion} twice"
            told[occasion] = at
        assert not thread or Occasion.GREETING.value in told, "who comes for the first time is greeted"

    async def _thread(self, customer: str) -> list[dict[str, Any]]:
        found = self.database.conversations.find({"identity.external_id": customer}, {"_id": 1})
        ids = [conversation["_id"] async for conversation in found]
        messages = self.database.messages.find({"conversation_id": {"$in": ids}, "void": {"$ne": True}})
        return list(await messages.sort([("created_at", 1), ("seq", 1)]).to_list(None))


def test_texts_keep_to_the_rules(database_url: str, ready_databases: ReadyDatabases) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    async def connect() -> Database:
        return Database(database_url)

    database = loop.run_until_complete(connect())
    TextsMachine.loop, TextsMachine.connected = loop, staticmethod(lambda: database)
    TextsMachine.empty = staticmethod(lambda: ready_databases.empty(database.name))
    try:
        run_state_machine_as_test(
            TextsMachine,
            settings=settings(
                max_examples=10,
                stateful_step_count=20,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        database.close()
        asyncio.set_event_loop(None)
        loop.close()
