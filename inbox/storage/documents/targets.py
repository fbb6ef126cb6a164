"""Targets for answers (`queueing.targets`): which wait runs in a conversation, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class TargetDocument(TypedDict):
    """When the answer to a customer is due; a part of the conversation: the struct is `TargetView`."""

    kind: str
    """Of `inbox.model.target_kind.TargetKind`."""
    since: datetime
    """When the customer wrote first."""
    due_at: datetime
    is_told: bool
    """`sla.due` was told."""
    breached: bool
    """`sla.breached` was told."""


class TargetLookDocument(TypedDict):
    """A conversation whose wait is to be looked at; `_id` is the conversation's."""

    _id: str
    workspace_id: str
    look_at: datetime
    base_seq: NotRequired[int]
    """The place of an answer behind which nothing is read again."""
    gone_at: NotRequired[datetime | None]
    """When it was found closed, or without a target: the row goes a while later."""


class AnswerWaitDocument(TypedDict):
    """A wait that was decided: answered in time, or not. `_id` names conversation and beginning."""

    _id: str
    workspace_id: str
    conversation_id: str
    channel_id: str
    queue_id: str | None
    operator_id: str | None
    """Who answered; who had it when it was breached."""
    kind: str
    since: datetime
    due_at: datetime
    at: datetime
    """When it was decided: the answer's time, or when it was due."""
    breached: bool
