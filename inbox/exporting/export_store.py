"""Asking for exports, and showing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.contacts.whole_contacts import family_of
from inbox.conversation.routing_notes import who
from inbox.exporting.export_files import drop_files
from inbox.exporting.export_models import (
    Export,
    ExportFile,
    ExportFiles,
    ExportKind,
    ExportState,
    export_view,
    part_name,
)
from inbox.files.blob_store import BlobStore
from inbox.files.media_links import MediaLinks
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError, not_found
from inbox.people.access import Caller
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ContactDocument, ExportDocument

MOST: Final = {ExportKind.CONTACT: 100, ExportKind.WORKSPACE: 3}
"""Kept at once: they count for no quota."""


class ExportStore:
    """The exports of all workspaces."""

    def __init__(self, database: Database, clock: Clock, store: BlobStore, links: MediaLinks) -> None:
        self._database = database
        self._clock = clock
        self._store = store
        self._links = links

    async def begin_contact(self, caller: Caller, contact_id: str, session: Session) -> Export:
        """Ask for a contact's data; asked again, return the export that is under way.

        Raises:
            ProblemError: `not_found`; `conflict` where there are too many; `forbidden` to who sees no numbers.
        """
        check_sees_numbers(caller)
        contacts = await family_of(self._database, caller.workspace_id, contact_id, session=session)
        return await self._begin(caller, ExportKind.CONTACT, contacts, session)

    async def begin_workspace(self, caller: Caller, session: Session) -> Export:
        """Ask for all data of the workspace; asked again, return the export that is under way.

        Raises:
            ProblemError: `conflict` where there are too many; `forbidden` to who sees no numbers.
        """
        check_sees_numbers(caller)
        return await self._begin(caller, ExportKind.WORKSPACE, [], session)

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Export]:
        """List all, newest first."""
        wanted: Condition = {"workspace_id": workspace_id}
        before = decode_cursor(cursor, str)
        if before is not None:
            wanted["_id"] = {"$lt": before}
        found = await self._database.exports.find(wanted).sort("_id", -1).limit(limit + 1).to_list(None)
        return cut_page([export_view(one) for one in found], limit, lambda one: one.id)

    async def get(self, workspace_id: str, export_id: str) -> Export:
        """Return one. Raises `ProblemError` (`not_found`)."""
        return export_view(await self._found(workspace_id, export_id))

    async def files(self, caller: Caller, export_id: str) -> ExportFiles:
        """Return the archives of one that is ready, with links.

        Raises `ProblemError` (`not_found`, `conflict` while it is being made, `forbidden` to who sees no numbers).
        """
        export = await self._found(caller.workspace_id, export_id)
        check_sees_numbers(caller)
        if export["state"] != ExportState.READY.value:
            raise ProblemError("conflict", "The export is being made: ask again when it is ready.")
        numbered = enumerate(export["parts"], start=1)
        return ExportFiles(
            items=tuple(
                ExportFile(
                    number=number,
                    filename=part_name(export_id, number),
                    bytes=part["bytes"],
                    url=self._links.link(part["file_id"]),
                )
                for number, part in numbered
            )
        )

    async def delete(self, caller: Caller, export_id: str) -> None:
        """Delete one with its archives. Raises `ProblemError` (`not_found`)."""
        own: Condition = {"_id": export_id, "workspace_id": caller.workspace_id}

        async def work(session: Session) -> None:
            if not (await self._database.exports.delete_one(own, session=session)).deleted_count:
                raise not_found("export")
            noted = AuditNote(Act.EXPORT_DELETED, export_id)
            await write_audit(self._database, caller, noted, at=self._clock.now(), session=session)

        await self._database.transaction(work)
        await drop_files(self._database, self._store, caller.workspace_id)

    async def _found(self, workspace_id: str, export_id: str) -> ExportDocument:
        found = await self._database.exports.find_one({"_id": export_id, "workspace_id": workspace_id})
        if found is None:
            raise not_found("export")
        return found

    async def _begin(
        self, caller: Caller, kind: ExportKind, contacts: Sequence[ContactDocument], session: Session
    ) -> Export:
        contact_id = contacts[0]["_id"] if contacts else None
        of_kind: Condition = {"workspace_id": caller.workspace_id, "kind": kind.value}
        kept = await self._database.exports.find(of_kind, session=session).to_list(None)
        for one in kept:
            if one["state"] == ExportState.WORKING.value and one["contact_id"] == contact_id:
                return export_view(one)
        if len(kept) >= MOST[kind]:
            raise ProblemError("conflict", f"There are {len(kept)} exports of this kind: delete one first.")
        export = self._document(caller, kind, contacts)
        await self._database.exports.insert_one(export, session=session)
        act = Act.CONTACT_EXPORTED if contacts else Act.WORKSPACE_EXPORTED
        noted = AuditNote(act, contact_id)
        await write_audit(self._database, caller, noted, at=self._clock.now(), session=session)
        return export_view(export)

    def _document(self, caller: Caller, kind: ExportKind, contacts: Sequence[ContactDocument]) -> ExportDocument:
        now = self._clock.now()
        phones = [phone.removeprefix("+") for one in contacts for phone in one.get("phones", ())]
        accounts = [key.partition(":")[2] for one in contacts for key in one["identity_keys"]]
        return {
            "_id": new_id(),
            "workspace_id": caller.workspace_id,
            "kind": kind.value,
            "state": ExportState.WORKING.value,
            "contact_id": contacts[0]["_id"] if contacts else None,
            "contact_ids": [id_ for one in contacts for id_ in (one["_id"], *one.get("joined_ids", ()))],
            "numbers": [one for one in dict.fromkeys([*accounts, *phones]) if one.isdigit()],
            "requested_by": who(caller),
            "requested_at": now,
            "due_at": now,
            "mark": None,
            "parts": [],
            "counts": {},
            "finished_at": None,
            "expires_at": None,
        }


def check_sees_numbers(caller: Caller) -> None:
    """Refuse who may not see customers' numbers. Raises `ProblemError` (`forbidden`)."""
    if caller.is_masked:
        raise ProblemError(
            "forbidden", "Customers' numbers are hidden from your role, and an export has them: ask somebody else."
        )
