"""The demo's queues, and the second WhatsApp number that feeds them; the first one has no queue."""

from __future__ import annotations

import secrets
from typing import Any, Final

import msgspec

from gateway.demo.seed_texts import SALES_TEXTS, SUPPORT_TEXTS
from inbox.channel.channel_models import AutoClose, WhatsAppChannelFields, WhatsAppCredentials
from inbox.channel.channel_store import ChannelStore
from inbox.storage.database import Session
from inbox.storage.runtime import Runtime
from queueing.queues.queue_models import CloseOrTransfer, Queue, QueueFields, Strategy
from queueing.settings.queue_store import QueueStore
from queueing.settings.team_models import BusinessHoursFields, Day, GroupFields, Span, StatusFields
from queueing.settings.team_settings import BUSINESS_HOURS, GROUPS, STATUSES, SettingKind, SettingStore

CAPACITY: Final = 10
"""More than the samples give to one operator: who tries the demo can take further ones at once."""
SILENCE: Final = AutoClose(assigned_seconds=30 * 60, unassigned_seconds=60 * 60, warn_before_seconds=5 * 60)
"""More than the longest waits of both queues, as the rule demands."""
OFFICE_HOURS: Final = BusinessHoursFields(
    name="Weekdays, 9 to 18",
    time_zone="Europe/Lisbon",
    week={day: (Span(from_="09:00", to="18:00"),) for day in list(Day)[:5]},
    holiday_country="PT",
)
"""No queue has them at first: the demo is always open."""
UPGRADED_PER_SECOND = 1_000
"""The demo's numbers are those of a large sender."""


class SeededWhatsApp(msgspec.Struct, kw_only=True):
    """A WhatsApp channel with its secrets."""

    id: str
    webhook_url: str
    phone_number_id: str
    waba_id: str
    access_token: str
    app_secret: str
    verify_token: str


class SeededQueue(msgspec.Struct, kw_only=True):
    """A queue."""

    id: str
    name: str


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of those who answer; the supervisor watches over the others."""

    operator_ids: tuple[str, ...]
    supervisor_id: str


async def make_queues(runtime: Runtime, workspace_id: str, team: Team) -> list[SeededQueue]:
    """Make "Sales", which hands on to "Support" who has waited too long there; the supervisor sees both."""
    await _make_group(runtime, workspace_id, team)
    await _make_setting(runtime, workspace_id, STATUSES, StatusFields(name="Lunch"))
    await _make_setting(runtime, workspace_id, BUSINESS_HOURS, OFFICE_HOURS)
    support = await _make_queue(runtime, workspace_id, _support(team))
    sales = await _make_queue(runtime, workspace_id, _sales(team, support.id))
    return [SeededQueue(id=queue.id, name=queue.name) for queue in (sales, support)]


async def make_queued_number(
    runtime: Runtime, workspace_id: str, first: SeededWhatsApp, queue: SeededQueue
) -> SeededWhatsApp:
    """Connect a second number of the same business account; what is written to it goes into a queue."""
    credentials = WhatsAppCredentials(
        phone_number_id=new_phone_number_id(),
        waba_id=first.waba_id,
        access_token=first.access_token,
        app_secret=first.app_secret,
        verify_token=first.verify_token,
    )
    sandbox_url = (await channels(runtime).get(workspace_id, first.id)).provider_base_url
    fields = WhatsAppChannelFields(
        name=f"WhatsApp {queue.name}",
        queue_id=queue.id,
        provider_base_url=sandbox_url,
        messages_per_second=UPGRADED_PER_SECOND,
        credentials=credentials,
        auto_close=SILENCE,
    )
    return await make_channel(runtime, workspace_id, fields)


async def make_channel(runtime: Runtime, workspace_id: str, fields: WhatsAppChannelFields) -> SeededWhatsApp:
    """Connect a number."""
    channel = await channels(runtime).create(workspace_id, fields, now=runtime.clock.now())
    secrets_of = msgspec.structs.asdict(fields.credentials)
    return SeededWhatsApp(id=channel.id, webhook_url=channel.webhook_url or "", **secrets_of)


def channels(runtime: Runtime) -> ChannelStore:
    """Return the store of channels."""
    return ChannelStore(runtime.database, runtime.secret_box, runtime.settings)


def new_phone_number_id() -> str:
    """Make an id of the length of Meta's."""
    return str(1 + secrets.randbelow(9)) + "".join(str(secrets.randbelow(10)) for _ in range(14))


def _sales(team: Team, next_queue_id: str) -> QueueFields:
    return QueueFields(
        name="Sales",
        limit=5,
        max_wait_seconds=10 * 60,
        on_max_wait=CloseOrTransfer.TRANSFER,
        next_queue_id=next_queue_id,
        sticky=True,
        capacity=CAPACITY,
        operator_ids=(*team.operator_ids, team.supervisor_id),
        texts=SALES_TEXTS,
        repeat_wait_text_seconds=2 * 60,
        no_answer_seconds=5 * 60,
    )


def _support(team: Team) -> QueueFields:
    return QueueFields(
        name="Support",
        limit=20,
        max_wait_seconds=20 * 60,
        strategy=Strategy.LEAST_BUSY,
        capacity=CAPACITY,
        operator_ids=(*team.operator_ids[1:], team.supervisor_id),
        texts=SUPPORT_TEXTS,
        repeat_wait_text_seconds=5 * 60,
        no_answer_seconds=10 * 60,
    )


async def _make_queue(runtime: Runtime, workspace_id: str, fields: QueueFields) -> Queue:
    async def work(session: Session) -> Queue:
        return await QueueStore(runtime.database, runtime.clock).create(workspace_id, fields, session=session)

    return await runtime.database.transaction(work)


async def _make_group(runtime: Runtime, workspace_id: str, team: Team) -> None:
    database = runtime.database
    fields = GroupFields(name="Front desk", supervisor_ids=(team.supervisor_id,))

    async def work(session: Session) -> Any:
        group: Any = await SettingStore(database, runtime.clock, GROUPS).create(workspace_id, fields, session=session)
        members = {"_id": {"$in": list(team.operator_ids)}, "workspace_id": workspace_id}
        await database.operators.update_many(members, {"$set": {"group_ids": [group.id]}}, session=session)

    await database.transaction(work)


async def _make_setting(runtime: Runtime, workspace_id: str, kind: SettingKind[Any, Any], fields: Any) -> None:
    store = SettingStore(runtime.database, runtime.clock, kind)

    async def work(session: Session) -> Any:
        return await store.create(workspace_id, fields, session=session)

    await runtime.database.transaction(work)
