"""The list of tags: made, renamed, coloured, merged, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import read_as, to_document
from inbox.labels.label_models import TAGS_OF_WORKSPACE, Tag, TagFields, folded
from inbox.labels.label_uses import refuse_if_used
from inbox.labels.tag_use import check_room, make_tag, tell_of_tag
from inbox.people.access import Caller
from inbox.storage.database import Database, Session, has_fields, is_duplicate
from inbox.storage.documents import Fields, TagDocument, with_fields

_FIELDS: Final = frozenset(TagFields.__struct_fields__)


class TagStore:
    """The tags of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, caller: Caller, fields: TagFields, *, session: Session) -> Tag:
        """Make a tag. Raises `ProblemError` (`duplicate`, `invalid_request`)."""
        await check_room(self._database, caller.workspace_id, "/name", session)
        await self._check_free(caller.workspace_id, fields.name, None, session)
        now = self._clock.now()
        return read_as(await make_tag(self._database, caller.workspace_id, fields, at=now, session=session), Tag)

    async def get(self, caller: Caller, tag_id: str) -> Tag:
        """Return a tag. Raises `ProblemError` (`not_found`)."""
        return read_as(await self._find(caller.workspace_id, tag_id), Tag)

    async def list(self, caller: Caller, *, limit: int, cursor: str | None) -> Page[Tag]:
        """List tags, oldest first."""
        after = decode_cursor(cursor, str) or ""
        wanted = {"workspace_id": caller.workspace_id, "deleted_at": None, "_id": {"$gt": after}}
        found = await self._database.tags.find(wanted).sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([read_as(tag, Tag) for tag in found], limit, lambda tag: tag.id)

    async def patch(self, caller: Caller, tag_id: str, patch: Mapping[str, Any]) -> Tag:
        """Rename or colour a tag, everywhere at once. Raises `ProblemError`."""

        async def change(session: Session) -> Tag:
            stored = await self._find(caller.workspace_id, tag_id, session=session)
            current = {name: value for name, value in stored.items() if name in _FIELDS}
            fields = apply_patch(current, patch, TagFields)
            await self._check_free(caller.workspace_id, fields.name, tag_id, session)
            return await self._store(stored, {**to_document(fields), "folded": folded(fields.name)}, session)

        return await self._once_more(change)

    async def delete(self, caller: Caller, tag_id: str, *, move_to: str | None) -> None:
        """Delete a tag that nothing has, or let another one take its place everywhere.

        Raises:
            ProblemError: `not_found`, `in_use` without `move_to`, `invalid_request` for a `move_to` that can't be.
        """

        async def remove(session: Session) -> None:
            stored = await self._find(caller.workspace_id, tag_id, session=session)
            if move_to is not None:
                await self._merge(stored, move_to, session)
            else:
                await refuse_if_used(self._database, stored, "tags", session=session)
                await self._set(stored, {"deleted_at": self._clock.now()}, session)
            await tell_of_tag(self._database, stored, at=self._clock.now(), session=session, deleted=True)

        await self._database.transaction(remove)

    async def _merge(self, stored: TagDocument, move_to: str, session: Session) -> None:
        workspace_id = stored["workspace_id"]
        wanted = {"_id": move_to, "workspace_id": workspace_id, "deleted_at": None}
        other = await self._database.tags.find_one(wanted, session=session)
        if other is None or move_to == stored["_id"]:
            raise field_problem("/move_to", "must be another tag of this workspace")
        keys = [*other["keys"], *stored["keys"]]
        if len(keys) > TAGS_OF_WORKSPACE:
            raise field_problem("/move_to", "took the place of too many tags already")
        await self._database.tags.delete_one({"_id": stored["_id"], "workspace_id": workspace_id}, session=session)
        await self._set(other, {"keys": keys}, session)

    async def _store(self, stored: TagDocument, fields: Fields, session: Session) -> Tag:
        if has_fields(stored, fields):
            return read_as(stored, Tag)
        await self._set(stored, fields, session)
        return await tell_of_tag(self._database, with_fields(stored, fields), at=self._clock.now(), session=session)

    async def _set(self, stored: TagDocument, fields: Fields, session: Session) -> None:
        own = {"_id": stored["_id"], "workspace_id": stored["workspace_id"]}
        await self._database.tags.update_one(own, {"$set": fields}, session=session)

    async def _find(self, workspace_id: str, tag_id: str, *, session: Session = None) -> TagDocument:
        wanted = {"_id": tag_id, "workspace_id": workspace_id, "deleted_at": None}
        stored = await self._database.tags.find_one(wanted, session=session)
        if stored is None:
            raise not_found("tag")
        return stored

    async def _check_free(self, workspace_id: str, name: str, own_id: str | None, session: Session) -> None:
        wanted = {"workspace_id": workspace_id, "folded": folded(name), "deleted_at": None}
        other = await self._database.tags.find_one(wanted, {"_id": 1}, session=session)
        if other is not None and other["_id"] != own_id:
            raise _name_taken()

    async def _once_more(self, change: Any) -> Tag:
        """Run a transaction; who loses a race for a name hears that it is taken."""
        try:
            changed: Tag = await self._database.transaction(change)
        except Exception as error:
            if is_duplicate(error):
                raise _name_taken() from None
            raise
        return changed


def _name_taken() -> ProblemError:
    return ProblemError(
        "duplicate",
        "There is another tag with this name in the workspace.",
        errors=[FieldError("/name", "is already in use")],
    )
