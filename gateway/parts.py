"""What the server's handlers work with: made once for a process, found in the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from aiohttp import web

from channels.accounts import ChannelTemplates
from channels.contract import Connector
from gateway.api.content_checks import check_ability, check_edit, check_for_channel
from gateway.events.signals import Signals
from gateway.http.client_address import ClientAddresses
from gateway.http.connections import Connections
from gateway.http.draining import RequestsUnderWay
from gateway.http.metrics import count_refusal
from gateway.http.sockets import OpenSockets
from gateway.http.turns import Turns
from gateway.media.media_links import MediaLinks
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_store import ChannelStore
from inbox.contacts.contact_store import ContactStore
from inbox.contacts.suppression import Suppression
from inbox.conversation.conversations import Conversations
from inbox.files.blob_store import BlobStore
from inbox.files.stores import open_blob_store
from inbox.model.channel_kind import ChannelKind
from inbox.people.authenticator import Authenticator
from inbox.people.login_limit import LoginLimit
from inbox.sending.acceptance import Acceptance
from inbox.sending.held import HeldReplies
from inbox.sending.inbound_traffic import InboundTraffic
from inbox.sending.message_changes import MessageChanges
from inbox.sending.outbox import Outbox
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from inbox.storage.wakeups import Wakeups
from queueing.operators.operator_removal import OperatorRemoval
from queueing.operators.operator_statuses import OperatorStatuses
from queueing.operators.operator_store import OperatorStore
from queueing.operators.presence import Presence
from queueing.settings.queue_removal import QueueRemoval
from queueing.settings.queue_store import QueueStore
from queueing.transfers.starting import Starting
from queueing.transfers.transfers import Transfers
from templates_hsm.campaigns.feed.feeder import Feeder
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.store.complete_templates import complete_templates
from templates_hsm.store.template_store import TemplateStore
from templates_hsm.sync.template_reader import TemplateReader

ACCEPT_SECONDS: Final = 5.0
"""Below the time limit of a request: who waits longer for the database hears 503 and may ask again by the same key."""


@dataclass(frozen=True)
class Parts:
    """The server's parts."""

    runtime: Runtime
    addresses: ClientAddresses
    authenticator: Authenticator
    login_limit: LoginLimit
    channels: ChannelStore
    directory: ChannelDirectory
    connectors: Mapping[ChannelKind, Connector]
    contacts: ContactStore
    campaigns: CampaignStore
    campaign_feeder: Feeder
    sequence: SequenceClock
    conversations: Conversations
    acceptance: Acceptance
    outbox: Outbox
    changes: MessageChanges
    held: HeldReplies
    wakeups: Wakeups
    traffic: InboundTraffic
    queues: QueueStore
    queue_removal: QueueRemoval
    transfers: Transfers
    starting: Starting
    operators: OperatorStore
    operator_removal: OperatorRemoval
    statuses: OperatorStatuses
    presence: Presence
    blobs: BlobStore
    links: MediaLinks
    signals: Signals
    templates: TemplateStore
    template_reader: TemplateReader
    connections: Connections
    sockets: OpenSockets = field(default_factory=OpenSockets)
    searches: Turns = field(default_factory=Turns)
    requests: RequestsUnderWay = field(default_factory=RequestsUnderWay)

    async def close(self) -> None:
        """Finish what is under way and free the connections that the parts opened."""
        await self.acceptance.drain()
        await self.authenticator.close()
        await self.presence.close()
        await self.signals.close()
        await self.directory.close()
        await self.blobs.close()
        await self.wakeups.close()
        await self.traffic.close()
        for connector in self.connectors.values():
            await connector.close()


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)


def make_parts(runtime: Runtime, connectors: Mapping[ChannelKind, Connector]) -> Parts:
    """Put the parts together; those that the server opens itself are closed with `Parts.close`."""
    sequence = SequenceClock(runtime.clock.server_seconds)
    directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
    transfers = Transfers(runtime.database, runtime.clock)
    addresses = ClientAddresses(runtime.settings.trusted_proxies)
    at_provider = ChannelTemplates(directory, connectors)
    suppression = Suppression(runtime.database, runtime.hash_opt_out)
    return Parts(
        runtime=runtime,
        addresses=addresses,
        authenticator=Authenticator(runtime.database, runtime.clock),
        login_limit=LoginLimit(runtime.redis),
        channels=ChannelStore(runtime.database, runtime.secret_box, runtime.settings),
        directory=directory,
        connectors=connectors,
        contacts=ContactStore(runtime.database, runtime.clock, suppression),
        campaigns=CampaignStore(runtime.database, runtime.clock),
        campaign_feeder=Feeder(runtime.database, runtime.clock, suppression, sequence),
        sequence=sequence,
        conversations=Conversations(runtime.database, runtime.clock),
        acceptance=Acceptance(
            runtime.database,
            runtime.clock,
            partial(check_for_channel, connectors),
            complete=partial(complete_templates, runtime.clock),
            timeout_seconds=ACCEPT_SECONDS,
            on_refusal=count_refusal,
        ),
        outbox=Outbox(runtime.database, runtime.clock, sequence, ability=partial(check_ability, connectors)),
        changes=MessageChanges(
            runtime.database,
            runtime.clock,
            ability=partial(check_ability, connectors),
            check=partial(check_edit, connectors),
        ),
        held=HeldReplies(runtime.database, runtime.clock, sequence),
        wakeups=Wakeups(runtime.redis),
        traffic=InboundTraffic(runtime.redis),
        queues=QueueStore(runtime.database, runtime.clock),
        queue_removal=QueueRemoval(runtime.database, runtime.clock),
        transfers=transfers,
        starting=Starting(runtime.database, runtime.clock, sequence, transfers),
        operators=OperatorStore(runtime.database, runtime.clock),
        operator_removal=OperatorRemoval(runtime.database, runtime.clock),
        statuses=OperatorStatuses(runtime.database, runtime.clock),
        presence=Presence(runtime.database, runtime.clock),
        blobs=open_blob_store(runtime.settings, runtime.database),
        links=MediaLinks(runtime.settings.public_url, runtime.secret_box.signature, runtime.clock),
        signals=Signals(runtime.redis),
        templates=TemplateStore(runtime.database, runtime.clock, at_provider),
        template_reader=TemplateReader(runtime.database, runtime.clock, at_provider),
        connections=Connections(addresses),
    )
