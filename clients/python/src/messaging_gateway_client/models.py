"""What the gateway takes and answers.

Made from the gateway's `/openapi.json` and `/asyncapi.json`: `make made` in its repository writes it.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from messaging_gateway_client.pages import Page


class AccountFacts(TypedDict):
    """What the provider says of an account.

    Fields:
        number: The phone number, digits only.
        quality: The provider's rating: `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
        messaging_limit: Customers whom the business may write to first within 24 hours, in the provider's
            words.
        token_expires_at: When the access token ends; null where it does not.
    """

    number: NotRequired[str | None]
    quality: NotRequired[str | None]
    messaging_limit: NotRequired[str | None]
    token_expires_at: NotRequired[str | None]


Action: TypeAlias = Literal["connect_first", "create", "update"]
"""What an import does with an object."""


class ApiKey(TypedDict):
    """An API key as it is listed; `last_used_at` is exact to ten minutes.

    `made_by` is the operator with whom the key ends. It and `expires_at` are null for keys from before they were
    kept.
    """

    id: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    made_by: str | None


ApiKeyPage: TypeAlias = "Page[ApiKey]"
"""A part of the list of API keys."""


class ApiKeyRequest(TypedDict):
    """A new key's name, scopes and end.

    Fields:
        scopes: `read`: all lists and objects, files, events. `write`: conversations, messages, contacts.
            `manage`: channels, queues, templates, campaigns, operators. `administer`: administrators, and
            further keys. `provision`: people and groups by SCIM.
        expires_at: A year from now unless given; at most five.
    """

    name: str
    scopes: NotRequired[list[Scope]]
    expires_at: NotRequired[str | None]


class AskedAboutConversation(TypedDict):
    """What a helper is told of a conversation: as it is, and its newest messages, oldest first."""

    conversation: ConversationView
    messages: list[MessageView]


class AskedAboutMessage(TypedDict):
    """What a helper is told of a message; a file in it has a link that is good for an hour."""

    message: MessageView
    language: str | None


AskedWhen: TypeAlias = Literal["always", "away"]
"""When a question is asked."""


class AssignRequest(TypedDict):
    """Who gets it; `take_over` takes it from another operator."""

    operator_id: str
    take_over: NotRequired[bool]


class Attempt(TypedDict):
    """One attempt to send a message.

    Fields:
        outcome: `sent`, `refused`, `unknown`; None while it is under way or if the process died.
    """

    started_at: str
    finished_at: str | None
    outcome: str | None
    error: ProviderError | None


class Attempts(TypedDict):
    """All attempts, oldest first."""

    items: list[Attempt]


class Audience(TypedDict):
    """The recipients, checked and frozen.

    Fields:
        segment: Where they come from, if not from a list. They are written down when the campaign starts.
        fixed_at: Of a segment: since when all are written down; until then the numbers grow.
        lines: Lines of the list that hold something, without the heading; of contacts by tag, or of a segment,
            the contacts. `accepted + duplicates + rejected + joined` is this number.
        rejected: Lines that were no recipient; `GET /campaigns/{id}/audience/errors` lists them.
        joined: Lines that continue a quoted value of the line before.
        reasons: The most frequent reasons for leaving lines out, with their numbers.
        countries: Recipients by country calling code.
    """

    id: str
    segment: SegmentName | None
    fixed_at: str | None
    columns: list[str]
    lines: int
    accepted: int
    duplicates: int
    rejected: int
    joined: int
    reasons: dict[str, int]
    countries: dict[str, int]


class AudioContent(TypedDict):
    """A sound file."""

    type: Literal["audio"]
    media: Media
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class AudioContentPatch(TypedDict):
    """A sound file."""

    type: NotRequired[Literal["audio"]]
    media: NotRequired[MediaPatch]
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class AuditEntry(TypedDict):
    """One line of the log; `by` is `kind:id` of who did it, `object_id` names what it was done to.

    `fields` are the names of those that a change named. `is_done` is false while it is being done, and for good
    where the process that did it ended in the middle: then nobody knows.
    """

    id: str
    at: str
    by: str
    action: str
    object_id: str | None
    reason: str | None
    fields: list[str]
    is_done: bool


AuditPage: TypeAlias = "Page[AuditEntry]"
"""A part of the log, the newest first."""


class Author(TypedDict):
    """Who wrote: the kind, and the contact's, operator's or key's id where there is one."""

    kind: AuthorKind
    id: str | None


AuthorKind: TypeAlias = Literal["agent", "api", "auto", "bot", "campaign", "contact", "external", "operator"]
"""Who wrote a message; `external` is the business's own phone app, `agent` another agent in the same chat."""


class AutoClose(TypedDict):
    """When silent conversations close by themselves, 60 seconds to 7 days; null is never.

    Fields:
        only_while_customer_owes: An assigned one closes only while the customer owes the answer.
    """

    assigned_seconds: NotRequired[int | None]
    unassigned_seconds: NotRequired[int | None]
    warn_before_seconds: NotRequired[int | None]
    only_while_customer_owes: NotRequired[bool]


class AutoClosePatch(TypedDict):
    """When silent conversations close by themselves, 60 seconds to 7 days; null is never.

    Fields:
        only_while_customer_owes: An assigned one closes only while the customer owes the answer.
    """

    assigned_seconds: NotRequired[int | None]
    unassigned_seconds: NotRequired[int | None]
    warn_before_seconds: NotRequired[int | None]
    only_while_customer_owes: NotRequired[bool]


Basis: TypeAlias = Literal["estimated", "free", "reported", "unknown"]
"""How a price is known."""


class BegunWorkspaceErasure(TypedDict):
    """An erasure just begun; `certificate` is shown this once, and leads to it without signing in."""

    state: ErasureState
    requested_at: str
    finished_at: str | None
    counts: dict[str, int]
    certificate: str


class Bot(TypedDict):
    """A bot as it is shown; `previous_secret_until`: until then the secret before the last rotation signs too."""

    id: str
    name: str
    url: str
    enabled: bool
    answer_seconds: int
    max_turns: int
    created_at: str
    last_fault: BotFault | None
    previous_secret_until: str | None


class BotFault(TypedDict):
    """Why the bot lost a conversation last."""

    at: str
    reason: HandOverReason
    detail: str | None


class BotFields(TypedDict):
    """What can be set.

    Fields:
        url: Where it is told that it is its turn; must not lead into a private network.
        enabled: A bot that is not loses what it holds, and gets nothing.
        answer_seconds: How long a customer's message waits for its answer; then the conversation is handed
            over.
        max_turns: After so many answers in one conversation it is handed over.
    """

    name: str
    url: str
    enabled: NotRequired[bool]
    answer_seconds: NotRequired[int]
    max_turns: NotRequired[int]


class BotFieldsPatch(TypedDict):
    """What can be set.

    Fields:
        url: Where it is told that it is its turn; must not lead into a private network.
        enabled: A bot that is not loses what it holds, and gets nothing.
        answer_seconds: How long a customer's message waits for its answer; then the conversation is handed
            over.
        max_turns: After so many answers in one conversation it is handed over.
    """

    name: NotRequired[str]
    url: NotRequired[str]
    enabled: NotRequired[bool]
    answer_seconds: NotRequired[int]
    max_turns: NotRequired[int]


BotPage: TypeAlias = "Page[Bot]"
"""A part of the list of bots."""


class BotRequest(TypedDict):
    """The conversation, and what was said since the bot's last answer.

    Fields:
        seen_seq: What an answer names that has read all this.
        answer_by: Until then the bot may answer.
    """

    conversation: ConversationView
    messages: list[MessageView]
    seen_seq: int
    answer_by: str


class BotRotation(TypedDict):
    """How a bot's secret or token is replaced; `keep_hours`: how long the old one is good beside the new one."""

    keep_hours: NotRequired[int]


class BotSecret(TypedDict):
    """A bot's new secret, shown this once."""

    secret: str


class BotToken(TypedDict):
    """A bot's new token, shown this once."""

    token: str


class Budget(TypedDict):
    """A channel's budget and what of it is spent.

    Fields:
        month: The current one, `2026-11`.
        spent: Of this month in the budget's currency; messages on their way are not in it yet.
        unknown: Marketing messages of this month without a price: they are in no sum.
    """

    channel_id: str
    monthly_amount: str | None
    currency: str | None
    warn_at_percent: int
    stops: bool
    month: str
    spent: str
    unknown: int


class BudgetFields(TypedDict):
    """A budget to set.

    Fields:
        monthly_amount: For messages of the category marketing that are delivered in a calendar month of the
            workspace's time zone; null takes the budget away.
        currency: Of the amount; messages that are paid in another one don't count.
        warn_at_percent: At which part of it `budget.warning` comes.
        stops: Campaigns with marketing templates pause when it is spent. Replies to customers never stop.
    """

    monthly_amount: str | None
    currency: str
    warn_at_percent: NotRequired[int]
    stops: NotRequired[bool]


BudgetLevel: TypeAlias = Literal["spent", "warning"]
"""How far a budget is spent."""


class BudgetNotice(TypedDict):
    """The data of `budget.warning`: once a month for each level."""

    channel_id: str
    level: BudgetLevel
    month: str
    monthly_amount: str
    spent: str
    currency: str
    stops: bool


class BulkAnswer(TypedDict):
    """An answer for each conversation, in the order of the request."""

    items: list[BulkItem]


class BulkAssign(TypedDict):
    """Who gets them; `take_over` takes them from other operators."""

    action: Literal["assign"]
    ids: list[str]
    operator_id: str
    take_over: NotRequired[bool]


class BulkClose(TypedDict):
    """`silent`: no closing text."""

    action: Literal["close"]
    ids: list[str]
    silent: NotRequired[bool]


class BulkItem(TypedDict):
    """What became of one conversation."""

    id: str
    ok: bool
    problem: ProblemBody | None


class BulkSnooze(TypedDict):
    """Until when, and what to be reminded of."""

    action: Literal["snooze"]
    until: str
    note: NotRequired[str | None]
    ids: list[str]


class BulkTag(TypedDict):
    """Tags that each gets, and that each has no longer."""

    action: Literal["tag"]
    ids: list[str]
    add: NotRequired[list[str]]
    remove: NotRequired[list[str]]


class BulkTransfer(TypedDict):
    """Where they go: exactly one of the two; `note` is for whoever gets them."""

    action: Literal["transfer"]
    ids: list[str]
    operator_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    note: NotRequired[str | None]


class BusinessHours(TypedDict):
    """Business hours."""

    name: str
    time_zone: str
    week: dict[str, list[Span]]
    holidays: list[str]
    holiday_country: str | None
    id: str
    created_at: str


class BusinessHoursFields(TypedDict):
    """When a business is open.

    Fields:
        time_zone: IANA name.
        week: Open spans of each day; a day without any is closed.
        holidays: Further closed dates.
        holiday_country: Whose public holidays are closed too.
    """

    name: str
    time_zone: str
    week: NotRequired[dict[str, list[Span]]]
    holidays: NotRequired[list[str]]
    holiday_country: NotRequired[str | None]


class BusinessHoursFieldsPatch(TypedDict):
    """When a business is open.

    Fields:
        time_zone: IANA name.
        week: Open spans of each day; a day without any is closed.
        holidays: Further closed dates.
        holiday_country: Whose public holidays are closed too.
    """

    name: NotRequired[str]
    time_zone: NotRequired[str]
    week: NotRequired[dict[str, list[Span]]]
    holidays: NotRequired[list[str]]
    holiday_country: NotRequired[str | None]


BusinessHoursPage: TypeAlias = "Page[BusinessHours]"
"""A part of the list of business hours."""


class Button(TypedDict):
    """A quick reply button."""

    id: str
    title: str


class ButtonsContent(TypedDict):
    """A text with quick reply buttons."""

    type: Literal["buttons"]
    text: str
    buttons: list[Button]


class ButtonsContentPatch(TypedDict):
    """A text with quick reply buttons."""

    type: NotRequired[Literal["buttons"]]
    text: NotRequired[str]
    buttons: NotRequired[list[Button]]


class Campaign(TypedDict):
    """A campaign; `reason` says why it stopped."""

    id: str
    name: str
    channel_id: str
    template: TemplateName
    variables: dict[str, Any] | None
    by_language: bool
    variant: Variant | None
    state: CampaignState
    reason: str | None
    schedule_at: str | None
    rate_per_second: int | None
    quiet_hours: QuietHours | None
    frequency_cap: FrequencyCap | None
    consent: ListConsent | None
    stop: StopRule
    region: str | None
    audience: Audience | None
    counts: Counts
    created_at: str
    started_at: str | None
    ended_at: str | None


class CampaignCopy(TypedDict):
    """What a copy is called; null is the name of the original with “(copy)”."""

    name: NotRequired[str | None]


class CampaignFields(TypedDict):
    """What a campaign is.

    Fields:
        variables: The template's parameters in the contract's form; each text is a Jinja template over the
            columns of the audience. Left out: columns with the variables' names, else the columns in order.
        by_language: Each recipient gets the template in their language, or one that is near, if there is a
            translation that can be sent; otherwise as it is named in `template`.
        variant: Variant B, null without one.
        rate_per_second: Below what the number allows; null is as fast as it allows.
        region: Country of numbers that are written without country code.
    """

    name: str
    channel_id: str
    template: TemplateName
    variables: NotRequired[dict[str, Any] | None]
    by_language: NotRequired[bool]
    variant: NotRequired[Variant | None]
    schedule_at: NotRequired[str | None]
    rate_per_second: NotRequired[int | None]
    quiet_hours: NotRequired[QuietHours | None]
    frequency_cap: NotRequired[FrequencyCap | None]
    consent: NotRequired[ListConsent | None]
    stop: NotRequired[StopRule]
    region: NotRequired[str | None]


class CampaignFieldsPatch(TypedDict):
    """What a campaign is.

    Fields:
        variables: The template's parameters in the contract's form; each text is a Jinja template over the
            columns of the audience. Left out: columns with the variables' names, else the columns in order.
        by_language: Each recipient gets the template in their language, or one that is near, if there is a
            translation that can be sent; otherwise as it is named in `template`.
        variant: Variant B, null without one.
        rate_per_second: Below what the number allows; null is as fast as it allows.
        region: Country of numbers that are written without country code.
    """

    name: NotRequired[str]
    channel_id: NotRequired[str]
    template: NotRequired[TemplateNamePatch]
    variables: NotRequired[dict[str, Any] | None]
    by_language: NotRequired[bool]
    variant: NotRequired[VariantPatch | None]
    schedule_at: NotRequired[str | None]
    rate_per_second: NotRequired[int | None]
    quiet_hours: NotRequired[QuietHoursPatch | None]
    frequency_cap: NotRequired[FrequencyCapPatch | None]
    consent: NotRequired[ListConsentPatch | None]
    stop: NotRequired[StopRulePatch]
    region: NotRequired[str | None]


CampaignPage: TypeAlias = "Page[Campaign]"
"""A part of the list of campaigns."""


class CampaignResults(TypedDict):
    """What a campaign achieved.

    Fields:
        counted_at: As of when the responses are; null where they are not counted yet.
        is_counting: They are being counted anew: ask again.
        variants: One without variants, otherwise A and B.
        link_clicks: On the number, from the start to a week after the end; null where another campaign of the
            number was about at that time, since nobody says on which one's message a click was.
    """

    answer_days: int
    counted_at: str | None
    is_counting: bool
    total: VariantResult
    variants: list[VariantResult]
    link_clicks: LinkClicks | None


CampaignState: TypeAlias = Literal[
    "cancelled", "completed", "deleted", "draft", "paused", "ready", "running", "scheduled", "stopped"
]
"""Where a campaign is in its life."""


class CardCost(TypedDict):
    """What it costs by the rate card that counts.

    Fields:
        amount: A decimal, without volume discounts; what has no rate is not in it.
        unknown: Recipients in markets without a rate.
        by_market: Country calling code → amount; null where there is no rate.
    """

    rate_card_id: str
    currency: str
    amount: str
    unknown: int
    by_market: dict[str, str | None]


Category: TypeAlias = Literal["authentication", "marketing", "utility"]
"""What a template is for; Meta may change it, and prices by it."""


class Change(TypedDict):
    """What happens to one object; `fields` of one that is changed."""

    section: str
    name: list[str]
    action: Action
    fields: dict[str, Difference]


