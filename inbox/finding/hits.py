"""The messages that a search finds, newest first: read from the rarest of its terms, a bounded part at a time.

MongoDB reads one term of an index on a list and looks into the documents for the others. So the rarest comes first,
and where even that is in thousands of messages an answer looks at some thousands of them and tells where it stopped.
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
"""Messages with the rarest term that one step may look at: where they are not in memory, each is a read of the disk."""
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
    def rest(self) -> Condition:
        """Make the condition for which documents are looked into."""
        others: Condition = {"terms": {"$all": list(self.terms[1:])}} if len(self.terms) > 1 else {}
        return {**others, **({} if self.channel_id is None else {"channel_id": self.channel_id})}


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
    end = await _end_of_step(database, asked)
    part = asked if end is None else msgspec.structs.replace(asked, above=end)
    condition = {"$and": [part.of_term(part.terms[0]), part.rest]}
    cursor = database.message_terms.find(condition, _SHOWN, hint=BY_TERM, max_time_ms=READ_MS)
    found = await cursor.sort("_id", DESCENDING).limit(at_once + 1).to_list(None)
    if len(found) > at_once:
        return Step(found[:at_once], found[at_once - 1]["_id"])
    return Step(found, end)


async def _count(database: Database, asked: Asked, term: str) -> int:
    options: Any = {"limit": LOOKED_AT + 1, "hint": BY_TERM, "maxTimeMS": READ_MS}
    return await database.message_terms.count_documents(asked.of_term(term), **options)


async def _end_of_step(database: Database, asked: Asked) -> str | None:
    """Return the id of the last message that a step may look at; None where fewer are left."""
    if not asked.rest:  # whatever is looked at is found
        return None
    options: Any = {"hint": BY_TERM, "max_time_ms": READ_MS, "skip": LOOKED_AT - 1}
    found = database.message_terms.find(asked.of_term(asked.terms[0]), {"_id": 1}, **options)
    last = await found.sort("_id", DESCENDING).limit(1).to_list(None)
    return last[0]["_id"] if last else None
