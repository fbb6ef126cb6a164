"""Dead letters: what could not be understood or stored."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route, Who
from inbox.dead_letter_reading import DeadLetter, DeadLetterPage, list_dead_letters
from inbox.pages import Page, PageQuery


async def show_dead_letters(call: Call[None, PageQuery]) -> Page[DeadLetter]:
    """List items of webhooks that could not be understood or stored, newest first, as the provider sent them."""
    return await list_dead_letters(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/dead-letters",
        handler=show_dead_letters,
        summary="List dead letters",
        tag="Dead letters",
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=DeadLetterPage,
    ),
)
