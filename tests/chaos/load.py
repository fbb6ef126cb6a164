"""Customers who write, an operator and a program who answer and close: all that was promised goes into a ledger.

Whatever is not answered is repeated with the same bytes (webhooks) or the same `Idempotency-Key` (replies),
so that at the end each has its definite answer, whoever was killed meanwhile.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from tests.chaos.emulator import Emulator
from tests.chaos.http_client import HttpClient
from tests.chaos.meta import JsonObject, MetaClient, text_message
from tests.waiting import eventually

CUSTOMERS = 16
WEBHOOKS_AT_ONCE = 6
WEBHOOKS_A_SECOND = 25.0
REPLIES_A_SECOND = 2.0
"""To each customer."""
ASSIGNED = 4
"""Conversations that the operator takes; the program answers in the others."""
CLOSE_RATE = 0.04
EMULATED_RATE = 0.2
MAX_BATCH = 5


class Ledger(msgspec.Struct):
    """What was promised.

    Attributes:
        arrived: Provider's id of each message whose webhook was answered 200, and its customer.
        accepted: Our ids of replies answered 201, by conversation, in the order of their acceptance.
        closed: Conversations whose close was answered 200.
    """

    arrived: dict[str, str] = {}
    accepted: dict[str, list[str]] = {}
    closed: set[str] = set()

    @property
    def replies(self) -> list[str]:
        """All accepted replies."""
        return [message_id for ids in self.accepted.values() for message_id in ids]

    @property
    def size(self) -> int:
        """How much was promised so far."""
        return len(self.arrived) + sum(map(len, self.accepted.values()))


class Pace:
    """Spreads work evenly: the load is given, whatever it meets."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = time.monotonic()

    async def turn(self) -> None:
        """Wait for the next turn; turns that were missed are not made up for."""
        now = time.monotonic()
        self._next = max(self._next + self._gap, now)
        await asyncio.sleep(self._next - now)


class Load:
    """One run of customers and operators.

    Args:
        api: As the workspace's owner, who sees everything.
        meta: Posts webhooks that the test makes.
        emulator: The other part of the customers' messages comes through it.
        operator_id: Who `api` is.
        program_token: An API key, which may write where nobody is assigned.
        seed: Of all that is random; a failing test prints it.
    """

    def __init__(
        self,
        api: HttpClient,
        meta: MetaClient,
        emulator: Emulator,
        *,
        operator_id: str,
        program_token: str,
        seed: int,
    ) -> None:
        self.ledger = Ledger()
        self.seed = seed
        self.customers = [f"4917{seed % 10**6:06d}{n:02d}" for n in range(CUSTOMERS)]
        self._api = api
        self._meta = meta
        self._emulator = emulator
        self._operator_id = operator_id
        self._program_token = program_token
        self._random = random.Random(seed)
        self._running = True
        self._count = 0
        self._enough = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Load]:
        """Have the load during the block; after it everything begun has got its answer."""
        for customer in self.customers:  # the emulator's window opens only to those who wrote through it
            self.ledger.arrived[await self._emulator.customer_writes(customer, "hello")] = customer
        writers = [self._write(Pace(WEBHOOKS_A_SECOND / WEBHOOKS_AT_ONCE)) for _ in range(WEBHOOKS_AT_ONCE)]
        operators = [self._answer(customer) for customer in self.customers]
        async with asyncio.TaskGroup() as tasks:
            for work in (*writers, *operators):
                tasks.create_task(work)
            try:
                yield self
            finally:
                self._running = False

    async def grown(self, by: int) -> None:
        """Wait until so much more has been promised; as much again may follow until this is asked once more.

        Whatever strikes next meets the full load. What may be promised while a process starts again does not
        depend on how long that takes: on a busy machine it would be thousands of messages, all of them counted.
        """
        wanted = self.ledger.size + by
        self._enough = wanted + by

        async def enough() -> bool:
            return self.ledger.size >= wanted

        await eventually(enough, f"{by} more messages and replies are accepted", 120)

    @property
    def _rests(self) -> bool:
        """Enough has been promised for now."""
        return self.ledger.size >= self._enough

    async def _write(self, pace: Pace) -> None:
        while self._running:
            await pace.turn()
            if self._rests:
                continue
            if self._random.random() < EMULATED_RATE:
                customer = self._random.choice(self.customers)
                self.ledger.arrived[await self._emulator.customer_writes(customer, "by phone")] = customer
            else:
                await self._post_batch()

    async def _post_batch(self) -> None:
        messages = [self._message() for _ in range(self._random.randint(1, MAX_BATCH))]
        await self._meta.deliver(self._meta.envelope(messages))
        self.ledger.arrived |= {message["id"]: message["from"] for message in messages}

    def _message(self) -> JsonObject:
        self._count += 1
        return text_message(
            self._random.choice(self.customers), f"wamid.{self.seed}.{self._count}", f"message {self._count}"
        )

    async def _answer(self, customer: str) -> None:
        """Answer a customer, conversation after conversation; leave none that is assigned."""
        by_operator = customer in self.customers[:ASSIGNED]
        pace, number = Pace(REPLIES_A_SECOND), 0
        conversation_id = None
        while self._running:
            await pace.turn()
            if self._rests:
                continue
            number += 1
            conversation_id = conversation_id or await self._find(customer, by_operator=by_operator)
            if conversation_id is None or not self._running:
                continue
            if not await self._reply(conversation_id, f"{customer}-{number}", by_operator=by_operator):
                conversation_id = None
            elif self._random.random() < CLOSE_RATE:
                await self._close(conversation_id)
                conversation_id = None
        if by_operator and conversation_id:
            await self._close(conversation_id)

    async def _find(self, customer: str, *, by_operator: bool) -> str | None:
        """Find the customer's open conversation, and take it for the operator."""
        page = await self._api.get(f"/api/v1/conversations?view=all&q={customer}")
        if not page["items"]:
            return None
        found = str(page["items"][0]["id"])
        if by_operator:
            path, body = f"/api/v1/conversations/{found}/assign", {"operator_id": self._operator_id}
            answer = await self._api.ask("POST", path, body)
            if answer.code == "conversation_closed":
                return None
            assert answer.status == 200, answer
        return found

    async def _reply(self, conversation_id: str, text: str, *, by_operator: bool) -> bool:
        """Send a reply; tell whether the conversation is still open."""
        answer = await self._api.ask(
            "POST",
            f"/api/v1/conversations/{conversation_id}/messages",
            {"content": {"type": "text", "text": text}},
            key=f"{self.seed}-{text}",
            token=None if by_operator else self._program_token,
        )
        if answer.code == "conversation_closed":
            return False
        assert answer.status == 201, answer
        self.ledger.accepted.setdefault(conversation_id, []).append(answer.body["id"])
        return True

    async def _close(self, conversation_id: str) -> None:
        answer = await self._api.ask("POST", f"/api/v1/conversations/{conversation_id}/close", {})
        assert answer.status == 200 or answer.code == "conversation_closed", answer
        self.ledger.closed.add(conversation_id)
