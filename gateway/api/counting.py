"""How many conversations the parts of the inbox have."""

from __future__ import annotations

from typing import Final

import msgspec

from gateway.api.call import Call, Route
from inbox.conversation.conversation_counts import EXACT_TO, LOOKED_INTO, ViewCount, count_unread, count_views, narrowed
from inbox.conversation.list_filters import ListView, Narrowing
from inbox.finding.saved_views import all_views
from inbox.model.conversation_state import ConversationState


class CountQuery(Narrowing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted.

    Attributes:
        closed: Count the closed conversations, too.
        saved: Count each of one's saved views, too, by its own filter.
    """

    closed: bool = False
    saved: bool = False


class SavedCount(ViewCount, frozen=True, kw_only=True):
    """How many conversations are in a saved view."""

    view_id: str


class ConversationCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many conversations the caller has in each view: as many as the list of the view would show.

    Attributes:
        mine: Of those that the caller has.
        unassigned: Of those that nobody has.
        all: Of all open ones.
        closed: Of the closed ones; null unless asked for.
        saved: Of saved views, oldest first; empty unless asked for.
        exact_to: As far as is counted: of a view with more, `count` is this number and `more` is true.
    """

    mine: ViewCount
    unassigned: ViewCount
    all: ViewCount
    closed: ViewCount | None = None
    saved: tuple[SavedCount, ...] = ()
    exact_to: int = EXACT_TO


async def show_counts(call: Call[None, CountQuery]) -> ConversationCounts:
    """Count the conversations of several views at once, exactly up to `exact_to`.

    It takes the filters of `GET /conversations`, which narrow down `mine`, `unassigned`, `all` and `closed`. Each
    number is that of the conversations which the list with the same filter shows the same caller.
    """
    query, database, caller, now = call.query, call.database, call.caller, call.now
    is_whole = query == CountQuery()
    async with call.parts.http.searches.turn(call.workspace_id, needed=not is_whole):
        parts = [narrowed(query, view=view) for view in (ListView.MINE, ListView.UNASSIGNED, ListView.ALL)]
        closed = [narrowed(query, state=ConversationState.CLOSED)] if query.closed else []
        saved = await all_views(database, caller) if query.saved else []
        filters = [*parts, *closed, *(view.filter for view in saved)]
        mine, unassigned, all_, *others = await count_views(database, caller, filters, now=now)
        is_short = mine.count is not None and mine.count <= LOOKED_INTO
        unread = await count_unread(database, caller, parts[0], now=now) if is_short else None
    return ConversationCounts(
        mine=msgspec.structs.replace(mine, unread=unread),
        unassigned=unassigned,
        all=all_,
        closed=others[0] if closed else None,
        saved=tuple(_of(view.id, count) for view, count in zip(saved, others[len(closed) :], strict=True)),
    )


def _of(view_id: str, count: ViewCount) -> SavedCount:
    return SavedCount(view_id=view_id, count=count.count, more=count.more)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/conversations/counts",
        handler=show_counts,
        summary="Count conversations by view",
        tag="Conversations",
        query=CountQuery,
        response=ConversationCounts,
        problems=("too_many_requests",),
    ),
)
