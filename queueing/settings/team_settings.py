"""Plain settings with the usual five verbs: groups, the workspace's own statuses, business hours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar, cast

import msgspec

from inbox.channel.channel_queue import lock_routing, routing_line
from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import read_as, to_document
from inbox.storage.database import Database, Session
from inbox.storage.documents import BusinessHoursDocument, CustomStatusDocument, GroupDocument, with_fields
from queueing.settings.queue_checks import check_ids_exist, check_name_free
from queueing.settings.team_models import (
    BusinessHours,
    BusinessHoursFields,
    CustomStatus,
    Group,
    GroupFields,
    StatusFields,
)

FieldsT = TypeVar("FieldsT", bound=msgspec.Struct)
ViewT = TypeVar("ViewT", bound=msgspec.Struct)
SettingDocument = GroupDocument | CustomStatusDocument | BusinessHoursDocument
Check = Callable[[Database, SettingDocument, Session], Awaitable[None]]
Changed = Callable[[Database, SettingDocument, datetime, Session], Awaitable[None]]


async def _anything_goes(_: Database, __: SettingDocument, ___: Session) -> None:
    """Check nothing beyond the model."""


async def _nothing_follows(_: Database, __: SettingDocument, ___: datetime, ____: Session) -> None:
    """Change nothing else."""


async def _move_targets(database: Database, hours: SettingDocument, now: datetime, session: Session) -> None:
    """Have the answers that are due in these opening hours counted anew, nothing into the past."""
    using = {
        "workspace_id": hours["workspace_id"],
        "business_hours_id": hours["_id"],
        "targets_set_at": {"$type": "date"},
    }
    for queue in await database.queues.find(using, {"_id": 1}, session=session).to_list(None):
        own = {"_id": queue["_id"], "workspace_id": hours["workspace_id"]}
        await database.queues.update_one(own, {"$set": {"targets_set_at": now}}, session=session)
        await note_recheck(database, hours["workspace_id"], RuleOwner.QUEUE, queue["_id"], session=session)


async def _supervisors_exist(database: Database, group: SettingDocument, session: Session) -> None:
    await check_ids_exist(database, "operators", group, "supervisor_ids", "operator", session=session)


@dataclass(frozen=True, kw_only=True)
class Use:
    """Who may refer to a setting: a field of a collection."""

    collection: str
    field: str
    words: str


@dataclass(frozen=True, kw_only=True)
class SettingKind(Generic[FieldsT, ViewT]):
    """A kind of setting: where it is stored, what it looks like, who uses it."""

    collection: str
    word: str
    fields: type[FieldsT]
    view: type[ViewT]
    uses: tuple[Use, ...]
    check: Check = _anything_goes
    changed: Changed = _nothing_follows


GROUPS: Final = SettingKind(
    collection="groups",
    word="group",
    fields=GroupFields,
    view=Group,
    uses=(
        Use(collection="operators", field="group_ids", words="operators"),
        Use(collection="queues", field="group_ids", words="queues"),
        Use(collection="reply_collections", field="group_ids", words="collections of prepared replies"),
    ),
    check=_supervisors_exist,
)
STATUSES: Final = SettingKind(
    collection="statuses",
    word="status",
    fields=StatusFields,
    view=CustomStatus,
    uses=(
        Use(collection="operators", field="status", words="operators who have it"),
        Use(collection="operators", field="next_status", words="operators who plan it"),
    ),
)
BUSINESS_HOURS: Final = SettingKind(
    collection="business_hours",
    word="set of business hours",
    fields=BusinessHoursFields,
    view=BusinessHours,
    uses=(Use(collection="queues", field="business_hours_id", words="queues"),),
    changed=_move_targets,
)


class SettingStore(Generic[FieldsT, ViewT]):
    """The settings of one kind, of all workspaces."""

    def __init__(self, database: Database, clock: Clock, kind: SettingKind[FieldsT, ViewT]) -> None:
        self._database = database
        self._collection = getattr(database, kind.collection)
        self._clock = clock
        self._kind = kind

    async def create(self, workspace_id: str, fields: FieldsT, *, session: Session) -> ViewT:
        """Make one. Raises `ProblemError` (`invalid_request`, `duplicate`)."""
        made = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            **to_document(fields),
            "created_at": self._clock.now(),
        }
        document = cast(SettingDocument, made)
        await lock_routing(self._database, workspace_id, session=session)
        await self._check(document, session)
        await self._collection.insert_one(document, session=session)
        return self._view(document)

    async def get(self, workspace_id: str, id_: str) -> ViewT:
        """Get one. Raises `ProblemError` (`not_found`)."""
        return self._view(await self._find(workspace_id, id_))

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[ViewT]:
        """List all, oldest first."""
        after = decode_cursor(cursor, str) or ""
        found = self._collection.find({"workspace_id": workspace_id, "_id": {"$gt": after}})
        documents = await found.sort("_id", 1).limit(limit + 1).to_list(None)
        page = cut_page(documents, limit, lambda document: document["_id"])
        return Page(items=[self._view(document) for document in page.items], next_cursor=page.next_cursor)

    async def patch(self, workspace_id: str, id_: str, patch: Mapping[str, Any]) -> ViewT:
        """Merge a patch (RFC 7396). Raises `ProblemError` (`not_found`, `invalid_request`, `duplicate`)."""

        async def change(session: Session) -> ViewT:
            await lock_routing(self._database, workspace_id, session=session)
            stored = await self._find(workspace_id, id_, session=session)
            own = set(self._kind.fields.__struct_encode_fields__)
            current = {name: value for name, value in stored.items() if name in own}
            changed = to_document(apply_patch(current, patch, self._kind.fields))
            await self._check(with_fields(stored, changed), session)
            await self._collection.update_one(
                {"_id": id_, "workspace_id": workspace_id}, {"$set": changed}, session=session
            )
            await self._kind.changed(self._database, stored, self._clock.now(), session)
            return self._view(with_fields(stored, changed))

        return await self._database.transaction(change, line=routing_line(workspace_id))

    async def delete(self, workspace_id: str, id_: str) -> None:
        """Delete one that nothing uses. Raises `ProblemError` (`not_found`, `in_use`)."""

        async def remove(session: Session) -> None:
            await lock_routing(self._database, workspace_id, session=session)
            await self._find(workspace_id, id_, session=session)
            await self._refuse_if_used(workspace_id, id_, session)
            await self._collection.delete_one({"_id": id_, "workspace_id": workspace_id}, session=session)

        await self._database.transaction(remove, line=routing_line(workspace_id))

    async def _check(self, document: SettingDocument, session: Session) -> None:
        kind = self._kind
        await check_name_free(self._database, kind.collection, document, kind.word, session=session)
        await kind.check(self._database, document, session)

    async def _find(self, workspace_id: str, id_: str, *, session: Session | None = None) -> SettingDocument:
        stored: SettingDocument | None = await self._collection.find_one(
            {"_id": id_, "workspace_id": workspace_id}, session=session
        )
        if stored is None:
            raise not_found(self._kind.word)
        return stored

    async def _refuse_if_used(self, workspace_id: str, id_: str, session: Session) -> None:
        found = []
        for use in self._kind.uses:
            wanted = {"workspace_id": workspace_id, use.field: id_}
            number = await getattr(self._database, use.collection).count_documents(wanted, session=session)
            if number:
                found.append(f"{number} {use.words}")
        if found:
            raise ProblemError("in_use", f"The {self._kind.word} is in use: {', '.join(found)}. Change them first.")

    def _view(self, document: SettingDocument) -> ViewT:
        return read_as(document, self._kind.view)
