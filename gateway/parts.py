"""What the server's handlers work with: made once for a process, found in the application.

Each room has its group, so that `parts.queueing.transfers` is in `queueing/`, and what is in a group is put
together in one function here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web

from channels.accounts import ChannelTemplates
from channels.contract import Connector
from channels.helper_asking import HelperDesk
from gateway.content_checks import check_ability, check_edit, check_for_channel
from gateway.events.signals import Signals
from gateway.http.http_parts import HttpParts, make_http_parts
from gateway.http.metrics import count_refusal
from gateway.people_parts import PeopleParts, make_people_parts
from inbox.bots.bot_store import BotStore
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_store import ChannelStore
from inbox.contacts.contact_store import ContactStore
from inbox.contacts.field_store import ContactFieldStore
from inbox.contacts.suppression import Suppression
from inbox.conversation.blocking import Blocking
from inbox.conversation.classifying import Classifying
from inbox.conversation.contact_merging import ContactMerging
from inbox.conversation.conversations import Conversations
from inbox.conversation.notes import Notes
from inbox.conversation.snoozing import Snoozing
from inbox.erasing.contact_erasing import ContactErasing
from inbox.erasing.workspace_erasing import WorkspaceErasing
from inbox.exporting.export_store import ExportStore
from inbox.files.blob_store import BlobStore
from inbox.files.media_links import MediaLinks
from inbox.files.storage_use import StorageUse
from inbox.files.stores import open_blob_store
from inbox.helpers.helper_store import HelperStore
from inbox.labels.tag_store import TagStore
from inbox.labels.topic_store import TopicStore
from inbox.model.channel_kind import ChannelKind
from inbox.segments.segment_store import SegmentStore
from inbox.sending.acceptance import Acceptance
from inbox.sending.held import HeldReplies
from inbox.sending.inbound_traffic import InboundTraffic
from inbox.sending.message_changes import MessageChanges
from inbox.sending.scheduled import ScheduledMessages
from inbox.sending.sending_again import SendingAgain
from inbox.sending.series import MessageSeries
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from inbox.storage.wakeups import Wakeups
from queueing.bots.answering import Answering
from queueing.operators.operator_removal import OperatorRemoval
from queueing.operators.operator_statuses import OperatorStatuses
from queueing.operators.operator_store import OperatorStore
from queueing.operators.presence import Presence
from queueing.operators.provisioned_groups import ProvisionedGroups
from queueing.operators.provisioning import Provisioning
from queueing.settings.queue_removal import QueueRemoval
from queueing.settings.queue_store import QueueStore
from queueing.transfers.bulk import BulkActions
from queueing.transfers.reopening import Reopening
from queueing.transfers.starting import Starting
from queueing.transfers.transfers import Transfers
from templates_hsm.campaigns.feed.feeder import Feeder
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.store.complete_templates import complete_templates
from templates_hsm.store.template_store import TemplateStore
from templates_hsm.sync.template_reader import TemplateReader

ACCEPT_SECONDS: Final = 5.0
"""Below the time limit of a request: who waits longer for the database hears 503 and may ask again by the same key."""

Connectors = Mapping[ChannelKind, Connector]


@dataclass(frozen=True)
class ChannelParts:
    """Channels, and what speaks with their providers."""

    store: ChannelStore
    directory: ChannelDirectory
    connectors: Connectors
    traffic: InboundTraffic


@dataclass(frozen=True)
class InboxParts:
    """Conversations, contacts, and the way out of messages.

    Attributes:
        sequence: Where messages stand in their conversations; one clock a process.
    """

    sequence: SequenceClock
    conversations: Conversations
    snoozing: Snoozing
    notes: Notes
    classifying: Classifying
    blocking: Blocking
    merging: ContactMerging
    contact_fields: ContactFieldStore
    tags: TagStore
    topics: TopicStore
    contacts: ContactStore
    erasing: ContactErasing
    workspace_erasing: WorkspaceErasing
    acceptance: Acceptance
    sending_again: SendingAgain
    series: MessageSeries
    changes: MessageChanges
    held: HeldReplies
    scheduled: ScheduledMessages


@dataclass(frozen=True)
class QueueingParts:
    """Queues and operators."""

    queues: QueueStore
    queue_removal: QueueRemoval
    transfers: Transfers
    starting: Starting
    reopening: Reopening
    bulk: BulkActions
    operators: OperatorStore
    operator_removal: OperatorRemoval
    provisioning: Provisioning
    provisioned_groups: ProvisionedGroups
    statuses: OperatorStatuses
    presence: Presence


@dataclass(frozen=True)
class BotParts:
    """Bots and their answers."""

    store: BotStore
    answering: Answering


@dataclass(frozen=True)
class HelperParts:
    """Helpers, and who asks them."""

    store: HelperStore
    desk: HelperDesk


@dataclass(frozen=True)
class CampaignParts:
    """Campaigns, their recipients, and the segments that these may come from."""

    store: CampaignStore
    feeder: Feeder
    segments: SegmentStore


@dataclass(frozen=True)
class TemplateParts:
    """Templates, and what their provider says of them."""

    store: TemplateStore
    reader: TemplateReader
    at_provider: ChannelTemplates


@dataclass(frozen=True)
class FileParts:
    """Files and the links to them."""

    blobs: BlobStore
    links: MediaLinks
    storage: StorageUse
    exports: ExportStore


@dataclass(frozen=True)
class Parts:
    """The server's parts by room.

    Attributes:
        wakeups: Tells the workers where there is work.
        signals: Hints to open sockets of all processes, such as typing.
    """

    runtime: Runtime
    http: HttpParts
    people: PeopleParts
    channels: ChannelParts
    inbox: InboxParts
    queueing: QueueingParts
    bots: BotParts
    helpers: HelperParts
    campaigns: CampaignParts
    templates: TemplateParts
    files: FileParts
    wakeups: Wakeups
    signals: Signals

    async def close(self) -> None:
        """Finish what is under way and free the connections that the parts opened."""
        await self.inbox.acceptance.drain()
        await self.people.authenticator.close()
        await self.people.openid_exchange.close()
        await self.helpers.desk.close()
        await self.queueing.presence.close()
        await self.signals.close()
        await self.channels.directory.close()
        await self.files.blobs.close()
        await self.wakeups.close()
        await self.channels.traffic.close()
        for connector in self.channels.connectors.values():
            await connector.close()


PARTS: Final[web.AppKey[Parts]] = web.AppKey("parts", Parts)


def make_parts(runtime: Runtime, connectors: Connectors) -> Parts:
    """Put the parts together; those that the server opens itself are closed with `Parts.close`."""
    sequence = SequenceClock(runtime.clock.server_seconds)
    suppression = Suppression(runtime.database, runtime.hash_opt_out)
    channels, http = _channels(runtime, connectors), make_http_parts(runtime)
    inbox = _inbox(runtime, connectors, sequence, suppression)
    queueing = _queueing(runtime, sequence)
    return Parts(
        runtime=runtime,
        http=http,
        people=make_people_parts(runtime),
        channels=channels,
        inbox=inbox,
        queueing=queueing,
        bots=_bots(runtime, inbox, queueing),
        helpers=_helpers(runtime),
        campaigns=CampaignParts(
            CampaignStore(runtime.database, runtime.clock),
            Feeder(runtime.database, runtime.clock, suppression, sequence),
            SegmentStore(runtime.database, runtime.clock),
        ),
        templates=_templates(runtime, ChannelTemplates(channels.directory, connectors)),
        files=_files(runtime, http),
        wakeups=Wakeups(runtime.redis),
        signals=Signals(runtime.redis),
    )


def _files(runtime: Runtime, http: HttpParts) -> FileParts:
    blobs = open_blob_store(runtime.settings, runtime.database)
    links = MediaLinks(runtime.settings.public_url, runtime.secret_box.signature, runtime.clock)
    return FileParts(
        blobs,
        links,
        StorageUse(runtime.database, http.quotas),
        ExportStore(runtime.database, runtime.clock, blobs, links),
    )


def _channels(runtime: Runtime, connectors: Connectors) -> ChannelParts:
    return ChannelParts(
        store=ChannelStore(runtime.database, runtime.secret_box, runtime.settings),
        directory=ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock),
        connectors=connectors,
        traffic=InboundTraffic(runtime.redis),
    )


def _inbox(runtime: Runtime, connectors: Connectors, sequence: SequenceClock, suppression: Suppression) -> InboxParts:
    database, clock = runtime.database, runtime.clock
    ability = partial(check_ability, connectors)
    contacts = ContactStore(database, clock, suppression)
    check = partial(check_for_channel, connectors)
    complete = partial(complete_templates, clock, suppression)
    return InboxParts(
        sequence=sequence,
        conversations=Conversations(database, clock),
        snoozing=Snoozing(database, clock),
        notes=Notes(database, clock),
        classifying=Classifying(database, clock),
        contact_fields=ContactFieldStore(database, clock),
        tags=TagStore(database, clock),
        topics=TopicStore(database, clock),
        contacts=contacts,
        erasing=ContactErasing(database, clock, suppression),
        workspace_erasing=WorkspaceErasing(database, clock),
        blocking=Blocking(database, clock, contacts),
        merging=ContactMerging(database, clock, contacts),
        acceptance=Acceptance(
            database,
            clock,
            check,
            complete=complete,
            timeout_seconds=ACCEPT_SECONDS,
            on_refusal=count_refusal,
        ),
        sending_again=SendingAgain(database, clock, sequence),
        series=MessageSeries(database, clock, sequence, check=check),
        changes=MessageChanges(database, clock, ability=ability, check=partial(check_edit, connectors)),
        held=HeldReplies(database, clock, sequence),
        scheduled=ScheduledMessages(database, clock, sequence, check=check, complete=complete),
    )


def _queueing(runtime: Runtime, sequence: SequenceClock) -> QueueingParts:
    database, clock = runtime.database, runtime.clock
    transfers = Transfers(database, clock)
    return QueueingParts(
        queues=QueueStore(database, clock),
        queue_removal=QueueRemoval(database, clock),
        transfers=transfers,
        starting=Starting(database, clock, sequence, transfers),
        reopening=Reopening(database, clock, transfers),
        bulk=BulkActions(database, clock, transfers, Conversations(database, clock)),
        operators=OperatorStore(database, clock),
        operator_removal=OperatorRemoval(database, clock),
        provisioning=Provisioning(database, clock),
        provisioned_groups=ProvisionedGroups(database, clock),
        statuses=OperatorStatuses(database, clock),
        presence=Presence(database, clock),
    )


def _bots(runtime: Runtime, inbox: InboxParts, queueing: QueueingParts) -> BotParts:
    return BotParts(
        store=BotStore(runtime.database, runtime.secret_box, allow_private=runtime.settings.allow_private_urls),
        answering=Answering(runtime.database, runtime.clock, inbox.series, queueing.transfers),
    )


def _helpers(runtime: Runtime) -> HelperParts:
    allow_private = runtime.settings.allow_private_urls
    return HelperParts(
        store=HelperStore(runtime.database, runtime.secret_box, allow_private=allow_private),
        desk=HelperDesk(allow_private=allow_private),
    )


def _templates(runtime: Runtime, at_provider: ChannelTemplates) -> TemplateParts:
    return TemplateParts(
        store=TemplateStore(runtime.database, runtime.clock, at_provider),
        reader=TemplateReader(runtime.database, runtime.clock, at_provider),
        at_provider=at_provider,
    )
