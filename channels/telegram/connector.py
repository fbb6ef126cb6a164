"""Telegram's side of the contract: everything another room needs of this messenger.

Verifying, parsing and checking are pure. The sending side, with aiogram, is loaded before the first send, so that
servers stay light; registering and fetching need only a few plain requests.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, ClassVar, Final

from channels.abilities import FetchedFile, UpdateBatch
from channels.contract import Capabilities, ChannelAccount, InboundRequest, Support
from channels.telegram import limits, registration
from channels.telegram.bot_api import BotApi, ConnectionPool
from channels.telegram.check import check_content, check_edit
from channels.telegram.connecting import look_at_steps, receive_updates
from channels.telegram.parse import parse_again, parse_update
from channels.telegram.polling import begin_polling, next_updates
from channels.telegram.verify import verify_secret
from inbox.arriving.inbound import InboundEvent
from inbox.channel.connecting_models import StepLook, StepRequest
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.sending.outbound import OutboundMessage, SendReceipt
from inbox.sending.rates import Rate, Rates

if TYPE_CHECKING:
    from channels.telegram.send import TelegramSender

_CAPABILITIES = Capabilities(
    send={
        "text": Support.FULL,
        "image": Support.FULL,
        "video": Support.FULL,
        "audio": Support.FULL,
        "voice": Support.FULL,
        "document": Support.FULL,
        "sticker": Support.FULL,
        "location": Support.FULL,
        "contacts": Support.PARTIAL,
        "checklist": Support.PARTIAL,
        "buttons": Support.FULL,
        "list": Support.PARTIAL,
        "template": Support.REJECTED,
    },
    features={
        "reply": Support.FULL,
        "reaction": Support.PARTIAL,
        "edit": Support.PARTIAL,
        "delete": Support.PARTIAL,
        "typing": Support.FULL,
        "read": Support.DROPPED,
        "album": Support.DROPPED,
    },
    max_text_chars=limits.MAX_LONG_TEXT_UNITS,
)
"""Contact cards go one by one, with name and first phone only; a list becomes text and buttons; checklists go only to
chats of a business account.

