"""Messages, in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict


class AuthorDocument(TypedDict):
    """Who wrote; the struct is `inbox.model.authors.Author`."""

    kind: str
    id: str | None


class MediaDocument(TypedDict, total=False):
    """The file inside a content; the struct is `inbox.model.content.Media`."""

    id: str
    url: str
    mime_type: str
    bytes: int
    filename: str
    sha256: str
    provider_media_id: str
    status: str


class ContentDocument(TypedDict, total=False):
    """What a message says: one of the tagged structs of `inbox.model.content`, which has all fields.

    Here are the tag and those that queries name; read a content with `inbox.views.message_views.content_of`.
    """

    type: str
    text: str
    caption: str
    name: str
    language: str
    media: MediaDocument


class ProviderErrorDocument(TypedDict):
    """Why a message failed; the struct is `inbox.model.provider_error.ProviderError`."""

    code: str
    explanation: str
    retryable: NotRequired[bool]
    provider_code: NotRequired[str]
    provider_message: NotRequired[str]


class ReactionDocument(TypedDict):
    """One person's reaction; an empty `emoji` was taken back. The struct is `inbox.model.authors.Reaction`."""

    author: AuthorDocument
    emoji: str
    at: datetime


class AttemptDocument(TypedDict):
    """A send that was begun."""

    started_at: datetime


class AttemptEndDocument(TypedDict):
    """How an attempt ended."""

    finished_at: datetime
    outcome: str
    error: ProviderErrorDocument | None


class MessageDocument(TypedDict):
    """A message of a conversation.

    `(conversation_id, seq)` is unique, and `(workspace_id, channel_id, provider_id)` where there is a provider's id.
    Arriving ones are written by `inbox.arriving`, outgoing ones by `inbox.sending` (see
    `inbox.sending.outgoing.outgoing_document`) and `templates_hsm.campaigns.feed.feed_writing`.

    A *tombstone* has the first four fields and `void` only: it takes the place of a message that was promised to a
    conversation and must not come any more (`inbox.conversation.promises`). Each reader names a field that it lacks.
    """

    _id: str
    workspace_id: str
    conversation_id: str
    seq: int
    """Its place in the conversation, from `inbox.storage.sequence`."""
    void: NotRequired[bool]
    channel_id: str
    direction: str
    """`in` or `out`."""
    author: AuthorDocument
    content: ContentDocument
    status: str
    """Of `inbox.model.statuses.MessageStatus`."""
    status_times: NotRequired[dict[str, datetime | None]]
    """Status → the provider's time of it."""
    reply_to: str | None
    """Our id of the message that it answers."""
    reply_to_provider_id: str | None
    provider_id: NotRequired[str | None]
    part_ids: NotRequired[list[str]]
    """The provider's ids of further messages of which this one consists there."""
    provider_at: NotRequired[datetime | None]
    created_at: datetime
    edited_at: NotRequired[datetime | None]
    deleted_at: NotRequired[datetime | None]
    reactions: NotRequired[list[ReactionDocument]]
    error: NotRequired[ProviderErrorDocument | None]

    raw: NotRequired[bytes]
    """The provider's bytes of an arriving message; readers leave them out."""
    group_id: NotRequired[str | None]
    """An album."""
    is_notice: NotRequired[bool]
    """Nobody wrote: the provider tells of something."""
    sender: NotRequired[str]
    """Arriving: the name of who wrote in a group."""
    forwarded_from: NotRequired[str]
    quote: NotRequired[str]
    referral: NotRequired[dict[str, str]]
    pricing: NotRequired[dict[str, str]]
    standby: NotRequired[bool]
    """It came, or was written, while another agent answered in the chat."""
    endpoint: NotRequired[str]
    """Which of the provider's endpoints took it, where there are several."""
    direct_utility: NotRequired[dict[str, str]]
    """It goes outside of the window without a template; the struct is `inbox.model.direct_utility.DirectUtility`."""

    to: NotRequired[str]
    """The customer's id at the provider; only of outgoing messages, as all that follows."""
    attempts: NotRequired[list[AttemptDocument]]
    ends: NotRequired[list[AttemptEndDocument]]
    withheld: NotRequired[bool]
    """Failed before anything was sent, by our own decision."""
    held_until: NotRequired[datetime]
    """When a held reply is given up."""
    send_at: NotRequired[datetime]
    """When a scheduled message goes, or was to go; see `ScheduledMessageDocument`."""
    once: NotRequired[list[str]]
    """Names of what may lead to one message only (`inbox.messages.once`); unique in the workspace."""
    retry_of: NotRequired[str]
    """The failed message that it sends again."""
    cue_id: NotRequired[str]
    """The occasion of an automatic text; of several in one message the first."""
    campaign_id: NotRequired[str]
    recipient: NotRequired[str]
    """The campaign's row and try (`row#2`) that it is for."""
    variant: NotRequired[str]
    """Which of the campaign's two variants it is (`templates_hsm.campaigns.model.campaign_models.Letter`)."""
    tally: NotRequired[str]
    """The campaign in whose figures it counts; taken away from one that is sent again."""
    tries_used_up: NotRequired[bool]
    is_test: NotRequired[bool]


class OutboxDocument(TypedDict):
    """A message that waits to be sent or is being sent; `_id` is the message's (`inbox.messages.waiting`)."""

    _id: str
    workspace_id: str
    channel_id: str
    conversation_id: str
    lane: int
    """Of `inbox.sending.outgoing.Lane`; the lower one first."""
    seq: int
    to: str
    next_attempt_at: datetime
    set_aside_until: NotRequired[datetime]
    """Equal to `next_attempt_at` where it waits for the customer's pace: later messages need not wait for it."""
    sender: NotRequired[str]
    """Who has begun an attempt that has not ended; without it the message is queued."""
    uploading: NotRequired[str]
    """The mark of an attempt that is still uploading its file: nothing of the message is on the wire."""
    campaign_id: NotRequired[str]
    """The campaign in whose figures it counts."""


class HeldReplyDocument(TypedDict):
    """A reply that waits for the customer's answer; `_id` is the message's (`inbox.messages.waiting`)."""

    _id: str
    workspace_id: str
    channel_id: str
    conversation_id: str
    to: str
    held_until: datetime


class EarlyEventDocument(TypedDict):
    """What was told of a message that was not here yet (`inbox.arriving.early`).

    `_id` names channel, message and what was told, so that a repeat is kept once.
    """

    _id: str
    workspace_id: str
    channel_id: str
    provider_id: str
    """Of the message that it is about."""
    kind: str
    at: datetime
    event: dict[str, Any]
    """The struct of `inbox.arriving.inbound` that `kind` names."""


class MessageTermsDocument(TypedDict):
    """By what a message is found (`inbox.finding.message_terms`); `_id` is the message's."""

    _id: str
    workspace_id: str
    conversation_id: str
    channel_id: str
    terms: list[str]
    """Of `inbox.finding.words`; none where its words were deleted."""