class Channel(TypedDict):
    """One connected messenger account, without its credentials.

    Fields:
        account_key: The provider's id of the account (WhatsApp: phone number id; Telegram: the bot's id).
        scope_key: The provider's id of the business account (WhatsApp: WABA id).
        webhook_url: The address that the provider calls; None for web chat, which has no provider.
        updates: Telegram: whether the bot's updates come by webhook or are asked for.
        messages_per_second: WhatsApp: what Meta allows the number, both directions together.
        marketing_policy: WhatsApp: whether marketing goes out without the terms of Meta's marketing messages.
        direct_refused_until: WhatsApp: until when the number is not asked for utility messages without a
            template, since Meta refused one.
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
    required_before_close: list[CloseRequirement]
    priority: int
    retention: Retention
    bot_id: str | None
    webhook_url: str | None
    updates: Updates | None
    messages_per_second: int | None
    marketing_policy: MarketingPolicy | None
    direct_refused_until: str | None
    widget_url: str | None
    socket_url: str | None
    widget: Widget | None
    account: AccountFacts | None
    created_at: str


class ChannelBrief(TypedDict):
    """The channel inside a conversation."""

    id: str
    kind: ChannelKind
    name: str


class ChannelHealth(TypedDict):
    """Whether the channel works; `detail` is for people, `at` is when it was checked.

    Fields:
        troubles: What the provider told of the account, or a look found, with what to do about each.
    """

    status: HealthStatus
    detail: str | None
    at: str | None
    troubles: list[Trouble]


ChannelKind: TypeAlias = Literal["telegram", "webchat", "whatsapp"]
"""Kinds of channel."""

ChannelPage: TypeAlias = "Page[Channel]"
"""A part of the list of channels."""


class ChecklistContent(TypedDict):
    """A list of tasks that are marked as done in the chat.

    `others_can_add` and `others_can_mark` say what the other side may do with it.
    """

    type: Literal["checklist"]
    title: str
    tasks: list[ChecklistTask]
    others_can_add: NotRequired[bool]
    others_can_mark: NotRequired[bool]


class ChecklistContentPatch(TypedDict):
    """A list of tasks that are marked as done in the chat.

    `others_can_add` and `others_can_mark` say what the other side may do with it.
    """

    type: NotRequired[Literal["checklist"]]
    title: NotRequired[str]
    tasks: NotRequired[list[ChecklistTask]]
    others_can_add: NotRequired[bool]
    others_can_mark: NotRequired[bool]


class ChecklistTask(TypedDict):
    """A task of a checklist; `id` is the provider's, `done` is what its people have marked."""

    text: str
    id: NotRequired[int | None]
    done: NotRequired[bool]


class ChoiceContent(TypedDict):
    """A button or list row that the customer pressed; `id` is the one we sent with it.

    Also a form that the customer filled in: `description` has its fields as lines, `data` as the provider sent
    them.
    """

    type: Literal["choice"]
    id: str
    title: str
    description: NotRequired[str | None]
    data: NotRequired[dict[str, str]]


CloseOrTransfer: TypeAlias = Literal["close", "transfer"]
"""What becomes of a conversation that can't wait here (any longer)."""


class CloseRequest(TypedDict):
    """`seen_seq`: the newest message that the closer has seen; `silent`: no closing text."""

    silent: NotRequired[bool]
    seen_seq: NotRequired[int | None]


CloseRequirement: TypeAlias = Literal["note", "tag", "topic"]
"""What may be asked for."""


class CodeRequest(TypedDict):
    """A code that the app shows.

    Fields:
        code: Six digits of the app, or a recovery code.
    """

    code: str


class Configuration(TypedDict):
    """What administrators set up, without people, secrets and credentials. A section that is left out is left alone.

    Fields:
        settings: Of the workspace.
        integration_page: Without its secrets; null where there is none.
        left_out: Said by an export: what it could not take along. An import passes it over.
    """

    version: NotRequired[Literal[1]]
    settings: NotRequired[WorkspaceSettings]
    integration_page: NotRequired[IntegrationFields | None]
    business_hours: NotRequired[list[dict[str, Any]]]
    groups: NotRequired[list[dict[str, Any]]]
    statuses: NotRequired[list[dict[str, Any]]]
    contact_fields: NotRequired[list[dict[str, Any]]]
    tags: NotRequired[list[dict[str, Any]]]
    topics: NotRequired[list[dict[str, Any]]]
    queues: NotRequired[list[dict[str, Any]]]
    reply_collections: NotRequired[list[dict[str, Any]]]
    prepared_replies: NotRequired[list[dict[str, Any]]]
    channels: NotRequired[list[dict[str, Any]]]
    views: NotRequired[list[dict[str, Any]]]
    webhooks: NotRequired[list[dict[str, Any]]]
    left_out: NotRequired[list[str]]


class Connecting(TypedDict):
    """How far the connecting of a channel is.

    Fields:
        next: The first step that is left; null where nothing is.
        done: Nothing is left.
    """

    channel_id: str
    kind: ChannelKind
    steps: list[ConnectingStep]
    next: Step | None
    done: bool


class ConnectingStep(TypedDict):
    """One step, as the last look found it.

    Fields:
        code: Stable, for programs; none before the first look. `docs/channels/connecting.md` has them all.
        detail: What was found, for people.
        advice: What to do.
        copy: A text to copy: a page's snippet, an address, a link.
        at: When it was looked at or done.
        act: That the gateway can do it.
    """

    name: Step
    title: str
    state: StepState
    code: str | None
    detail: str | None
    advice: str | None
    copy: str | None
    at: str | None
    act: StepAct | None


class Consent(TypedDict):
    """What a customer agreed to: where, when, and to which words."""

    source: str
    at: str
    wording: str


class ConsentPatch(TypedDict):
    """What a customer agreed to: where, when, and to which words."""

    source: NotRequired[str]
    at: NotRequired[str]
    wording: NotRequired[str]


class Contact(TypedDict):
    """A customer. `marketing` is null until somebody said something; `consent` until it was recorded.

    `phones` are further numbers with country code, `fields` the values of the workspace's own fields by key.
    `unreachable_on` names the channels that the customer has blocked. `merged` are the contacts that were merged
    into this one: all that is shown is theirs, too, and an opt-out of one of them is the customer's.
    """

    id: str
    name: str | None
    identities: list[IdentityView]
    merged: list[MergedContact]
    unreachable_on: list[str]
    language: str | None
    phones: list[str]
    emails: list[str]
    fields: dict[str, str | int | float | bool | None]
    tags: list[str]
    marketing: Marketing | None
    consent: Consent | None
    blocked: bool
    version: int
    created_at: str


class ContactAudience(TypedDict):
    """Recipients from the contacts: those with a tag, as they are now, or those of a segment, as it is at the start."""

    tag: NotRequired[str | None]
    segment_id: NotRequired[str | None]


class ContactBrief(TypedDict):
    """The contact inside a conversation.

    Fields:
        unreachable_on: The channels that the customer has blocked.
        blocked: The business has blocked the customer.
    """

    id: str
    name: str | None
    identities: list[IdentityView]
    unreachable_on: list[str]
    blocked: bool


class ContactCard(TypedDict):
    """One shared contact card."""

    name: str
    phones: NotRequired[list[ContactPhone]]
    emails: NotRequired[list[ContactEmail]]
    organization: NotRequired[str | None]
    birthday: NotRequired[str | None]


class ContactEmail(TypedDict):
    """One e-mail address of a contact card."""

    email: str
    type: NotRequired[str | None]


class ContactField(TypedDict):
    """A field of the contact card. `deleted` is true in the last event about it."""

    key: str
    name: str
    type: FieldType
    options: list[str]
    order: int
    id: str
    created_at: str
    deleted: bool


class ContactFieldFields(TypedDict):
    """A field of the contact card.

    Fields:
        key: What programs call it; may be changed as the name may: values stay.
        options: Of a choice, and of nothing else: what its values can be. One that is taken away stays where it
            is.
        order: Its place on the card, the lowest first.
    """

    key: str
    name: str
    type: FieldType
    options: NotRequired[list[str]]
    order: NotRequired[int]


class ContactFieldFieldsPatch(TypedDict):
    """A field of the contact card.

    Fields:
        key: What programs call it; may be changed as the name may: values stay.
        options: Of a choice, and of nothing else: what its values can be. One that is taken away stays where it
            is.
        order: Its place on the card, the lowest first.
    """

    key: NotRequired[str]
    name: NotRequired[str]
    type: NotRequired[FieldType]
    options: NotRequired[list[str]]
    order: NotRequired[int]


ContactFieldPage: TypeAlias = "Page[ContactField]"
"""A part of the list of fields."""

ContactPage: TypeAlias = "Page[Contact]"
"""A part of the list of contacts."""


class ContactPatchPatch(TypedDict):
    """What can be changed of a contact; what is left out stays.

    `fields` merges by key, null takes a value away.
    """

    name: NotRequired[str | None]
    language: NotRequired[str | None]
    phones: NotRequired[list[str]]
    emails: NotRequired[list[str]]
    fields: NotRequired[dict[str, str | int | float | bool | None]]
    tags: NotRequired[list[str]]
    accepts_marketing: NotRequired[bool]
    consent: NotRequired[ConsentPatch | None]
    reason: NotRequired[str]
    blocked: NotRequired[bool]


class ContactPhone(TypedDict):
    """One phone number of a contact card."""

    phone: str
    type: NotRequired[str | None]


class ContactRequestContent(TypedDict):
    """A text with a button by which the customer shares their phone number; the answer is a contact card."""

    type: Literal["contact_request"]
    text: str


class ContactRequestContentPatch(TypedDict):
    """A text with a button by which the customer shares their phone number; the answer is a contact card."""

    type: NotRequired[Literal["contact_request"]]
    text: NotRequired[str]


class ContactsContent(TypedDict):
    """Contact cards, at least one."""

    type: Literal["contacts"]
    contacts: list[ContactCard]


class ContactsContentPatch(TypedDict):
    """Contact cards, at least one."""

    type: NotRequired[Literal["contacts"]]
    contacts: NotRequired[list[ContactCard]]


class ContactsMerged(TypedDict):
    """Several contacts that are one customer from now on.

    Fields:
        contact: The customer.
        merged_ids: Contacts that have become a part of it: whatever named one of them is about this contact
            now.
    """

    contact: ContactBrief
    merged_ids: list[str]


ControlAction: TypeAlias = Literal["pass", "release", "take"]
"""What can be done about who answers."""


class ControlRequest(TypedDict):
    """What to do about who answers.

    Fields:
        action: `take` the chat from the agent that answers, `pass` it to one, or `release` it: then the
            messenger decides who answers the customer's next message.
        role: Of a pass: who gets it.
        note: What the agent is told that gets it.
    """

    action: ControlAction
    role: NotRequired[Literal["ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"]]
    note: NotRequired[str | None]


class ControlView(TypedDict):
    """Who answers in a chat that other agents (the messenger's own, a partner's) share.

    Fields:
        ours: Whether it is for us to answer; otherwise what is written here is refused.
        since: When that was last said or seen.
    """

    ours: bool
    since: str


class ConversationCounts(TypedDict):
    """How many conversations the caller has in each view: as many as the list of the view would show.

    Fields:
        mine: Of those that the caller has.
        unassigned: Of those that nobody has.
        all: Of all open ones.
        closed: Of the closed ones; null unless asked for.
        saved: Of saved views, oldest first; empty unless asked for.
        exact_to: As far as is counted: of a view with more, `count` is this number and `more` is true.
    """

    mine: ViewCount
    unassigned: ViewCount
    all: ViewCount
    closed: ViewCount | None
    saved: list[SavedCount]
    exact_to: int


ConversationFilter = TypedDict(
    "ConversationFilter",
    {
        "queue_id": "NotRequired[str | None]",
        "channel_id": "NotRequired[str | None]",
        "contact_id": "NotRequired[str | None]",
        "operator_id": "NotRequired[str | None]",
        "tag": "NotRequired[str | None]",
        "topic_id": "NotRequired[str | None]",
        "window": "NotRequired[WindowState | None]",
        "snoozed": "NotRequired[bool | None]",
        "target": "NotRequired[TargetState | None]",
        "from": "NotRequired[str | None]",
        "to": "NotRequired[str | None]",
        "view": "NotRequired[ListView]",
        "state": "NotRequired[ConversationState | None]",
        "rating": "NotRequired[RatingState | None]",
        "q": "NotRequired[str | None]",
    },
)
"""Which conversations; without `state` the open ones, with `rating` the closed ones."""

ConversationFilterPatch = TypedDict(
    "ConversationFilterPatch",
    {
        "queue_id": "NotRequired[str | None]",
        "channel_id": "NotRequired[str | None]",
        "contact_id": "NotRequired[str | None]",
        "operator_id": "NotRequired[str | None]",
        "tag": "NotRequired[str | None]",
        "topic_id": "NotRequired[str | None]",
        "window": "NotRequired[WindowState | None]",
        "snoozed": "NotRequired[bool | None]",
        "target": "NotRequired[TargetState | None]",
        "from": "NotRequired[str | None]",
        "to": "NotRequired[str | None]",
        "view": "NotRequired[ListView]",
        "state": "NotRequired[ConversationState | None]",
        "rating": "NotRequired[RatingState | None]",
        "q": "NotRequired[str | None]",
    },
)
"""Which conversations; without `state` the open ones, with `rating` the closed ones."""

ConversationPage: TypeAlias = "Page[ConversationView]"
"""A part of a list of conversations."""

ConversationState: TypeAlias = Literal["assigned", "bot", "closed", "new", "queued"]
"""Where a conversation is in its life; `closed` is final."""


class ConversationView(TypedDict):
    """One episode with a contact on a channel.

    Fields:
        is_group: Whether several people write in it, as in a group of WhatsApp or Telegram: `sender` of a
            message says who, and all read the answers.
        expected_wait_seconds: How long it will still wait in its queue; null where it waits in none, or where
            the queue's recent pace does not tell.
        bot_id: The bot that holds it; null while none does.
        skills: What whoever gets it should know, as a bot said.
        notes: How many notes operators wrote.
        emptied_at: When its messages and notes were deleted, by the channel's retention.
        target: When the answer is due; null where nobody waits for one, or the queue has no target.
        rested_at: Since when it does not count for its operator's capacity, because the customer owes the
            answer.
        rating: Since the customer was asked after the close; null where nobody asked.
        control: Who answers; null where no other agent was ever seen in the chat.
        referral: The advertisement, post, product or link that led the customer here when it began, in the
            provider's own words, or the page with a web chat; empty where nothing did.
    """

    id: str
    state: ConversationState
    channel: ChannelBrief
    contact: ContactBrief
    identity: IdentityView
    is_group: bool
    group_id: str | None
    campaign_id: str | None
    version: int
    queue_id: str | None
    queue_position: int | None
    expected_wait_seconds: int | None
    operator_id: str | None
    bot_id: str | None
    skills: list[str]
    priority: int
    opened_at: str
    queued_at: str | None
    assigned_at: str | None
    closed_at: str | None
    close_reason: str | None
    last_message: LastMessage | None
    unread: int
    read_seq: int
    window: WindowView
    closes_at: str | None
    tags: list[str]
    topics: list[str]
    notes: int
    snooze: SnoozeView | None
    hand_over: HandOverView | None
    emptied_at: str | None
    target: TargetView | None
    rested_at: str | None
    rating: RatingView | None
    control: ControlView | None
    referral: dict[str, str]


CostFormat: TypeAlias = Literal["csv", "json"]
"""How costs are answered."""

CostReport = TypedDict(
    "CostReport", {"from": "str", "to": "str", "group_by": "CostsBy", "rows": "list[CostRow]", "total": "CostRow"}
)
"""What messages cost. The newest seconds may be missing: prices come with the delivery."""


class CostRow(TypedDict):
    """Costs of one day, channel and so on.

    Fields:
        key: The id, day, category, occasion or calling code; empty for what has none.
        name: What it is called now; null for what has no name or is not there any more.
        messages: That were delivered.
        charged: Of these, those with a price; `free` and `unknown` are the others.
        costs: In each currency. What is unknown is in none of them.
    """

    key: str
    name: str | None
    messages: int
    charged: int
    free: int
    unknown: int
    costs: list[Money]


CostsBy: TypeAlias = Literal[
    "campaign", "category", "channel", "day", "endpoint", "market", "nothing", "occasion", "operator", "queue"
]
"""What has a row of its own."""


class Counts(TypedDict):
    """What became of the recipients. Each later step counts in the earlier ones: read ≤ delivered ≤ sent.

    Fields:
        waiting: Not settled yet: their turn has not come, or they are on their way. All but `delivered` and
            `read` add up to `total`.
        skipped: Got nothing, for a reason that the report names.
    """

    total: int
    waiting: int
    sent: int
    delivered: int
    read: int
    failed: int
    unknown: int
    skipped: int


class CustomStatus(TypedDict):
    """A status that operators set by its id."""

    name: str
    id: str
    counts_as: OperatorStatus
    created_at: str


CustomStatusPage: TypeAlias = "Page[CustomStatus]"
"""A part of the list of statuses."""


class DeadLetter(TypedDict):
    """One item of a webhook.

    Fields:
        reason: Why it could not be taken, without any of the customer's data.
        raw: The item as the provider sent it; bytes that are no UTF-8 are shown as U+FFFD.
    """

    id: str
    channel_id: str
    at: str
    reason: str
    raw: str
    replayed_at: str | None


DeadLetterPage: TypeAlias = "Page[DeadLetter]"
"""A part of the list of dead letters."""


class Delivery(TypedDict):
    """An event on its way to one address; `event_id` is the request's `webhook-id`."""

    id: str
    event_id: str
    type: str
    state: DeliveryState
    at: str
    tries: int
    attempts: list[DeliveryAttempt]
    next_attempt_at: str | None


class DeliveryAttempt(TypedDict):
    """One try; `status` is null where no answer came, `answer` has the first of its characters."""

    at: str
    milliseconds: int
    status: int | None
    error: str | None
    answer: str | None


DeliveryPage: TypeAlias = "Page[Delivery]"
"""A part of the list of deliveries, newest first."""

DeliveryState: TypeAlias = Literal["delivered", "failed", "pending"]
"""What became of a delivery: it waits or is being tried; was taken; or was given up."""


class Difference(TypedDict):
    """A field's values, before and after."""

    before: Any
    after: Any


