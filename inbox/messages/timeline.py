"""A contact's messages of all conversations and channels in one thread (domain rule 4.12).

Places within conversations (`seq`) come from MongoDB's time, so they also order messages of different conversations;
where two are equal the conversation's id decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from inbox.conversation.conversation_lists import seen_by
from inbox.conversation.conversation_reading import read_conversations
from inbox.foundation.ids import lowest_id
from inbox.foundation.pages import DEFAULT_PAGE, Cursor, Limit, decode_cursor, encode_cursor
from inbox.foundation.problems import FieldError, ProblemError
from inbox.foundation.spans import Time
from inbox.messages.message_reading import REAL, SHOWN, Seq
from inbox.people.access import Caller
from inbox.storage.database import Database
from inbox.storage.documents import Condition, ConversationDocument, MessageDocument
from inbox.storage.sequence import LOW_BITS
from inbox.storage.time_limits import READ_MS, told_when_too_slow
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView, message_view

MERGED: Final = 180
"""Conversations whose threads are merged at once: MongoDB merges up to 200 ranges of an index without sorting."""
OPEN: Final = 20
"""Open conversations of a contact: one an account and channel. They may be much older than their last message."""
TIES: Final = 20
"""Messages of several conversations that may have the same place: read beyond the page so that none is cut off."""
SKEW: Final = timedelta(minutes=1)
"""Between a process's clock, which ids are made by, and MongoDB's."""
TOO_BROAD: Final = "This contact has too many messages to read them together: read single conversations."

_Place = tuple[int, str]


class TimelineQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part; without a bound the newest messages.

    Attributes:
        before: What came earlier: the cursor of an answer.
        after: What comes later: the cursor of an answer.
        before_seq: What came before a message: its `seq`, whichever conversation it is of.
        from_: What was stored from a time on.
    """

    before: Cursor | None = None
    after: Cursor | None = None
    before_seq: Seq | None = None
    from_: Time | None = msgspec.field(default=None, name="from")
    limit: Limit = DEFAULT_PAGE

    def __post_init__(self) -> None:
        """Refuse several bounds."""
        if sum(bound is not None for bound in (self.before, self.after, self.before_seq, self.from_)) > 1:
            raise ValueError("name at most one of `before`, `after`, `before_seq` and `from`")

    @property
    def upward(self) -> bool:
        """Tell whether it goes on towards the newest."""
        return self.after is not None or self.from_ is not None


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a contact's timeline, oldest first.

    Attributes:
        conversations: Those that the messages are of, by id.
        before: Cursor for what came earlier; null where this is the beginning.
        after: Cursor for what comes later, also where nothing has come yet; null where there are no messages.
        reply_to: The open conversation that an answer goes to if nothing else is said: the caller's own, the newest.
    """

    items: list[MessageView]
    conversations: dict[str, ConversationView]
    before: str | None
    after: str | None
    reply_to: str | None


async def read_timeline(
    database: Database, caller: Caller, contact_ids: Sequence[str], query: TimelineQuery, *, now: datetime
) -> Timeline:
    """Return a part of the timeline of contacts that are one customer, of those conversations that the caller sees.

    Raises:
        ProblemError: `invalid_request` for a cursor that is none, `too_broad`.
    """
    upward = query.upward
    place = _bound(query)
    theirs: Condition = {"workspace_id": caller.workspace_id, "contact_id": {"$in": list(contact_ids)}}
    conditions = [theirs, *await seen_by(database, caller, open_only=False)]
    with told_when_too_slow(TOO_BROAD):
        opened = await _conversations(database, [*conditions, {"open": True}], upward=False, count=OPEN)
        others = await _conversations(database, [*conditions, *_near(place, upward)], upward=upward, count=MERGED)
        ids = list({c["_id"]: None for c in (*opened, *others)})
        found = await _messages(database, caller.workspace_id, ids, place, upward=upward, count=query.limit + 1 + TIES)
    shown = found[: query.limit]
    more = len(found) > query.limit
    shown = shown if upward else shown[::-1]
    of = list({message["conversation_id"]: None for message in shown})
    return Timeline(
        items=[message_view(message) for message in shown],
        conversations=await read_conversations(database, caller.workspace_id, of, now=now),
        before=_cursor(shown[0]) if shown and (more or upward) else None,
        after=_cursor(shown[-1]) if shown else query.after,
        reply_to=_reply_to(opened, caller),
    )


def _bound(query: TimelineQuery) -> _Place | None:
    if query.from_ is not None:
        return max(0, int(query.from_.timestamp() * 1000) << LOW_BITS), ""
    if query.before_seq is not None:
        return query.before_seq, ""
    return _place(query.after, "/after") if query.upward else _place(query.before, "/before")


def _place(cursor: str | None, pointer: str) -> _Place | None:
    try:
        return decode_cursor(cursor, tuple[int, str])
    except ProblemError as problem:
        fault = FieldError(pointer, "use `before` or `after` of an answer")
        raise ProblemError(problem.code, problem.detail, errors=[fault]) from None


def _cursor(message: MessageDocument) -> str:
    return encode_cursor(_of(message))


def _of(message: MessageDocument) -> _Place:
    return int(message["seq"]), message["conversation_id"]


def _near(place: _Place | None, upward: bool) -> list[Condition]:
    """Leave out conversations that opened after a place, or ended before it."""
    if place is None:
        return []
    at = datetime.fromtimestamp((place[0] >> LOW_BITS) / 1000, UTC)
    if upward:
        return [{"$or": [{"open": True}, {"closed_at": {"$gte": at - SKEW}}]}]
    return [{"_id": {"$lt": lowest_id((at + SKEW).timestamp())}}]


async def _conversations(
    database: Database, conditions: list[Condition], *, upward: bool, count: int
) -> list[ConversationDocument]:
    found = database.conversations.find({"$and": conditions}, {"operator_id": 1}, max_time_ms=READ_MS)
    return await found.sort("_id", 1 if upward else -1).limit(count).to_list(None)


async def _messages(
    database: Database, workspace_id: str, ids: list[str], place: _Place | None, *, upward: bool, count: int
) -> list[MessageDocument]:
    """Read messages from a place on, the nearest first."""
    bound: Condition = {} if place is None else {"seq": {"$gte" if upward else "$lte": place[0]}}
    condition = {"workspace_id": workspace_id, "conversation_id": {"$in": ids}, **bound, **REAL}
    found = database.messages.find(condition, SHOWN, max_time_ms=READ_MS).sort("seq", 1 if upward else -1).limit(count)
    messages = sorted(await found.to_list(None), key=_of, reverse=not upward)
    return [m for m in messages if place is None or (_of(m) > place if upward else _of(m) < place)]


def _reply_to(opened: list[ConversationDocument], caller: Caller) -> str | None:
    """Choose among open conversations, the newest first."""
    own = [conversation for conversation in opened if conversation["operator_id"] == caller.id]
    return next((conversation["_id"] for conversation in (*own, *opened)), None)
