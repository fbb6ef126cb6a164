"""Statements as MongoDB's commands, and what their answers say. Values only: nothing here is sent.

Source: MongoDB's manual, database commands `insert`, `update`, `delete`, `find`, `getMore` (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from bson.objectid import ObjectId
from pymongo.errors import BulkWriteError
from pymongo.results import BulkWriteResult, DeleteResult, InsertManyResult, InsertOneResult, UpdateResult

from inbox.storage.database.dialect import Document, Session

WRITES: Final = frozenset({"insert", "update", "delete"})
MOST_IN_ONE_ANSWER: Final = 100_000
"""Documents: what is asked for is read to its end anyway, and an answer ends at 16 MiB by itself."""

Parse = Callable[[Document], Any]


class Statement:
    """A command and what its answer means.

    Attributes:
        command: Its first key is its name.
        session: The session of the transaction to which it belongs; None outside of one.
        parse: Makes a result of an answer.
        answer: MongoDB's answer, once it is there.
    """

    __slots__ = ("answer", "command", "database", "parse", "session")

    def __init__(
        self, command: Document, parse: Parse, *, session: Session | None = None, database: str | None = None
    ) -> None:
        self.command = command
        self.parse = parse
        self.session = session
        self.database = database
        self.answer: Document | None = None

    @property
    def shape(self) -> tuple[str, Any]:
        """Its name, and the collection that it is for."""
        return next(iter(self.command.items()))


def insert_many(
    collection: str, documents: Iterable[Any], *, ordered: bool = True, session: Session | None = None
) -> Statement:
    """Insert documents."""
    listed = [_with_id(document) for document in documents]
    ids = [document["_id"] for document in listed]
    command = {"insert": collection, "ordered": ordered, "documents": listed}
    return Statement(command, lambda _: InsertManyResult(ids, acknowledged=True), session=session)


def insert_one(collection: str, document: Any, *, session: Session | None = None) -> Statement:
    """Insert one document."""
    known = _with_id(document)
    command = {"insert": collection, "ordered": True, "documents": [known]}
    return Statement(command, lambda _: InsertOneResult(known["_id"], acknowledged=True), session=session)


def update(
    collection: str, condition: Any, change: Any, *, many: bool, upsert: bool = False, session: Session | None = None
) -> Statement:
    """Update one document, or all that a condition is true of."""
    one: Document = {"q": condition, "u": change, "multi": many}
    if upsert:
        one["upsert"] = True
    command = {"update": collection, "ordered": True, "updates": [one]}
    return Statement(command, lambda answer: UpdateResult(_updated(answer), acknowledged=True), session=session)


def delete(collection: str, condition: Any, *, many: bool, session: Session | None = None) -> Statement:
    """Delete one document, or all that a condition is true of."""
    command = {"delete": collection, "ordered": True, "deletes": [{"q": condition, "limit": 0 if many else 1}]}
    return Statement(command, lambda answer: DeleteResult(answer, acknowledged=True), session=session)


def bulk(
    collection: str, requests: Sequence[Any], *, ordered: bool = True, session: Session | None = None
) -> Statement | None:
    """Write requests of one kind; None where one command can't do it, so that the driver has to."""
    gathered = _Gathered()
    for request in requests:
        request._add_to_bulk(gathered)
    if len(gathered.kinds) != 1:
        return None
    ((kind, listed),) = gathered.kinds.items()
    command = {kind: collection, "ordered": ordered, _FIELDS[kind]: listed}
    counted = _COUNTS[kind]
    return Statement(
        command, lambda answer: BulkWriteResult({**_NOTHING, **counted(answer)}, acknowledged=True), session=session
    )


def find(
    collection: str,
    condition: Any = None,
    projection: Any = None,
    *,
    session: Session | None = None,
    options: Mapping[str, Any] | None = None,
) -> Statement:
    """Find documents; an answer that is not the last leaves a cursor open (`open_cursor`)."""
    command: Document = {"find": collection, "filter": condition or {}}
    if projection is not None:
        is_named = isinstance(projection, Mapping)
        command["projection"] = projection if is_named else dict.fromkeys(projection, 1) or {"_id": 1}
    command |= options or {}
    command.setdefault("batchSize", MOST_IN_ONE_ANSWER)
    return Statement(command, lambda answer: list(_batch(answer)), session=session)


