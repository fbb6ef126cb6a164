"""The web chat's side of the contract.

There is no provider: the thread in the database is what the visitor sees, and the server's sockets show it. So a
message is sent as soon as it is stored, and sending, editing, deleting, typing and reading need no call at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from channels.contract import Capabilities, ChannelAccount, InboundRequest, Support, WebhookRejectedError
from channels.webchat import limits
from channels.webchat.check import check_content
from channels.webchat.connecting import look_at_steps
from channels.webchat.parse import outgoing_id
from inbox.arriving.inbound import InboundEvent
from inbox.channel.connecting_models import StepLook
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.sending.outbound import OutboundMessage, SendReceipt

_CAPABILITIES: Final = Capabilities(
    send={
        "text": Support.FULL,
        "image": Support.FULL,
        "video": Support.FULL,
        "audio": Support.FULL,
        "voice": Support.FULL,
        "document": Support.FULL,
        "sticker": Support.FULL,
        "location": Support.PARTIAL,
        "contacts": Support.PARTIAL,
        "buttons": Support.FULL,
        "list": Support.FULL,
        "template": Support.REJECTED,
    },
    features={
        "reply": Support.FULL,
        "reaction": Support.PARTIAL,
        "edit": Support.FULL,
        "delete": Support.FULL,
        "typing": Support.FULL,
        "read": Support.FULL,
        "album": Support.DROPPED,
    },
    max_text_chars=limits.MAX_TEXT_CHARS,
)
"""A place and contact cards are shown as text; visitors see reactions but have none to give; an album is single files.
"""


class WebchatConnector:
    """The connector of the web chat. Credentials: `allowed_origins`, `identity_secret`, `identity_secret_previous`."""

    kind: ClassVar[ChannelKind] = ChannelKind.WEBCHAT

    def __init__(self, *, allow_private: bool = False) -> None:
        """Nothing is ever called, in whatever network."""

    def capabilities(self) -> Capabilities:
        """Return what the web chat can convey."""
        return _CAPABILITIES

    def verify(self, request: InboundRequest, account: ChannelAccount) -> None:  # noqa: ARG002
        """Refuse: nobody posts for a visitor. Raises `WebhookRejectedError` (401)."""
        raise WebhookRejectedError(401, "The web chat has no webhook: visitors write over the socket.")

    def parse(self, request: InboundRequest) -> Sequence[InboundEvent]:  # noqa: ARG002
        """Refuse, as `verify` does. Raises `WebhookRejectedError` (400)."""
        raise WebhookRejectedError(400, "The web chat has no webhook: visitors write over the socket.")

    def check(self, content: Content) -> None:
        """Check a content against the widget's limits. Raises `ContentNotSendableError`."""
        check_content(content)

    async def make_ready(self) -> None:
        """Nothing has to be loaded."""

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:  # noqa: ARG002
        """Return that the message is sent: it is in the thread already."""
        return SendReceipt(provider_id=outgoing_id(message.id))

    async def react(self, *, to: str, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:  # noqa: ARG002
        """Return that the reaction is shown: it is part of the message."""
        return SendReceipt(provider_id=provider_id)

    async def edit(self, *, to: str, provider_id: str, content: Content, account: ChannelAccount) -> None:
        """Nothing to do: the thread has the new content."""

    async def delete(self, *, to: str, provider_id: str, account: ChannelAccount) -> None:
        """Nothing to do: the thread shows the message as deleted."""

    async def mark_read(self, provider_id: str, account: ChannelAccount) -> None:
        """Nothing to do: the conversation says up to where it was read."""

    async def show_typing(self, *, to: str, last_provider_id: str | None, account: ChannelAccount) -> None:
        """Nothing to do: the server shows it by itself, and no worker could."""

    async def look_at_steps(self, account: ChannelAccount, url: str) -> Sequence[StepLook]:
        """Look how far the setting up of the widget is."""
        return look_at_steps(account.credentials["allowed_origins"], url)

    async def close(self) -> None:
        """Nothing is open."""
