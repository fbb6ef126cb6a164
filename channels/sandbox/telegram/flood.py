"""Flood control: how often a bot may send, as values.

Source: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one message a second in
a chat with short bursts above it, 20 a minute in a group, about 30 a second in all. The size of the
bursts is not documented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Pace:
    """So many seconds a message, with a burst of so many above the pace."""

    seconds: float
    burst: int


IN_CHAT = Pace(1.0, 3)
IN_GROUP = Pace(3.0, 3)
IN_ALL = Pace(1 / 30, 30)


def wait_seconds(due: float, pace: Pace, now: float) -> float:
    """How long a message has to wait whose turn at an even pace is `due`; 0 if it may go now."""
    return max(0.0, due - (pace.burst - 1) * pace.seconds - now)


def next_due(due: float, pace: Pace, now: float, messages: int = 1) -> float:
    """When the message after these has its turn."""
    return max(due, now) + messages * pace.seconds


@dataclass(slots=True)
class FloodGate:
    """The turns of one bot and its chats, and who was asked to wait."""

    due: float = 0.0
    chats: dict[int, float] = field(default_factory=dict)
    asked_to_wait: dict[int, float] = field(default_factory=dict)
    impatient: int = 0

    def arrives(self, chat_id: int, now: float) -> None:
        """Count a message that comes before the time that the bot was told for its chat."""
        if self.asked_to_wait.get(chat_id, 0.0) > now:
            self.impatient += 1

    def refuse(self, chat_id: int, seconds: int, now: float) -> None:
        """Remember that the bot was told to wait."""
        self.asked_to_wait[chat_id] = now + seconds

    def admit(self, chat_id: int, now: float, messages: int = 1) -> int:
        """Let messages pass, and take their turns.

        Returns:
            0, or the whole seconds after which to come back.
        """
        pace = IN_GROUP if chat_id < 0 else IN_CHAT
        due = self.chats.get(chat_id, 0.0)
        wait = max(wait_seconds(due, pace, now), wait_seconds(self.due, IN_ALL, now))
        if wait > 0:
            return ceil(wait)
        self.chats[chat_id] = next_due(due, pace, now, messages)
        self.due = next_due(self.due, IN_ALL, now, messages)
        return 0
