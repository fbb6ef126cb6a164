"""What a list of conversations is narrowed down to: by a request, and by a saved view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from inbox.contacts.search_terms import MAX_QUERY_CHARS
from inbox.foundation.spans import Time, check_span, made_between
from inbox.labels.label_models import LabelId, TagName
from inbox.labels.label_reading import keys_of_tag, keys_of_topic
from inbox.model.conversation_state import ConversationState
from inbox.model.ratings import GOOD_FROM, SCORES
from inbox.model.reply_window import WINDOWED_KINDS
from inbox.people.access import Caller
from inbox.people.families import all_of, read_families
from inbox.storage.database import Database
from inbox.storage.documents import Condition

Id = Annotated[str, Meta(max_length=64)]
F = TypeVar("F", bound="ConversationFilter")


class ListView(StrEnum):
    """Which part of the inbox: one's own, what nobody has, or all that one sees."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"


class ListOrder(StrEnum):
    """By opening, by waiting (longest first; only those that wait), or by when an answer is due (only where one is)."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WAITING = "waiting"
    DUE = "due"


class WindowState(StrEnum):
    """Whether free text may be sent now."""

    OPEN = "open"
    CLOSED = "closed"


class TargetState(StrEnum):
    """Whether an answer is due, now or later, or overdue."""

    RUNNING = "running"
    BREACHED = "breached"


class RatingState(StrEnum):
    """How the customer rated it; what was asked and has no answer is `unanswered`."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    GOOD = "good"
    BAD = "bad"


_BAD: Final = [score for score in sorted(SCORES) if score < GOOD_FROM]
_GOOD: Final = [score for score in sorted(SCORES) if score >= GOOD_FROM]
_WAS_ASKED: Final[Condition] = {"rating.asked_at": {"$exists": True}}
_RATINGS: Final[Mapping[RatingState | None, Condition]] = {
    None: {},
    RatingState.ANSWERED: {**_WAS_ASKED, "rating.score": {"$in": [*_BAD, *_GOOD]}},
    RatingState.UNANSWERED: {**_WAS_ASKED, "rating.score": None},
    RatingState.GOOD: {**_WAS_ASKED, "rating.score": {"$in": _GOOD}},
    RatingState.BAD: {**_WAS_ASKED, "rating.score": {"$in": _BAD}},
}
HAS_TARGET: Final[Condition] = {"target.due_at": {"$type": "date"}}
_TARGETS: Final[Mapping[TargetState | None, Condition]] = {
    None: {},
    TargetState.RUNNING: HAS_TARGET,
    TargetState.BREACHED: {**HAS_TARGET, "target.breached": True},
}


class Narrowing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a list is narrowed down by, whichever part of the inbox it shows.

    Attributes:
        topic_id: Also finds the topics below it.
        snoozed: `false` leaves out what is set aside, `true` finds nothing else.
        target: `running`: an answer is due under a target of its queue; `breached`: it is overdue.
        from_: Opened since.
        to: Opened before.
    """

    queue_id: Id | None = None
    channel_id: Id | None = None
    contact_id: Id | None = None
    operator_id: Id | None = None
    tag: TagName | None = None
    topic_id: LabelId | None = None
    window: WindowState | None = None
    snoozed: bool | None = None
    target: TargetState | None = None
    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins."""
        check_span(self.from_, self.to)


class ConversationFilter(Narrowing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which conversations; without `state` the open ones, with `rating` the closed ones.

    Attributes:
        rating: What was asked for a score after its close: `answered`, `unanswered`; `good` is 4 and 5, `bad` less.
        q: The beginning of a word of the contact's name, or their number in any spelling.
    """

    view: ListView = ListView.ALL
    state: ConversationState | None = None
    rating: RatingState | None = None
    q: Annotated[str, Meta(max_length=MAX_QUERY_CHARS)] | None = None

    @property
    def is_of_closed(self) -> bool:
        """Whether closed conversations are meant: customers rate these."""
        return self.state is ConversationState.CLOSED or (self.state is None and self.rating is not None)


FIELDS = ConversationFilter.__struct_fields__
_SAME_NAME = ("queue_id", "channel_id", "operator_id")


def with_saved(asked: F, saved: ConversationFilter) -> F:
    """Return a filter in which what is not asked for comes from a saved one."""
    nothing = ConversationFilter()
    left = [name for name in FIELDS if getattr(asked, name) == getattr(nothing, name)]
    return msgspec.structs.replace(asked, **{name: getattr(saved, name) for name in left})


async def filter_conditions(
    database: Database, caller: Caller, asked: ConversationFilter, *, now: datetime
) -> list[Condition]:
    """Make the conditions of a filter, all but the search."""
    state: Condition = {} if asked.state is None else {"state": asked.state.value}
    named: Condition = {name: value for name in _SAME_NAME if (value := getattr(asked, name)) is not None}
    if asked.contact_id is not None:
        families = await read_families(database, caller.workspace_id, [asked.contact_id])
        named["contact_id"] = {"$in": all_of(families)}
    conditions = [
        {"workspace_id": caller.workspace_id, "open": not asked.is_of_closed, **state},
        named,
        _part(asked.view, caller),
        made_between(asked.from_, asked.to),
        _window(asked.window, now),
        _set_aside(asked.snoozed),
        _TARGETS[asked.target],
        _RATINGS[asked.rating],
        *await _labelled(database, caller.workspace_id, asked),
    ]
    return [condition for condition in conditions if condition]


def _part(view: ListView, caller: Caller) -> Condition:
    match view:
        case ListView.MINE:
            return {"operator_id": caller.id}
        case ListView.UNASSIGNED:
            return {"operator_id": None}
        case ListView.ALL:
            return {}


def _window(window: WindowState | None, now: datetime) -> Condition:
    """Make the condition on the reply window; where a channel has none, it is always open."""
    windowed = {"channel_kind": {"$in": [kind.value for kind in WINDOWED_KINDS]}}
    match window:
        case None:
            return {}
        case WindowState.OPEN:
            return {"$or": [{"window_expires_at": {"$gt": now}}, {"$nor": [windowed]}]}
        case WindowState.CLOSED:
            return {**windowed, "$nor": [{"window_expires_at": {"$gt": now}}]}


def _set_aside(snoozed: bool | None) -> Condition:
    if snoozed is None:
        return {}
    return {"snooze.until": {"$type": "date"}} if snoozed else {"snooze": None}


async def _labelled(database: Database, workspace_id: str, asked: ConversationFilter) -> list[Condition]:
    """Make the conditions of tag and topic."""
    conditions: list[Condition] = []
    if asked.tag is not None:
        conditions.append({"tags": {"$in": await keys_of_tag(database, workspace_id, asked.tag)}})
    if asked.topic_id is not None:
        conditions.append({"topics": {"$in": await keys_of_topic(database, workspace_id, asked.topic_id)}})
    return conditions
