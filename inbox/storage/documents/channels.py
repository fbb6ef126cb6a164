"""Channels, and small things that their providers are still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict

from inbox.storage.documents.messages import ContentDocument


class HealthDocument(TypedDict):
    """What the last look at a channel showed; the struct is `inbox.channel.channel_models.CheckedHealth`."""

    status: str
    detail: str | None
    at: datetime | None


class AutoCloseDocument(TypedDict, total=False):
    """When silent conversations close; the struct with the limits is `inbox.channel.channel_models.AutoClose`."""

    assigned_seconds: int | None
    unassigned_seconds: int | None
    warn_before_seconds: int | None
    only_while_customer_owes: bool


class RetentionDocument(TypedDict, total=False):
    """How long what came over a channel is kept; the struct is `inbox.model.retention.Retention`."""

    messages_days: int | str
    files_days: int | str
    raw_days: int | str
    dead_letters_days: int | str


class TrimMarkDocument(TypedDict):
    """The conversation up to which messages were trimmed (`inbox.retention.old_conversations.Place`)."""

    at: datetime
    """When it closed."""
    id: str


class FormFieldDocument(TypedDict):
    """A question before the chat (`inbox.channel.widget_models.FormField`)."""

    key: str
    when: str
    required: bool
    labels: dict[str, str]


class WidgetInvitationDocument(TypedDict):
    """A greeting that begins by rule (`inbox.channel.widget_models.WidgetInvitation`)."""

    path: str
    after_seconds: int
    texts: dict[str, str]


class WidgetDocument(TypedDict, total=False):
    """How a web chat looks and greets; the struct is `inbox.channel.widget_models.Widget`."""

    texts: dict[str, dict[str, str | None]]
    color: str | None
    logo_url: str | None
    show_team: bool
    show_answer_time: bool
    sound: bool
    form: list[FormFieldDocument]
    invitations: list[WidgetInvitationDocument]


class ChannelSettingsDocument(TypedDict):
    """What a workspace chose for a channel; the structs are `inbox.channel.channel_models.ChannelFields`."""

    name: str
    queue_id: str | None
    enabled: bool
    provider_base_url: str | None
    auto_close: NotRequired[AutoCloseDocument]
    required_before_close: NotRequired[list[str]]
    priority: NotRequired[int]
    retention: NotRequired[RetentionDocument]
    retained: NotRequired[bool]
    """It does not keep everything, or did not once: the sweep of what is too old looks at it."""
    bot_id: NotRequired[str | None]
    """The bot that conversations begin with."""
    updates: NotRequired[str]
    """Telegram: `webhook` or `polling`."""
    messages_per_second: NotRequired[int]
    """WhatsApp: what the number may send and receive together."""
    marketing_policy: NotRequired[str]
    """WhatsApp, of `inbox.channel.channel_models.MarketingPolicy`."""
    widget: NotRequired[WidgetDocument]
    """Web chat."""


class StepDocument(TypedDict):
    """What the last look at a step of connecting found (`inbox.channel.connecting_models.StepLook`)."""

    state: str
    code: str
    detail: str | None
    advice: str | None
    copy: str | None
    at: datetime


class ConnectingDocument(TypedDict, total=False):
    """How far the connecting of a channel is (`inbox.channel.connecting`)."""

    steps: dict[str, StepDocument]
    begun: dict[str, datetime]
    """Steps that must not be repeated blindly, whose answer is not known: when they were begun."""


class TroubleDocument(TypedDict):
    """What troubles an account (`inbox.channel.standing_models.Trouble`)."""

    code: str
    detail: str
    advice: str
    stops: bool
    since: datetime
    until: datetime | None


class FactsDocument(TypedDict, total=False):
    """What the provider says of an account (`inbox.channel.standing_models.AccountFacts`)."""

    number: str | None
    quality: str | None
    messaging_limit: str | None
    token_expires_at: datetime | None


class StandingDocument(TypedDict):
    """How an account stands with its provider (`inbox.channel.standing_rules.Standing`)."""

    troubles: list[TroubleDocument]
    facts: FactsDocument


class ChannelDocument(ChannelSettingsDocument):
    """An account that a workspace connected to a messenger (`inbox.channel.channel_store`)."""

    _id: str
    workspace_id: str
    kind: str
    account_key: str | None
    """The provider's id of the account; None for web chat."""
    scope_key: str | None
    """The provider's id of the business account, where it has several accounts."""
    confirmed: NotRequired[bool]
    """The provider said yes to its credentials: the account is this channel's (`inbox.channel.claims`)."""
    credentials: bytes
    """Sealed; none of them ever leaves through the API."""
    secret_rotated_until: datetime | None
    """Until when the replaced app secret is still taken."""
    health: HealthDocument
    connecting: NotRequired[ConnectingDocument]
    standing: NotRequired[StandingDocument]
    look_at: NotRequired[datetime]
    """When a worker looks at the account next, where its provider can be asked."""
    created_at: datetime
    deleted_at: datetime | None
    trimmed: NotRequired[dict[str, TrimMarkDocument]]
    """How far files and raw payloads were taken from messages, by kind."""
    direct_refused_until: NotRequired[datetime]
    """WhatsApp: until when Meta's no to direct utility messages counts (`inbox.sending.direct`)."""
    ended_at: NotRequired[datetime]
    """Since a deleted channel has no open conversation and nothing to send any more."""


class SignupDocument(TypedDict):
    """Somebody was sent to Meta's dialog to connect a number (`inbox.channel.signups`)."""

    _id: str
    workspace_id: str
    ticket: str
    """Hash of what only the page knows that was opened."""
    name: str
    queue_id: str | None
    with_app: bool
    state: str
    taken_at: NotRequired[datetime]
    """When somebody began to exchange its code."""
    code: str | None
    channel_id: str | None
    ends_at: datetime
    expires_at: datetime


class ProviderTaskDocument(TypedDict):
    """Something to tell a provider that may be told twice; the struct is `inbox.channel.provider_tasks.ProviderTask`.

    `_id` names what it is about, so that a newer task takes the place of an older one.
    """

    _id: str
    workspace_id: str
    channel_id: str
    kind: str
    to: str
    provider_id: str
    emoji: NotRequired[str]
    part_ids: NotRequired[list[str]]
    message_id: NotRequired[str]
    content: NotRequired[ContentDocument]
    before: NotRequired[dict[str, Any]]
    """The message's fields as the customer has them, to go back to if the provider refuses."""
    revision: datetime
    attempts: int
    due_at: datetime
    claimed_until: NotRequired[datetime]
