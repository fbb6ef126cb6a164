"""Channels as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.channel.standing_models import AccountFacts, Trouble
from inbox.channel.widget_models import Widget
from inbox.foundation.pages import Page
from inbox.foundation.patterns import END
from inbox.model.channel_kind import ChannelKind
from inbox.model.close_requirements import CloseRequirement, RequiredBeforeClose
from inbox.model.priorities import Priority
from inbox.model.retention import Retention
from inbox.storage.documents import ChannelDocument

MIN_AUTO_CLOSE_SECONDS = 60
MAX_AUTO_CLOSE_SECONDS = 7 * 24 * 3600

ChannelName = Annotated[str, Meta(min_length=1, max_length=100)]
Url = Annotated[str, Meta(min_length=1, max_length=500, examples=["https://graph.example.com"])]
ProviderId = Annotated[str, Meta(pattern=r"^[0-9]{1,32}" + END, examples=["106540352242922"])]
Secret = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"^\S+" + END)]
CloseAfter = Annotated[int, Meta(ge=MIN_AUTO_CLOSE_SECONDS, le=MAX_AUTO_CLOSE_SECONDS)]


WHATSAPP_PER_SECOND = 80
"""Source: throughput, 21 May 2026."""
MessagesPerSecond = Annotated[int, Meta(ge=1, le=1000)]


class HealthStatus(StrEnum):
    """What the last look at a channel showed."""

    UNKNOWN = "unknown"
    OK = "ok"
    WARNING = "warning"
    """It works, and something should be done about its `troubles`."""
    FAILING = "failing"


class CheckedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What the last check showed: whether the provider takes the credentials."""

    status: HealthStatus = HealthStatus.UNKNOWN
    detail: str | None = None
    at: datetime | None = None


class ChannelHealth(CheckedHealth, frozen=True, kw_only=True):
    """Whether the channel works; `detail` is for people, `at` is when it was checked.

    Attributes:
        troubles: What the provider told of the account, or a look found, with what to do about each.
    """

    troubles: tuple[Trouble, ...] = ()


class AutoClose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When silent conversations close by themselves, 60 seconds to 7 days; null is never.

    Attributes:
        only_while_customer_owes: An assigned one closes only while the customer owes the answer.
    """

    assigned_seconds: CloseAfter | None = None
    unassigned_seconds: CloseAfter | None = None
    warn_before_seconds: Annotated[int, Meta(ge=10, le=MAX_AUTO_CLOSE_SECONDS)] | None = None
    only_while_customer_owes: bool = False

    def __post_init__(self) -> None:
        """Refuse a warning that would come before the silence begins."""
        shortest = min(filter(None, (self.assigned_seconds, self.unassigned_seconds)), default=None)
        if shortest is not None and (self.warn_before_seconds or 0) >= shortest:
            raise ValueError("`warn_before_seconds` must be less than the seconds after which conversations close")


class WhatsAppCredentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Meta's app dashboard shows of a WhatsApp number; written, never read back."""

    phone_number_id: ProviderId
    waba_id: ProviderId
    access_token: Secret
    app_secret: Secret
    verify_token: Secret


class TelegramCredentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What BotFather gives; written, never read back."""

    bot_token: Annotated[str, Meta(pattern=r"^[0-9]{1,16}:[A-Za-z0-9_-]{1,200}" + END, examples=["110201543:AAHdqTcv"])]


class Updates(StrEnum):
    """How a provider's news reach us: it calls our address, or a worker asks it again and again."""

    WEBHOOK = "webhook"
    POLLING = "polling"


Origin = Annotated[
    str,
    Meta(
        pattern=r"^https?://(\*(\.[^\s/?#@*.:]+){2,}(:[0-9]+)?|[^\s/?#@*]+)/?" + END,
        max_length=300,
        examples=["https://shop.example", "https://*.shop.example"],
    ),
]
"""Scheme, host and port of a site, without a path; `*.` before a name of at least two parts stands for all hosts below
it."""


class WebchatCredentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the widget may stand, and the secret that signs its visitors' identities."""

    allowed_origins: Annotated[tuple[Origin, ...], Meta(max_length=50)]
    identity_secret: Secret


class SharedChannelFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all kinds of channels have in common; also what a patch can change.

    Attributes:
        required_before_close: What a person fills in before they close a conversation of the channel, beside what
            its queue asks for.
        priority: Of the conversations that customers begin there; higher ones are served first.
        retention: How long what came over the channel is kept; `POST /channels/{id}/retention/preview` shows before
            what would be deleted.
        bot_id: The bot that holds new conversations first; without one they go to the queue at once.
    """

    name: ChannelName
    queue_id: str | None = None
    enabled: bool = True
    provider_base_url: Url | None = None
    auto_close: AutoClose = AutoClose()
    required_before_close: RequiredBeforeClose = ()
    priority: Priority = 0
    retention: Retention = Retention()
    bot_id: str | None = None


class MarketingPolicy(StrEnum):
    """What Meta does with marketing messages of a business that has not signed the terms of its marketing messages."""

    FALLBACK = "fallback"
    """Sends them as before."""
    STRICT = "strict"
    """Refuses them."""


class WhatsAppChannelFields(SharedChannelFields, frozen=True, kw_only=True, tag_field="kind", tag="whatsapp"):
    """A WhatsApp number to connect.

    `messages_per_second` is what Meta allows the number, both directions together: 80; 1,000 after an
    upgrade; 20 where it is used with the phone app too.
    """

    credentials: WhatsAppCredentials
    messages_per_second: MessagesPerSecond = WHATSAPP_PER_SECOND
    marketing_policy: MarketingPolicy = MarketingPolicy.FALLBACK


class TelegramChannelFields(SharedChannelFields, frozen=True, kw_only=True, tag_field="kind", tag="telegram"):
    """A Telegram bot to connect."""

    credentials: TelegramCredentials
    updates: Updates = Updates.WEBHOOK


class WebchatChannelFields(SharedChannelFields, frozen=True, kw_only=True, tag_field="kind", tag="webchat"):
    """A web-chat widget to set up."""

    credentials: WebchatCredentials
    widget: Widget = Widget()


ChannelFields = WhatsAppChannelFields | TelegramChannelFields | WebchatChannelFields


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One connected messenger account, without its credentials.

    Attributes:
        account_key: The provider's id of the account (WhatsApp: phone number id; Telegram: the bot's id).
        scope_key: The provider's id of the business account (WhatsApp: WABA id).
        webhook_url: The address that the provider calls; None for web chat, which has no provider.
        updates: Telegram: whether the bot's updates come by webhook or are asked for.
        messages_per_second: WhatsApp: what Meta allows the number, both directions together.
        marketing_policy: WhatsApp: whether marketing goes out without the terms of Meta's marketing messages.
        direct_refused_until: WhatsApp: until when the number is not asked for utility messages without a template,
            since Meta refused one.
        widget_url: Web chat: the script for the page.
        socket_url: Web chat: where the widget connects.
        widget: Web chat: how it looks and greets.
        account: WhatsApp: what Meta says of the number: its digits, quality, limit, and when the token ends.
    """

    id: str
    kind: ChannelKind
    name: str
    account_key: str | None
    scope_key: str | None
    queue_id: str | None
    enabled: bool
    health: ChannelHealth
    provider_base_url: str | None
    auto_close: AutoClose
    required_before_close: tuple[CloseRequirement, ...] = ()
    priority: int = 0
    retention: Retention = Retention()
    bot_id: str | None = None
    webhook_url: str | None = None
    updates: Updates | None = None
    messages_per_second: int | None = None
    marketing_policy: MarketingPolicy | None = None
    direct_refused_until: datetime | None = None
    widget_url: str | None = None
    socket_url: str | None = None
    widget: Widget | None = None
    account: AccountFacts | None = None
    created_at: datetime


class ChannelPage(Page[Channel], frozen=True, kw_only=True):
    """A part of the list of channels."""


def channel_view(document: ChannelDocument, public_url: str) -> Channel:
    """Show a stored channel."""
    addresses = _addresses(ChannelKind(document["kind"]), document["_id"], public_url)
    standing = document.get("standing")
    own = {"widget": document.get("widget", {})} if document["kind"] == ChannelKind.WEBCHAT else {}
    shown = {**document, "id": document["_id"], **addresses, **own, "health": _health(document)}
    return msgspec.convert({**shown, "account": standing["facts"] if standing else None}, Channel)


def _health(document: ChannelDocument) -> dict[str, object]:
    """Join what the last check showed with what troubles the account."""
    health: dict[str, object] = {**document["health"]}
    standing = document.get("standing")
    troubles = standing["troubles"] if standing else []
    if not troubles:
        return health
    worst = next((one for one in troubles if one["stops"]), troubles[0])
    if health["status"] != HealthStatus.FAILING:
        health["status"] = HealthStatus.FAILING if worst["stops"] else HealthStatus.WARNING
        health["detail"] = f"{worst['detail']} {worst['advice']}"
    return {**health, "troubles": troubles}


def webhook_url(public_url: str, kind: ChannelKind, channel_id: str) -> str:
    """Return the address that the provider of a channel calls."""
    return f"{public_url.rstrip('/')}/webhooks/{kind}/{channel_id}"


def _addresses(kind: ChannelKind, channel_id: str, public_url: str) -> dict[str, str]:
    if kind is not ChannelKind.WEBCHAT:
        return {"webhook_url": webhook_url(public_url, kind, channel_id)}
    scheme, _, address = public_url.rstrip("/").partition("://")
    socket_scheme = "wss" if scheme == "https" else "ws"
    below = f"{address}/webchat/{channel_id}"
    return {"widget_url": f"{scheme}://{below}/widget.js", "socket_url": f"{socket_scheme}://{below}/socket"}
