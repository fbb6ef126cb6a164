"""A workspace with a number, a template, and lists of people; feeding and sending by hand, step by step."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from inbox.arriving.inbound import Customer, DeliveryStatus, MessageReceived, StatusChanged
from inbox.arriving.ingest import Addressed, Ingest
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import new_id
from inbox.messages.once import once_for_retry
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import TextContent
from inbox.model.provider_error import ProviderError
from inbox.sending.delivery import Delivery, Ended
from inbox.sending.outbound import SendFailedError, SendReceipt
from inbox.sending.retry_rules import judge
from inbox.storage.database import Database
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.audience.audience_csv import AudienceFile
from templates_hsm.campaigns.audience.audience_store import AudienceWriter
from templates_hsm.campaigns.feed.campaign_gate import CampaignGate
from templates_hsm.campaigns.feed.feeder import Fed, Feeder, FeedPace
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.campaigns.model.campaign_models import Campaign, CampaignFields, ListConsent
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.definition.template_definition import TemplateName

W = "w1"
CHANNEL = ChannelRef(workspace_id=W, id="c1", kind=ChannelKind.WHATSAPP, name="Sales")
CATEGORY = "marketing"
PASSING = ProviderError(code="provider_unavailable", explanation="Later.", retryable=True)
BODY = {"type": "BODY", "text": "Hello {{1}}, 20 % off.", "example": {"body_text": [["Ann"]]}}


def phones(count: int, first: int = 0) -> list[str]:
    """Different numbers that can exist."""
    return [f"49151{20000000 + first + n}" for n in range(count)]


def listing(numbers: Sequence[str], header: str = "phone,first name") -> str:
    """A list of people called Ann0, Ann1, …"""
    return "\n".join([header, *(f"+{number},Ann{n}" for n, number in enumerate(numbers))]) + "\n"


class CampaignWorld:
    """What tests of campaigns work with."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        self.suppression = Suppression(database, lambda text: f"hash-of-{text}")
        self.store = CampaignStore(database, clock)
        self.feeders = [
            Feeder(database, clock, self.suppression, SequenceClock(clock.server_seconds)) for _ in range(3)
        ]

    async def prepare(self) -> None:
        now = self.clock.now()
        await self.database.workspaces.insert_one({"_id": W, "name": "Shop", "settings": {}})
        await self.database.channels.insert_one(
            {
                "_id": CHANNEL.id,
                "workspace_id": W,
                "name": CHANNEL.name,
                "kind": "whatsapp",
                "scope_key": "waba",
                "deleted_at": None,
                "messages_per_second": 80,
            }
        )
        await self.database.templates.insert_one(
            {
                "_id": "t1",
                "workspace_id": W,
                "channel_id": CHANNEL.id,
                "waba_id": "waba",
                "name": "sale",
                "language": "en",
                "category": CATEGORY,
                "status": "approved",
                "usable": True,
                "reason": None,
                "quality": "green",
                "components": [BODY],
                "deleted_at": None,
                "created_at": now,
                "updated_at": now,
            }
        )

    async def campaign(self, csv: str | None = None, **fields: Any) -> Campaign:
        """A campaign that is ready, with everybody's consent unless other consent is given."""
        consent = ListConsent(source="shop", at=self.clock.now(), wording="Yes, offers please.")
        wanted = CampaignFields(
            **{
                "name": "Sale",
                "channel_id": CHANNEL.id,
                "template": TemplateName(name="sale", language="en"),
                "consent": consent,
                **fields,
            }
        )
        made = await self.database.transaction(lambda s: self.store.create(W, wanted, session=s))
        return await self.fill(made.id, csv or listing(phones(5)), wanted.region)

    async def fill(self, campaign_id: str, csv: str, region: str | None = None) -> Campaign:
        writer = AudienceWriter(self.database, W, campaign_id)
        audience = await writer.write_file(AudienceFile(io.StringIO(csv, newline=""), region))
        return await self.store.fill(W, campaign_id, audience)

    async def running(self, csv: str | None = None, **fields: Any) -> Campaign:
        """A campaign that runs."""
        return await self.start((await self.campaign(csv, **fields)).id)

    async def start(self, campaign_id: str) -> Campaign:
        return await self.store.act(W, campaign_id, Action.START)

    async def feed(self, campaign_id: str, limit: int = 100, *, process: int = 0, begin: datetime | None = None) -> Fed:
        pace = FeedPace(begin=begin or self.clock.now())
        return await self.feeders[process].feed(W, campaign_id, limit, pace)

    def delivery(self, sender: str = "s1") -> Delivery:
        gate = CampaignGate(self.suppression)
        return Delivery(self.database, self.clock, CHANNEL, sender=sender, gate=gate)

    async def send_all(self, refused: ProviderError | None = None) -> list[str]:
        """Send what is in the outbox; return the numbers that got something."""
        due = await self.delivery().due()
        began = await self.delivery().begin([queue[0].id for queue in due.queues.values()])
        now = self.clock.now()
        ended = []
        for attempt in began:
            result = SendFailedError(refused) if refused else SendReceipt(provider_id=f"p-{attempt.message.id}")
            ended.append(Ended(message_id=attempt.message.id, verdict=judge(result, attempts=8, now=now)))
        await self.delivery().end(ended)
        return sorted(attempt.message.to for attempt in began)

    async def send_again_by_hand(self, failed: dict[str, Any]) -> None:
        """Store what an operator's retry of a message stores; who delivers it does not matter here."""
        left_out = ("tally", "recipient", "provider_id", "campaign_id")
        copied = {name: value for name, value in failed.items() if name not in left_out}
        again = {"_id": new_id(), "seq": failed["seq"] + 1, "status": "sent", "retry_of": failed["_id"]}
        await self.database.messages.insert_one({**copied, **again, "once": [once_for_retry(failed["_id"])]})

    async def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            await self.database.messages.find({"direction": "out"}).sort("to", 1).to_list(None)
        )
        return found

    async def counts(self, campaign_id: str) -> dict[str, int]:
        """The counts that are not zero."""
        counts = (await self.store.get(W, campaign_id)).counts
        return {name: value for name in counts.__struct_fields__ if (value := getattr(counts, name))}


async def report(world: CampaignWorld, status: DeliveryStatus, *provider_ids: str) -> None:
    """The provider reports on messages, or on all that were sent."""
    ingest = Ingest(
        world.database,
        world.clock,
        SequenceClock(world.clock.server_seconds),
        timeout_seconds=20,
        suppression=world.suppression,
    )
    named = provider_ids or [m["provider_id"] for m in await world.messages() if m.get("provider_id")]
    events = [StatusChanged(provider_id=provider_id, status=status, raw=b"{}") for provider_id in named]
    await ingest.store([Addressed(CHANNEL, event) for event in events])


async def receive(world: CampaignWorld, phone: str, text: str) -> None:
    """A customer writes."""
    ingest = Ingest(
        world.database,
        world.clock,
        SequenceClock(world.clock.server_seconds),
        timeout_seconds=20,
        suppression=world.suppression,
    )
    event = MessageReceived(
        customer=Customer(external_id=phone, name="Ann"),
        provider_id=f"in-{text}-{phone}",
        content=TextContent(text=text),
        raw=b"{}",
    )
    await ingest.store([Addressed(CHANNEL, event)])
