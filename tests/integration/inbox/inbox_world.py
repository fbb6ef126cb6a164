"""A workspace with one channel, and several ingests as if in several processes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from inbox.arriving.inbound import Customer, DeliveryStatus, InboundEvent, MessageReceived, StatusChanged
from inbox.arriving.ingest import Addressed, Ingest
from inbox.contacts.suppression import Suppression
from inbox.conversation.conversations import Conversations
from inbox.foundation.clock import Clock
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import TextContent
from inbox.people.access import Caller, CallerKind, Role
from inbox.sending.acceptance import Acceptance
from inbox.sending.acceptance_batch import Request
from inbox.sending.delivery import Delivery
from inbox.sending.message_changes import MessageChanges
from inbox.sending.outgoing import NewMessage
from inbox.sending.sending_again import SendingAgain
from inbox.storage.database import Database
from inbox.storage.sequence import SequenceClock
from inbox.stream.events import decode_items
from inbox.views.message_views import MessageView
from queueing.transfers.transfers import Transfers

CHANNEL = ChannelRef(workspace_id="w1", id="c1", kind=ChannelKind.WHATSAPP, name="Sales")
OTHER_CHANNEL = ChannelRef(workspace_id="w2", id="c2", kind=ChannelKind.WHATSAPP, name="Other tenant")
OPERATOR = Caller(workspace_id="w1", kind=CallerKind.OPERATOR, id="op1", role=Role.OPERATOR)
OWNER = Caller(workspace_id="w1", kind=CallerKind.OPERATOR, id="boss", role=Role.OWNER)


class World:
    """What a test of the inbox works with."""

    def __init__(self, database: Database, clock: Clock, *, processes: int = 2) -> None:
        self.database = database
        self.clock = clock
        self.ingests = [
            Ingest(
                database,
                clock,
                SequenceClock(clock.server_seconds),
                timeout_seconds=20,
                suppression=Suppression(database, str),
            )
            for _ in range(processes)
        ]
        self.conversations = Conversations(database, clock)
        self.transfers = Transfers(database, clock)
        self.acceptance = Acceptance(database, clock, lambda kind, content: None, timeout_seconds=20)
        self.changes = MessageChanges(
            database, clock, ability=lambda kind, ability: None, check=lambda kind, content: None
        )
        self.sending_again = SendingAgain(database, clock, SequenceClock(clock.server_seconds))

    async def prepare(self) -> None:
        await self.database.channels.insert_many(
            [{"_id": c.id, "workspace_id": c.workspace_id, "name": c.name} for c in (CHANNEL, OTHER_CHANNEL)]
        )
        await self.database.operators.insert_many(
            [
                {"_id": c.id, "workspace_id": "w1", "email": f"{c.id}@example.com", "active": True, "capacity": 100}
                for c in (OPERATOR, OWNER)
            ]
        )

    async def receive(self, *events: InboundEvent, process: int = 0, channel: ChannelRef = CHANNEL) -> None:
        await self.ingests[process].store([Addressed(channel, event) for event in events])

    async def assigned_conversation(self, customer: str = "79001112233") -> str:
        """A customer wrote, and OPERATOR has the conversation."""
        await self.receive(text("hello", customer=customer, provider_id=f"first-{customer}"))
        conversation = await self.only("conversations", {"identity.external_id": customer, "open": True})
        await self.transfers.assign(OPERATOR, conversation["_id"], OPERATOR.id)
        return str(conversation["_id"])

    async def write(self, conversation_id: str, body: str, caller: Caller = OPERATOR) -> MessageView:
        message = NewMessage(content=TextContent(text=body))
        request = Request(caller=caller, conversation_id=conversation_id, message=message)
        accepted = await self.acceptance.accept(request)
        return msgspec.json.decode(accepted.answer.response, type=MessageView)

    def delivery(self, sender: str = "sender-1") -> Delivery:
        return Delivery(self.database, self.clock, CHANNEL, sender=sender)

    async def only(self, collection: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
        found = await self.all(collection, condition)
        assert len(found) == 1, f"{len(found)} in {collection}"
        return found[0]

    async def all(self, collection: str, condition: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await getattr(self.database, collection).find(condition or {}).to_list(None)
        return found

    async def events(self, type_: str | None = None) -> list[dict[str, Any]]:
        """All events, in the order of their documents."""
        documents = await self.database.events.find({}).sort("_id", 1).to_list(None)
        bodies = [msgspec.json.decode(item.body) for d in documents for item in decode_items(d["items"])]
        return [body for body in bodies if type_ is None or body["type"] == type_]


def text(
    body: str, *, provider_id: str, customer: str = "79001112233", at: datetime | None = None, **extra: Any
) -> MessageReceived:
    return MessageReceived(
        customer=Customer(external_id=customer, name="Ann"),
        provider_id=provider_id,
        content=TextContent(text=body),
        provider_at=at,
        raw=body.encode("utf-8", "replace"),
        **extra,
    )


def status(provider_id: str, new: DeliveryStatus, *, tracker: str | None = None) -> StatusChanged:
    return StatusChanged(provider_id=provider_id, status=new, tracker=tracker, raw=b"{}")


def bodies(messages: Iterable[dict[str, Any]]) -> list[str]:
    return [message["content"]["text"] for message in messages]
