"""Conversations, and what is noted about them until it is done: automatic texts to send, rules to look at again."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from inbox.storage.documents.contacts import AccountDocument
from inbox.storage.documents.targets import TargetDocument


class SnoozeDocument(TypedDict):
    """A reminder (`inbox.conversation.snoozing`)."""

    until: datetime
    note: str | None
    by: str
    """`kind:id` of who set it."""
    at: datetime


class HandOverDocument(TypedDict):
    """A note that came with a transfer (`inbox.conversation.moves`)."""

    note: str
    by: str
    """`kind:id` of who wrote it."""
    at: datetime


class BotHoldDocument(TypedDict):
    """The bot that has a conversation, or had it (`queueing.bots.turn_rules`)."""

    id: str
    answered_seq: int
    """The customer's newest message that it has answered."""
    turns: int
    """How many answers it has given."""
    said: int
    """How many messages it has sent in the turn that goes on."""


class RatingDocument(TypedDict):
    """The question to the customer how it was, and the answer; the struct is `inbox.model.ratings.Rating`."""

    asked_at: datetime
    score: int | None
    answered_at: datetime | None
    pressed_at: datetime | None
    presses: list[str]
    """Ids of the presses that changed something, at most `inbox.model.ratings.MAX_PRESSES`."""


class ControlDocument(TypedDict, total=False):
    """Who answers in a chat that several programs share (`inbox.model.control`)."""

    agent_at: datetime
    """When another agent was last seen to answer."""
    ours_at: datetime
    """When it was last said to be ours."""


class ConversationDocument(TypedDict):
    """One episode with one account of a customer on one channel; at most one of an account is open.

    Opened by `inbox.arriving` and `queueing.transfers.starting`, and closed from birth by
    `templates_hsm.campaigns.feed.feed_writing`. Changed in transactions through
    `inbox.conversation.conversation_changes`.
    """

    _id: str
    workspace_id: str
    channel_id: str
    channel_kind: str
    """As in the channel, which may be deleted long before."""
    identity: AccountDocument
    contact_id: str
    open: bool
    """False exactly where `state` is `closed`; the unique index of open conversations looks here."""
    state: str
    """Of `inbox.model.conversation_state.ConversationState`."""
    queue_id: str | None
    operator_id: str | None
    priority: int
    """Higher ones are distributed first."""
    last_operator_id: str | None
    """Who had the customer's last conversation; queues may prefer them."""
    opened_at: datetime
    queued_at: datetime | None
    """Its place in the line: since when it waits, or waited when it was handed out."""
    waits_since: NotRequired[datetime]
    """Since when it waits in the queue where it is now: the longest wait counts from here."""
    assigned_at: NotRequired[datetime | None]
    active_at: datetime
    """The last message or action; silence counts from here."""
    check_at: NotRequired[datetime | None]
    """When time alone next changes something; `inbox.model.deadlines.NEVER` where it does not, none: look now."""
    closed_at: NotRequired[datetime | None]
    """None, as the next two, in one that is open again because its close was taken back."""
    close_reason: NotRequired[str | None]
    closed_by: NotRequired[str | None]
    """`kind:id` of who closed it."""
    read_seq: int
    """Messages of the customer up to this place are read."""
    last_out_seq: NotRequired[int]
    """The highest place of an outgoing message that was written in a transaction with the conversation."""
    promised: dict[str, int]
    """The highest place that each writer is about to use: see `inbox.conversation.promises`."""
    version: int
    """Grows with each change; a close goes ahead only in the version that was seen."""
    window_expires_at: NotRequired[datetime]
    control: NotRequired[ControlDocument]
    """Only where another agent was seen in the chat."""
    referral: NotRequired[dict[str, str]]
    """What led the customer here when it began, in the provider's own words."""
    free_entry_expires_at: NotRequired[datetime]
    window_told: NotRequired[datetime]
    """The `window_expires_at` of which `window.closing` was told."""
    campaign_id: NotRequired[str]
    """The campaign that it answers, or that wrote it."""
    handed_on_by: NotRequired[str | None]
    """Id of the operator who sent it back into a queue last: they don't get it again at once."""
    tried_queue_ids: NotRequired[list[str]]
    """Queues that sent it on by overflow or time, so that it goes in no circle."""
    routing_log: NotRequired[list[RoutingNoteDocument]]
    """The latest moves, oldest first."""
    tags: NotRequired[list[str]]
    """Keys of tags, and of topics: `inbox.labels.label_reading` says what they are called now."""
    topics: NotRequired[list[str]]
    snooze: NotRequired[SnoozeDocument | None]
    """Until when nobody needs to look at it; the customer's next message takes it away."""
    hand_over: NotRequired[HandOverDocument | None]
    """What the last transfer said to whoever gets the conversation."""
    emptied_at: NotRequired[datetime]
    """Since when its words are deleted (`inbox.retention`)."""
    target: NotRequired[TargetDocument | None]
    """When the answer to the customer is due, where the queue has a target and the customer waits."""
    rested_at: NotRequired[datetime | None]
    """Since when it does not count for its operator's capacity (`queueing.deadlines.resting`)."""
    skills: NotRequired[list[str]]
    """What whoever gets it should know; a bot says so."""
    bot: NotRequired[BotHoldDocument]
    """It holds the conversation exactly while `state` is `bot`."""
    notes: NotRequired[int]
    """How many notes operators wrote; counted in the transaction of each."""
    rating: NotRequired[RatingDocument]
    """Since the customer was asked (`queueing.texts`); `inbox.arriving.rating_ingest` notes the answer."""


