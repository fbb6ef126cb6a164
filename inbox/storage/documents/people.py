"""Workspaces and the people in them: operators, their groups and statuses, tokens, and the log of what they did."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from inbox.storage.documents.openid import OpenIdIdentityDocument


class WorkspaceSettingsDocument(TypedDict, total=False):
    """What a workspace chose; the struct with rules and defaults is `inbox.people.accounts.WorkspaceSettings`."""

    time_zone: str
    language: str
    auto_reply_spacing_seconds: int
    join_auto_replies: bool
    presence_grace_seconds: int
    return_after_seconds: int | None
    manual_over_capacity: bool
    assistants_may_send: bool
    marketing_needs_consent: bool
    masked_roles: list[str]
    second_factor_required: bool
    languages: list[str]
    notices_show_names: bool


class IntegrationPageDocument(TypedDict):
    """The page beside conversations; the struct is `inbox.conversation.integration_models.IntegrationFields`."""

    url: str
    fields: list[str]
    valid_seconds: int


class SigningKeyDocument(TypedDict):
    """When a page's secret begins to sign; the struct is `inbox.conversation.integration_models.SigningKey`."""

    id: str
    signs_from: datetime


class QuotasDocument(TypedDict, total=False):
    """What a workspace may use beside the usual; the struct is `inbox.people.quotas.QuotaChange`."""

    storage_bytes: int
    requests_per_second: int
    searches_at_once: int
    dead_letters: int


class WorkspaceDocument(TypedDict):
    """One business (`inbox.people.accounts`). Its id is the `workspace_id` of all other documents."""

    _id: str
    name: str
    settings: WorkspaceSettingsDocument
    created_at: datetime
    routing_changes: NotRequired[int]
    """Raised by whoever changes how queues lead into each other, so that two of them meet."""
    topic_changes: NotRequired[int]
    """Raised by whoever changes the tree of topics, likewise."""
    quotas: NotRequired[QuotasDocument]
    integration_page: NotRequired[IntegrationPageDocument]
    integration_keys: NotRequired[list[SigningKeyDocument]]
    integration_secrets: NotRequired[bytes]
    """Sealed, by the keys' ids."""


class SecondFactorDocument(TypedDict):
    """What confirms an operator's sign-ins beside the password (`inbox.people.second_factor`)."""

    since: datetime | None
    """None until a first code confirmed it."""
    begun_at: datetime
    used_step: int
    """The half minute (of Unix time) of the newest code that was used: it and earlier ones are good for nothing."""
    recovery: list[str]
    """Hashes of the recovery codes that are left."""
    wrong: int
    """Wrong codes in a row."""
    wrong_at: datetime | None


class ProvisionedDocument(TypedDict, total=False):
    """What a directory calls a person (`queueing.operators.provisioning`)."""

    external_id: str
    user_name: str
    display_name: str
    formatted: str
    given_name: str
    family_name: str


class OperatorDocument(TypedDict):
    """A person of a workspace (`inbox.people.accounts`, `queueing.operators`)."""

    _id: str
    workspace_id: str
    name: str
    email: str
    """Folded; unique in the workspace."""
    role: str
    active: bool
    """False of who was removed."""
    password_hash: str | None
    second_factor: NotRequired[SecondFactorDocument]
    second_factor_secret: NotRequired[bytes]
    """Sealed: the secret that the app has, too."""
    scim: NotRequired[ProvisionedDocument]
    """Of who came from a directory, by SCIM."""
    removed_at: NotRequired[datetime]
    """When a directory removed them: it does not see them any more."""
    openid: NotRequired[list[OpenIdIdentityDocument]]
    """As whom providers of OpenID Connect know them, once a provider."""
    status: str
    """`offline`, `online`, `ready`, `unavailable`, or the id of one of the workspace's own."""
    status_since: datetime
    next_status: str | None
    """Takes effect when nothing is in hand any more."""
    away_since: NotRequired[datetime | None]
    """Since when they are offline; None while they are not."""
    presence_until: NotRequired[datetime]
    """They count as present until then; each sign of life moves it on."""
    idle_since: NotRequired[datetime]
    """The last time they got a conversation, or became ready."""
    turn: NotRequired[int]
    """The number of their last turn among all; who had theirs longest ago is the next (`round_robin`)."""
    load: NotRequired[int]
    resting: NotRequired[int]
    """Those of them that don't count for the capacity."""
    """How many conversations they have; changed in the transaction that gives or takes one."""
    capacity: int | None
    """None: the queue's."""
    group_ids: list[str]
    skills: dict[str, int]
    """Skill → 1 (little) to 5."""
    created_at: datetime


class GroupDocument(TypedDict):
    """A group of operators (`queueing.settings.team_models.Group`)."""

    _id: str
    workspace_id: str
    name: str
    supervisor_ids: list[str]
    created_at: datetime
    external_id: NotRequired[str]
    """What a directory calls it (`queueing.operators.provisioned_groups`)."""


class CustomStatusDocument(TypedDict):
    """A status of a workspace's own (`queueing.settings.team_models.CustomStatus`)."""

    _id: str
    workspace_id: str
    name: str
    created_at: datetime
    used: NotRequired[int]
    """Raised by each use, so that a use and a deletion at the same moment meet."""


class StatusChangeDocument(TypedDict):
    """A line of the log of operators' statuses (`queueing.operators.operator_statuses`)."""

    _id: str
    workspace_id: str
    operator_id: str
    at: datetime
    previous: str
    status: str
    next_status: str | None
    reason: str
    by: str
    """`kind:id` of who changed it, or `system`."""


class PushSubscriptionDocument(TypedDict):
    """A browser that is told by Web Push (`inbox.push.push_subscriptions`)."""

    id: str
    endpoint: str
    """Whoever knows it can't write to it: that takes the installation's key."""
    endpoint_hash: str
    p256dh: str
    auth: str
    kinds: list[str]
    since: datetime


class TokenDocument(TypedDict):
    """A sign-in, an API key or a link for a password (`inbox.people.tokens`). `_id` is the token's SHA-256."""

    _id: str
    workspace_id: str
    kind: str
    owner_id: str
    """The operator; of an API key the key's own id."""
    name: str | None
    scopes: NotRequired[list[str]]
    """Of API keys; without them it may do everything, as keys could before there were scopes."""
    made_by: NotRequired[str]
    """Of API keys: the person who made it, or whose key did; it ends with them."""
    openid_provider: NotRequired[str]
    """Of sign-ins by OpenID Connect: by which provider, as whom, and what it calls this sign-in."""
    openid_subject: NotRequired[str]
    openid_session: NotRequired[str | None]
    device: NotRequired[str]
    """Of sign-ins: the browser or program, as it named itself."""
    push: NotRequired[PushSubscriptionDocument]
    """Of sign-ins: where notices go while no page is open."""
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class AuditDocument(TypedDict):
    """A line of the log of administrators' acts (`inbox.people.audit.AuditEntry`)."""

    _id: str
    workspace_id: str
    at: datetime
    by: str
    action: str
    object_id: str | None
    reason: str | None
    fields: NotRequired[list[str]]
    """Names of the fields that a change named."""
    is_done: NotRequired[bool]
    """False until the act is confirmed."""
