"""Conversations as the API and the events show them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from inbox.foundation.structs import from_document
from inbox.model.channel_kind import ChannelKind
from inbox.model.control import other_answers
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import Silence, deadline, silent_since
from inbox.model.group_accounts import is_group
from inbox.model.reply_window import WINDOWED_KINDS
from inbox.model.target_kind import TargetKind
from inbox.people.sight import holding_bot
from inbox.storage.documents import (
    ConversationDocument,
    HandOverDocument,
    RatingDocument,
    SnoozeDocument,
    TargetDocument,
)
from inbox.views.contact_views import ContactBrief, IdentityView
from inbox.views.message_views import LastMessage

T = TypeVar("T")


class ChannelBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The channel inside a conversation."""

    id: str
    kind: ChannelKind
    name: str


class SnoozeView(msgspec.Struct, frozen=True, kw_only=True):
    """Until when a conversation is set aside; `by` is `kind:id` of who did that."""

    until: datetime
    note: str | None = None
    by: str
    at: datetime


class HandOverView(msgspec.Struct, frozen=True, kw_only=True):
    """What the last transfer said to whoever gets the conversation; `by` is `kind:id` of who wrote it."""

    note: str
    by: str
    at: datetime


class TargetView(msgspec.Struct, frozen=True, kw_only=True):
    """When the answer to a customer who waits is due.

    Attributes:
        since: When the customer wrote.
        breached: The time has passed.
    """

    kind: TargetKind
    since: datetime
    due_at: datetime
    breached: bool


class RatingView(msgspec.Struct, frozen=True, kw_only=True):
    """How the customer rated it, from 1 to 5; null while there is no answer to the question."""

    asked_at: datetime
    score: int | None = None
    answered_at: datetime | None = None


class WindowView(msgspec.Struct, frozen=True, kw_only=True):
    """The reply window; a channel without one is always open and never expires."""

    open: bool
    expires_at: datetime | None
    free_entry_expires_at: datetime | None


