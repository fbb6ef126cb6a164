"""Bots as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from inbox.foundation.pages import Page
from inbox.foundation.patterns import VISIBLE
from inbox.subscriptions.subscription_models import MAX_URL_CHARS, RotationHours

MAX_BOTS: Final = 50
"""Of a workspace: one a channel is usual."""


class HandOverReason(StrEnum):
    """Why a conversation leaves its bot for a queue; the log of the conversation says so."""

    ASKED = "asked"
    """The bot handed it over."""
    NO_ANSWER = "no_answer"
    """The bot took the request and did not answer in time."""
    UNREACHABLE = "unreachable"
    """No request got through in time."""
    REFUSED = "refused"
    """The bot's server said no."""
    TOO_MANY_TURNS = "too_many_turns"
    """The bot and its customer, or another bot, did not come to an end."""
    TAKEN_AWAY = "taken_away"
    """The bot was disabled or deleted, or the channel has another one."""
    AGENT_LEFT = "agent_left"
    """Another agent in the chat, the messenger's own or a partner's, answers no more."""


FAULTS: Final = frozenset({HandOverReason.NO_ANSWER, HandOverReason.UNREACHABLE, HandOverReason.REFUSED})
"""Reasons that are the bot's fault, which its settings show."""


class BotFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set.

    Attributes:
        url: Where it is told that it is its turn; must not lead into a private network.
        enabled: A bot that is not loses what it holds, and gets nothing.
        answer_seconds: How long a customer's message waits for its answer; then the conversation is handed over.
        max_turns: After so many answers in one conversation it is handed over.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
    url: Annotated[str, Meta(min_length=1, max_length=MAX_URL_CHARS)]
    enabled: bool = True
    answer_seconds: Annotated[int, Meta(ge=1, le=300)] = 30
    max_turns: Annotated[int, Meta(ge=1, le=500)] = 50


class BotFault(Struct, frozen=True, kw_only=True):
    """Why the bot lost a conversation last."""

    at: datetime
    reason: HandOverReason
    detail: str | None = None


class Bot(Struct, frozen=True, kw_only=True):
    """A bot as it is shown; `previous_secret_until`: until then the secret before the last rotation signs too."""

    id: str
    name: str
    url: str
    enabled: bool
    answer_seconds: int
    max_turns: int
    created_at: datetime
    last_fault: BotFault | None = None
    previous_secret_until: datetime | None = None


class NewBot(Bot, frozen=True, kw_only=True):
    """A bot with the secret that signs its requests and the token with which it answers, both shown this once."""

    secret: str
    token: str


class BotSecret(Struct, frozen=True, kw_only=True):
    """A bot's new secret, shown this once."""

    secret: str


class BotToken(Struct, frozen=True, kw_only=True):
    """A bot's new token, shown this once."""

    token: str


class BotPage(Page[Bot], frozen=True, kw_only=True):
    """A part of the list of bots."""


class BotRotation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a bot's secret or token is replaced; `keep_hours`: how long the old one is good beside the new one."""

    keep_hours: RotationHours = 24