Reactions: only the emoji that Telegram allows. Edits: texts and captions that fit one message. Deletions: within 48
hours. Bots can't mark messages as read; an album that we send arrives as single files.
"""

TURN_SECONDS: Final = 0.0002
"""While aiogram is loaded threads change turns more often than each 5 ms, as is Python's custom: nine of ten
operations of the others end within 1.3 ms instead of 26 ms, for a sixth more time to load (measured, 4.0 s and 4.7 s).
"""


class TelegramConnector:
    """The connector of Telegram's Bot API.

    Credentials: `bot_token`, and `secret_token`, which we choose.
    """

    kind: ClassVar[ChannelKind] = ChannelKind.TELEGRAM

    def __init__(self, *, allow_private: bool = False) -> None:
        """Connect nothing yet; `allow_private`: channels' servers may be in our own network."""
        self._connections = ConnectionPool(allow_private=allow_private)
        self._api = BotApi(self._connections)
        self._sender: TelegramSender | None = None
        self._loading = asyncio.Lock()

    def capabilities(self) -> Capabilities:
        """Return what Telegram can convey."""
        return _CAPABILITIES

    def verify(self, request: InboundRequest, account: ChannelAccount) -> None:
        """Check the secret token. Raises `WebhookRejectedError` (401)."""
        verify_secret(request.headers, account.credentials)

    def parse(self, request: InboundRequest) -> Sequence[InboundEvent]:
        """Turn an update into values. Raises `WebhookRejectedError` (400)."""
        return parse_update(request.body)

    def parse_again(self, raw: bytes, account_key: str | None) -> Sequence[InboundEvent]:  # noqa: ARG002
        """Read an update that was kept as a dead letter."""
        return parse_again(raw)

    def check(self, content: Content) -> None:
        """Check a content against Telegram's limits. Raises `ContentNotSendableError`."""
        check_content(content)

    def check_edit(self, content: Content) -> None:
        """Check that a changed text or caption fits one message. Raises `ContentNotSendableError`."""
        check_edit(content)

    def rates(self, account: ChannelAccount) -> Rates:  # noqa: ARG002
        """Return what Telegram allows a bot in all, in a chat, and in a group."""
        return Rates(per_second=limits.MESSAGES_PER_SECOND, recipient=_chat_limits, shared_by=_chat)

    async def make_ready(self) -> None:
        """Load the sending side, with aiogram, beside the running loop."""
        await self._loaded()

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        """Send one message, once. Raises `SendFailedError`."""
        return await (await self._loaded()).send(message, account)

    async def react(self, *, to: str, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:  # noqa: ARG002
        """Set the bot's reaction; an empty `emoji` takes it back. Raises `SendFailedError`."""
        return await (await self._loaded()).react(provider_id=provider_id, emoji=emoji, account=account)

    async def edit(self, *, to: str, provider_id: str, content: Content, account: ChannelAccount) -> None:  # noqa: ARG002
        """Replace a text or a caption. Raises `SendFailedError`."""
        await (await self._loaded()).edit(provider_id=provider_id, content=content, account=account)

    async def delete(self, *, to: str, provider_id: str, account: ChannelAccount) -> None:  # noqa: ARG002
        """Delete a message for everybody. Raises `SendFailedError`."""
        await (await self._loaded()).delete(provider_id=provider_id, account=account)

    async def show_typing(self, *, to: str, last_provider_id: str | None, account: ChannelAccount) -> None:  # noqa: ARG002
        """Show for 5 s that somebody types. Raises `SendFailedError`."""
        await (await self._loaded()).show_typing(to=to, account=account)

    async def acknowledge(self, handle: str, account: ChannelAccount) -> None:
        """Acknowledge a pressed button. Raises `SendFailedError`."""
        await (await self._loaded()).acknowledge(handle, account)

    def fetch_file(self, reference: str, account: ChannelAccount) -> AbstractAsyncContextManager[FetchedFile]:
        """Open a customer's file of at most 20 MB. Raises `SendFailedError`."""
        return self._api.file(account, reference)

    async def register_webhook(self, url: str, account: ChannelAccount) -> None:
        """Have updates sent to `url`. Raises `SendFailedError`."""
        await registration.register_webhook(self._api, url, account)

    async def unregister_webhook(self, account: ChannelAccount) -> None:
        """Take the channel's address back, unless another program's is there. Raises `SendFailedError`."""
        await registration.unregister_webhook(self._api, account)

    async def check_credentials(self, account: ChannelAccount) -> str:
        """Return the bot's name, once its updates reach us. Raises `SendFailedError`."""
        return await registration.check_bot(self._api, account)

    async def look_at_steps(self, account: ChannelAccount, url: str) -> Sequence[StepLook]:  # noqa: ARG002
        """Look how far the connecting of the bot is."""
        return await look_at_steps(self._api, account)

    async def do_step(self, request: StepRequest, account: ChannelAccount, url: str) -> StepLook:  # noqa: ARG002
        """Have updates come here: Telegram's only step. Raises `SendFailedError` where the outcome is unknown."""
        return await receive_updates(self._api, account, url)

    async def begin_polling(self, account: ChannelAccount) -> None:
        """Take the webhook back, so that updates can be asked for. Raises `SendFailedError`."""
        await begin_polling(self._api, account)

    async def next_updates(self, offset: int | None, account: ChannelAccount) -> UpdateBatch:
        """Ask for news of a bot without a webhook. Raises `SendFailedError`."""
        return await next_updates(self._api, offset, account)

    async def close(self) -> None:
        """Free the connections."""
        self._sender = None
        await self._connections.close()

    async def _loaded(self) -> TelegramSender:
        """Load the sending side, with aiogram, at first use."""
        async with self._loading:
            if self._sender is None:
                self._sender = (await _load_sender())(self._connections)
            return self._sender


def _chat(external_id: str) -> str:
    """Name the chat whose limits hold: all topics of a chat share them."""
    return external_id.partition(":")[0]


def _chat_limits(chat_id: str) -> tuple[Rate, ...]:
    """Return the limits of a chat; groups have negative ids. Source: https://core.telegram.org/bots/api#chat."""
    is_group = chat_id.startswith("-")
    return (limits.CHAT_RATE, limits.GROUP_RATE) if is_group else (limits.CHAT_RATE,)


async def _load_sender() -> type[TelegramSender]:
    """Import the sending side in a thread of its own; the process can end meanwhile."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[type[TelegramSender]] = loop.create_future()

    def run() -> None:
        with _short_turns():
            from channels.telegram.aiogram_models import load_aiogram  # noqa: PLC0415 - a second that servers never need

            load_aiogram()
            from channels.telegram.send import TelegramSender  # noqa: PLC0415

        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(_hand_over, loaded, TelegramSender)

    Thread(target=run, name="load aiogram", daemon=True).start()
    return await loaded


@contextmanager
def _short_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _hand_over(loaded: asyncio.Future[type[TelegramSender]], sender: type[TelegramSender]) -> None:
    if not loaded.done():
        loaded.set_result(sender)
