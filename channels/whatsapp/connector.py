"""WhatsApp's side of the contract: everything another room needs of this messenger.

Verifying, parsing and checking are pure. The sending side, with pywa, is loaded before the first send, so that
servers, which only receive, stay light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from channels.abilities import ControlAct, FetchedFile
from channels.contract import Capabilities, ChannelAccount, InboundRequest, Support
from channels.whatsapp import limits
from channels.whatsapp.account_news import TOPICS, read_account_news
from channels.whatsapp.check import check_content
from channels.whatsapp.graph_versions import NEWEST
from channels.whatsapp.history import TOPICS as HANDED_OVER_TOPICS
from channels.whatsapp.history import read_handed_over
from channels.whatsapp.parse import parse_item_again, parse_webhook
from channels.whatsapp.verify import answer_challenge, verify_signature
from inbox.arriving.history import Imported
from inbox.arriving.inbound import InboundEvent
from inbox.channel.connecting_models import StepLook, StepRequest
from inbox.channel.signup_models import SignupApp, SignupResult
from inbox.channel.standing_models import AccountLook, AccountNews
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.sending.outbound import OutboundFile, OutboundMessage, SendReceipt, UploadedFile
from inbox.sending.rates import Rate, Rates

if TYPE_CHECKING:
    from channels.whatsapp.send import WhatsAppSender
    from channels.whatsapp.transport import AiohttpTransport

_CAPABILITIES = Capabilities(
    send={
        "text": Support.FULL,
        "image": Support.FULL,
        "video": Support.FULL,
        "audio": Support.PARTIAL,
        "voice": Support.PARTIAL,
        "document": Support.FULL,
        "sticker": Support.FULL,
        "location": Support.FULL,
        "contacts": Support.FULL,
        "buttons": Support.FULL,
        "list": Support.FULL,
        "contact_request": Support.FULL,
        "template": Support.FULL,
    },
    features={
        "reply": Support.FULL,
        "reaction": Support.FULL,
        "edit": Support.REJECTED,
        "delete": Support.REJECTED,
        "typing": Support.PARTIAL,
        "read": Support.FULL,
        "album": Support.DROPPED,
    },
    max_text_chars=limits.MAX_TEXT_CHARS,
)
"""Sounds go without a caption; typing needs a message to answer; an album arrives as single files.

