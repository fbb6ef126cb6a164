"""Reads what an export has, page by page, from any place on: each page says where the next one begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from inbox.storage.database import Database
from inbox.storage.documents import Condition, ConversationDocument, ExportDocument, Fields

ROWS_AT_ONCE: Final = 200
"""Messages have up to some 10 kB: a page is a megabyte or two."""
READ_MS: Final = 10_000

Row = Mapping[str, Any]
After = list[Any]
"""Behind which row a page begins, in the terms of its section."""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """How far an export came: a section, and behind which of its rows; None: at its beginning."""

    section: str
    after: After | None = None

    @property
    def text(self) -> str:
        """The mark as it is stored; the database's own whole numbers become plain ones."""
        return msgspec.json.encode(self, enc_hook=int).decode()


def mark_of(text: str) -> Mark:
    """Read a stored mark."""
    return msgspec.json.decode(text, type=Mark)


@dataclass(frozen=True)
class Asked:
    """For which export rows are read.

    Attributes:
        database: Where they are.
        export: Whose.
    """

    database: Database
    export: ExportDocument

    @property
    def own(self) -> Condition:
        """The condition on what belongs to the workspace."""
        return {"workspace_id": self.export["workspace_id"]}


class Page(msgspec.Struct, frozen=True):
    """Some rows, and behind which the next begin; None where there are no more."""

    rows: Sequence[Row]
    after: After | None


Read = Callable[[Asked, After | None], Awaitable[Page]]


def in_order(collection: str, *order: str, among: Condition | None = None, without: Sequence[str] = ()) -> Read:
    """Return what reads a collection of the workspace in the order of an index; `-` before a field that goes down."""

    async def read(asked: Asked, after: After | None) -> Page:
        fields = [name.removeprefix("-") for name in order]
        wanted = {**asked.own, **(among or {}), **(_behind(order, after) if after else {})}
        found = getattr(asked.database, collection).find(wanted, _all_but(without), max_time_ms=READ_MS)
        sort = [(name.removeprefix("-"), -1 if name[0] == "-" else 1) for name in order]
        return _page(await found.sort(sort).limit(ROWS_AT_ONCE).to_list(None), fields)

    return read


def all_at_once(collection: str, *, without: Sequence[str] = (), own: str = "workspace_id") -> Read:
    """Return what reads a collection of which a workspace has few: what people set up."""

    async def read(asked: Asked, _: After | None) -> Page:
        wanted = {own: asked.export["workspace_id"]}
        found = getattr(asked.database, collection).find(wanted, _all_but(without), max_time_ms=READ_MS)
        return Page(await found.to_list(None), None)

    return read


def by_parent(collection: str, parents: Callable[[Asked], Awaitable[Sequence[str]]]) -> Read:
    """Return what reads a collection whose ids begin with the id of something else and a colon."""

    async def read(asked: Asked, after: After | None) -> Page:
        last = after[0] if after else ""
        for parent in sorted(await parents(asked)):
            if f"{parent};" <= last:
                continue
            wanted = {**asked.own, "_id": {"$gt": max(last, f"{parent}:"), "$lt": f"{parent};"}}
            found = getattr(asked.database, collection).find(wanted, max_time_ms=READ_MS)
            rows = await found.sort("_id", 1).limit(ROWS_AT_ONCE).to_list(None)
            if rows:
                return Page(rows, [rows[-1]["_id"]])
        return Page((), None)

    return read


def of_contact(collection: str, among: Callable[[Asked], Condition], *, without: Sequence[str] = ()) -> Read:
    """Return what reads rows that are found by the contact itself."""

    async def read(asked: Asked, after: After | None) -> Page:
        wanted = {**asked.own, **among(asked), **({"$and": [{"_id": {"$gt": after[0]}}]} if after else {})}
        found = getattr(asked.database, collection).find(wanted, _all_but(without), max_time_ms=READ_MS)
        return _page(await found.sort("_id", 1).limit(ROWS_AT_ONCE).to_list(None), ["_id"])

    return read


def by_conversation(
    collection: str, order: str, *, among: Condition | None = None, without: Sequence[str] = ()
) -> Read:
    """Return what reads a contact's rows one conversation after the other."""

    async def rows_of(asked: Asked, conversation_id: str, last: Any) -> list[Row]:
        wanted: Condition = {**asked.own, **(among or {}), "conversation_id": conversation_id}
        if last is not None:
            wanted[order] = {"$gt": last}
        found = getattr(asked.database, collection).find(wanted, _all_but(without), max_time_ms=READ_MS)
        read_rows: list[Row] = await found.sort(order, 1).limit(ROWS_AT_ONCE).to_list(None)
        return read_rows

    async def read(asked: Asked, after: After | None) -> Page:
        at, last = after or ("", None)
        while True:
            if at and (rows := await rows_of(asked, at, last)):
                return Page(rows, [at, rows[-1][order]])
            following = await _next_conversation(asked, at)
            if following is None:
                return Page((), None)
            at, last = following["_id"], None

    return read


async def _next_conversation(asked: Asked, after: str) -> ConversationDocument | None:
    theirs = {**asked.own, "contact_id": {"$in": asked.export["contact_ids"]}, "_id": {"$gt": after}}
    return await asked.database.conversations.find_one(theirs, {"_id": 1}, sort=[("_id", 1)], max_time_ms=READ_MS)


def _behind(order: Sequence[str], after: After) -> Condition:
    """Return the condition on rows that stand behind a place in an order of several fields."""
    ways = []
    for number, name in enumerate(order):
        same = {before.removeprefix("-"): after[at] for at, before in enumerate(order[:number])}
        beyond = "$lt" if name[0] == "-" else "$gt"
        ways.append({**same, name.removeprefix("-"): {beyond: after[number]}})
    return ways[0] if len(ways) == 1 else {"$or": ways}


def _page(rows: Sequence[Row], fields: Sequence[str]) -> Page:
    if len(rows) < ROWS_AT_ONCE:
        return Page(rows, None)
    return Page(rows, [rows[-1][name] for name in fields])


def _all_but(without: Sequence[str]) -> Fields | None:
    return dict.fromkeys(without, 0) or None