class NoteDocument(TypedDict):
    """An operator's note on a conversation (`inbox.conversation.notes`).

    `_id` names conversation and operator: each has one note.
    """

    _id: str
    workspace_id: str
    conversation_id: str
    operator_id: str
    text: str
    created_at: datetime
    updated_at: datetime


class RoutingNoteDocument(TypedDict):
    """Why a conversation was moved: the struct is `inbox.conversation.explanation.RoutingNote`."""

    at: datetime
    rule: str
    answer: str
    queue_id: str | None
    operator_id: str | None
    by: str


class CueDocument(TypedDict):
    """An occasion for an automatic text, until the text is a message (`inbox.conversation.cues`).

    `_id` names conversation, occasion and moment, so that each occasion is noted once.
    """

    _id: str
    workspace_id: str
    conversation_id: str
    channel_id: str
    queue_id: str
    """Whose texts apply."""
    occasion: str
    moment: datetime
    """What happened then; the text may be due later."""
    due_at: datetime


class RecheckDocument(TypedDict):
    """A rule on time was changed: the open conversations under it are looked at again (`inbox.channel.rechecks`).

    `_id` is `field:value`: a rule that is changed twice is noted once.
    """

    _id: str
    workspace_id: str
    field: str
    """The conversation's field that names whose rule it is: `channel_id` or `queue_id`."""
    value: str
    revision: str
    """Another one after each change, so that a change meanwhile is not forgotten."""


class FilterDocument(TypedDict, total=False):
    """Which conversations a view has: the struct is `inbox.conversation.list_filters.ConversationFilter`."""

    view: str
    state: str | None
    queue_id: str | None
    channel_id: str | None
    contact_id: str | None
    operator_id: str | None
    tag: str | None
    topic_id: str | None
    window: str | None
    target: str | None
    rating: str | None
    to: datetime | None
    q: str | None


class SavedViewDocument(TypedDict):
    """A saved view: the struct is `inbox.finding.saved_views.SavedView`."""

    _id: str
    workspace_id: str
    owner_id: str
    """Who made it: an operator, or an API key."""
    name: str
    filter: FilterDocument
    order: str
    shared: bool
    created_at: datetime
