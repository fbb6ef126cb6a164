"""The contract that every messenger's connector meets.

A connector knows neither the server nor the database: it checks a signature, turns
bytes into values and values into requests. What a messenger can do beyond that is in `abilities`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar, Final, Protocol

import msgspec

from inbox.arriving.inbound import InboundEvent
from inbox.channel.channel_models import MarketingPolicy, Updates
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.sending.outbound import OutboundMessage, SendReceipt


class ChannelAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector needs to know of a channel. Never logged: it carries secrets.

    Attributes:
        id: Our channel id.
        credentials: The contract's credential fields of the kind, such as `access_token`.
        provider_base_url: Server to talk to in place of the provider's own, without a slash at the end.
        updates: How the provider's news reach us, where there is a choice.
        messages_per_second: What the provider allows this account, where that is a setting of the channel.
        marketing_policy: Where the provider has an endpoint of its own for marketing, what it does without its terms.
    """

    id: str
    workspace_id: str
    kind: ChannelKind
    credentials: Mapping[str, str]
    provider_base_url: str | None = None
    updates: Updates | None = None
    messages_per_second: int | None = None
    marketing_policy: MarketingPolicy | None = None


class InboundRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook call as it came.

    Attributes:
        headers: Names in lower case.
        body: Raw bytes, as signed.
        query: Decoded query parameters.
    """

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = {}


class WebhookRejectedError(Exception):
    """The caller is at fault; nothing is stored.

    Attributes:
        status: 400 not an envelope of this provider, 401 bad or missing signature, 413 too many updates.
        detail: What was wrong and what to check, without any of the body.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class Support(StrEnum):
    """How well a channel conveys something."""

    FULL = "full"
    PARTIAL = "partial"
    DROPPED = "dropped"
    REJECTED = "rejected"


CONVEYED: Final = frozenset({Support.FULL, Support.PARTIAL})
"""Support of things that reach the customer."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel can convey.

    Attributes:
        send: Support for each outgoing content type of the contract; missing means rejected.
        features: Support for `reply`, `reaction`, `edit`, `delete`, `typing`, `read`, `album`.
        max_text_chars: The channel's limit on a text.
    """

    send: Mapping[str, Support]
    features: Mapping[str, Support]
    max_text_chars: int


class Connector(Protocol):
    """What every messenger must do. `verify`, `parse` and `check` are pure and synchronous."""

    kind: ClassVar[ChannelKind]

    def capabilities(self) -> Capabilities:
        """Return what the channel can convey."""
        ...

    def verify(self, request: InboundRequest, account: ChannelAccount) -> None:
        """Check that the provider sent it. Raises `WebhookRejectedError` (401)."""
        ...

    def parse(self, request: InboundRequest) -> Sequence[InboundEvent]:
        """Turn a body into values, in its order. Raises `WebhookRejectedError` (400) if it is no envelope.

        One bad item becomes `Undeciphered` and hurts no other item.
        """
        ...

    def check(self, content: Content) -> None:
        """Check a content against the channel's limits. Raises `ContentNotSendableError`."""
        ...

    async def make_ready(self) -> None:
        """Load whatever the first send would have to wait for; again it is quick.

        Attempts are recorded only after it: what is recorded is on the wire at once, so that a process that is
        killed leaves few messages in doubt.
        """
        ...

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        """Send one message, once, as soon as it is called. Raises `SendFailedError`."""
        ...

    async def close(self) -> None:
        """Free the connections."""
        ...
