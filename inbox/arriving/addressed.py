"""Events of providers, each with the channel that it belongs to."""

from __future__ import annotations

import msgspec

from inbox.arriving.inbound import (
    ControlChanged,
    IdentityChanged,
    InboundEvent,
    MarketingPreferenceChanged,
    MessageEdited,
    MessageRevoked,
    ReachabilityChanged,
    ReactionChanged,
    StatusChanged,
)
from inbox.foundation.structs import to_document
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import encode_document

AlteringEvent = MessageEdited | MessageRevoked | ReactionChanged
"""About one message, which its `target` names."""
CustomerEvent = IdentityChanged | MarketingPreferenceChanged | ReachabilityChanged | ControlChanged
"""About the customer: a provider's notice, never an arrival."""


class Addressed(msgspec.Struct, frozen=True):
    """An event and the channel that it belongs to."""

    channel: ChannelRef
    event: InboundEvent


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's report on one message of a channel."""

    channel: ChannelRef
    event: StatusChanged


class Alteration(msgspec.Struct, frozen=True, kw_only=True):
    """An edit, deletion or reaction of one message."""

    channel: ChannelRef
    event: AlteringEvent

    @property
    def key(self) -> tuple[str, str, str]:
        """The message that is meant."""
        return (self.channel.workspace_id, self.channel.id, self.event.target)


class CustomerChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider told of a customer."""

    channel: ChannelRef
    event: CustomerEvent


Change = Alteration | CustomerChange


def check_storable(told: StatusReport | Change) -> None:
    """Check that the database can store an event. Raises `DocumentUnstorableError`."""
    encode_document({"event": to_document(told.event)})