def aggregate(
    collection: str,
    stages: Sequence[Any],
    *,
    session: Session | None = None,
    options: Mapping[str, Any] | None = None,
) -> Statement:
    """Read what a pipeline of MongoDB's makes of a collection."""
    command: Document = {"aggregate": collection, "pipeline": list(stages), **(options or {})}
    command["cursor"] = {"batchSize": MOST_IN_ONE_ANSWER}
    return Statement(command, lambda answer: list(_batch(answer)), session=session)


def distinct(collection: str, key: str, condition: Any = None, *, session: Session | None = None) -> Statement:
    """Ask for the values that a field has."""
    command: Document = {"distinct": collection, "key": key, "query": condition or {}}
    return Statement(command, lambda answer: answer["values"], session=session)


def get_more(statement: Statement, cursor: int) -> Statement:
    """Go on with what a find has left."""
    name, collection = statement.shape
    collection = statement.command["collection"] if name == "getMore" else collection
    command = {"getMore": cursor, "collection": collection}
    return Statement(command, lambda answer: list(_batch(answer)), session=statement.session)


def open_cursor(answer: Document) -> int:
    """Return the cursor under which more documents wait; 0 where that was all."""
    return int(answer["cursor"]["id"])


def raise_write_errors(answer: Document) -> None:
    """Raise what single documents were refused for, as the driver does."""
    if answer.get("writeErrors"):
        raise BulkWriteError({**_NOTHING, "writeErrors": answer["writeErrors"]})


def _batch(answer: Document) -> Sequence[Any]:
    cursor = answer["cursor"]
    found: Sequence[Any] = cursor["firstBatch"] if "firstBatch" in cursor else cursor["nextBatch"]
    return found


def _with_id(document: Any) -> Any:
    """Add an id to a document that has none, as the driver does."""
    if isinstance(document, dict):
        document.setdefault("_id", ObjectId())
    return document


def _updated(answer: Document) -> Document:
    """Return an answer in the form that results of single updates have."""
    upserted = answer.get("upserted")
    return {**answer, "upserted": upserted[0]["_id"] if upserted else None} if upserted else answer


_NOTHING: Final[Document] = {
    "writeErrors": [],
    "writeConcernErrors": [],
    "nInserted": 0,
    "nUpserted": 0,
    "nMatched": 0,
    "nModified": 0,
    "nRemoved": 0,
    "upserted": [],
}
_FIELDS: Final = {"insert": "documents", "update": "updates", "delete": "deletes"}


def _counted_updates(answer: Document) -> Document:
    upserted = answer.get("upserted", [])
    return {
        "nMatched": answer["n"] - len(upserted),
        "nModified": answer["nModified"],
        "nUpserted": len(upserted),
        "upserted": upserted,
    }


_COUNTS: Final[Mapping[str, Callable[[Document], Document]]] = {
    "insert": lambda answer: {"nInserted": answer["n"]},
    "delete": lambda answer: {"nRemoved": answer["n"]},
    "update": _counted_updates,
}


class _Gathered:
    """Takes what requests of a bulk write say of themselves: the driver's own form of each."""

    def __init__(self) -> None:
        self.kinds: dict[str, list[Any]] = {}

    def add_insert(self, document: Any) -> None:
        self._add("insert", _with_id(document))

    def add_update(self, condition: Any, change: Any, multi: bool, upsert: bool | None, **options: Any) -> None:
        one = {"q": condition, "u": change, "multi": multi, "upsert": upsert or None}
        named = {_OPTION_NAMES.get(name, name): value for name, value in options.items()}
        self._add("update", {name: value for name, value in (one | named).items() if value is not None})

    def add_replace(self, condition: Any, document: Any, upsert: bool | None, **options: Any) -> None:
        self.add_update(condition, document, False, upsert, **options)

    def add_delete(self, condition: Any, limit: int, **options: Any) -> None:
        one = {"q": condition, "limit": limit}
        self._add("delete", one | {name: value for name, value in options.items() if value is not None})

    def _add(self, kind: str, one: Any) -> None:
        self.kinds.setdefault(kind, []).append(one)


_OPTION_NAMES: Final = {"array_filters": "arrayFilters"}
