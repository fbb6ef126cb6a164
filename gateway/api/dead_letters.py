"""Dead letters: what could not be understood or stored."""

from __future__ import annotations

from typing import Final

from channels.abilities import ReadsAgain
from gateway.api.call import Call, Route, Who
from gateway.webhooks import WAY_IN, addressed
from inbox.arriving.dead_letter_reading import (
    DeadLetter,
    DeadLetterPage,
    list_dead_letters,
    mark_replayed,
    read_dead_letter,
)
from inbox.arriving.inbound import Undeciphered
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import ProblemError


async def show_dead_letters(call: Call[None, PageQuery]) -> Page[DeadLetter]:
    """List items of webhooks that could not be understood or stored, newest first, as the provider sent them."""
    return await list_dead_letters(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def replay_dead_letter(call: Call[None, None]) -> DeadLetter:
    """Read an item again, as after an update of the gateway; what it says is stored as if it came now.

    Replaying twice stores nothing twice: messages are unique by the provider's id.
    """
    letter = await read_dead_letter(call.database, call.workspace_id, call.id)
    channel = await call.parts.channels.directory.get(letter["channel_id"])
    connector = None if channel is None else call.parts.channels.connectors.get(channel.kind)
    if channel is None or not isinstance(connector, ReadsAgain):
        raise ProblemError("conflict", "The channel of this item can't read single items.")
    events = connector.parse_again(bytes(letter["raw"]), letter["account_key"])
    if any(isinstance(event, Undeciphered) for event in events):
        raise ProblemError("conflict", "This version does not understand the item either. It stays where it is.")
    ingest = call.request.app[WAY_IN].ingest
    await ingest.store(await addressed(events, channel, call.parts))
    return await mark_replayed(call.database, letter, call.now)


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
    Route(
        method="POST",
        path="/dead-letters/{id}/replay",
        handler=replay_dead_letter,
        summary="Replay a dead letter",
        tag="Dead letters",
        who=Who.ADMINISTRATORS,
        response=DeadLetter,
        problems=("conflict",),
    ),
)