class DirectUtility(TypedDict):
    """How a message goes outside of the reply window without a template.

    Fields:
        template_name: What the provider calls the template that it makes of the message; without it, it
            chooses.
    """

    template_name: NotRequired[str | None]


Direction: TypeAlias = Literal["in", "out"]
"""Which way a message goes, seen from the business."""


class DocumentContent(TypedDict):
    """Any file, with its name."""

    type: Literal["document"]
    media: Media
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class DocumentContentPatch(TypedDict):
    """Any file, with its name."""

    type: NotRequired[Literal["document"]]
    media: NotRequired[MediaPatch]
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class Doomed(TypedDict):
    """What would be deleted of one kind.

    Fields:
        count: How many there are, in at most 1,000 conversations.
        conversations: In how many closed conversations; null for dead letters.
        more: There is more than was counted.
        oldest: When the oldest of these conversations was closed, or the oldest dead letter came.
    """

    count: int
    conversations: int | None
    more: bool
    oldest: str | None


class Draft(TypedDict):
    """Changes of a submitted template that are not submitted yet."""

    category: Category
    components: list[dict[str, Any]]
    ttl_seconds: int | None
    max_price_per_1000: int | None


class DraftRequest(TypedDict):
    """What was begun, and our id of the message that it answers."""

    content: (
        TextContent
        | ImageContent
        | VideoContent
        | AudioContent
        | VoiceContent
        | DocumentContent
        | StickerContent
        | LocationContent
        | ContactsContent
        | ButtonsContent
        | ListContent
        | ContactRequestContent
        | ChecklistContent
        | TemplateContent
    )
    reply_to: NotRequired[str | None]


class DraftUpdated(TypedDict):
    """The `data` of `draft.updated`: whether an operator has a draft in a conversation."""

    conversation_id: str
    operator_id: str
    writing: bool


class EnrollRequest(TypedDict):
    """The present password: who finds an open inbox must not lock its owner out."""

    password: str


class Enrollment(TypedDict):
    """What the app is given, as a text to type in or as the address in a QR code; good for 15 minutes."""

    secret: str
    uri: str


class ErasedNotice(TypedDict):
    """The `data` of `contact.erased`: forget what you know of this contact."""

    id: str
    erasure_id: str | None


class Erasure(TypedDict):
    """An erasure, and the certificate of it once it is `done`.

    `counts` says how much was taken away, by the name of the collection. `requested_by` is `kind:id`. `due_at` is
    when it is gone on with; null once it is over.
    """

    id: str
    state: ErasureState
    contact_id: str
    requested_by: str
    requested_at: str
    due_at: str | None
    finished_at: str | None
    counts: dict[str, int]


ErasurePage: TypeAlias = "Page[Erasure]"
"""A part of the list of erasures, the newest first."""

ErasureState: TypeAlias = Literal["done", "working"]
"""How far an erasure is: it is under way, or it is over."""


class Event(TypedDict):
    """Something that changed; `data` has the object as it is now."""

    cursor: str
    id: str
    type: str
    at: str
    data: dict[str, Any]


class EventPage(TypedDict):
    """Events after a cursor, in order, and the cursor after them."""

    items: list[Event]
    cursor: str
    next_cursor: str


class Excerpt(TypedDict):
    """The part of a message's words in which something was found."""

    text: str
    marks: list[list[int]]


class Explanation(TypedDict):
    """Where a conversation is and how it came there, oldest first; of very many moves the latest 50."""

    conversation_id: str
    state: ConversationState
    queue_id: str | None
    operator_id: str | None
    items: list[RoutingNote]


class Export(TypedDict):
    """An export: `ready` once all its archives are there, and gone at `expires_at`.

    Fields:
        contact_id: Whose; null for the workspace's.
        requested_by: `kind:id` of who asked.
        parts: How many archives there are so far.
        bytes: Their size together.
        counts: Rows so far, by the name of their file.
    """

    id: str
    kind: ExportKind
    state: ExportState
    contact_id: str | None
    requested_by: str
    requested_at: str
    finished_at: str | None
    expires_at: str | None
    parts: int
    bytes: int
    counts: dict[str, int]


class ExportFile(TypedDict):
    """An archive of an export, with a link that is good for an hour and needs no token."""

    number: int
    filename: str
    bytes: int
    url: str


class ExportFiles(TypedDict):
    """All archives of an export, in their order."""

    items: list[ExportFile]


ExportFormat: TypeAlias = Literal["csv", "jsonl"]
"""Forms of an export."""

ExportKind: TypeAlias = Literal["contact", "workspace"]
"""What is exported."""

ExportPage: TypeAlias = "Page[Export]"
"""A part of the list of exports, the newest first."""

ExportState: TypeAlias = Literal["ready", "working"]
"""How far an export is."""


class Fault(TypedDict):
    """One thing that does not fit.

    Fields:
        pointer: JSON pointer of what is wrong, from the checked object on.
        code: Stable, for programs.
        message: For people: what is wrong and what to do.
    """

    pointer: str
    code: str
    message: str


class FetchStarted(TypedDict):
    """The file is fetched once more; its message tells how that goes."""

    id: str
    requested_at: str


class FieldCondition(TypedDict):
    """What must be true of one of the workspace's own fields.

    Fields:
        value: To compare with; none for `is_set` and `is_empty`.
    """

    key: str
    test: NotRequired[FieldTest]
    value: NotRequired[str | int | float | bool | None]


class FieldError(TypedDict):
    """One faulty field: JSON pointer into the body, and what to do about it."""

    pointer: str
    message: str


FieldTest: TypeAlias = Literal["at_least", "at_most", "is", "is_empty", "is_not", "is_set"]
"""What is asked of a field's value."""

FieldType: TypeAlias = Literal["boolean", "choice", "date", "number", "text", "url"]
"""What the values of a field are."""


class FileLink(TypedDict):
    """A link that works without signing in, for an hour."""

    url: str


class Finding(TypedDict):
    """Something that a rule found.

    Fields:
        code: The rule's, stable.
        pointer: JSON pointer into the template.
        message: What is wrong and what to do.
        source: Meta's page and its date.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    source: str


class Forecast(TypedDict):
    """What a campaign will take: time, days, money, recipients.

    Fields:
        rate_per_second: What limits the speed, a fifth kept for replies.
        seconds: Without quiet hours.
        days: By the messaging limit: on how many days it has to be sent.
        cost: By the prices in the request, null without them; recipients in countries without a price are in
            `unpriced`.
        by_card: By the workspace's rate card of the day on which it starts; null without one. Like time and
            `cost` it counts all but those who were looked at and would get nothing.
        checked: Recipients who were looked at one by one, as they are at the campaign's start: the first
            100,000 of a long list.
        is_all: False where a segment has more contacts than can be looked at for an answer: all numbers are
            then of those who were.
        will_get: Those of them to whom it would go.
        versions: Those to whom it would go now, by variant and language; of those who were checked.
        later: Those of them to whom it would go when their quiet hours are over.
        left_out: The others, by reason; of a segment also contacts who are no recipients, since they have no
            number.
    """

    recipients: int
    rate_per_second: float
    seconds: int
    days: int
    limited_by: str
    cost: float | None
    unpriced: int
    by_card: CardCost | None
    checked: int
    is_all: bool
    will_get: int
    versions: list[VersionOutlook]
    later: int
    left_out: list[LeftOut]


class ForecastAsked(TypedDict):
    """What only the business knows.

    Fields:
        messaging_limit: New customers in 24 hours that Meta allows the business: 250, 2,000, 10,000, 100,000.
        prices: Price of a message by country calling code; `*` is for the others.
    """

    messaging_limit: NotRequired[int | None]
    prices: NotRequired[dict[str, float]]


class ForgottenPasswordRequest(TypedDict):
    """Whose password was forgotten; the workspace only where the same person works in several."""

    email: str
    workspace_id: NotRequired[str | None]


class FormField(TypedDict):
    """A question before the chat.

    Fields:
        key: `name`, `email`, or the key of a field of the contact card; one that the card lacks is not asked.
        when: Always, or only while nobody is there.
        required: Whether the visitor has to answer before they write.
        labels: By language; without one: the widget's own words, or the name of the field.
    """

    key: str
    when: NotRequired[AskedWhen]
    required: NotRequired[bool]
    labels: NotRequired[dict[str, str]]


Format: TypeAlias = Literal["csv", "json"]
"""How a report is answered."""

Found: TypeAlias = Literal["contacts", "conversations", "messages"]
"""What is looked for."""


class FrequencyCap(TypedDict):
    """The most marketing messages to one contact in so many days, of all campaigns together."""

    messages: int
    days: int


class FrequencyCapPatch(TypedDict):
    """The most marketing messages to one contact in so many days, of all campaigns together."""

    messages: NotRequired[int]
    days: NotRequired[int]


class Group(TypedDict):
    """A group."""

    name: str
    supervisor_ids: list[str]
    id: str
    created_at: str


GroupBy: TypeAlias = Literal["channel", "day", "hour", "nothing", "operator", "queue", "tag", "topic", "weekday"]
"""What has a row of its own."""


class GroupFields(TypedDict):
    """A group of operators. Operators name their groups; supervisors see what the members have."""

    name: str
    supervisor_ids: NotRequired[list[str]]


class GroupFieldsPatch(TypedDict):
    """A group of operators. Operators name their groups; supervisors see what the members have."""

    name: NotRequired[str]
    supervisor_ids: NotRequired[list[str]]


GroupPage: TypeAlias = "Page[Group]"
"""A part of the list of groups."""

HandOverReason: TypeAlias = Literal[
    "agent_left", "asked", "no_answer", "refused", "taken_away", "too_many_turns", "unreachable"
]
"""Why a conversation leaves its bot for a queue; the log of the conversation says so."""


class HandOverView(TypedDict):
    """What the last transfer said to whoever gets the conversation; `by` is `kind:id` of who wrote it."""

    note: str
    by: str
    at: str


HeaderFormat: TypeAlias = Literal["document", "image", "location", "text", "unknown", "video"]
"""What a header shows."""

HealthStatus: TypeAlias = Literal["failing", "ok", "unknown", "warning"]
"""What the last look at a channel showed."""


class HeldBy(TypedDict):
    """The template that is sent if the reply window is closed; the message waits for the customer's answer."""

    template: TemplateChoice


class Helper(TypedDict):
    """A helper as it is shown; `previous_secret_until`: until then the secret before the last one signs too."""

    id: str
    kind: HelperKind
    url: str
    deadline_ms: int
    created_at: str
    previous_secret_until: str | None


class HelperChange(TypedDict):
    """What can be changed of a helper."""

    url: str
    deadline_ms: NotRequired[int]


class HelperFields(TypedDict):
    """A helper to set up.

    Fields:
        url: Where it is asked; must not lead into a private network.
        deadline_ms: After this the operator hears that it did not answer.
    """

    kind: HelperKind
    url: str
    deadline_ms: NotRequired[int]


HelperKind: TypeAlias = Literal["suggest", "summarise", "transcribe", "translate"]
"""What a helper does; a workspace has one of each."""


class HelperKinds(TypedDict):
    """What the helpers of a workspace can do."""

    kinds: list[HelperKind]


HelperPage: TypeAlias = "Page[Helper]"
"""The helpers of a workspace."""


class HelperRotation(TypedDict):
    """How a helper's secret is replaced; `keep_hours`: how long the old one signs beside the new one."""

    keep_hours: NotRequired[int]


class HelperSecret(TypedDict):
    """A helper's new secret, shown this once."""

    secret: str


class HelperWords(TypedDict):
    """A helper's text: a translation, a transcript or a summary. It is not kept; the original stays as it is.

    Fields:
        language: Of the text, as the helper says.
    """

    text: str
    language: str | None


HoldOrClose: TypeAlias = Literal["close", "hold"]
"""What becomes of a conversation that comes out of hours."""


class IdentityView(TypedDict):
    """A customer's account with a provider."""

    kind: ChannelKind
    external_id: str


class ImageContent(TypedDict):
    """A picture with an optional caption."""

    type: Literal["image"]
    media: Media
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class ImageContentPatch(TypedDict):
    """A picture with an optional caption."""

    type: NotRequired[Literal["image"]]
    media: NotRequired[MediaPatch]
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class IntegrationFields(TypedDict):
    """The page that is shown beside conversations.

    Fields:
        url: With variables such as `{{ contact.phone }}` after its `?`; a private address is fine, since a
            person's browser opens it.
        fields: What the token says; these values alone are signed.
        valid_seconds: How long the page takes the token.
    """

    url: str
    fields: NotRequired[list[str]]
    valid_seconds: NotRequired[int]


class IntegrationPage(TypedDict):
    """The page with the secrets that sign for it, the newest last; without an address there is none."""

    url: str | None
    fields: list[str]
    valid_seconds: int
    keys: list[SigningKey]


class Invitation(TypedDict):
    """The link to hand to the person: shown this once, good for one password.

    `mailed` tells whether the person gets one by mail, too.
    """

    operator: Operator
    link: str
    expires_at: str
    mailed: bool


class InvitationRequest(TypedDict):
    """A person to invite; they choose their password themselves."""

    name: str
    email: str
    role: NotRequired[Role]
    capacity: NotRequired[int | None]
    group_ids: NotRequired[list[str]]
    skills: NotRequired[dict[str, int]]


class KnownAccount(TypedDict):
    """An account by which a customer is known before they wrote: a number on WhatsApp, in any spelling."""

    kind: Literal["whatsapp"]
    external_id: str


class LanguageWanted(TypedDict):
    """In which language the answer is to be."""

    language: str


class LastMessage(TypedDict):
    """The newest message that a person wrote, for a list; `at` is when we stored it.

    One by a campaign or an automatic text only where there is no other: they would hide what the customer said.

    Fields:
        preview: One line of it in English where it has no words of its own; empty where it was deleted.
        type: The `type` of its content: for lists in another language.
        code: Of a line of the system, what happened.
    """

    seq: int
    direction: Direction
    preview: str
    type: str
    code: str | None
    at: str


class LeftOut(TypedDict):
    """Recipients who would get nothing now, for one reason; `first` are some of them."""

    reason: str
    count: int
    explanation: str
    first: list[LeftOutRow]


class LeftOutRow(TypedDict):
    """One of those who would get nothing."""

    phone: str
    detail: str | None


Letter: TypeAlias = Literal["a", "b"]
"""Which of two variants; `a` is what the campaign itself says."""

LinkBy: TypeAlias = Literal["invitation", "verified_email"]
"""How somebody whom a provider names for the first time becomes one of our operators."""


class LinkClicks(TypedDict):
    """Clicks on links of marketing messages; the provider says neither whose nor on which message.

    Fields:
        clicked: Links that were clicked, each click once.
        pages_seen: Of these, whose page was seen in the messenger's own browser.
    """

    clicked: int
    pages_seen: int


class Lint(TypedDict):
    """What the linter found.

    Fields:
        ok: Whether it can be submitted: there are no errors.
        preview: What a customer would see, with the examples as values.
    """

    ok: bool
    findings: list[Finding]
    preview: Preview


class LintRequest(TypedDict):
    """A template to check; nothing is stored."""

    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    ttl_seconds: NotRequired[int | None]
    max_price_per_1000: NotRequired[int | None]
    channel_id: NotRequired[str | None]


class ListConsent(TypedDict):
    """The consent of everybody on an uploaded list; recorded with contacts that have none yet."""

    source: str
    at: str
    wording: str


class ListConsentPatch(TypedDict):
    """The consent of everybody on an uploaded list; recorded with contacts that have none yet."""

    source: NotRequired[str]
    at: NotRequired[str]
    wording: NotRequired[str]


class ListContent(TypedDict):
    """A text with a button that opens a list to choose from."""

    type: Literal["list"]
    text: str
    button: str
    sections: list[ListSection]


class ListContentPatch(TypedDict):
    """A text with a button that opens a list to choose from."""

    type: NotRequired[Literal["list"]]
    text: NotRequired[str]
    button: NotRequired[str]
    sections: NotRequired[list[ListSection]]


ListOrder: TypeAlias = Literal["due", "newest", "oldest", "waiting"]
"""By opening, by waiting (longest first; only those that wait), or by when an answer is due (only where one is)."""


class ListRow(TypedDict):
    """A row of a list message."""

    id: str
    title: str
    description: NotRequired[str | None]


class ListSection(TypedDict):
    """A titled group of rows."""

    rows: list[ListRow]
    title: NotRequired[str | None]


ListView: TypeAlias = Literal["all", "mine", "unassigned"]
"""Which part of the inbox: one's own, what nobody has, or all that one sees."""


class LiveReport(TypedDict):
    """Queues and operators as they are now, as far as the caller sees them."""

    at: str
    queues: list[QueueNow]
    operators: list[OperatorNow]


class LocationContent(TypedDict):
    """A place; degrees in WGS 84."""

    type: Literal["location"]
    latitude: float
    longitude: float
    name: NotRequired[str | None]
    address: NotRequired[str | None]


class LocationContentPatch(TypedDict):
    """A place; degrees in WGS 84."""

    type: NotRequired[Literal["location"]]
    latitude: NotRequired[float]
    longitude: NotRequired[float]
    name: NotRequired[str | None]
    address: NotRequired[str | None]


class LoginRequest(TypedDict):
    """E-mail and password; the workspace only where the same person works in several.

    `code` is for those who have a second factor: without it they hear `second_factor_needed`.
    """

    email: str
    password: str
    workspace_id: NotRequired[str | None]
    code: NotRequired[str | None]


