"""Who answers in a chat that several programs share, as a rule over times.

A provider can have other programs answer in the same chat (Meta's own agent, a partner's): one at a time owns it, and
what the others send is refused. Nobody can be asked who that is; it follows from what was heard last:

* `agent_at`: when another was last seen to own the chat;
* `ours_at`: when it was last said to be ours.

Both only grow, so that news may come in any order and any number of times.

Source: conversation-routing, 30 Sep 2026; an owner that is silent for 24 hours owns nothing any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from inbox.model.reply_window import REPLY_WINDOW

IDLE: Final = timedelta(hours=24)
NOT_IN_CONTROL: Final = "not_in_control"
"""Our code where another agent answers in the chat."""


class ControlAction(StrEnum):
    """What can be done about who answers."""

    TAKE = "take"
    PASS = "pass"  # noqa: S105 - no secret
    RELEASE = "release"


def other_answers(
    agent_at: datetime | None, ours_at: datetime | None, window_expires_at: datetime | None, now: datetime
) -> bool:
    """Tell whether another agent answers.

    Args:
        agent_at: When it was last seen to.
        ours_at: When the chat was last said to be ours.
        window_expires_at: Where the reply window ends, a day after the customer's last message: one that came to us
            after `agent_at` says that the chat is ours again.
        now: The current time.
    """
    if agent_at is None or now >= agent_at + IDLE:
        return False
    if ours_at is not None and ours_at >= agent_at:
        return False
    return window_expires_at is None or window_expires_at <= agent_at + REPLY_WINDOW
