"""The messages that a search finds, newest first: read from the rarest of its terms, a bounded part at a time.

MongoDB reads one term of an index on a list and would look into the documents for the others, each of which may be a
read of the disk. So the ids with the rarest term are asked for in the index of each other term as well, and only what
has them all is read. Where even the rarest is in thousands of messages, an answer looks at some thousands of them and
tells where it stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from inbox.storage.database import ASCENDING, DESCENDING, Database
from inbox.storage.documents import Condition, Fields, MessageTermsDocument
from inbox.storage.time_limits import READ_MS

BY_TERM: Final = [("workspace_id", ASCENDING), ("terms", ASCENDING), ("_id", DESCENDING)]
LOOKED_AT: Final = 1_000
"""Messages with the rarest term that one step looks for under the others."""
FOUND_AT_ONCE: Final = 500
"""Most messages of one step, whose conversations are read with one query."""
_SHOWN: Final[Fields] = {"conversation_id": 1}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for.

    Attributes:
        terms: All of which a message has; the rarest first.
        above: Only messages with a higher id, which is a later time.
        below: Only messages with a lower id.
    """

    workspace_id: str
    terms: tuple[str, ...]
    channel_id: str | None = None
    above: str | None = None
    below: str | None = None

    def of_term(self, term: str) -> Condition:
        """Make the condition that the index answers by itself."""
        place: Condition = {}
        if self.above is not None:
            place["$gte"] = self.above
        if self.below is not None:
            place["$lt"] = self.below
        return {"workspace_id": self.workspace_id, "terms": term, **({"_id": place} if place else {})}

    @property
    def needs_looks(self) -> bool:
        """Tell whether not everything with the first term is found."""
        return len(self.terms) > 1 or self.channel_id is not None


class Step(msgspec.Struct, frozen=True):
    """Some messages that were found, and the place up to which was looked; None at the end."""

    found: Sequence[MessageTermsDocument]
    reached: str | None


async def rarest_first(database: Database, asked: Asked) -> Asked:
    """Order the terms by how many messages have them, counting no further than matters."""
    if len(asked.terms) == 1:
        return asked
    counts = await asyncio.gather(*(_count(database, asked, term) for term in asked.terms))
    ordered = sorted(zip(counts, asked.terms, strict=True))
    return msgspec.structs.replace(asked, terms=tuple(term for _, term in ordered))


async def look_on(database: Database, asked: Asked, at_once: int = FOUND_AT_ONCE) -> Step:
    """Look at the next part, below the place from which `asked` goes on, and find no more than `at_once` in it."""
    if not asked.needs_looks:
        return _step(await _newest(database, asked, _SHOWN, at_once + 1), at_once, end=None)
    looked_at = [one["_id"] for one in await _newest(database, asked, {"_id": 1}, LOOKED_AT)]
    end = looked_at[-1] if len(looked_at) == LOOKED_AT else None
    fitting: Sequence[str] = looked_at
    for term in asked.terms[1:]:
        fitting = await _having(database, asked, term, fitting)
    return _step(await _documents(database, asked, fitting, at_once + 1), at_once, end=end)


def _step(found: Sequence[MessageTermsDocument], at_once: int, *, end: str | None) -> Step:
    """Make the step of what was found, with one more than wanted where there are more."""
    return Step(found, end) if len(found) <= at_once else Step(found[:at_once], found[at_once - 1]["_id"])


async def _newest(database: Database, asked: Asked, shown: Fields, limit: int) -> Sequence[MessageTermsDocument]:
    """Return the newest messages with the rarest term."""
    found = database.message_terms.find(asked.of_term(asked.terms[0]), shown, hint=BY_TERM, max_time_ms=READ_MS)
    return await found.sort("_id", DESCENDING).limit(limit).to_list(None)


async def _having(database: Database, asked: Asked, term: str, ids: Sequence[str]) -> Sequence[str]:
    """Return those of the messages that have a term as well, by the index alone."""
    if not ids:
        return ids
    condition: Condition = {"workspace_id": asked.workspace_id, "terms": term, "_id": {"$in": list(ids)}}
    found = database.message_terms.find(condition, {"_id": 1}, hint=BY_TERM, max_time_ms=READ_MS)
    return [one["_id"] for one in await found.to_list(None)]


async def _documents(
    database: Database, asked: Asked, ids: Sequence[str], limit: int
) -> Sequence[MessageTermsDocument]:
    if not ids:
        return []
    channel: Condition = {} if asked.channel_id is None else {"channel_id": asked.channel_id}
    condition: Condition = {"_id": {"$in": list(ids)}, "workspace_id": asked.workspace_id, **channel}
    found = database.message_terms.find(condition, _SHOWN, hint="_id_", max_time_ms=READ_MS)
    return await found.sort("_id", DESCENDING).limit(limit).to_list(None)


async def _count(database: Database, asked: Asked, term: str) -> int:
    options: Any = {"limit": LOOKED_AT + 1, "hint": BY_TERM, "maxTimeMS": READ_MS}
    return await database.message_terms.count_documents(asked.of_term(term), **options)