Businesses can neither edit nor delete what they sent through the Cloud API.
"""


class WhatsAppConnector:
    """The connector of WhatsApp's Cloud API.

    Credentials: `phone_number_id`, `waba_id`, `access_token`, `app_secret`, `app_secret_previous` during a
    rotation, `verify_token`.
    """

    kind: ClassVar[ChannelKind] = ChannelKind.WHATSAPP
    news_topics: ClassVar[Sequence[str]] = TOPICS
    handed_over_topics: ClassVar[Sequence[str]] = HANDED_OVER_TOPICS

    def __init__(self, transport: AiohttpTransport | None = None, *, allow_private: bool = False) -> None:
        """Connect nothing yet.

        Args:
            transport: Shared with other users of the Graph API, who then close it. None: the connector opens
                its own at the first send, and closes it.
            allow_private: Channels' servers may be in our own network.
        """
        self._transport = transport
        self._allow_private = allow_private
        self._sender: WhatsAppSender | None = None
        self._version = NEWEST

    def speak(self, version: str) -> None:
        """Use a version of the Graph API, from the first request on."""
        self._version = version

    def capabilities(self) -> Capabilities:
        """Return what WhatsApp can convey."""
        return _CAPABILITIES

    def verify(self, request: InboundRequest, account: ChannelAccount) -> None:
        """Check Meta's signature. Raises `WebhookRejectedError` (401)."""
        verify_signature(request.headers, request.body, account.credentials)

    def challenge(self, request: InboundRequest, account: ChannelAccount) -> str:
        """Answer Meta's question about the webhook's address. Raises `WebhookRejectedError`."""
        return answer_challenge(request.query, account.credentials)

    def parse(self, request: InboundRequest) -> Sequence[InboundEvent]:
        """Turn a webhook into values, in its order. Raises `WebhookRejectedError` (400, 413)."""
        return parse_webhook(request.body)

    def parse_again(self, raw: bytes, account_key: str | None) -> Sequence[InboundEvent]:
        """Read an item that was kept as a dead letter."""
        return parse_item_again(raw, account_key)

    def check(self, content: Content) -> None:
        """Check a content against Meta's limits. Raises `ContentNotSendableError`."""
        check_content(content)

    def rates(self, account: ChannelAccount) -> Rates:
        """Return what Meta allows the number, and each pair of number and customer."""
        return Rates(
            per_second=account.messages_per_second or limits.MESSAGES_PER_SECOND,
            counts_inbound=True,
            recipient=_pair_limit,
            strike_factor=limits.PAIR_STRIKE_FACTOR,
        )

    async def make_ready(self) -> None:
        """Load the sending side, with pywa: once, for a second of the event loop. A thread could meet another load."""
        self._loaded()

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        """Send one message, once. Raises `SendFailedError`."""
        return await self._loaded().send(message, account)

    async def react(self, *, to: str, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:
        """Set the business's reaction; an empty `emoji` takes it back. Raises `SendFailedError`."""
        return await self._loaded().react(to=to, provider_id=provider_id, emoji=emoji, account=account)

    async def mark_read(self, provider_id: str, account: ChannelAccount) -> None:
        """Mark the message and all before it as read. Raises `SendFailedError`."""
        await self._loaded().mark_read(provider_id, account)

    async def show_typing(self, *, to: str, last_provider_id: str | None, account: ChannelAccount) -> None:  # noqa: ARG002
        """Show for 25 s that somebody types; marks the message as read too, as Meta has it in one call.

        Nothing happens without a message to answer. Raises `SendFailedError`.
        """
        if last_provider_id is not None:
            await self._loaded().show_typing(last_provider_id, account)

    async def set_blocked(self, to: str, account: ChannelAccount, *, blocked: bool) -> None:
        """Block or unblock a customer who wrote within the last 24 hours. Raises `SendFailedError`."""
        await self._loaded().set_blocked(to, account, blocked=blocked)

    async def control_thread(self, *, to: str, act: ControlAct, account: ChannelAccount) -> None:
        """Take, pass or release the chat with a customer. Raises `SendFailedError`."""
        await self._loaded().control_thread(to=to, act=act, account=account)

    async def forget(self, to: str, account: ChannelAccount) -> None:
        """Take a customer out of Meta's contact book, where they are by their user id. Raises `SendFailedError`."""
        await self._loaded().forget(to, account)

    async def list_templates(
        self, account: ChannelAccount, *, name: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """Read the templates of the business account. Raises `SendFailedError`."""
        return await self._loaded().templates.list(account, name=name)

    async def create_template(self, body: Mapping[str, object], account: ChannelAccount) -> Mapping[str, object]:
        """Submit a template for review. Raises `SendFailedError`."""
        return await self._loaded().templates.create(body, account)

    async def edit_template(self, provider_id: str, body: Mapping[str, object], account: ChannelAccount) -> None:
        """Submit a change of a template for review. Raises `SendFailedError`."""
        await self._loaded().templates.edit(provider_id, body, account)

    async def delete_template(self, *, name: str, provider_id: str, account: ChannelAccount) -> None:
        """Delete a template in one language. Raises `SendFailedError`."""
        await self._loaded().templates.delete(name=name, provider_id=provider_id, account=account)

    async def upload_sample(self, file: OutboundFile, account: ChannelAccount) -> str:
        """Upload the sample of a template's file header; return its handle. Raises `SendFailedError`."""
        return await self._loaded().samples.upload(file, account)

    def fetch_file(self, reference: str, account: ChannelAccount) -> AbstractAsyncContextManager[FetchedFile]:
        """Open a customer's file. Raises `SendFailedError`."""
        return self._loaded().files.fetch(reference, account)

    async def upload_file(self, file: OutboundFile, account: ChannelAccount) -> UploadedFile:
        """Upload a file; Meta keeps it for 30 days. Raises `SendFailedError`."""
        return await self._loaded().files.upload(file, account)

    async def check_credentials(self, account: ChannelAccount) -> str:
        """Return the verified name and number. Raises `SendFailedError`."""
        return await self._loaded().describe_number(account)

    def read_handed_over(self, topic: str, raw: bytes) -> Imported | None:
        """Read conversations or contacts of the phone app."""
        return read_handed_over(topic, raw)

    def read_news(self, topic: str, raw: bytes, at: datetime) -> AccountNews | None:
        """Read a notice about the account or the number."""
        return read_account_news(topic, raw, at)

    async def sign_up(self, app: SignupApp, *, code: str, waba_id: str, phone_number_id: str | None) -> SignupResult:
        """Turn a code of Meta's dialog into credentials. Raises `SignupRefusedError`, `SendFailedError`."""
        return await self._loaded().sign_up(app, code=code, waba_id=waba_id, phone_number_id=phone_number_id)

    async def look_at_account(self, account: ChannelAccount) -> AccountLook:
        """Ask Meta how token and number stand. Raises `SendFailedError`."""
        return await self._loaded().look_at_account(account)

    async def look_at_steps(self, account: ChannelAccount, url: str) -> Sequence[StepLook]:
        """Look how far the connecting of the number is."""
        return await self._loaded().connecting.look(account, url)

    async def do_step(self, request: StepRequest, account: ChannelAccount, url: str) -> StepLook:
        """Register the number, or have Meta send its news here. Raises `SendFailedError` in doubt."""
        return await self._loaded().connecting.do(request, account, url)

    async def close(self) -> None:
        """Free the connections, unless they are shared."""
        if self._sender is not None:
            await self._sender.close()
            self._sender = None

    def _loaded(self) -> WhatsAppSender:
        """Load the sending side, with pywa, at first use."""
        if self._sender is None:
            from channels.whatsapp.send import WhatsAppSender  # noqa: PLC0415 - tens of megabytes that servers never need

            self._sender = WhatsAppSender(self._transport, allow_private=self._allow_private, version=self._version)
        return self._sender


def _pair_limit(_: str) -> tuple[Rate, ...]:
    return (limits.PAIR_RATE,)
