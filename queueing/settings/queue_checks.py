"""What must hold between a queue and everything that it names or that names it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from inbox.channel.channel_queue import read_queues
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import FieldError, ProblemError
from inbox.foundation.unicode_forms import normalized
from inbox.model.queue_chain import first_too_soon, loop_from
from inbox.storage.database import Database, Session
from inbox.storage.documents import ChannelDocument, QueueDocument
from queueing.texts.text_rendering import check_text

_REFERENCES: Final = (
    ("operator_ids", "operators", "operator"),
    ("group_ids", "groups", "group"),
)


async def check_queue(database: Database, queue: QueueDocument, *, session: Session) -> None:
    """Check a queue about to be saved. Raises `ProblemError` (`invalid_request`) that points to the field."""
    await check_name_free(database, "queues", queue, "queue", session=session)
    for field, collection, word in _REFERENCES:
        await check_ids_exist(database, collection, queue, field, word, session=session)
    await _check_hours(database, queue, session)
    await check_texts(queue["texts"])
    queues = {**await read_queues(database, queue["workspace_id"], session=session), queue["_id"]: queue}
    if queue["next_queue_id"] is not None and queue["next_queue_id"] not in queues:
        raise field_problem("/next_queue_id", "there is no such queue")
    check_no_loop(queues, queue["_id"], pointer="/next_queue_id")
    breach = first_too_soon(await read_channels(database, queue["workspace_id"], session=session), queues)
    if breach is not None:
        own = breach.queue_id == queue["_id"]
        raise field_problem("/max_wait_seconds" if own else "/next_queue_id", breach.rule)


async def check_texts(texts: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse an automatic text that could not be rendered. Raises `ProblemError` (`invalid_request`).

    A long text takes up to 60 ms: other requests have their turn after each.
    """
    for occasion, translations in texts.items():
        for language, text in translations.items():
            fault = check_text(text)
            if fault is not None:
                raise field_problem(f"/texts/{occasion}/{language}", fault)
            await asyncio.sleep(0)


async def check_name_free(
    database: Database, collection: str, document: Mapping[str, Any], word: str, *, session: Session | None
) -> None:
    """Refuse a name that another one of the workspace has, whatever the case; what has its name already keeps it.

    Who saves settings of a workspace holds its lock, so that two with one name meet there.

    Raises:
        ProblemError: `duplicate`.
    """
    found = getattr(database, collection).find({"workspace_id": document["workspace_id"]}, {"name": 1}, session=session)
    names = {one["_id"]: _folded(one["name"]) async for one in found}
    own = _folded(document["name"])
    if names.pop(document["_id"], None) != own and own in names.values():
        raise ProblemError(
            "duplicate",
            f"There is another {word} with this name in the workspace.",
            errors=[FieldError("/name", "is already in use")],
        )


def _folded(name: str) -> str:
    return " ".join(normalized("NFKC", name).casefold().split())


async def check_ids_exist(
    database: Database, collection: str, document: Mapping[str, Any], field: str, word: str, *, session: Session | None
) -> None:
    """Check that all ids of a field are there, in the same workspace; point to the first that is not."""
    ids: Sequence[str] = document[field]
    if not ids:
        return
    wanted = {"_id": {"$in": list(ids)}, "workspace_id": document["workspace_id"]}
    found = await getattr(database, collection).find(wanted, {"_id": 1}, session=session).to_list(None)
    known = {one["_id"] for one in found}
    for index, one in enumerate(ids):
        if one not in known:
            raise field_problem(f"/{field}/{index}", f"there is no such {word}")


def check_no_loop(queues: Mapping[str, QueueDocument], queue_id: str, *, pointer: str) -> None:
    """Refuse a chain of next queues that comes back. Raises `ProblemError` (`invalid_request`)."""
    loop = loop_from(queues, queue_id)
    if loop:
        names = " → ".join(str(queues[one]["name"]) for one in loop)
        raise field_problem(pointer, f"leads back to where it began: {names}")


async def read_channels(database: Database, workspace_id: str, *, session: Session) -> list[ChannelDocument]:
    """Read what the rules need to know of a workspace's channels."""
    condition = {"workspace_id": workspace_id, "deleted_at": None, "queue_id": {"$ne": None}}
    shown = {"name": 1, "queue_id": 1, "auto_close": 1}
    found: list[ChannelDocument] = await database.channels.find(condition, shown, session=session).to_list(None)
    return found


async def _check_hours(database: Database, queue: QueueDocument, session: Session) -> None:
    if queue["business_hours_id"] is None:
        return
    wanted = {"_id": queue["business_hours_id"], "workspace_id": queue["workspace_id"]}
    if await database.business_hours.find_one(wanted, {"_id": 1}, session=session) is None:
        raise field_problem("/business_hours_id", "there are no such business hours")
