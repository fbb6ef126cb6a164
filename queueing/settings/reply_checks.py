"""What must hold of a prepared reply that is saved or used."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from inbox.files.file_models import FileState
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import FieldError, ProblemError
from inbox.storage.database import Database, Session, is_duplicate
from inbox.storage.documents import MediaDocument, PreparedReplyDocument
from queueing.texts.reply_rendering import RENDERED_FIELDS, fault_in


async def check_reply(database: Database, reply: PreparedReplyDocument, *, session: Session) -> None:
    """Refuse templates that can't be rendered, and files that are not there.

    Files that are there are kept from now on: the sweep of unused uploads passes them over.

    Raises:
        ProblemError: `invalid_request`.
    """
    files: dict[str, str] = {}
    for language, contents in reply["translations"].items():
        for index, content in enumerate(contents):
            pointer = f"/translations/{language}/{index}"
            if content.get("marks"):
                raise field_problem(f"{pointer}/marks", "leave them out: the values of variables would move the words")
            await _check_templates(content, pointer)
            if (file_id := _file_of(content.get("media"), f"{pointer}/media")) is not None:
                files.setdefault(file_id, f"{pointer}/media/id")
    await _keep_files(database, reply["workspace_id"], files, session)


def check_version(reply: PreparedReplyDocument, version: int | None) -> None:
    """Refuse what was decided on an earlier version. Raises `ProblemError` (`stale_state`)."""
    if version is not None and version != reply["version"]:
        raise ProblemError(
            "stale_state", f"Somebody has changed this reply: its version is {reply['version']} now. Read it again."
        )


@contextmanager
def shortcut_free() -> Iterator[None]:
    """Say it in words where another reply of the workspace has the shortcut. Raises `ProblemError` (`duplicate`)."""
    try:
        yield
    except Exception as error:
        if not is_duplicate(error, "shortcut_once"):
            raise
        raise ProblemError(
            "duplicate",
            "Another prepared reply has this shortcut: choose one of its own.",
            errors=[FieldError("/shortcut", "is already in use")],
        ) from None


async def _check_templates(content: Mapping[str, Any], pointer: str) -> None:
    """Check a content's templates; a long one takes milliseconds, so that others have their turn after each."""
    for field in RENDERED_FIELDS:
        fault = fault_in(content.get(field) or "")
        if fault is not None:
            raise field_problem(f"{pointer}/{field}", fault)
        await asyncio.sleep(0)


def _file_of(media: MediaDocument | None, pointer: str) -> str | None:
    """Return the uploaded file that a content names; None where it has none, or a link."""
    if media is None:
        return None
    extra: Sequence[str] = sorted(media.keys() - {"id", "url", "filename"})
    if extra:
        raise field_problem(f"{pointer}/{extra[0]}", "leave it out: it is taken from the file itself")
    if ("id" in media) == ("url" in media):
        raise field_problem(pointer, "name either the id of an uploaded file or the url of a public one")
    return media.get("id")


async def _keep_files(database: Database, workspace_id: str, files: Mapping[str, str], session: Session) -> None:
    if not files:
        return
    named = {"_id": {"$in": list(files)}, "workspace_id": workspace_id, "state": FileState.STORED.value}
    found = {file["_id"] for file in await database.files.find(named, {"_id": 1}, session=session).to_list(None)}
    for file_id, pointer in files.items():
        if file_id not in found:
            raise field_problem(pointer, "there is no such file: upload it first with POST /api/v1/media")
    await database.files.update_many(named, {"$unset": {"unnamed": ""}}, session=session)
