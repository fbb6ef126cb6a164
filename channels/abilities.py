"""What a messenger may be able to do beyond the contract: one optional protocol an ability.

A connector has an ability if it has its methods; who needs one asks with `isinstance`. First what customers see, then
files, then how the provider's news reach us, then what concerns the account.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

import msgspec

from channels.contract import ChannelAccount, InboundRequest
from inbox.arriving.history import Imported
from inbox.arriving.inbound import InboundEvent
from inbox.channel.connecting_models import StepLook, StepRequest
from inbox.channel.signup_models import SignupApp, SignupResult
from inbox.channel.standing_models import AccountLook, AccountNews
from inbox.model.content import Content
from inbox.model.control import ControlAction
from inbox.sending.outbound import OutboundFile, SendReceipt, UploadedFile
from inbox.sending.rates import Rates


class ControlAct(msgspec.Struct, frozen=True, kw_only=True):
    """What is done about who answers in a chat.

    Attributes:
        role: Of a pass: the role of the agent that gets it, in the provider's words.
        note: What that agent is told.
    """

    action: ControlAction
    role: str | None = None
    note: str | None = None


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


@runtime_checkable
class BlocksCustomers(Protocol):
    """The provider takes no more messages of a customer whom the business has blocked."""

    async def set_blocked(self, to: str, account: ChannelAccount, *, blocked: bool) -> None:
        """Block or unblock a customer's account. Raises `SendFailedError`."""
        ...


@runtime_checkable
class ForgetsCustomers(Protocol):
    """The provider keeps what it knows of customers for the business, and takes one out of it."""

    async def forget(self, to: str, account: ChannelAccount) -> None:
        """Take a customer's account out of what is kept for the business. Raises `SendFailedError`."""
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


@runtime_checkable
class AnswersChallenge(Protocol):
    """The provider asks a question before it trusts a webhook address (WhatsApp's GET)."""

    def challenge(self, request: InboundRequest, account: ChannelAccount) -> str:
        """Return the text to answer with. Raises `WebhookRejectedError`."""
        ...


@runtime_checkable
class RegistersWebhook(Protocol):
    """The provider is told the webhook's address by a call, not by hand."""

    async def register_webhook(self, url: str, account: ChannelAccount) -> None:
        """Have updates sent to `url`. Raises `SendFailedError`."""
        ...


@runtime_checkable
class UnregistersWebhook(Protocol):
    """The provider can be told that an address is not served any more."""

    async def unregister_webhook(self, account: ChannelAccount) -> None:
        """Take the channel's address back, unless another one has taken its place. Raises `SendFailedError`."""
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
        """Acknowledge a press; `handle` is `MessageReceived.acknowledge`. Raises `SendFailedError`."""
        ...


@runtime_checkable
class ReadsAgain(Protocol):
    """A dead letter's item can be read again, by a version that may understand it."""

    def parse_again(self, raw: bytes, account_key: str | None) -> Sequence[InboundEvent]:
        """Read one kept item; what is still not understood comes back as `Undeciphered`."""
        ...


@runtime_checkable
class ControlsThreads(Protocol):
    """Several agents can answer in one chat, and who does can be changed."""

    async def control_thread(self, *, to: str, act: ControlAct, account: ChannelAccount) -> None:
        """Take, pass or release the chat with a customer. Raises `SendFailedError`."""
        ...


@runtime_checkable
class ChecksCredentials(Protocol):
    """The credentials can be tried out without sending anything."""

    async def check_credentials(self, account: ChannelAccount) -> str:
        """Return a line for people, such as the verified name and number. Raises `SendFailedError`."""
        ...


@runtime_checkable
class ConnectsInSteps(Protocol):
    """The provider can be asked how far the connecting of an account is, step by step (`connecting_models.PLANS`)."""

    async def look_at_steps(self, account: ChannelAccount, url: str) -> Sequence[StepLook]:
        """Look at the provider's steps in their order, and stop where a later one can't be asked for.

        Changes nothing, and never raises `SendFailedError`: what fails is what was found.

        Args:
            account: The channel's.
            url: Where the channel's news should be sent; for web chat the widget's script.
        """
        ...


@runtime_checkable
class SignsUpAccounts(Protocol):
    """The provider has a dialog in which a business connects its account to the installation's app."""

    async def sign_up(self, app: SignupApp, *, code: str, waba_id: str, phone_number_id: str | None) -> SignupResult:
        """Turn the dialog's code, which works once, into credentials.

        Raises:
            SignupRefusedError: The provider refuses the code, or the account has no such number.
            SendFailedError: It could not be reached, or its answer was lost.
        """
        ...


@runtime_checkable
class ReadsHandedOver(Protocol):
    """An app that was used before hands over its conversations and contacts, by notices."""

    handed_over_topics: ClassVar[Sequence[str]]
    """The topics of notices that `read_handed_over` reads."""

    def read_handed_over(self, topic: str, raw: bytes) -> Imported | None:
        """Read a notice; None where it can't be read."""
        ...


@runtime_checkable
class TellsStanding(Protocol):
    """The provider tells by notices how an account stands, and can be asked."""

    news_topics: ClassVar[Sequence[str]]
    """The topics of notices that `read_news` reads."""

    def read_news(self, topic: str, raw: bytes, at: datetime) -> AccountNews | None:
        """Read a notice that came `at`; None where it says nothing of an account's standing."""
        ...

    async def look_at_account(self, account: ChannelAccount) -> AccountLook:
        """Look at the account; a refusal is what was found. Raises `SendFailedError` without an answer."""
        ...


@runtime_checkable
class DoesSteps(Protocol):
    """Steps of connecting can be done by calls."""

    async def do_step(self, request: StepRequest, account: ChannelAccount, url: str) -> StepLook:
        """Do a step; a refusal is what was found. Raises `SendFailedError` only where the outcome is unknown."""
        ...


@runtime_checkable
class SpeaksVersions(Protocol):
    """The provider's API has versions, of which the installation chooses one."""

    def speak(self, version: str) -> None:
        """Use a version, from the first request on."""
        ...


@runtime_checkable
class LimitsRates(Protocol):
    """The provider bounds how fast an account may send."""

    def rates(self, account: ChannelAccount) -> Rates:
        """Return the account's limits; the sender keeps to them."""
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
        """Submit a template; return the provider's `id`, `status` and `category`. Raises `SendFailedError`."""
        ...

    async def edit_template(self, provider_id: str, body: Mapping[str, object], account: ChannelAccount) -> None:
        """Submit a change. Raises `SendFailedError`."""
        ...

    async def delete_template(self, *, name: str, provider_id: str, account: ChannelAccount) -> None:
        """Delete a template in one language. Raises `SendFailedError`."""
        ...

    async def upload_sample(self, file: OutboundFile, account: ChannelAccount) -> str:
        """Upload the sample of a file header; return the provider's name of it. Raises `SendFailedError`."""
        ...