class Looker(TypedDict):
    """An operator who has a conversation on the screen, and whether they write in it."""

    operator_id: str
    writing: bool


class Lookers(TypedDict):
    """Who else has the conversation on the screen now."""

    items: list[Looker]


class LookingRequest(TypedDict):
    """Whether the operator writes, too."""

    writing: NotRequired[bool]


MailSecurity: TypeAlias = Literal["none", "starttls", "tls"]
"""How the connection is encrypted: from its beginning, by STARTTLS, which is then demanded, or not at all."""


class MailServer(TypedDict):
    """The server as it is shown, with what came of the last mails: never its password."""

    host: str
    port: int
    security: MailSecurity
    username: str | None
    has_password: bool
    sender: str
    sender_name: str
    last_sent_at: str | None
    last_error: str | None
    last_error_at: str | None


class MailServerFields(TypedDict):
    """A server to send mails by.

    Fields:
        username: With `password`, where the server asks for them.
        password: Left out, the one that is stored stays, as long as host, port and username do.
        sender: The address that mails come from.
        sender_name: What people see beside it.
    """

    host: str
    port: NotRequired[int]
    security: NotRequired[MailSecurity]
    username: NotRequired[str | None]
    password: NotRequired[str | None]
    sender: str
    sender_name: NotRequired[str]


class MailServerState(TypedDict):
    """The workspace's mail server; null if there is none."""

    server: MailServer | None


class Mark(TypedDict):
    """Formatting of a part of a text; `url` is the address behind the words of a `link`.

    `offset` and `length` count UTF-16 code units, as strings of JavaScript do.
    """

    type: MarkKind
    offset: int
    length: int
    url: NotRequired[str | None]


MarkKind: TypeAlias = Literal["bold", "code", "italic", "link", "pre", "quote", "spoiler", "strikethrough", "underline"]
"""What a mark says of its words."""


class Marketing(TypedDict):
    """Whether a customer accepts marketing messages, since when and by whom."""

    accepts: bool
    at: str
    source: OptOutSource


MarketingPolicy: TypeAlias = Literal["fallback", "strict"]
"""What Meta does with marketing messages of a business that has not signed the terms of its marketing messages."""


class McpAnswer(TypedDict):
    """The answer to a request: `result` or `error`."""

    jsonrpc: str
    id: int | str
    result: NotRequired[dict[str, Any]]
    error: NotRequired[McpError]


class McpError(TypedDict):
    """What was wrong."""

    code: int
    message: str


class McpMessage(TypedDict):
    """A request or notification of JSON-RPC 2.0; a notification has no `id`."""

    jsonrpc: str
    method: str
    id: NotRequired[int | str | None]
    params: NotRequired[dict[str, Any]]


class Media(TypedDict):
    """A file: by our id, by link, or by the provider's reference.

    `provider_media_id` stays inside the system; the API never shows it. `status` says where an inbound file is:
    `pending` until it is fetched, then `stored`, or `failed`.
    """

    id: NotRequired[str | None]
    url: NotRequired[str | None]
    mime_type: NotRequired[str | None]
    bytes: NotRequired[int | None]
    filename: NotRequired[str | None]
    sha256: NotRequired[str | None]
    provider_media_id: NotRequired[str | None]
    status: NotRequired[str | None]


class MediaPatch(TypedDict):
    """A file: by our id, by link, or by the provider's reference.

    `provider_media_id` stays inside the system; the API never shows it. `status` says where an inbound file is:
    `pending` until it is fetched, then `stored`, or `failed`.
    """

    id: NotRequired[str | None]
    url: NotRequired[str | None]
    mime_type: NotRequired[str | None]
    bytes: NotRequired[int | None]
    filename: NotRequired[str | None]
    sha256: NotRequired[str | None]
    provider_media_id: NotRequired[str | None]
    status: NotRequired[str | None]


class MergeRequest(TypedDict):
    """The contact that is the same customer."""

    contact_id: str


class MergedContact(TypedDict):
    """A contact that was merged into another one: as it would be by itself."""

    id: str
    name: str | None
    identities: list[IdentityView]


class MessageFieldsPatch(TypedDict):
    """What can be changed of a message; `send_at` only before its time."""

    content: NotRequired[
        TextContentPatch
        | ImageContentPatch
        | VideoContentPatch
        | AudioContentPatch
        | VoiceContentPatch
        | DocumentContentPatch
        | StickerContentPatch
        | LocationContentPatch
        | ContactsContentPatch
        | ButtonsContentPatch
        | ListContentPatch
        | ContactRequestContentPatch
        | ChecklistContentPatch
        | TemplateContentPatch
    ]
    send_at: NotRequired[str | None]


MessagePage: TypeAlias = "Page[MessageView]"
"""A part of a thread, ascending by `seq`."""


class MessagePrice(TypedDict):
    """What a message cost, and how that is known.

    Fields:
        basis: `estimated` by a rate card, `reported` by the provider, `free`, or `unknown`; also `unknown`
            while the provider has told nothing.
        why: Why it is free or unknown: the provider's word, or one of ours.
        amount: A decimal; null while it is unknown.
        endpoint: Which of the provider's endpoints took it: `messages` or `marketing_messages`.
        market: Country calling code.
        told: What the provider told with each status.
    """

    basis: Basis
    why: str | None
    amount: str | None
    currency: str | None
    category: str | None
    endpoint: str | None
    market: str | None
    rate_card_id: str | None
    delivered_at: str | None
    told: dict[str, dict[str, str]]


MessageStatus: TypeAlias = Literal[
    "delivered", "failed", "held", "queued", "read", "received", "scheduled", "sending", "sent", "unknown"
]
"""States of a message; `received` is the only one of inbound messages.

`held` waits for the customer's answer, `scheduled` for its time.
"""


class MessageView(TypedDict):
    """A message of a conversation.

    Fields:
        held_until: When a held reply is given up.
        send_at: When a scheduled message goes, or was to go.
        sender: The name of who wrote, where the customer is a group.
        forwarded_from: The name of whose words the customer passes on.
        quote: The words that it is about, of another chat or chosen out of a message, with where they stand.
        referral: The advertisement, post, product or link that led the customer here, in the provider's own
            words; the page with a web chat.
        direct_utility: Set where it went outside of the reply window as a utility message without a template.
    """

    id: str
    conversation_id: str
    seq: int
    direction: Direction
    author: Author
    content: (
        TextContent
        | ImageContent
        | VideoContent
        | AudioContent
        | VoiceContent
        | DocumentContent
        | StickerContent
        | LocationContent
        | ContactsContent
        | ChoiceContent
        | ButtonsContent
        | ListContent
        | ContactRequestContent
        | ChecklistContent
        | OrderContent
        | TemplateContent
        | SystemContent
        | UnsupportedContent
    )
    status: MessageStatus
    reply_to: str | None
    reactions: list[Reaction]
    error: ProviderError | None
    provider_id: str | None
    provider_at: str | None
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    retry_of: str | None
    group_id: str | None
    held_until: str | None
    send_at: str | None
    sender: str | None
    forwarded_from: str | None
    quote: str | None
    referral: dict[str, str]
    direct_utility: DirectUtility | None


class MissingTranslation(TypedDict):
    """A text that some customers get in another language.

    Fields:
        id: Of the queue, or of the prepared reply.
        name: Of the queue, or the reply's title.
        occasion: Of a queue's text.
        languages: Into which there is no translation, not even for another region.
    """

    kind: TextKind
    id: str
    name: str
    occasion: str | None
    languages: list[str]


MissingTranslationPage: TypeAlias = "Page[MissingTranslation]"
"""What lacks a translation, queues first; at most 1,000 texts, without further pages."""


class Money(TypedDict):
    """An amount; a decimal in a text, so that nobody rounds it."""

    currency: str
    amount: str


class Needed(TypedDict):
    """Values that a send has to bring.

    Fields:
        header: `text`, or the kind of file or place that the header shows; None if it needs nothing.
        header_variable: A text header's variable.
        body: The body's variables: `1`, `2`, … or names.
        buttons: Indexes of the buttons that need a value, with their kind and label.
        cards: The same for each card of a carousel.
        offer: Whether the offer's end is needed.
    """

    header: NotRequired[str | None]
    header_variable: NotRequired[str | None]
    body: NotRequired[list[str]]
    buttons: NotRequired[list[NeededButton]]
    cards: NotRequired[list[Needed]]
    offer: NotRequired[bool]


class NeededButton(TypedDict):
    """A button that needs a value."""

    index: int
    type: str
    text: str


class NewApiKey(TypedDict):
    """An API key just made; `token` is shown this once."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    made_by: str | None
    token: str


class NewBot(TypedDict):
    """A bot with the secret that signs its requests and the token with which it answers, both shown this once."""

    id: str
    name: str
    url: str
    enabled: bool
    answer_seconds: int
    max_turns: int
    created_at: str
    last_fault: BotFault | None
    previous_secret_until: str | None
    secret: str
    token: str


class NewContact(TypedDict):
    """A customer who has not written yet. At least an account, a phone or an e-mail address is given."""

    name: NotRequired[str | None]
    language: NotRequired[str | None]
    phones: NotRequired[list[str]]
    emails: NotRequired[list[str]]
    fields: NotRequired[dict[str, str | int | float | bool | None]]
    tags: NotRequired[list[str]]
    accepts_marketing: NotRequired[bool]
    consent: NotRequired[Consent | None]
    reason: NotRequired[str]
    identities: NotRequired[list[KnownAccount]]


class NewHelper(TypedDict):
    """A helper with the secret that signs its requests, shown this once."""

    id: str
    kind: HelperKind
    url: str
    deadline_ms: int
    created_at: str
    previous_secret_until: str | None
    secret: str


class NewMessage(TypedDict):
    """What a client sends: a content, and our id of the message that it answers.

    Fields:
        held: What to do if the window is closed; without it the message is refused then.
        send_at: When it is to go; without it at once.
        seen_seq: The newest message that its author has seen: where a colleague has answered since then, it is
            refused.
        direct_utility: WhatsApp: if the window is closed, it goes all the same, as a utility message without a
            template. With `held` that comes second: where the number may not.
    """

    content: (
        TextContent
        | ImageContent
        | VideoContent
        | AudioContent
        | VoiceContent
        | DocumentContent
        | StickerContent
        | LocationContent
        | ContactsContent
        | ButtonsContent
        | ListContent
        | ContactRequestContent
        | ChecklistContent
        | TemplateContent
    )
    reply_to: NotRequired[str | None]
    held: NotRequired[HeldBy | None]
    send_at: NotRequired[str | None]
    seen_seq: NotRequired[int | None]
    direct_utility: NotRequired[DirectUtility | None]


class NewOperator(TypedDict):
    """A person to add; without a password one is set by link."""

    name: str
    email: str
    role: NotRequired[Role]
    password: NotRequired[str | None]
    capacity: NotRequired[int | None]
    group_ids: NotRequired[list[str]]
    skills: NotRequired[dict[str, int]]


class NewSecret(TypedDict):
    """A secret, which is shown this once."""

    id: str
    signs_from: str
    secret: str


class NewWebhook(TypedDict):
    """A subscription with its secret, which is shown this once."""

    id: str
    url: str
    description: str
    events: list[str]
    enabled: bool
    created_at: str
    failing_since: str | None
    resume_at: str | None
    disabled_reason: str | None
    previous_secret_until: str | None
    secret: str


class Note(TypedDict):
    """What an operator noted. Only they change it, and only while the conversation is theirs."""

    id: str
    conversation_id: str
    operator_id: str
    text: str
    created_at: str
    updated_at: str


NotePage: TypeAlias = "Page[Note]"
"""All notes of a conversation, oldest first: they are few, so there is one page."""


class NoteRequest(TypedDict):
    """What the caller notes, instead of what they noted before."""

    text: str


class OpenIdFinish(TypedDict):
    """What the provider sent back, and what the browser kept."""

    state: str
    code: str
    browser_token: str


class OpenIdStart(TypedDict):
    """To which provider; `link_token` for who comes by an invitation, so that the accounts are linked."""

    provider_id: str
    link_token: NotRequired[str | None]


class OpenIdStarted(TypedDict):
    """Where the browser goes, and what it keeps meanwhile: without `browser_token` nobody gets in by coming back."""

    authorization_url: str
    browser_token: str


class OpenedPage(TypedDict):
    """The address to open now, and until when the page behind it trusts it.

    Fields:
        frame_url: A page of the gateway's that shows pages of this origin alone, for a UI whose own policy
            can't name it: put it into a frame and post `{"url": …}` to it once it has posted `{"ready": true}`.
            It takes words of pages of the gateway only.
    """

    url: str
    expires_at: str
    frame_url: str


class Operator(TypedDict):
    """A person of a workspace, of whatever role."""

    id: str
    name: str
    email: str
    role: Role
    status: str
    status_since: str
    next_status: str | None
    capacity: int | None
    active: bool
    group_ids: list[str]
    skills: dict[str, int]


class OperatorFieldsPatch(TypedDict):
    """What can be changed of an operator."""

    name: NotRequired[str]
    role: NotRequired[Role]
    capacity: NotRequired[int | None]
    active: NotRequired[bool]
    group_ids: NotRequired[list[str]]
    skills: NotRequired[dict[str, int]]


class OperatorNow(TypedDict):
    """An operator at this moment.

    Fields:
        load: Open conversations assigned to them.
        resting: Those of them that don't count for the capacity, because the customer owes the answer.
        overdue: Those of them whose answer is overdue under a target.
    """

    id: str
    name: str
    status: str
    status_since: str | None
    load: int
    resting: int
    overdue: int


OperatorPage: TypeAlias = "Page[Operator]"
"""A part of the list of operators."""

OperatorStatus: TypeAlias = Literal["offline", "online", "ready", "unavailable"]
"""The statuses that every workspace has; its own ones are ids, and each counts as unavailable."""


class OptOutRequest(TypedDict):
    """Phone numbers with country code."""

    phones: list[str]


class OptOutResult(TypedDict):
    """How many numbers were taken; those that are none are named and harm no other."""

    taken: int
    errors: list[FieldError]


OptOutSource: TypeAlias = Literal["keyword", "operator", "provider"]
"""Where an opt-out or opt-in came from."""


class OrderContent(TypedDict):
    """A basket that the customer sent from a catalogue."""

    type: Literal["order"]
    catalog_id: str
    items: list[OrderItem]
    text: NotRequired[str | None]


class OrderItem(TypedDict):
    """One line of an order; `price` in units of `currency`."""

    product_id: str
    quantity: int
    price: float
    currency: str


class Outcome(TypedDict):
    """What an import changed, or would change.

    Fields:
        unchanged: How many objects are as the configuration says already.
        only_here: What the workspace has beyond the configuration, as `section: name`; it stays.
    """

    dry_run: bool
    changes: list[Change]
    unchanged: int
    only_here: list[str]


class PasswordByLinkRequest(TypedDict):
    """The token of a password link, the password to set, and the code of those who have a second factor."""

    token: str
    password: str
    code: NotRequired[str | None]


class PasswordLink(TypedDict):
    """A link by which a person sets a new password: shown this once, good once."""

    link: str
    expires_at: str


class PasswordRequest(TypedDict):
    """The present password, and the one to have."""

    old_password: str
    password: str


class PersonSecondFactor(TypedDict):
    """Whether somebody has a second factor.

    `has_company_login` says that they may sign in through a provider of OpenID Connect, which asks for what it
    likes.
    """

    operator_id: str
    name: str
    email: str
    enabled: bool
    since: str | None
    has_company_login: bool


PersonSecondFactorPage: TypeAlias = "Page[PersonSecondFactor]"
"""A part of the list of people with their second factors."""


class PreparedReply(TypedDict):
    """A prepared reply; `version` grows with each change."""

    title: str
    translations: dict[
        str,
        list[
            TextContent
            | ImageContent
            | VideoContent
            | AudioContent
            | VoiceContent
            | DocumentContent
            | LocationContent
            | ContactsContent
            | ButtonsContent
            | ListContent
        ],
    ]
    shortcut: str | None
    active: bool
    id: str
    collection_id: str
    version: int
    created_at: str
    updated_at: str


class PreparedReplyFields(TypedDict):
    """A prepared reply: for each language the messages that it consists of.

    In `text` and `caption` variables may stand, as in automatic texts: `{{ contact.name }}`.
    """

    title: str
    translations: dict[
        str,
        list[
            TextContent
            | ImageContent
            | VideoContent
            | AudioContent
            | VoiceContent
            | DocumentContent
            | LocationContent
            | ContactsContent
            | ButtonsContent
            | ListContent
        ],
    ]
    shortcut: NotRequired[str | None]
    active: NotRequired[bool]


class PreparedReplyFieldsPatch(TypedDict):
    """A prepared reply: for each language the messages that it consists of.

    In `text` and `caption` variables may stand, as in automatic texts: `{{ contact.name }}`.
    """

    title: NotRequired[str]
    translations: NotRequired[
        dict[
            str,
            list[
                TextContent
                | ImageContent
                | VideoContent
                | AudioContent
                | VoiceContent
                | DocumentContent
                | LocationContent
                | ContactsContent
                | ButtonsContent
                | ListContent
            ],
        ]
    ]
    shortcut: NotRequired[str | None]
    active: NotRequired[bool]


PreparedReplyPage: TypeAlias = "Page[PreparedReply]"
"""A part of a list of prepared replies."""


class Preview(TypedDict):
    """What the customer sees."""

    header: NotRequired[ShownHeader | None]
    offer: NotRequired[str | None]
    body: NotRequired[str | None]
    footer: NotRequired[str | None]
    buttons: NotRequired[list[ShownButton]]
    cards: NotRequired[list[ShownCard]]


class PreviewAnswer(TypedDict):
    """What the customer will see.

    Fields:
        rendered: The same as text, as the history keeps it.
        faults: What does not fit; a send with any is refused.
    """

    preview: Preview
    rendered: str
    faults: list[Fault]


class PreviewRequest(TypedDict):
    """Values to fill in, as in a message's `parameters`."""

    parameters: NotRequired[dict[str, Any]]