class ControlView(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers in a chat that other agents (the messenger's own, a partner's) share.

    Attributes:
        ours: Whether it is for us to answer; otherwise what is written here is refused.
        since: When that was last said or seen.
    """

    ours: bool
    since: datetime


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """One episode with a contact on a channel.

    Attributes:
        expected_wait_seconds: How long it will still wait in its queue; null where it waits in none, or where the
            queue's recent pace does not tell.
        is_group: Whether several people write in it, as in a group of WhatsApp or Telegram: `sender` of a message says
            who, and all read the answers.
        notes: How many notes operators wrote.
        emptied_at: When its messages and notes were deleted, by the channel's retention.
        rested_at: Since when it does not count for its operator's capacity, because the customer owes the answer.
        target: When the answer is due; null where nobody waits for one, or the queue has no target.
        bot_id: The bot that holds it; null while none does.
        referral: The advertisement, post, product or link that led the customer here when it began, in the provider's
            own words, or the page with a web chat; empty where nothing did.
        control: Who answers; null where no other agent was ever seen in the chat.
        skills: What whoever gets it should know, as a bot said.
        rating: Since the customer was asked after the close; null where nobody asked.
    """

    id: str
    state: ConversationState
    channel: ChannelBrief
    contact: ContactBrief
    identity: IdentityView
    is_group: bool = False
    group_id: str | None = None
    campaign_id: str | None = None
    version: int
    queue_id: str | None
    queue_position: int | None = None
    expected_wait_seconds: int | None = None
    operator_id: str | None
    bot_id: str | None = None
    skills: tuple[str, ...] = ()
    priority: int = 0
    opened_at: datetime
    queued_at: datetime | None = None
    assigned_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    last_message: LastMessage | None = None
    unread: int = 0
    read_seq: int = 0
    window: WindowView
    closes_at: datetime | None = None
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    notes: int = 0
    snooze: SnoozeView | None = None
    hand_over: HandOverView | None = None
    emptied_at: datetime | None = None
    target: TargetView | None = None
    rested_at: datetime | None = None
    rating: RatingView | None = None
    control: ControlView | None = None
    referral: dict[str, str] = {}


def snoozed_until(document: ConversationDocument) -> datetime | None:
    """Return until when a conversation is set aside; None where it is not."""
    snooze = document.get("snooze")
    return None if snooze is None else snooze["until"]


def window_view(kind: ChannelKind, document: ConversationDocument, now: datetime) -> WindowView:
    """Show a conversation's reply window as it is at `now`."""
    if kind not in WINDOWED_KINDS:
        return WindowView(open=True, expires_at=None, free_entry_expires_at=None)
    expires_at = document.get("window_expires_at")
    return WindowView(
        open=expires_at is not None and now < expires_at,
        expires_at=expires_at,
        free_entry_expires_at=document.get("free_entry_expires_at"),
    )


def control_view(document: ConversationDocument, now: datetime) -> ControlView | None:
    """Show who answers in a conversation as it is at `now`."""
    control = document.get("control")
    if control is None:
        return None
    agent_at, ours_at = control.get("agent_at"), control.get("ours_at")
    ours = not other_answers(agent_at, ours_at, document.get("window_expires_at"), now)
    since = (ours_at or agent_at) if ours else agent_at
    return None if since is None else ControlView(ours=ours, since=since)


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation's view shows from other documents."""

    channel_name: str
    contact: ContactBrief
    last_message: LastMessage | None
    unread: int
    queue_position: int | None = None
    expected_wait_seconds: int | None = None
    silence: Silence = Silence()
    operator_owes: bool = False
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def conversation_view(document: ConversationDocument, surroundings: Surroundings, now: datetime) -> ConversationView:
    """Show a stored conversation."""
    kind = ChannelKind(document["channel_kind"])
    state = ConversationState(document["state"])
    return ConversationView(
        id=document["_id"],
        state=state,
        channel=ChannelBrief(id=document["channel_id"], kind=kind, name=surroundings.channel_name),
        contact=surroundings.contact,
        identity=IdentityView(kind, document["identity"]["external_id"]),
        is_group=is_group(kind, document["identity"]["external_id"]),
        campaign_id=document.get("campaign_id"),
        version=document["version"],
        queue_id=document["queue_id"],
        queue_position=surroundings.queue_position,
        expected_wait_seconds=surroundings.expected_wait_seconds,
        operator_id=document["operator_id"],
        bot_id=holding_bot(document),
        control=control_view(document, now),
        referral=document.get("referral", {}),
        skills=tuple(document.get("skills", ())),
        priority=document.get("priority", 0),
        opened_at=document["opened_at"],
        queued_at=document.get("queued_at"),
        assigned_at=document.get("assigned_at"),
        closed_at=document.get("closed_at"),
        close_reason=document.get("close_reason"),
        last_message=surroundings.last_message,
        unread=surroundings.unread,
        read_seq=int(document.get("read_seq", 0)),
        window=window_view(kind, document, now),
        closes_at=_closes_at(state, document, surroundings),
        tags=surroundings.tags,
        topics=surroundings.topics,
        notes=document.get("notes", 0),
        snooze=_shown(document.get("snooze"), SnoozeView),
        hand_over=_shown(document.get("hand_over"), HandOverView),
        emptied_at=document.get("emptied_at"),
        target=_shown(document.get("target"), TargetView),
        rested_at=document.get("rested_at"),
        rating=_shown(document.get("rating"), RatingView),
    )


def _shown(part: SnoozeDocument | HandOverDocument | TargetDocument | RatingDocument | None, view: type[T]) -> T | None:
    return None if part is None else from_document(part, view)


def _closes_at(state: ConversationState, document: ConversationDocument, surroundings: Surroundings) -> datetime | None:
    if state is ConversationState.CLOSED:
        return None
    assigned = state is ConversationState.ASSIGNED
    return deadline(
        surroundings.silence,
        assigned=assigned,
        active_at=silent_since(document["active_at"], snoozed_until(document)),
        operator_owes=surroundings.operator_owes,
    ).closes_at
