"""The segments of workspaces: saved, shown, changed, deleted, looked into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inbox.contacts.contact_store import show_contacts
from inbox.contacts.whole_contacts import read_wholes
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, PageQuery, cut_page, decode_cursor
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import to_document
from inbox.labels.label_models import folded
from inbox.segments.segment_models import SHOWN, Segment, SegmentFields, SegmentFilter, SegmentPreview
from inbox.segments.segment_reading import keep_filter, read_known, segment_view, wanted_now
from inbox.segments.segment_rules import Wanted
from inbox.segments.segment_scan import look_around
from inbox.storage.database import Database, Session, is_duplicate
from inbox.storage.documents import SegmentDocument, SegmentFilterDocument, with_fields
from inbox.storage.time_limits import READ_MS

MOST_SEGMENTS: Final = 200
"""Of a workspace; the list is searched by eye."""
_WAITING: Final = ("draft", "ready", "scheduled")
"""States in which a campaign has yet to write its recipients down; a workspace has some thousand campaigns."""


class SegmentStore:
    """The segments of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, workspace_id: str, fields: SegmentFields, *, session: Session) -> Segment:
        """Save one. Raises `ProblemError` (`duplicate`, `invalid_request`, `conflict`)."""
        own = {"workspace_id": workspace_id}
        if await self._database.segments.count_documents(own, session=session, limit=MOST_SEGMENTS) >= MOST_SEGMENTS:
            raise ProblemError("conflict", f"There are {MOST_SEGMENTS} segments already: delete one first.")
        await self._check_free(workspace_id, fields.name, None, session)
        now = self._clock.now()
        made: SegmentDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "name": fields.name,
            "folded": folded(fields.name),
            "filter": await keep_filter(self._database, workspace_id, fields.filter, session=session),
            "created_at": now,
            "updated_at": now,
        }
        await self._database.segments.insert_one(made, session=session)
        return await self._view(made, session)

    async def get(self, workspace_id: str, segment_id: str) -> Segment:
        """Return one. Raises `ProblemError` (`not_found`)."""
        return await self._view(await self.find(workspace_id, segment_id), None)

    async def list(self, workspace_id: str, query: PageQuery) -> Page[Segment]:
        """List segments, oldest first."""
        after = decode_cursor(query.cursor, str) or ""
        wanted = {"workspace_id": workspace_id, "_id": {"$gt": after}}
        found = self._database.segments.find(wanted, max_time_ms=READ_MS).sort("_id", 1).limit(query.limit + 1)
        page = cut_page(await found.to_list(None), query.limit, lambda one: one["_id"])
        known = await read_known(self._database, workspace_id, [one["filter"] for one in page.items])
        return Page(items=[segment_view(one, known) for one in page.items], next_cursor=page.next_cursor)

    async def patch(self, workspace_id: str, segment_id: str, patch: Mapping[str, Any]) -> Segment:
        """Merge a patch. Campaigns that were started keep their recipients. Raises `ProblemError`."""

        async def change(session: Session) -> Segment:
            stored = await self.find(workspace_id, segment_id, session=session)
            shown = await self._view(stored, session)
            current = {"name": shown.name, "filter": to_document(shown.filter)}
            fields = apply_patch(current, patch, SegmentFields)
            await self._check_free(workspace_id, fields.name, segment_id, session)
            changed = {
                "name": fields.name,
                "folded": folded(fields.name),
                "filter": await keep_filter(self._database, workspace_id, fields.filter, session=session),
                "updated_at": self._clock.now(),
            }
            own = {"_id": segment_id, "workspace_id": workspace_id}
            await self._database.segments.update_one(own, {"$set": changed}, session=session)
            return await self._view(with_fields(stored, changed), session)

        try:
            return await self._database.transaction(change)
        except Exception as error:
            if is_duplicate(error):
                raise name_taken() from None
            raise

    async def delete(self, workspace_id: str, segment_id: str) -> None:
        """Delete one. Raises `ProblemError` (`not_found`, `in_use` by a campaign that has yet to start)."""

        async def remove(session: Session) -> None:
            await self.find(workspace_id, segment_id, session=session)
            waiting = {"workspace_id": workspace_id, "state": {"$in": _WAITING}, "audience.segment.id": segment_id}
            user = await self._database.campaigns.find_one(waiting, {"name": 1}, session=session, max_time_ms=READ_MS)
            if user is not None:
                raise ProblemError(
                    "in_use", f"The campaign “{user['name']}” is to be sent to this segment: delete or change it first."
                )
            own = {"_id": segment_id, "workspace_id": workspace_id}
            await self._database.segments.delete_one(own, session=session)

        await self._database.transaction(remove)

    async def preview(self, workspace_id: str, segment_id: str) -> SegmentPreview:
        """Say who is in a segment. Raises `ProblemError` (`not_found`, `conflict`)."""
        return await self._look(workspace_id, (await self.find(workspace_id, segment_id))["filter"])

    async def try_out(self, workspace_id: str, asked: SegmentFilter) -> SegmentPreview:
        """Say whom a filter finds that is not saved. Raises `ProblemError` (`invalid_request`)."""
        return await self._look(workspace_id, await keep_filter(self._database, workspace_id, asked))

    async def wanted(self, segment: SegmentDocument, *, session: Session = None) -> Wanted:
        """Return a segment's filter as it is now. Raises `ProblemError` (`conflict`)."""
        kept = segment["filter"]
        known = await read_known(self._database, segment["workspace_id"], [kept], session=session)
        return wanted_now(kept, known, self._clock.now())

    async def find(self, workspace_id: str, segment_id: str, *, session: Session = None) -> SegmentDocument:
        """Find a stored segment. Raises `ProblemError` (`not_found`)."""
        own = {"_id": segment_id, "workspace_id": workspace_id}
        found = await self._database.segments.find_one(own, session=session)
        if found is None:
            raise not_found("segment")
        return found

    async def _look(self, workspace_id: str, kept: SegmentFilterDocument) -> SegmentPreview:
        known = await read_known(self._database, workspace_id, [kept])
        wanted = wanted_now(kept, known, self._clock.now())
        found = await look_around(self._database, workspace_id, wanted, shown=SHOWN)
        heads = {"_id": {"$in": found.first}, "workspace_id": workspace_id}
        contacts = await self._database.contacts.find(heads, max_time_ms=READ_MS).sort("_id", 1).to_list(None)
        shown = await show_contacts(self._database, await read_wholes(self._database, contacts))
        return SegmentPreview(
            customers=len(found.customers), is_all=found.is_all, looked_at=found.looked_at, first=shown
        )

    async def _view(self, stored: SegmentDocument, session: Session) -> Segment:
        known = await read_known(self._database, stored["workspace_id"], [stored["filter"]], session=session)
        return segment_view(stored, known)

    async def _check_free(self, workspace_id: str, name: str, own_id: str | None, session: Session) -> None:
        same = {"workspace_id": workspace_id, "folded": folded(name)}
        other = await self._database.segments.find_one(same, {"_id": 1}, session=session)
        if other is not None and other["_id"] != own_id:
            raise name_taken()


def name_taken() -> ProblemError:
    """Return the problem that another segment has the name."""
    taken = FieldError("/name", "is already in use")
    return ProblemError("duplicate", "There is another segment with this name in the workspace.", errors=[taken])