class PriceAhead(TypedDict):
    """What one message would cost.

    Fields:
        basis: `estimated` by a rate card, `free`, or `unknown`.
        why: Why it is free or unknown.
        amount: A decimal; null while it is unknown, which is not 0.
    """

    basis: Basis
    why: str | None
    amount: str | None
    currency: str | None
    rate_card_id: str | None


class PricesAhead(TypedDict):
    """What a message would cost now, by what it is.

    Fields:
        market: The customer's country calling code; null where it is not known.
        free_replies_left: Replies that are still free this month, by our count; null where none are charged.
        service: A reply within the reply window: text, files, buttons.
        utility: A template of this category, or a utility message without a template.
        marketing: A template of this category.
        authentication: A template of this category.
    """

    channel_id: str
    market: str | None
    free_replies_left: int | None
    service: PriceAhead
    utility: PriceAhead
    marketing: PriceAhead
    authentication: PriceAhead


class PriorityRequest(TypedDict):
    """0 is usual, 100 the most urgent."""

    priority: int


class ProblemBody(TypedDict):
    """What went wrong; `code` is for programs, `detail` for people. Some codes come with further members."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: NotRequired[list[FieldError]]


class Provider(TypedDict):
    """A provider as it is shown; its secret never is."""

    id: str
    name: str
    issuer: str
    client_id: str
    link_by: LinkBy
    created_at: str


class ProviderError(TypedDict):
    """Why a message failed, for people and programs.

    Fields:
        code: Our stable word, such as `window_closed` or `rate_limited`.
        explanation: A sentence for the operator that says what to do.
        retryable: Whether sending again can help.
        provider_code: The provider's own number or word, as text.
        provider_message: The provider's own text, shortened to 500 characters.
    """

    code: str
    explanation: str
    retryable: NotRequired[bool]
    provider_code: NotRequired[str | None]
    provider_message: NotRequired[str | None]


class ProviderRequest(TypedDict):
    """A provider to trust.

    Fields:
        name: On the sign-in page's button.
        issuer: Its address, as its own configuration names it.
        client_secret: None for a public client.
        link_by: `verified_email` only where the provider lets nobody claim another's address.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: NotRequired[str | None]
    link_by: NotRequired[LinkBy]


class Providers(TypedDict):
    """All providers of a workspace, oldest first."""

    items: list[Provider]


class PushKeys(TypedDict):
    """A browser's keys, in base64url, as `PushSubscription.toJSON()` has them."""

    p256dh: str
    auth: str


PushKind: TypeAlias = Literal["due", "given", "message", "overdue", "snoozed", "test", "transferred"]
"""Of what somebody can be told; each can be chosen by itself."""


class PushState(TypedDict):
    """How the sign-in that asks is told.

    Fields:
        public_key: The installation's, for the browser's `pushManager.subscribe`.
        kinds: Of what it is told, while it is told at all.
        since: Since when; null where this sign-in has no subscription, or its browser is gone.
    """

    public_key: str
    kinds: list[PushKind]
    since: str | None


class PushSubscriptionFields(TypedDict):
    """A browser that is to be told.

    Fields:
        endpoint: The push service's address for this browser.
        kinds: Of what it is told; all unless given.
    """

    endpoint: str
    keys: PushKeys
    kinds: NotRequired[list[PushKind]]


Quality: TypeAlias = Literal["green", "red", "unknown", "yellow"]
"""What customers think of a template, as Meta measures it."""


class Queue(TypedDict):
    """A queue, with who waits in it.

    Fields:
        waiting: How many conversations wait now.
        available: Whether a transfer into it would be taken now.
        version: Grows with each change of its settings.
        deleted: True in the last event about it.
    """

    id: str
    name: str
    limit: int | None
    max_wait_seconds: int | None
    on_max_wait: CloseOrTransfer
    on_overflow: CloseOrTransfer
    next_queue_id: str | None
    hold_when_nobody: bool
    strategy: Strategy
    sticky: bool
    capacity: int | None
    operator_ids: list[str]
    group_ids: list[str]
    skills: list[str]
    business_hours_id: str | None
    on_out_of_hours: HoldOrClose
    texts: dict[str, dict[str, str]]
    repeat_wait_text_seconds: int | None
    no_answer_seconds: int | None
    required_before_close: list[CloseRequirement]
    resting_after_seconds: int | None
    first_answer_target_seconds: int | None
    next_answer_target_seconds: int | None
    target_warning_seconds: int | None
    rating_after: list[RatedClose]
    rating_pause_days: int
    waiting: int
    available: bool
    created_at: str
    version: int
    deleted: bool


class QueueFields(TypedDict):
    """The settings of a queue.

    Fields:
        limit: Most conversations that wait at once; null is no limit.
        max_wait_seconds: After this `on_max_wait` decides; null is never.
        next_queue_id: Where `on_max_wait` and `on_overflow` transfer to.
        hold_when_nobody: Conversations wait even though no member is ready.
        sticky: The operator of the customer's last conversation comes first.
        capacity: Most conversations that a member without a capacity of their own handles at once.
        skills: What counts for most and least qualified.
        repeat_wait_text_seconds: How often the waiting text comes; null is never.
        no_answer_seconds: When the text about a late answer comes; null is never.
        required_before_close: What a person fills in before they close a conversation of the queue.
        resting_after_seconds: A conversation whose customer owes the answer for so long does not count for its
            operator's capacity until the customer writes; null is never.
        first_answer_target_seconds: Within how many seconds of opening hours the first answer is due; null is
            never.
        next_answer_target_seconds: The same for each answer after it.
        target_warning_seconds: How long before that `sla.due` is told; null is a fifth of the target.
        rating_after: After which closes the text `rating` asks the customer for a score.
        rating_pause_days: For how many days a customer of a channel is not asked again.
    """

    name: str
    limit: NotRequired[int | None]
    max_wait_seconds: NotRequired[int | None]
    on_max_wait: NotRequired[CloseOrTransfer]
    on_overflow: NotRequired[CloseOrTransfer]
    next_queue_id: NotRequired[str | None]
    hold_when_nobody: NotRequired[bool]
    strategy: NotRequired[Strategy]
    sticky: NotRequired[bool]
    capacity: NotRequired[int | None]
    operator_ids: NotRequired[list[str]]
    group_ids: NotRequired[list[str]]
    skills: NotRequired[list[str]]
    business_hours_id: NotRequired[str | None]
    on_out_of_hours: NotRequired[HoldOrClose]
    texts: NotRequired[dict[str, dict[str, str]]]
    repeat_wait_text_seconds: NotRequired[int | None]
    no_answer_seconds: NotRequired[int | None]
    required_before_close: NotRequired[list[CloseRequirement]]
    resting_after_seconds: NotRequired[int | None]
    first_answer_target_seconds: NotRequired[int | None]
    next_answer_target_seconds: NotRequired[int | None]
    target_warning_seconds: NotRequired[int | None]
    rating_after: NotRequired[list[RatedClose]]
    rating_pause_days: NotRequired[int]


class QueueFieldsPatch(TypedDict):
    """The settings of a queue.

    Fields:
        limit: Most conversations that wait at once; null is no limit.
        max_wait_seconds: After this `on_max_wait` decides; null is never.
        next_queue_id: Where `on_max_wait` and `on_overflow` transfer to.
        hold_when_nobody: Conversations wait even though no member is ready.
        sticky: The operator of the customer's last conversation comes first.
        capacity: Most conversations that a member without a capacity of their own handles at once.
        skills: What counts for most and least qualified.
        repeat_wait_text_seconds: How often the waiting text comes; null is never.
        no_answer_seconds: When the text about a late answer comes; null is never.
        required_before_close: What a person fills in before they close a conversation of the queue.
        resting_after_seconds: A conversation whose customer owes the answer for so long does not count for its
            operator's capacity until the customer writes; null is never.
        first_answer_target_seconds: Within how many seconds of opening hours the first answer is due; null is
            never.
        next_answer_target_seconds: The same for each answer after it.
        target_warning_seconds: How long before that `sla.due` is told; null is a fifth of the target.
        rating_after: After which closes the text `rating` asks the customer for a score.
        rating_pause_days: For how many days a customer of a channel is not asked again.
    """

    name: NotRequired[str]
    limit: NotRequired[int | None]
    max_wait_seconds: NotRequired[int | None]
    on_max_wait: NotRequired[CloseOrTransfer]
    on_overflow: NotRequired[CloseOrTransfer]
    next_queue_id: NotRequired[str | None]
    hold_when_nobody: NotRequired[bool]
    strategy: NotRequired[Strategy]
    sticky: NotRequired[bool]
    capacity: NotRequired[int | None]
    operator_ids: NotRequired[list[str]]
    group_ids: NotRequired[list[str]]
    skills: NotRequired[list[str]]
    business_hours_id: NotRequired[str | None]
    on_out_of_hours: NotRequired[HoldOrClose]
    texts: NotRequired[dict[str, dict[str, str]]]
    repeat_wait_text_seconds: NotRequired[int | None]
    no_answer_seconds: NotRequired[int | None]
    required_before_close: NotRequired[list[CloseRequirement]]
    resting_after_seconds: NotRequired[int | None]
    first_answer_target_seconds: NotRequired[int | None]
    next_answer_target_seconds: NotRequired[int | None]
    target_warning_seconds: NotRequired[int | None]
    rating_after: NotRequired[list[RatedClose]]
    rating_pause_days: NotRequired[int]


class QueueNow(TypedDict):
    """A queue at this moment.

    Fields:
        longest_wait_seconds: Of those that wait; null where nobody does.
        overdue: Conversations of the queue, waiting or assigned, whose answer is overdue under a target.
        next_due_at: When the next answer that is not overdue is due.
    """

    id: str
    name: str
    waiting: int
    longest_wait_seconds: int | None
    overdue: int
    next_due_at: str | None


QueuePage: TypeAlias = "Page[Queue]"
"""A part of the list of queues."""


class QueueStats(TypedDict):
    """A queue at this moment.

    Fields:
        longest_wait_seconds: Of the conversations that wait; null if none does.
        expected_wait_seconds: Of one that would come now; null where it can't be known.
        members: Active operators who belong to it.
        online: Members who are online (not ready).
        ready: Members who are ready.
        free_capacity: How many conversations the ready members could take at once.
        assigned: Its conversations that operators have.
    """

    waiting: int
    longest_wait_seconds: int | None
    expected_wait_seconds: int | None
    members: int
    online: int
    ready: int
    free_capacity: int
    assigned: int


class QuietHours(TypedDict):
    """Hours in which nobody is written to, in the recipient's time zone."""

    begin: str
    end: str


class QuietHoursPatch(TypedDict):
    """Hours in which nobody is written to, in the recipient's time zone."""

    begin: NotRequired[str]
    end: NotRequired[str]


class QuotaUse(TypedDict):
    """What the workspace may use and uses.

    Fields:
        storage_bytes: Of files. Beyond it uploads are `storage_full`, and customers' files are not fetched.
        requests_per_second: To the API. Beyond it requests are `too_many_requests`.
        searches_at_once: Of searches and reports in one server process; others wait in line.
        dead_letters: The oldest go beyond it.
    """

    storage_bytes: Use
    requests_per_second: Use
    searches_at_once: Use
    dead_letters: Use


class RateCard(TypedDict):
    """A rate card: the version by which a message was priced stays named at the message.

    Fields:
        channel_id: The only channel that it is for; null for all that have none of their own.
        effective_at: From when it counts.
        markets: How many calling codes have a rate.
    """

    id: str
    channel_id: str | None
    currency: str
    effective_at: str
    created_at: str
    created_by: str
    markets: int


RateCardPage: TypeAlias = "Page[RateCard]"
"""Rate cards, what counts last first."""


class RateCardRates(TypedDict):
    """A rate card with its rates: calling code (`*`: all others) → category → amount a message."""

    id: str
    channel_id: str | None
    currency: str
    effective_at: str
    created_at: str
    created_by: str
    markets: int
    rates: dict[str, dict[str, str]]


RatedClose: TypeAlias = Literal["api", "bot", "inactivity", "operator"]
"""After which closes a customer may be asked how it was (reasons of `inbox.model.close_reasons`)."""

RatingState: TypeAlias = Literal["answered", "bad", "good", "unanswered"]
"""How the customer rated it; what was asked and has no answer is `unanswered`."""


class RatingView(TypedDict):
    """How the customer rated it, from 1 to 5; null while there is no answer to the question."""

    asked_at: str
    score: int | None
    answered_at: str | None


class Reaction(TypedDict):
    """One person's reaction to a message."""

    author: Author
    emoji: str
    at: str


class ReactionRequest(TypedDict):
    """The emoji to react with."""

    emoji: str


Reason: TypeAlias = Literal["absent", "chosen", "deactivated", "entered", "planned"]
"""Why a status changed."""


class Recipient(TypedDict):
    """One row of a campaign.

    Fields:
        state: `waiting`, `skipped`, or the status of the message.
        reason: Why it was skipped, or failed.
        variant: Which of two variants it got; null without variants.
        language: Of the template that it got.
    """

    phone: str
    row: int
    state: str
    reason: str | None
    detail: str | None
    message_id: str | None
    conversation_id: str | None
    attempts: int
    variant: Letter | None
    language: str | None


RecipientPage: TypeAlias = "Page[Recipient]"
"""A part of a campaign's recipients, by number."""


class RecoveryCodes(TypedDict):
    """Each signs in once in the place of the app's code. They are shown this once."""

    recovery_codes: list[str]


class ReplayRequest(TypedDict):
    """Which failed deliveries go out again: those of events since a time."""

    since: NotRequired[str]


class Replayed(TypedDict):
    """How many deliveries go out again."""

    count: int


class ReplyChoice(TypedDict):
    """Which prepared reply, and in which language; without one the customer's is taken.

    With `version` it is refused where the reply has changed since it was shown.
    """

    reply_id: str
    language: NotRequired[str | None]
    version: NotRequired[int | None]


class ReplyCollection(TypedDict):
    """A collection."""

    name: str
    group_ids: list[str]
    active: bool
    id: str
    created_at: str


class ReplyCollectionFields(TypedDict):
    """A collection of prepared replies; operators of its groups are offered what is active in it."""

    name: str
    group_ids: NotRequired[list[str]]
    active: NotRequired[bool]


class ReplyCollectionFieldsPatch(TypedDict):
    """A collection of prepared replies; operators of its groups are offered what is active in it."""

    name: NotRequired[str]
    group_ids: NotRequired[list[str]]
    active: NotRequired[bool]


ReplyCollectionPage: TypeAlias = "Page[ReplyCollection]"
"""A part of the list of collections."""


class ReplyDraft(TypedDict):
    """One's own draft in a conversation; without one `content` is null."""

    conversation_id: str
    content: (
        TextContent
        | ImageContent
        | VideoContent
        | AudioContent
        | VoiceContent
        | DocumentContent
        | StickerContent
        | LocationContent
        | ContactsContent
        | ButtonsContent
        | ListContent
        | ContactRequestContent
        | ChecklistContent
        | TemplateContent
        | None
    )
    reply_to: str | None
    updated_at: str | None


class ReplyPreview(TypedDict):
    """What the customer would get."""

    reply_id: str
    version: int
    language: str
    contents: list[
        TextContent
        | ImageContent
        | VideoContent
        | AudioContent
        | VoiceContent
        | DocumentContent
        | LocationContent
        | ContactsContent
        | ButtonsContent
        | ListContent
    ]


class ReplyVersion(TypedDict):
    """A prepared reply as it was in one version; `by` is `kind:id` of who wrote it."""

    version: int
    title: str
    translations: dict[
        str,
        list[
            TextContent
            | ImageContent
            | VideoContent
            | AudioContent
            | VoiceContent
            | DocumentContent
            | LocationContent
            | ContactsContent
            | ButtonsContent
            | ListContent
        ],
    ]
    at: str
    by: str


ReplyVersionPage: TypeAlias = "Page[ReplyVersion]"
"""Versions of a reply, the newest first."""

Report = TypedDict(
    "Report",
    {
        "name": "ReportName",
        "from": "str",
        "to": "str",
        "counted_until": "str",
        "time_zone": "str",
        "group_by": "GroupBy",
        "columns": "list[str]",
        "rows": "list[ReportRow]",
        "total": "list[float | None]",
    },
)
"""A report."""

ReportName: TypeAlias = Literal[
    "closes", "conversations", "first_answer", "handling", "ratings", "targets", "transfers", "waiting"
]
"""What is reported."""


class ReportRow(TypedDict):
    """The values of one row, in the order of the report's columns.

    Fields:
        key: The id, the name of a tag, the day (`2026-11-28`), the hour (`09`), the weekday (1 is Monday);
            empty for conversations without a queue or operator.
        name: What it is called now; null for what is not there any more.
    """

    key: str
    name: str | None
    values: list[float | None]


