"""The contract that every messenger's connector meets.

A connector knows neither the server nor the database: it checks a signature, turns
bytes into values and values into requests. What a messenger can do beyond that is an
optional protocol, found with `isinstance`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import ClassVar, Final, Protocol, runtime_checkable

import msgspec

from inbox.arriving.inbound import InboundEvent
from inbox.channel.channel_models import Updates
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.sending.outbound import OutboundFile, OutboundMessage, SendReceipt, UploadedFile
from inbox.sending.rates import Rates


class ChannelAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector needs to know of a channel. Never logged: it carries secrets.

    Attributes:
        id: Our channel id.
        credentials: The contract's credential fields of the kind, such as `access_token`.
        provider_base_url: Server to talk to in place of the provider's own, without a slash at the end.
        updates: How the provider's news reach us, where there is a choice.
        messages_per_second: What the provider allows this account, where that is a setting of the channel.
    """

    id: str
    workspace_id: str
    kind: ChannelKind
    credentials: Mapping[str, str]
    provider_base_url: str | None = None
    updates: Updates | None = None
    messages_per_second: int | None = None


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
        """Say what the channel can convey."""
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


@runtime_checkable
class AnswersChallenge(Protocol):
    """The provider asks a question before it trusts a webhook address (WhatsApp's GET)."""

    def challenge(self, request: InboundRequest, account: ChannelAccount) -> str:
        """Return the text to answer with. Raises `WebhookRejectedError`."""
        ...


@runtime_checkable
class MarksRead(Protocol):
    """The channel shows the customer that a message was read."""

    async def mark_read(self, provider_id: str, account: ChannelAccount) -> None:
        """Mark the message and all before it as read. Raises `SendFailedError`."""
        ...


@runtime_checkable
class ShowsTyping(Protocol):
    """The channel shows the customer that somebody is typing."""

    async def show_typing(self, *, to: str, last_provider_id: str | None, account: ChannelAccount) -> None:
        """Show it for as long as the provider does (WhatsApp: 25 s or until a message). Raises `SendFailedError`."""
        ...


@runtime_checkable
class SendsReactions(Protocol):
    """The channel lets the business react to a message."""

    async def react(self, *, to: str, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:
        """Set the reaction; an empty `emoji` takes it back. Raises `SendFailedError`."""
        ...


@runtime_checkable
class EditsMessages(Protocol):
    """The business may change what it sent."""

    async def edit(self, *, to: str, provider_id: str, content: Content, account: ChannelAccount) -> None:
        """Replace a message's content. Raises `SendFailedError`."""
        ...


@runtime_checkable
class LimitsEdits(Protocol):
    """A changed message may say less than a new one."""

    def check_edit(self, content: Content) -> None:
        """Check what a message is to say now, beyond `check`. Raises `ContentNotSendableError`."""
        ...


@runtime_checkable
class DeletesMessages(Protocol):
    """The business may take back what it sent."""

    async def delete(self, *, to: str, provider_id: str, account: ChannelAccount) -> None:
        """Delete a message for the customer. Raises `SendFailedError`."""
        ...


class FetchedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's file as the provider gives it out.

    Attributes:
        mime_type: What the provider calls it, None where it does not say; never trusted.
        size_bytes: Its size where the provider says so.
        chunks: The bytes, in pieces; ends early with `SendFailedError` where the connection breaks.
    """

    mime_type: str | None = None
    size_bytes: int | None = None
    filename: str | None = None
    chunks: AsyncIterator[bytes]


@runtime_checkable
class FetchesFiles(Protocol):
    """Customers' files come as references and are fetched from the provider."""

    def fetch_file(self, reference: str, account: ChannelAccount) -> AbstractAsyncContextManager[FetchedFile]:
        """Open the file that `Media.provider_media_id` names. Raises `SendFailedError`."""
        ...


@runtime_checkable
class UploadsFiles(Protocol):
    """Files are uploaded by a call of their own, before the message that names them."""

    async def upload_file(self, file: OutboundFile, account: ChannelAccount) -> UploadedFile:
        """Upload a file; it may be repeated, since nobody sees it yet. Raises `SendFailedError`."""
        ...


class UpdateBatch(msgspec.Struct, frozen=True, kw_only=True):
    """News that were asked for.

    Attributes:
        events: In the provider's order; empty where nothing came.
        next_offset: To ask with next, once all of this is durable: it confirms the batch.
    """

    events: Sequence[InboundEvent]
    next_offset: int | None


@runtime_checkable
class PollsUpdates(Protocol):
    """The provider's news can be asked for, where it has no address to send them to."""

    async def begin_polling(self, account: ChannelAccount) -> None:
        """Have the provider keep its news until they are asked for. Raises `SendFailedError`."""
        ...

    async def next_updates(self, offset: int | None, account: ChannelAccount) -> UpdateBatch:
        """Wait a while for news; None asks for all that is not confirmed. Raises `SendFailedError`."""
        ...


@runtime_checkable
class AcknowledgesPresses(Protocol):
    """The provider waits to hear that a pressed button arrived."""

    async def acknowledge(self, handle: str, account: ChannelAccount) -> None:
        """Say so; `handle` is `MessageReceived.acknowledge`. Raises `SendFailedError`."""
        ...


@runtime_checkable
class RegistersWebhook(Protocol):
    """The provider is told the webhook's address by a call, not by hand."""

    async def register_webhook(self, url: str, account: ChannelAccount) -> None:
        """Have updates sent to `url`. Raises `SendFailedError`."""
        ...


@runtime_checkable
class KeepsTemplates(Protocol):
    """The provider keeps approved templates, which belong to the business account of a channel."""

    async def list_templates(
        self, account: ChannelAccount, *, name: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """Read all templates, or those of one name, as the provider has them. Raises `SendFailedError`."""
        ...

    async def create_template(self, body: Mapping[str, object], account: ChannelAccount) -> Mapping[str, object]:
        """Submit a template; gives the provider's `id`, `status` and `category`. Raises `SendFailedError`."""
        ...

    async def edit_template(self, provider_id: str, body: Mapping[str, object], account: ChannelAccount) -> None:
        """Submit a change. Raises `SendFailedError`."""
        ...

    async def delete_template(self, *, name: str, provider_id: str, account: ChannelAccount) -> None:
        """Delete a template in one language. Raises `SendFailedError`."""
        ...


@runtime_checkable
class UnregistersWebhook(Protocol):
    """The provider can be told that an address is not served any more."""

    async def unregister_webhook(self, account: ChannelAccount) -> None:
        """Take the channel's address back, unless another one has taken its place. Raises `SendFailedError`."""
        ...


@runtime_checkable
class ChecksCredentials(Protocol):
    """The credentials can be tried out without sending anything."""

    async def check_credentials(self, account: ChannelAccount) -> str:
        """Return a line for people, such as the verified name and number. Raises `SendFailedError`."""
        ...


@runtime_checkable
class LimitsRates(Protocol):
    """The provider bounds how fast an account may send."""

    def rates(self, account: ChannelAccount) -> Rates:
        """Return the account's limits; the sender keeps to them."""
        ...


@runtime_checkable
class ReadsAgain(Protocol):
    """A dead letter's item can be read again, by a version that may understand it."""

    def parse_again(self, raw: bytes, account_key: str | None) -> Sequence[InboundEvent]:
        """Read one kept item; what is still not understood comes back as `Undeciphered`."""
        ...
