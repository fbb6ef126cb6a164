"""Queues as the API takes and shows them, and the small words that their settings are made of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page
from inbox.foundation.patterns import END, VISIBLE
from inbox.model.close_requirements import CloseRequirement, RequiredBeforeClose
from inbox.model.occasions import Occasion

MAX_TEXT_CHARS = 1_000
"""Of one automatic text, as in the reference product's greeting."""
MAX_LANGUAGES = 50
"""Of one occasion: more than any customer service speaks. Each text costs milliseconds to check."""
LongestWait = Annotated[int, Meta(ge=10, le=7 * 24 * 3600)]
AnswerTarget = Annotated[int, Meta(ge=10, le=7 * 24 * 3600)]
Capacity = Annotated[int, Meta(ge=1, le=1_000)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*" + END, examples=["en", "pt-BR"])]
AutomaticText = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)]
Translations = Annotated[dict[Language, AutomaticText], Meta(max_length=MAX_LANGUAGES)]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
Id = Annotated[str, Meta(min_length=1, max_length=100)]


class Strategy(StrEnum):
    """Which ready operator with room gets the next conversation."""

    LONGEST_IDLE = "longest_idle"
    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"
    MOST_QUALIFIED = "most_qualified"
    LEAST_QUALIFIED = "least_qualified"


class CloseOrTransfer(StrEnum):
    """What becomes of a conversation that can't wait here (any longer)."""

    CLOSE = "close"
    TRANSFER = "transfer"


class HoldOrClose(StrEnum):
    """What becomes of a conversation that comes out of hours."""

    HOLD = "hold"
    CLOSE = "close"


class RatedClose(StrEnum):
    """After which closes a customer may be asked how it was (reasons of `inbox.model.close_reasons`)."""

    OPERATOR = "operator"
    API = "api"
    BOT = "bot"
    INACTIVITY = "inactivity"


USUALLY_RATED: Final = (RatedClose.OPERATOR, RatedClose.API, RatedClose.BOT)
USUAL_RATING_PAUSE_DAYS: Final = 7
RatedCloses = Annotated[tuple[RatedClose, ...], Meta(max_length=len(RatedClose))]
RatingPauseDays = Annotated[int, Meta(ge=0, le=365)]


class QueueFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a queue.

    Attributes:
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
        first_answer_target_seconds: Within how many seconds of opening hours the first answer is due; null is never.
        next_answer_target_seconds: The same for each answer after it.
        target_warning_seconds: How long before that `sla.due` is told; null is a fifth of the target.
        rating_after: After which closes the text `rating` asks the customer for a score.
        rating_pause_days: For how many days a customer of a channel is not asked again.
    """

    name: Name
    limit: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    max_wait_seconds: LongestWait | None = None
    on_max_wait: CloseOrTransfer = CloseOrTransfer.CLOSE
    on_overflow: CloseOrTransfer = CloseOrTransfer.CLOSE
    next_queue_id: Id | None = None
    hold_when_nobody: bool = True
    strategy: Strategy = Strategy.LONGEST_IDLE
    sticky: bool = False
    capacity: Capacity | None = None
    operator_ids: Annotated[tuple[Id, ...], Meta(max_length=1_000)] = ()
    group_ids: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    skills: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=50)], ...], Meta(max_length=20)] = ()
    business_hours_id: Id | None = None
    on_out_of_hours: HoldOrClose = HoldOrClose.HOLD
    texts: dict[Occasion, Translations] = {}
    repeat_wait_text_seconds: LongestWait | None = None
    no_answer_seconds: LongestWait | None = None
    required_before_close: RequiredBeforeClose = ()
    resting_after_seconds: LongestWait | None = None
    first_answer_target_seconds: AnswerTarget | None = None
    next_answer_target_seconds: AnswerTarget | None = None
    target_warning_seconds: AnswerTarget | None = None
    rating_after: RatedCloses = USUALLY_RATED
    rating_pause_days: RatingPauseDays = USUAL_RATING_PAUSE_DAYS

    def __post_init__(self) -> None:
        """Refuse a transfer that leads nowhere, and a skill that would count twice."""
        if self.next_queue_id is None and CloseOrTransfer.TRANSFER in (self.on_max_wait, self.on_overflow):
            raise ValueError("`next_queue_id` must be set where `on_max_wait` or `on_overflow` is transfer")
        if len(set(self.skills)) < len(self.skills):
            raise ValueError("`skills` must name each skill once")


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue, with who waits in it.

    Attributes:
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
    operator_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    skills: tuple[str, ...]
    business_hours_id: str | None
    on_out_of_hours: HoldOrClose
    texts: dict[Occasion, dict[str, str]]
    repeat_wait_text_seconds: int | None
    no_answer_seconds: int | None
    required_before_close: tuple[CloseRequirement, ...] = ()
    resting_after_seconds: int | None = None
    first_answer_target_seconds: int | None = None
    next_answer_target_seconds: int | None = None
    target_warning_seconds: int | None = None
    rating_after: tuple[RatedClose, ...] = USUALLY_RATED
    rating_pause_days: int = USUAL_RATING_PAUSE_DAYS
    waiting: int
    available: bool
    created_at: datetime
    version: int = 1
    deleted: bool = False


class QueuePage(Page[Queue], frozen=True, kw_only=True):
    """A part of the list of queues."""


class QueueStats(msgspec.Struct, frozen=True, kw_only=True):
    """A queue at this moment.

    Attributes:
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