class Responses(TypedDict):
    """What came back.

    Fields:
        answered: Customers who wrote, or pressed a button, after their message.
        pressed: Of these, those who pressed a button of the message itself.
        opted_out: Customers who opted out after their message.
        charged: Delivered messages with a price; `free` and `unknown` are the others.
        costs: In each currency. What is unknown is in none of them.
    """

    answered: int
    pressed: int
    opted_out: int
    charged: int
    free: int
    unknown: int
    costs: list[Money]


ResultFormat: TypeAlias = Literal["csv", "json"]
"""How results are answered."""


class Retention(TypedDict):
    """After how many days what came over a channel is deleted; `never` keeps it.

    Messages, files and raw payloads are counted from the close of their conversation: an open one keeps everything.

    Fields:
        messages_days: The words of closed conversations: messages with their files and raw payloads, and notes.
            That there was a conversation, when, with whom and about which topics, stays.
        files_days: Files of messages whose words stay.
        raw_days: What the provider sent behind a message, of messages whose words stay.
        dead_letters_days: What could not be read, counted from its arrival.
    """

    messages_days: NotRequired[int | Literal["never"]]
    files_days: NotRequired[int | Literal["never"]]
    raw_days: NotRequired[int | Literal["never"]]
    dead_letters_days: NotRequired[int | Literal["never"]]


class RetentionPatch(TypedDict):
    """After how many days what came over a channel is deleted; `never` keeps it.

    Messages, files and raw payloads are counted from the close of their conversation: an open one keeps everything.

    Fields:
        messages_days: The words of closed conversations: messages with their files and raw payloads, and notes.
            That there was a conversation, when, with whom and about which topics, stays.
        files_days: Files of messages whose words stay.
        raw_days: What the provider sent behind a message, of messages whose words stay.
        dead_letters_days: What could not be read, counted from its arrival.
    """

    messages_days: NotRequired[int | Literal["never"]]
    files_days: NotRequired[int | Literal["never"]]
    raw_days: NotRequired[int | Literal["never"]]
    dead_letters_days: NotRequired[int | Literal["never"]]


class RetentionPreview(TypedDict):
    """What would be deleted now, by kind; files and raw payloads of messages that go, too, are in `messages`."""

    messages: Doomed
    files: Doomed
    raw: Doomed
    dead_letters: Doomed


Role: TypeAlias = Literal["administrator", "manager", "operator", "owner", "supervisor"]
"""Roles of a workspace's users, from least to most rights; every role may answer customers."""


class Rotation(TypedDict):
    """How a secret is rotated; `keep_hours`: how long the old one signs beside the new one."""

    keep_hours: NotRequired[int]


class RoutingNote(TypedDict):
    """One rule that was tried.

    Fields:
        answer: What it answered, such as `queued`, `overflowed`, `assigned`; of a priority the new one.
        queue_id: The queue that was asked, or where the conversation went.
        operator_id: Who got it.
        by: `kind:id` of who moved it; `queue` where the rules did.
    """

    at: str
    rule: RoutingRule
    answer: str
    queue_id: str | None
    operator_id: str | None
    by: str | None


RoutingRule: TypeAlias = Literal[
    "admission",
    "arrival",
    "assignment",
    "bot",
    "close",
    "distribution",
    "given_back",
    "max_wait",
    "operator_removed",
    "priority",
    "queue_deleted",
    "reopening",
    "return",
    "transfer",
]
"""What was asked."""


class SampleRequest(TypedDict):
    """`file_id`: a file that was uploaded with `POST /media`."""

    file_id: str


class SavedCount(TypedDict):
    """How many conversations are in a saved view."""

    count: int | None
    more: bool
    unread: int | None
    view_id: str


class SavedView(TypedDict):
    """A saved view as it is shown.

    Fields:
        owner_id: Who made it.
        count: Conversations in it that the caller sees, up to 100 (then there may be more); null where they
            were not asked for, or where counting would take too long.
    """

    name: str
    filter: ConversationFilter
    order: ListOrder
    shared: bool
    id: str
    owner_id: str
    count: int | None
    created_at: str


Scope: TypeAlias = Literal["administer", "manage", "provision", "read", "write"]
"""What a program may do with its API key. People have none: what they may do follows from their role."""


class SearchHit(TypedDict):
    """Something that was found: a contact, a conversation, or a message with its conversation."""

    kind: Found
    message: NotRequired[MessageView | None]
    excerpt: NotRequired[Excerpt | None]
    conversation: NotRequired[ConversationView | None]
    contact: NotRequired[Contact | None]


class SearchPage(TypedDict):
    """A part of what was found.

    Fields:
        newest_only: Of conversations: more messages fit than were looked at. Found are those of the newest
            ones.
    """

    items: list[SearchHit]
    next_cursor: str | None
    newest_only: bool


class SecondFactorState(TypedDict):
    """Whether one has a second factor, since when, and how many recovery codes are left."""

    enabled: bool
    since: str | None
    recovery_codes_left: int


class SecretRequest(TypedDict):
    """When a new secret begins to sign: enter it beside the old one in the other system until then."""

    signs_after_seconds: NotRequired[int]


class Segment(TypedDict):
    """A segment as it is shown.

    Fields:
        missing: Tags and fields of the filter that were deleted since: until it is changed it can't be used.
    """

    id: str
    name: str
    filter: SegmentFilter
    missing: list[str]
    created_at: str
    updated_at: str


class SegmentFields(TypedDict):
    """A segment."""

    name: str
    filter: NotRequired[SegmentFilter]


class SegmentFieldsPatch(TypedDict):
    """A segment."""

    name: NotRequired[str]
    filter: NotRequired[SegmentFilterPatch]


class SegmentFilter(TypedDict):
    """Which customers: those of whom all is true that is named here; without anything all.

    Fields:
        any_tags: Has at least one of these tags.
        all_tags: Has each of these.
        no_tags: Has none of these.
        languages: Speaks one of these: `pt` also finds `pt-BR`.
        fields: What is true of the workspace's own fields.
        seen_within_days: Wrote to us in the last so many days.
        not_seen_for_days: Did not write to us in the last so many days, or never.
        accounts: Has an account with one of these messengers.
        consent: Whether consent to marketing is recorded.
        accepts_marketing: False: opted out; true: did not.
    """

    any_tags: NotRequired[list[str]]
    all_tags: NotRequired[list[str]]
    no_tags: NotRequired[list[str]]
    languages: NotRequired[list[str]]
    fields: NotRequired[list[FieldCondition]]
    seen_within_days: NotRequired[int | None]
    not_seen_for_days: NotRequired[int | None]
    accounts: NotRequired[list[ChannelKind]]
    consent: NotRequired[bool | None]
    accepts_marketing: NotRequired[bool | None]


class SegmentFilterPatch(TypedDict):
    """Which customers: those of whom all is true that is named here; without anything all.

    Fields:
        any_tags: Has at least one of these tags.
        all_tags: Has each of these.
        no_tags: Has none of these.
        languages: Speaks one of these: `pt` also finds `pt-BR`.
        fields: What is true of the workspace's own fields.
        seen_within_days: Wrote to us in the last so many days.
        not_seen_for_days: Did not write to us in the last so many days, or never.
        accounts: Has an account with one of these messengers.
        consent: Whether consent to marketing is recorded.
        accepts_marketing: False: opted out; true: did not.
    """

    any_tags: NotRequired[list[str]]
    all_tags: NotRequired[list[str]]
    no_tags: NotRequired[list[str]]
    languages: NotRequired[list[str]]
    fields: NotRequired[list[FieldCondition]]
    seen_within_days: NotRequired[int | None]
    not_seen_for_days: NotRequired[int | None]
    accounts: NotRequired[list[ChannelKind]]
    consent: NotRequired[bool | None]
    accepts_marketing: NotRequired[bool | None]


class SegmentName(TypedDict):
    """The segment that a campaign goes to."""

    id: str
    name: str


SegmentPage: TypeAlias = "Page[Segment]"
"""A part of the list of segments."""


class SegmentPreview(TypedDict):
    """Who is in a segment now.

    Fields:
        customers: How many were found.
        is_all: False where there are too many contacts to look at for an answer: there may be more customers.
        looked_at: Contacts that were looked at.
        first: Some of them, the longest known first.
    """

    customers: int
    is_all: bool
    looked_at: int
    first: list[Contact]


class SegmentTry(TypedDict):
    """A filter to try out."""

    filter: SegmentFilter


class SentReply(TypedDict):
    """The messages that a prepared reply became, in their order."""

    items: list[MessageView]


Severity: TypeAlias = Literal["error", "warning"]
"""`error`: Meta rejects it; `warning`: it may be rejected or do harm."""


class ShownButton(TypedDict):
    """A button: what is on it and what it does."""

    type: str
    text: str
    url: NotRequired[str | None]
    phone_number: NotRequired[str | None]
    code: NotRequired[str | None]


class ShownCard(TypedDict):
    """A card of a carousel."""

    header: NotRequired[ShownHeader | None]
    body: NotRequired[str | None]
    buttons: NotRequired[list[ShownButton]]


class ShownHeader(TypedDict):
    """A header: its text, or the file or place as it was given."""

    format: str
    text: NotRequired[str | None]
    shows: NotRequired[dict[str, Any] | None]


class SignInButton(TypedDict):
    """A provider as the sign-in page offers it."""

    id: str
    name: str


class SignInButtons(TypedDict):
    """The providers by which one may sign in."""

    items: list[SignInButton]


class SignInView(TypedDict):
    """One sign-in; `last_used_at` is exact to ten minutes, `current` the one that asks.

    `device` is what the browser or program said of itself when it signed in; `openid_provider_id` the company's
    login by which it did, null for a password. `gets_notices`: its browser is told while no page is open.
    """

    id: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    current: bool
    device: str | None
    openid_provider_id: str | None
    gets_notices: bool


class SignIns(TypedDict):
    """Newest first."""

    items: list[SignInView]


class SignedIn(TypedDict):
    """A fresh sign-in."""

    token: str
    workspace_id: str
    operator: Operator


class SigningKey(TypedDict):
    """A secret without itself: `id` stands in a token's header as `kid`."""

    id: str
    signs_from: str


class Signup(TypedDict):
    """A signup.

    Fields:
        page_url: To be opened in a window of its own (`noopener`) within the hour; shown once, when it begins.
        code: Of a failure, stable.
        channel_id: What it became.
    """

    id: str
    state: SignupState
    page_url: str | None
    code: str | None
    advice: str | None
    channel_id: str | None
    expires_at: str


class SignupFinish(TypedDict):
    """What Meta's dialog gave to the page.

    Fields:
        ticket: What the page's address carried.
        code: Meta's, which works once.
        phone_number_id: Missing where the number is used in the phone app too.
    """

    ticket: str
    code: str
    waba_id: str
    phone_number_id: NotRequired[str | None]


class SignupFinished(TypedDict):
    """What the page may know."""

    state: SignupState
    code: str | None
    advice: str | None


class SignupRequest(TypedDict):
    """Begin to sign a number up.

    Fields:
        name: Of the channel that it becomes.
        with_app: The number is used in the WhatsApp Business app, and shall stay there too.
    """

    name: str
    queue_id: NotRequired[str | None]
    with_app: NotRequired[bool]


SignupState: TypeAlias = Literal["begun", "done", "failed", "taken"]
"""How far a signup is."""


class SnoozeEnded(TypedDict):
    """The `data` of `snooze.ended`: the time of a reminder has come."""

    conversation_id: str
    until: str
    note: str | None
    by: str


class SnoozeRequest(TypedDict):
    """Until when, and what to be reminded of."""

    until: str
    note: NotRequired[str | None]


class SnoozeView(TypedDict):
    """Until when a conversation is set aside; `by` is `kind:id` of who did that."""

    until: str
    note: str | None
    by: str
    at: str


Span = TypedDict("Span", {"from": "str", "to": "str"})
"""Open from a time until just before another one, in local time; `24:00` is the day's end."""


class StartRequest(TypedDict):
    """Whom to write to through which channel, and the template to begin with."""

    channel_id: str
    to: str
    template: TemplateChoice


class StatusChange(TypedDict):
    """One line of the log of statuses; `by` is `kind:id` of who changed it, or `system`."""

    id: str
    at: str
    previous: str
    status: str
    next_status: str | None
    reason: Reason
    by: str


StatusChangePage: TypeAlias = "Page[StatusChange]"
"""A part of the log."""


class StatusFields(TypedDict):
    """A status of the workspace's own, such as a lunch break."""

    name: str


class StatusFieldsPatch(TypedDict):
    """A status of the workspace's own, such as a lunch break."""

    name: NotRequired[str]


class StatusRequest(TypedDict):
    """The status to have: offline, online, ready, unavailable, or the id of one of the workspace's own.

    Fields:
        next: Takes effect when the conversations in hand are closed; until then nothing is distributed.
    """

    status: str
    next: NotRequired[str | None]


Step: TypeAlias = Literal[
    "account",
    "app_secret",
    "contacts",
    "first_message",
    "history",
    "number",
    "origins",
    "page",
    "registered",
    "token",
    "topics",
    "updates",
    "webhook",
]
"""What there is to do, over all kinds of channels."""


class StepAct(TypedDict):
    """That the gateway can do a step, by `POST /channels/{id}/connecting/steps`.

    Fields:
        once: It must not be repeated blindly: while it is in doubt it is refused until a check knows more.
        fields: What the call needs beside `step`.
    """

    once: bool
    fields: list[str]


class StepRequest(TypedDict):
    """A step to do.

    Fields:
        pin: For `registered`: the six digits of the number's two-step verification, or new ones where it has
            none. They are passed on to Meta and not kept.
    """

    step: Step
    pin: NotRequired[str | None]


StepState: TypeAlias = Literal["done", "failing", "in_doubt", "not_needed", "open", "waiting"]
"""How far a step is."""


class StickerContent(TypedDict):
    """A sticker, still or moving."""

    type: Literal["sticker"]
    media: Media
    caption: NotRequired[str | None]


class StickerContentPatch(TypedDict):
    """A sticker, still or moving."""

    type: NotRequired[Literal["sticker"]]
    media: NotRequired[MediaPatch]
    caption: NotRequired[str | None]


class StopRule(TypedDict):
    """Stop when this share of the attempts has failed, after at least so many."""

    failed_share: NotRequired[float]
    after: NotRequired[int]


class StopRulePatch(TypedDict):
    """Stop when this share of the attempts has failed, after at least so many."""

    failed_share: NotRequired[float]
    after: NotRequired[int]


Strategy: TypeAlias = Literal["least_busy", "least_qualified", "longest_idle", "most_qualified", "round_robin"]
"""Which ready operator with room gets the next conversation."""


class Suggestion(TypedDict):
    """A reply that an operator may send, or change, or leave."""

    text: str


class Suggestions(TypedDict):
    """What a helper suggests. Nothing of it is sent or kept."""

    suggestions: list[Suggestion]


class Synchronised(TypedDict):
    """How a reading ended; `changed` counts templates that became different."""

    changed: int
    synced_at: str


class SystemContent(TypedDict):
    """An event shown in the thread, written by no person; `code` is stable, `text` is for people.

    `data` has only strings, so that any store can keep it.
    """

    type: Literal["system"]
    code: str
    text: NotRequired[str | None]
    data: NotRequired[dict[str, str]]


class Tag(TypedDict):
    """A tag. `deleted` is true in the last event about it."""

    name: str
    color: str | None
    id: str
    created_at: str
    deleted: bool


class TagFields(TypedDict):
    """A tag: a word by which conversations and contacts are found."""

    name: str
    color: NotRequired[str | None]


class TagFieldsPatch(TypedDict):
    """A tag: a word by which conversations and contacts are found."""

    name: NotRequired[str]
    color: NotRequired[str | None]


TagPage: TypeAlias = "Page[Tag]"
"""A part of the list of tags."""


class TagsRequest(TypedDict):
    """All tags that a conversation has from now on."""

    tags: list[str]


class TakeOffRequest(TypedDict):
    """Phone numbers with country code, and why they may be written to again."""

    phones: list[str]
    reason: str


TargetKind: TypeAlias = Literal["first_answer", "next_answer"]
"""The first answer of a conversation, or one of those after it."""

TargetState: TypeAlias = Literal["breached", "running"]
"""Whether an answer is due, now or later, or overdue."""


class TargetTold(TypedDict):
    """The `data` of `sla.due` and `sla.breached`."""

    conversation_id: str
    queue_id: str | None
    operator_id: str | None
    kind: TargetKind
    since: str
    due_at: str


class TargetView(TypedDict):
    """When the answer to a customer who waits is due.

    Fields:
        since: When the customer wrote.
        breached: The time has passed.
    """

    kind: TargetKind
    since: str
    due_at: str
    breached: bool


class TelegramChannelFields(TypedDict):
    """A Telegram bot to connect."""

    kind: Literal["telegram"]
    name: str
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]
    provider_base_url: NotRequired[str | None]
    auto_close: NotRequired[AutoClose]
    required_before_close: NotRequired[list[CloseRequirement]]
    priority: NotRequired[int]
    retention: NotRequired[Retention]
    bot_id: NotRequired[str | None]
    credentials: TelegramCredentials
    updates: NotRequired[Updates]


