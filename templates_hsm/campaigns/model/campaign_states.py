"""The life of a campaign as a table: state and action → next state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from inbox.foundation.problems import ProblemError


class CampaignState(StrEnum):
    """Where a campaign is in its life."""

    DRAFT = "draft"
    """It has no audience yet."""
    READY = "ready"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    """It stopped by itself; the reason says why."""
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    """It was never started, and is gone; only events say so."""


class Action(StrEnum):
    """What people and workers do to a campaign."""

    FILL = "fill"
    SCHEDULE = "schedule"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    COMPLETE = "complete"
    CANCEL = "cancel"
    RETRY = "retry"
    DELETE = "delete"


_S = CampaignState
_TABLE: Final[Mapping[tuple[CampaignState, Action], CampaignState]] = {
    (_S.DRAFT, Action.FILL): _S.READY,
    (_S.READY, Action.FILL): _S.READY,
    (_S.READY, Action.SCHEDULE): _S.SCHEDULED,
    (_S.READY, Action.START): _S.RUNNING,
    (_S.SCHEDULED, Action.START): _S.RUNNING,
    (_S.SCHEDULED, Action.SCHEDULE): _S.SCHEDULED,
    (_S.SCHEDULED, Action.PAUSE): _S.PAUSED,
    (_S.SCHEDULED, Action.CANCEL): _S.CANCELLED,
    (_S.SCHEDULED, Action.STOP): _S.STOPPED,
    (_S.RUNNING, Action.PAUSE): _S.PAUSED,
    (_S.RUNNING, Action.STOP): _S.STOPPED,
    (_S.RUNNING, Action.COMPLETE): _S.COMPLETED,
    (_S.RUNNING, Action.CANCEL): _S.CANCELLED,
    (_S.PAUSED, Action.RESUME): _S.RUNNING,
    (_S.PAUSED, Action.CANCEL): _S.CANCELLED,
    (_S.STOPPED, Action.RESUME): _S.RUNNING,
    (_S.STOPPED, Action.CANCEL): _S.CANCELLED,
    (_S.DRAFT, Action.CANCEL): _S.CANCELLED,
    (_S.READY, Action.CANCEL): _S.CANCELLED,
    (_S.DRAFT, Action.DELETE): _S.DELETED,
    (_S.READY, Action.DELETE): _S.DELETED,
    (_S.RUNNING, Action.RETRY): _S.RUNNING,
    (_S.PAUSED, Action.RETRY): _S.PAUSED,
    (_S.STOPPED, Action.RETRY): _S.STOPPED,
    (_S.COMPLETED, Action.RETRY): _S.RUNNING,
}
EDITABLE: Final = frozenset({_S.DRAFT, _S.READY})
"""Later nothing but its state changes: what is promised to customers stays as it was checked."""
WAITS: Final = frozenset({_S.PAUSED, _S.STOPPED})
"""What is in the outbox then waits there."""
COUNTED_ON: Final = frozenset({_S.PAUSED, _S.STOPPED, _S.COMPLETED, _S.CANCELLED})
"""Nothing feeds it, and still its messages are delivered and read."""
ENDED: Final = frozenset({_S.COMPLETED, _S.CANCELLED, _S.DELETED})


def may_follow(state: CampaignState, action: Action) -> CampaignState | None:
    """Return the state that an action leads to; None where it is not possible."""
    return _TABLE.get((state, action))


def sources(action: Action) -> list[str]:
    """Return the states in which an action is possible."""
    return [state.value for state, possible in _TABLE if possible is action]


def after(state: CampaignState, action: Action) -> CampaignState:
    """Return the state that an action leads to. Raises `ProblemError` (`conflict`) where it is not possible."""
    following = may_follow(state, action)
    if following is None:
        raise ProblemError("conflict", f"A campaign that is {state} can't be changed so ({action}).")
    return following
