"""Full text search."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route
from inbox.finding.search import search
from inbox.finding.search_models import SearchPage, SearchQuery


async def find(call: Call[None, SearchQuery]) -> SearchPage:
    """Find messages, contacts or conversations that the caller sees, the newest first.

    `q`: words in any form (Russian and English stems), all of which a message has; for contacts the beginnings of
    the words of a name; or a number in any spelling. Conversations are found by their messages and by their contact.
    A page may have fewer items than `limit` and go on all the same. New messages are found a few seconds after they
    came.
    """
    async with call.parts.http.searches.turn(call.workspace_id, needed=bool(call.query.q.strip())):
        return await search(call.database, call.caller, call.query, now=call.now)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/search",
        handler=find,
        summary="Search",
        tag="Search",
        query=SearchQuery,
        response=SearchPage,
        problems=("too_broad", "too_many_requests"),
    ),
)