class TelegramChannelFieldsPatch(TypedDict):
    """A Telegram bot to connect."""

    kind: NotRequired[Literal["telegram"]]
    name: NotRequired[str]
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]
    provider_base_url: NotRequired[str | None]
    auto_close: NotRequired[AutoClosePatch]
    required_before_close: NotRequired[list[CloseRequirement]]
    priority: NotRequired[int]
    retention: NotRequired[RetentionPatch]
    bot_id: NotRequired[str | None]
    credentials: NotRequired[TelegramCredentialsPatch]
    updates: NotRequired[Updates]


class TelegramCredentials(TypedDict):
    """What BotFather gives; written, never read back."""

    bot_token: str


class TelegramCredentialsPatch(TypedDict):
    """What BotFather gives; written, never read back."""

    bot_token: NotRequired[str]


class TemplateChange(TypedDict):
    """A change that Meta made.

    Fields:
        what: `status`, `category`, `quality` or `components`.
    """

    at: str
    what: str
    before: str | None
    after: str | None
    reason: str | None


class TemplateChoice(TypedDict):
    """A template and its values, as somebody chose them."""

    name: str
    language: str
    parameters: NotRequired[dict[str, Any]]


class TemplateContent(TypedDict):
    """An approved provider template; `rendered` is what the customer saw, `category` what the template was for then.

    `media` has the stored files that `parameters` name by id.
    """

    type: Literal["template"]
    name: str
    language: str
    parameters: NotRequired[dict[str, Any]]
    rendered: NotRequired[str | None]
    category: NotRequired[str | None]
    media: NotRequired[list[Media] | None]


class TemplateContentPatch(TypedDict):
    """An approved provider template; `rendered` is what the customer saw, `category` what the template was for then.

    `media` has the stored files that `parameters` name by id.
    """

    type: NotRequired[Literal["template"]]
    name: NotRequired[str]
    language: NotRequired[str]
    parameters: NotRequired[dict[str, Any]]
    rendered: NotRequired[str | None]
    category: NotRequired[str | None]
    media: NotRequired[list[Media] | None]


class TemplateFields(TypedDict):
    """The fields of a draft.

    Fields:
        ttl_seconds: How long WhatsApp tries to deliver a message: authentication 30 to 900, utility 30 to
            43,200, marketing 43,200 to 2,592,000; null: as long as it does by itself.
        max_price_per_1000: The highest price of 1,000 deliveries of a marketing template, in the smallest unit
            of the account's currency.
    """

    channel_id: str
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    ttl_seconds: NotRequired[int | None]
    max_price_per_1000: NotRequired[int | None]


class TemplateFieldsPatch(TypedDict):
    """The fields of a draft.

    Fields:
        ttl_seconds: How long WhatsApp tries to deliver a message: authentication 30 to 900, utility 30 to
            43,200, marketing 43,200 to 2,592,000; null: as long as it does by itself.
        max_price_per_1000: The highest price of 1,000 deliveries of a marketing template, in the smallest unit
            of the account's currency.
    """

    channel_id: NotRequired[str]
    name: NotRequired[str]
    language: NotRequired[str]
    category: NotRequired[str]
    components: NotRequired[list[dict[str, Any]]]
    ttl_seconds: NotRequired[int | None]
    max_price_per_1000: NotRequired[int | None]


class TemplateName(TypedDict):
    """Which template of a business account, in which language."""

    name: str
    language: str


class TemplateNamePatch(TypedDict):
    """Which template of a business account, in which language."""

    name: NotRequired[str]
    language: NotRequired[str]


TemplatePage: TypeAlias = "Page[TemplateView]"
"""A part of the list of templates."""


class TemplateSample(TypedDict):
    """A sample at WhatsApp.

    Fields:
        handle: Goes into a header's `example.header_handle`.
        format: The header that it can stand in.
    """

    handle: str
    format: HeaderFormat


TemplateStatus: TypeAlias = Literal[
    "approved",
    "archived",
    "deleted",
    "disabled",
    "draft",
    "in_appeal",
    "limit_exceeded",
    "locked",
    "paused",
    "pending",
    "pending_deletion",
    "rejected",
    "unknown",
]
"""A template's status. `draft` and `deleted` are ours; `unknown` stands for a value that Meta added since."""


class TemplateView(TypedDict):
    """A template as the API shows it.

    Fields:
        reason: Why it can't be sent; for one that can, what threatens it.
        ttl_seconds: How long WhatsApp tries to deliver a message; null: as long as it does by itself.
        max_price_per_1000: The highest price of 1,000 deliveries, in the smallest unit of the account's
            currency; only of marketing templates.
        generated: WhatsApp made it of messages that went without a template.
        draft: What was changed here since it was submitted.
        changes: What Meta changed, the newest last.
    """

    id: str
    channel_id: str
    waba_id: str
    name: str
    language: str
    category: Category
    status: TemplateStatus
    reason: str | None
    usable: bool
    quality: Quality
    components: list[dict[str, Any]]
    parameters_needed: Needed
    ttl_seconds: int | None
    max_price_per_1000: int | None
    generated: bool
    draft: Draft | None
    changes: list[TemplateChange]
    created_at: str
    updated_at: str


class TestTo(TypedDict):
    """Where a test goes: a phone number; and which variant."""

    to: str
    variant: NotRequired[Letter]


class TextContent(TypedDict):
    """Words, with `marks` where some are formatted. Each channel states its own maximum length."""

    type: Literal["text"]
    text: str
    marks: NotRequired[list[Mark]]


class TextContentPatch(TypedDict):
    """Words, with `marks` where some are formatted. Each channel states its own maximum length."""

    type: NotRequired[Literal["text"]]
    text: NotRequired[str]
    marks: NotRequired[list[Mark]]


TextKind: TypeAlias = Literal["prepared_reply", "queue_text"]
"""Where a text stands."""


class Timeline(TypedDict):
    """A part of a contact's timeline, oldest first.

    Fields:
        conversations: Those that the messages are of, by id.
        before: Cursor for what came earlier; null where this is the beginning.
        after: Cursor for what comes later, also where nothing has come yet; null where there are no messages.
        reply_to: The open conversation that an answer goes to if nothing else is said: the caller's own, the
            newest.
    """

    items: list[MessageView]
    conversations: dict[str, ConversationView]
    before: str | None
    after: str | None
    reply_to: str | None


class Topic(TypedDict):
    """A topic. `deleted` is true in the last event about it."""

    name: str
    parent_id: str | None
    order: int
    active: bool
    id: str
    created_at: str
    deleted: bool


class TopicFields(TypedDict):
    """What conversations are about: a place in the workspace's tree of topics.

    Fields:
        parent_id: The topic above; null for one at the top.
        order: Its place among those beside it, the lowest first.
        active: An inactive one, and what is below it, is not offered any more; what has it keeps it.
    """

    name: str
    parent_id: NotRequired[str | None]
    order: NotRequired[int]
    active: NotRequired[bool]


class TopicFieldsPatch(TypedDict):
    """What conversations are about: a place in the workspace's tree of topics.

    Fields:
        parent_id: The topic above; null for one at the top.
        order: Its place among those beside it, the lowest first.
        active: An inactive one, and what is below it, is not offered any more; what has it keeps it.
    """

    name: NotRequired[str]
    parent_id: NotRequired[str | None]
    order: NotRequired[int]
    active: NotRequired[bool]


TopicPage: TypeAlias = "Page[Topic]"
"""A part of the list of topics."""


class TopicsRequest(TypedDict):
    """All topics that a conversation has from now on, by their ids."""

    topics: list[str]


TransferKind: TypeAlias = Literal["operator", "queue"]
"""What a conversation can be transferred to."""


class TransferRequest(TypedDict):
    """Where it goes: exactly one of the two; `note` is for whoever gets it."""

    operator_id: NotRequired[str | None]
    queue_id: NotRequired[str | None]
    note: NotRequired[str | None]


class TransferTarget(TypedDict):
    """A queue or an operator; `reason` says why it can't be chosen."""

    kind: TransferKind
    id: str
    name: str
    available: bool
    reason: str | None


class TransferTargets(TypedDict):
    """All targets: queues, then operators, by name."""

    items: list[TransferTarget]


class Trouble(TypedDict):
    """Something that the provider told, or that a look found, and that somebody should do something about.

    Fields:
        code: Stable, for programs; `docs/channels/health.md` has them all.
        detail: What it is, for people.
        advice: What to do.
        stops: Whether the channel can't send or receive meanwhile.
        until: When it ends by itself, where the provider says so.
    """

    code: str
    detail: str
    advice: str
    stops: bool
    since: str
    until: str | None


class Turn(TypedDict):
    """A bot's answer: all of it counts, or nothing.

    Fields:
        seen_seq: The newest message that the bot has read.
        messages: What the customer gets, in this order.
        more: The bot is not done: it may go on without the customer writing, as `answer_seconds` begin anew.
        priority: In the line of a queue; null leaves it.
        skills: What whoever gets the conversation should know, likewise.
        tags: All that the conversation has from now on, likewise.
        topics: By their ids, likewise.
        transfer: Hand the conversation over.
        close: Close it.
    """

    seen_seq: int
    messages: NotRequired[
        list[
            TextContent
            | ImageContent
            | VideoContent
            | AudioContent
            | VoiceContent
            | DocumentContent
            | StickerContent
            | LocationContent
            | ContactsContent
            | ButtonsContent
            | ListContent
            | ContactRequestContent
            | ChecklistContent
            | TemplateContent
        ]
    ]
    more: NotRequired[bool]
    priority: NotRequired[int | None]
    skills: NotRequired[list[str] | None]
    tags: NotRequired[list[str] | None]
    topics: NotRequired[list[str] | None]
    transfer: NotRequired[TurnTransfer | None]
    close: NotRequired[bool]


class TurnOffRequest(TypedDict):
    """The present password, and a code.

    Fields:
        code: Six digits of the app, or a recovery code.
    """

    password: str
    code: str


class TurnTaken(TypedDict):
    """What an answer did: the messages that will be sent, and the conversation as it is then."""

    conversation: ConversationView
    messages: list[MessageView]


class TurnTransfer(TypedDict):
    """Whom the conversation goes to; without either the queue of the channel. `note` is for whoever gets it."""

    queue_id: NotRequired[str | None]
    operator_id: NotRequired[str | None]
    note: NotRequired[str | None]


class UnreadRequest(TypedDict):
    """The first message that is to be unread again; without one the customer's newest."""

    from_seq: NotRequired[int | None]


class UnreadRow(TypedDict):
    """A row of the file that is in no card, and why."""

    row: int
    reason: str


class UnsupportedContent(TypedDict):
    """A kind of content that this version does not know; the raw payload is kept beside it."""

    type: Literal["unsupported"]
    reason: str


Updates: TypeAlias = Literal["polling", "webhook"]
"""How a provider's news reach us: it calls our address, or a worker asks it again and again."""


class UploadedCard(TypedDict):
    """What was read from the file; `unread` are rows that were not, the first hundred of them."""

    id: str
    channel_id: str | None
    currency: str
    effective_at: str
    created_at: str
    created_by: str
    markets: int
    rates: dict[str, dict[str, str]]
    unread: list[UnreadRow]


class UploadedMedia(TypedDict):
    """A file that messages can name by its `id`."""

    id: str
    mime_type: str
    bytes: int
    filename: str | None


class Use(TypedDict):
    """A quota; `limit` null is as much as there is, `used` null is not added up."""

    limit: int | None
    used: int | None


class Variant(TypedDict):
    """Variant B: another template, or other variables, for a part of the recipients.

    Fields:
        variables: As those of the campaign.
        share: Of a hundred recipients so many get B. Who it is follows from the recipient and does not change.
    """

    template: TemplateName
    variables: NotRequired[dict[str, Any] | None]
    share: NotRequired[int]


class VariantPatch(TypedDict):
    """Variant B: another template, or other variables, for a part of the recipients.

    Fields:
        variables: As those of the campaign.
        share: Of a hundred recipients so many get B. Who it is follows from the recipient and does not change.
    """

    template: NotRequired[TemplateNamePatch]
    variables: NotRequired[dict[str, Any] | None]
    share: NotRequired[int]


class VariantResult(TypedDict):
    """What became of the messages of a variant, or of all.

    Fields:
        variant: Null for all together.
        template: As the campaign, or its variant, names it.
        messages: That were made; each later step counts in the earlier ones: read ≤ delivered ≤ sent.
        withheld: Were not sent after all: the customer opted out, or the campaign was cancelled.
        responses: Null until they are counted.
    """

    variant: Letter | None
    template: TemplateName
    messages: int
    waiting: int
    sent: int
    delivered: int
    read: int
    failed: int
    unknown: int
    withheld: int
    responses: Responses | None


class VersionOutlook(TypedDict):
    """Those who would get one version of the message now: a variant in a language.

    Fields:
        by_card: What they cost by the rate card; null without one.
    """

    variant: Letter
    template: TemplateName
    recipients: int
    by_card: CardCost | None


class VideoContent(TypedDict):
    """A film with an optional caption."""

    type: Literal["video"]
    media: Media
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class VideoContentPatch(TypedDict):
    """A film with an optional caption."""

    type: NotRequired[Literal["video"]]
    media: NotRequired[MediaPatch]
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class ViewCount(TypedDict):
    """How many conversations are in one view.

    Fields:
        count: Exact unless `more`; null for a view that searches (`q`), and where counting would take too long.
        more: There are more than `count`.
        unread: In how many the customer wrote something that is not read yet, of `mine` only, and only where
            these are 200 at most; null elsewhere.
    """

    count: int | None
    more: bool
    unread: int | None


class ViewFields(TypedDict):
    """A saved view. `shared`: everybody in the workspace has it; only supervisors and above may share."""

    name: str
    filter: NotRequired[ConversationFilter]
    order: NotRequired[ListOrder]
    shared: NotRequired[bool]


class ViewFieldsPatch(TypedDict):
    """A saved view. `shared`: everybody in the workspace has it; only supervisors and above may share."""

    name: NotRequired[str]
    filter: NotRequired[ConversationFilterPatch]
    order: NotRequired[ListOrder]
    shared: NotRequired[bool]


ViewPage: TypeAlias = "Page[SavedView]"
"""A part of the list of views."""


class VoiceContent(TypedDict):
    """A voice note recorded in the messenger."""

    type: Literal["voice"]
    media: Media
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class VoiceContentPatch(TypedDict):
    """A voice note recorded in the messenger."""

    type: NotRequired[Literal["voice"]]
    media: NotRequired[MediaPatch]
    caption: NotRequired[str | None]
    marks: NotRequired[list[Mark]]


class WebchatChannelFields(TypedDict):
    """A web-chat widget to set up."""

    kind: Literal["webchat"]
    name: str
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]
    provider_base_url: NotRequired[str | None]
    auto_close: NotRequired[AutoClose]
    required_before_close: NotRequired[list[CloseRequirement]]
    priority: NotRequired[int]
    retention: NotRequired[Retention]
    bot_id: NotRequired[str | None]
    credentials: WebchatCredentials
    widget: NotRequired[Widget]


class WebchatChannelFieldsPatch(TypedDict):
    """A web-chat widget to set up."""

    kind: NotRequired[Literal["webchat"]]
    name: NotRequired[str]
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]
    provider_base_url: NotRequired[str | None]
    auto_close: NotRequired[AutoClosePatch]
    required_before_close: NotRequired[list[CloseRequirement]]
    priority: NotRequired[int]
    retention: NotRequired[RetentionPatch]
    bot_id: NotRequired[str | None]
    credentials: NotRequired[WebchatCredentialsPatch]
    widget: NotRequired[WidgetPatch]


class WebchatCredentials(TypedDict):
    """Where the widget may stand, and the secret that signs its visitors' identities."""

    allowed_origins: list[str]
    identity_secret: str


class WebchatCredentialsPatch(TypedDict):
    """Where the widget may stand, and the secret that signs its visitors' identities."""

    allowed_origins: NotRequired[list[str]]
    identity_secret: NotRequired[str]


class Webhook(TypedDict):
    """A subscription as it is shown.

    Fields:
        failing_since: Since when nothing was taken; null while all is well.
        resume_at: Until then nothing is sent, since the receiver was away.
        disabled_reason: Why it was disabled, where nobody asked for it.
        previous_secret_until: Until then the secret before the last rotation signs too.
    """

    id: str
    url: str
    description: str
    events: list[str]
    enabled: bool
    created_at: str
    failing_since: str | None
    resume_at: str | None
    disabled_reason: str | None
    previous_secret_until: str | None


class WebhookFields(TypedDict):
    """What can be set.

    Fields:
        url: Where events are posted; must not lead into a private network.
        events: Which ones; all unless given.
    """

    url: str
    description: NotRequired[str]
    events: NotRequired[list[str]]
    enabled: NotRequired[bool]


class WebhookFieldsPatch(TypedDict):
    """What can be set.

    Fields:
        url: Where events are posted; must not lead into a private network.
        events: Which ones; all unless given.
    """

    url: NotRequired[str]
    description: NotRequired[str]
    events: NotRequired[list[str]]
    enabled: NotRequired[bool]


class WebhookNotice(TypedDict):
    """What everybody in the workspace may know of a webhook that was disabled."""

    id: str
    description: str
    disabled_reason: str | None


WebhookPage: TypeAlias = "Page[Webhook]"
"""A part of the list of webhooks."""


class WhatsAppChannelFields(TypedDict):
    """A WhatsApp number to connect.

    `messages_per_second` is what Meta allows the number, both directions together: 80; 1,000 after an upgrade; 20
    where it is used with the phone app too.
    """

    kind: Literal["whatsapp"]
    name: str
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]
    provider_base_url: NotRequired[str | None]
    auto_close: NotRequired[AutoClose]
    required_before_close: NotRequired[list[CloseRequirement]]
    priority: NotRequired[int]
    retention: NotRequired[Retention]
    bot_id: NotRequired[str | None]
    credentials: WhatsAppCredentials
    messages_per_second: NotRequired[int]
    marketing_policy: NotRequired[MarketingPolicy]


class WhatsAppChannelFieldsPatch(TypedDict):
    """A WhatsApp number to connect.

    `messages_per_second` is what Meta allows the number, both directions together: 80; 1,000 after an upgrade; 20
    where it is used with the phone app too.
    """

    kind: NotRequired[Literal["whatsapp"]]
    name: NotRequired[str]
    queue_id: NotRequired[str | None]
    enabled: NotRequired[bool]
    provider_base_url: NotRequired[str | None]
    auto_close: NotRequired[AutoClosePatch]
    required_before_close: NotRequired[list[CloseRequirement]]
    priority: NotRequired[int]
    retention: NotRequired[RetentionPatch]
    bot_id: NotRequired[str | None]
    credentials: NotRequired[WhatsAppCredentialsPatch]
    messages_per_second: NotRequired[int]
    marketing_policy: NotRequired[MarketingPolicy]


class WhatsAppCredentials(TypedDict):
    """What Meta's app dashboard shows of a WhatsApp number; written, never read back."""

    phone_number_id: str
    waba_id: str
    access_token: str
    app_secret: str
    verify_token: str


class WhatsAppCredentialsPatch(TypedDict):
    """What Meta's app dashboard shows of a WhatsApp number; written, never read back."""

    phone_number_id: NotRequired[str]
    waba_id: NotRequired[str]
    access_token: NotRequired[str]
    app_secret: NotRequired[str]
    verify_token: NotRequired[str]


class WholeDelivery(TypedDict):
    """A delivery with what is posted."""

    id: str
    event_id: str
    type: str
    state: DeliveryState
    at: str
    tries: int
    attempts: list[DeliveryAttempt]
    next_attempt_at: str | None
    payload: dict[str, Any]


class Widget(TypedDict):
    """How a web chat looks and greets.

    Fields:
        texts: By language. A visitor whose language is not there is greeted in the widget's own words.
        color: Of button and head; the text on it is black or white, whichever can be read better.
        logo_url: A picture beside the title; the page's Content Security Policy has to allow its host.
        show_team: Whether visitors are told the names of up to three operators who can take their conversation
            now.
        show_answer_time: Whether visitors are told within which time most got their first answer lately.
        sound: Whether new messages are told by a sound until the visitor chooses; it needs a press on the page
            first.
        form: What visitors are asked before their first message; answers fill what is empty on the contact's
            card.
        invitations: Greetings that begin by rule, the first that fits, each once in a browser.
    """

    texts: NotRequired[dict[str, WidgetTexts]]
    color: NotRequired[str | None]
    logo_url: NotRequired[str | None]
    show_team: NotRequired[bool]
    show_answer_time: NotRequired[bool]
    sound: NotRequired[bool]
    form: NotRequired[list[FormField]]
    invitations: NotRequired[list[WidgetInvitation]]


class WidgetInvitation(TypedDict):
    """A greeting that begins by rule, beside the closed window.

    Fields:
        path: Of the pages where it is; `*` stands for any text, also none.
        after_seconds: How long the visitor has been on the page.
        texts: By language; who reads another one is not greeted.
    """

    path: str
    after_seconds: NotRequired[int]
    texts: dict[str, str]


class WidgetPatch(TypedDict):
    """How a web chat looks and greets.

    Fields:
        texts: By language. A visitor whose language is not there is greeted in the widget's own words.
        color: Of button and head; the text on it is black or white, whichever can be read better.
        logo_url: A picture beside the title; the page's Content Security Policy has to allow its host.
        show_team: Whether visitors are told the names of up to three operators who can take their conversation
            now.
        show_answer_time: Whether visitors are told within which time most got their first answer lately.
        sound: Whether new messages are told by a sound until the visitor chooses; it needs a press on the page
            first.
        form: What visitors are asked before their first message; answers fill what is empty on the contact's
            card.
        invitations: Greetings that begin by rule, the first that fits, each once in a browser.
    """

    texts: NotRequired[dict[str, WidgetTexts]]
    color: NotRequired[str | None]
    logo_url: NotRequired[str | None]
    show_team: NotRequired[bool]
    show_answer_time: NotRequired[bool]
    sound: NotRequired[bool]
    form: NotRequired[list[FormField]]
    invitations: NotRequired[list[WidgetInvitation]]


class WidgetTexts(TypedDict):
    """What the widget says in one language; null: its own words.

    Fields:
        title: The head of the window.
        greeting: What stands in an empty window.
    """

    title: NotRequired[str | None]
    greeting: NotRequired[str | None]


class WindowClosing(TypedDict):
    """The `data` of `window.closing`."""

    conversation_id: str
    expires_at: str


WindowState: TypeAlias = Literal["closed", "open"]
"""Whether free text may be sent now."""


class WindowView(TypedDict):
    """The reply window; a channel without one is always open and never expires."""

    open: bool
    expires_at: str | None
    free_entry_expires_at: str | None


class Workspace(TypedDict):
    """One business; everything belongs to exactly one.

    Fields:
        has_integration_page: Whether a page of its own is shown beside conversations.
    """

    id: str
    name: str
    settings: WorkspaceSettings
    created_at: str
    has_integration_page: bool


class WorkspaceErasure(TypedDict):
    """The erasure of a workspace, and the certificate of it once it is `done`.

    `counts` says how much was taken away, by the name of the collection.
    """

    state: ErasureState
    requested_at: str
    finished_at: str | None
    counts: dict[str, int]


class WorkspaceErasureRequest(TypedDict):
    """The workspace's name, exactly as it is shown: nobody erases a workspace by a slip."""

    name: str


class WorkspaceFieldsPatch(TypedDict):
    """What can be changed of a workspace."""

    name: NotRequired[str]
    settings: NotRequired[WorkspaceSettingsPatch]


class WorkspaceSettings(TypedDict):
    """What a workspace may choose; everything has a default.

    Fields:
        time_zone: IANA name, for opening hours and for what people see.
        language: BCP 47 tag of the texts where a contact's own language is not known.
        auto_reply_spacing_seconds: Least time between two automatic texts of one occasion to one customer of a
            channel.
        join_auto_replies: Automatic texts of one moment to one customer become one message where each message
            is charged for.
        presence_grace_seconds: How long an operator without a sign of life still counts as present.
        return_after_seconds: When the conversations of an operator who went offline return to their queues;
            null is never.
        manual_over_capacity: People may assign and transfer above an operator's capacity.
        assistants_may_send: Assistants (MCP) may send replies by themselves; otherwise they draft.
        marketing_needs_consent: Campaigns with marketing templates reach only contacts whose consent is
            recorded.
        masked_roles: Who does not see customers' phone numbers and e-mail addresses, and writes to them all the
            same.
        second_factor_required: Who signs in by password and has no second factor may only set one up.
        languages: The languages that the business answers in; `language` is one of them. Texts may have further
            ones.
        notices_show_names: Notices on devices on which the workplace is closed name the customer: anybody near
            a locked screen reads them. Otherwise they say which channel it is.
    """

    time_zone: NotRequired[str]
    language: NotRequired[str]
    auto_reply_spacing_seconds: NotRequired[int]
    join_auto_replies: NotRequired[bool]
    presence_grace_seconds: NotRequired[int]
    return_after_seconds: NotRequired[int | None]
    manual_over_capacity: NotRequired[bool]
    assistants_may_send: NotRequired[bool]
    marketing_needs_consent: NotRequired[bool]
    masked_roles: NotRequired[list[Literal["manager", "operator", "supervisor"]]]
    second_factor_required: NotRequired[bool]
    languages: NotRequired[list[str]]
    notices_show_names: NotRequired[bool]


class WorkspaceSettingsPatch(TypedDict):
    """What a workspace may choose; everything has a default.

    Fields:
        time_zone: IANA name, for opening hours and for what people see.
        language: BCP 47 tag of the texts where a contact's own language is not known.
        auto_reply_spacing_seconds: Least time between two automatic texts of one occasion to one customer of a
            channel.
        join_auto_replies: Automatic texts of one moment to one customer become one message where each message
            is charged for.
        presence_grace_seconds: How long an operator without a sign of life still counts as present.
        return_after_seconds: When the conversations of an operator who went offline return to their queues;
            null is never.
        manual_over_capacity: People may assign and transfer above an operator's capacity.
        assistants_may_send: Assistants (MCP) may send replies by themselves; otherwise they draft.
        marketing_needs_consent: Campaigns with marketing templates reach only contacts whose consent is
            recorded.
        masked_roles: Who does not see customers' phone numbers and e-mail addresses, and writes to them all the
            same.
        second_factor_required: Who signs in by password and has no second factor may only set one up.
        languages: The languages that the business answers in; `language` is one of them. Texts may have further
            ones.
        notices_show_names: Notices on devices on which the workplace is closed name the customer: anybody near
            a locked screen reads them. Otherwise they say which channel it is.
    """

    time_zone: NotRequired[str]
    language: NotRequired[str]
    auto_reply_spacing_seconds: NotRequired[int]
    join_auto_replies: NotRequired[bool]
    presence_grace_seconds: NotRequired[int]
    return_after_seconds: NotRequired[int | None]
    manual_over_capacity: NotRequired[bool]
    assistants_may_send: NotRequired[bool]
    marketing_needs_consent: NotRequired[bool]
    masked_roles: NotRequired[list[Literal["manager", "operator", "supervisor"]]]
    second_factor_required: NotRequired[bool]
    languages: NotRequired[list[str]]
    notices_show_names: NotRequired[bool]


class MessageCreatedEvent(TypedDict):
    """`message.created`: the message, as `GET …/messages` shows it, without addresses of files"""

    type: Literal["message.created"]
    cursor: str
    id: str
    at: str
    data: MessageView


class MessageUpdatedEvent(TypedDict):
    """`message.updated`: the same, after a status, an edit, a deletion or a reaction"""

    type: Literal["message.updated"]
    cursor: str
    id: str
    at: str
    data: MessageView


class ConversationCreatedEvent(TypedDict):
    """`conversation.created`: the conversation, as `GET /conversations/{id}` shows it"""

    type: Literal["conversation.created"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ConversationQueuedEvent(TypedDict):
    """`conversation.queued`: the same"""

    type: Literal["conversation.queued"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ConversationAssignedEvent(TypedDict):
    """`conversation.assigned`: the same"""

    type: Literal["conversation.assigned"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ConversationTransferredEvent(TypedDict):
    """`conversation.transferred`: the same"""

    type: Literal["conversation.transferred"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ConversationClosedEvent(TypedDict):
    """`conversation.closed`: the same"""

    type: Literal["conversation.closed"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ConversationUpdatedEvent(TypedDict):
    """`conversation.updated`: the same"""

    type: Literal["conversation.updated"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ConversationRatedEvent(TypedDict):
    """`conversation.rated`: the same, when the customer has [rated](auto-replies.md#ratings) it, or corrects that:
    `rating.score`
    """

    type: Literal["conversation.rated"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class ControlChangedEvent(TypedDict):
    """`control.changed`: the same: in a chat with [several agents](channels/whatsapp.md#several-agents) another one
    answers now
    """

    type: Literal["control.changed"]
    cursor: str
    id: str
    at: str
    data: ConversationView


class TagUpdatedEvent(TypedDict):
    """`tag.updated`: the tag; `deleted` in the last one about it"""

    type: Literal["tag.updated"]
    cursor: str
    id: str
    at: str
    data: Tag


class TopicUpdatedEvent(TypedDict):
    """`topic.updated`: the topic, likewise"""

    type: Literal["topic.updated"]
    cursor: str
    id: str
    at: str
    data: Topic


class ContactFieldUpdatedEvent(TypedDict):
    """`contact_field.updated`: the field of the contact card, likewise"""

    type: Literal["contact_field.updated"]
    cursor: str
    id: str
    at: str
    data: ContactField


class NoteUpdatedEvent(TypedDict):
    """`note.updated`: the note, new or changed"""

    type: Literal["note.updated"]
    cursor: str
    id: str
    at: str
    data: Note


class DraftUpdatedEvent(TypedDict):
    """`draft.updated`: `conversation_id`, `operator_id`, `writing`: somebody has begun a draft, or dropped it"""

    type: Literal["draft.updated"]
    cursor: str
    id: str
    at: str
    data: DraftUpdated


class SnoozeEndedEvent(TypedDict):
    """`snooze.ended`: `conversation_id`, `until`, `note`, `by`: the time of a reminder has come"""

    type: Literal["snooze.ended"]
    cursor: str
    id: str
    at: str
    data: SnoozeEnded


class SlaDueEvent(TypedDict):
    """`sla.due`: `conversation_id`, `queue_id`, `operator_id`, `kind` (`first_answer`, `next_answer`), `since`,
    `due_at`: an answer is due [soon](queues.md#targets)
    """

    type: Literal["sla.due"]
    cursor: str
    id: str
    at: str
    data: TargetTold


class SlaBreachedEvent(TypedDict):
    """`sla.breached`: the same: it is overdue; once a wait"""

    type: Literal["sla.breached"]
    cursor: str
    id: str
    at: str
    data: TargetTold


class ContactMergedEvent(TypedDict):
    """`contact.merged`: `contact`: id, name, identities of the customer; `merged_ids`: the contacts that are a part of
    it now ([what to do](contacts.md#merging-by-hand))
    """

    type: Literal["contact.merged"]
    cursor: str
    id: str
    at: str
    data: ContactsMerged


class ContactUpdatedEvent(TypedDict):
    """`contact.updated`: id, name, identities; also of one that was [added](contacts.md#adding)"""

    type: Literal["contact.updated"]
    cursor: str
    id: str
    at: str
    data: ContactBrief


class ContactErasedEvent(TypedDict):
    """`contact.erased`: `id` of the contact, `erasure_id` (null where it stands in the place of an event that was
    about the contact): forget what you know of it ([erasure](erasure.md))
    """

    type: Literal["contact.erased"]
    cursor: str
    id: str
    at: str
    data: ErasedNotice


class OperatorStatusEvent(TypedDict):
    """`operator.status`: the operator"""

    type: Literal["operator.status"]
    cursor: str
    id: str
    at: str
    data: Operator


class QueueUpdatedEvent(TypedDict):
    """`queue.updated`: the queue with the number that waits, at most once a second"""

    type: Literal["queue.updated"]
    cursor: str
    id: str
    at: str
    data: Queue


class TemplateUpdatedEvent(TypedDict):
    """`template.updated`: the template"""

    type: Literal["template.updated"]
    cursor: str
    id: str
    at: str
    data: TemplateView


class CampaignProgressEvent(TypedDict):
    """`campaign.progress`: the campaign with its counts"""

    type: Literal["campaign.progress"]
    cursor: str
    id: str
    at: str
    data: Campaign


class ChannelHealthEvent(TypedDict):
    """`channel.health`: the channel"""

    type: Literal["channel.health"]
    cursor: str
    id: str
    at: str
    data: Channel


class BudgetWarningEvent(TypedDict):
    """`budget.warning`: a [budget](money.md) for a channel's marketing is nearly spent, or spent: `channel_id`,
    `level` (`warning`, `spent`), `month`, `monthly_amount`, `spent`, `currency`, `stops`; once a month for each
    level
    """

    type: Literal["budget.warning"]
    cursor: str
    id: str
    at: str
    data: BudgetNotice


class WebhookDisabledEvent(TypedDict):
    """`webhook.disabled`: `id`, `description`, `disabled_reason` of an [outgoing webhook](webhooks.md) that took
    nothing for three days
    """

    type: Literal["webhook.disabled"]
    cursor: str
    id: str
    at: str
    data: WebhookNotice


class WindowClosingEvent(TypedDict):
    """`window.closing`: `conversation_id`, `expires_at`: an hour before a reply window closes
    (`GATEWAY_WINDOW_WARNING_MINUTES`)
    """

    type: Literal["window.closing"]
    cursor: str
    id: str
    at: str
    data: WindowClosing


AnyEvent: TypeAlias = (
    MessageCreatedEvent
    | MessageUpdatedEvent
    | ConversationCreatedEvent
    | ConversationQueuedEvent
    | ConversationAssignedEvent
    | ConversationTransferredEvent
    | ConversationClosedEvent
    | ConversationUpdatedEvent
    | ConversationRatedEvent
    | ControlChangedEvent
    | TagUpdatedEvent
    | TopicUpdatedEvent
    | ContactFieldUpdatedEvent
    | NoteUpdatedEvent
    | DraftUpdatedEvent
    | SnoozeEndedEvent
    | SlaDueEvent
    | SlaBreachedEvent
    | ContactMergedEvent
    | ContactUpdatedEvent
    | ContactErasedEvent
    | OperatorStatusEvent
    | QueueUpdatedEvent
    | TemplateUpdatedEvent
    | CampaignProgressEvent
    | ChannelHealthEvent
    | BudgetWarningEvent
    | WebhookDisabledEvent
    | WindowClosingEvent
)
"""An event; `type` tells which."""
