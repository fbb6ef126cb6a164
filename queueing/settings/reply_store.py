"""Prepared replies: kept in collections, with their versions; offered to the operators of the collections' groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from inbox.channel.channel_queue import lock_routing
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.foundation.structs import from_document, read_as, to_document
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import (
    Condition,
    PreparedReplyDocument,
    ReplyCollectionDocument,
    ReplyVersionDocument,
    with_fields,
)
from queueing.settings.queue_checks import check_ids_exist
from queueing.settings.reply_checks import check_reply, check_version, shortcut_free
from queueing.settings.reply_models import (
    PreparedReply,
    PreparedReplyFields,
    RepliesQuery,
    ReplyCollection,
    ReplyCollectionFields,
    ReplyVersion,
)
from queueing.settings.team_settings import SettingDocument, SettingKind, Use

VERSIONS_KEPT: Final = 50
"""Of one reply: a change a week for a year."""
_NAMES: Final = set(PreparedReplyFields.__struct_encode_fields__)


async def _groups_exist(database: Database, collection: SettingDocument, session: Session) -> None:
    await check_ids_exist(database, "groups", collection, "group_ids", "group", session=session)


REPLY_COLLECTIONS: Final = SettingKind(
    collection="reply_collections",
    word="collection of prepared replies",
    fields=ReplyCollectionFields,
    view=ReplyCollection,
    uses=(Use(collection="prepared_replies", field="collection_id", words="prepared replies in it"),),
    check=_groups_exist,
)


class ReplyStore:
    """The prepared replies of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self, caller: Caller, collection_id: str, fields: PreparedReplyFields, *, session: Session
    ) -> PreparedReply:
        """Make one in a collection. Raises `ProblemError` (`not_found`, `invalid_request`, `duplicate`)."""
        await self._collection(caller, collection_id, session)
        now = self._clock.now()
        made = {"_id": new_id(), "workspace_id": caller.workspace_id, "collection_id": collection_id}
        document = cast(
            PreparedReplyDocument,
            {**made, **to_document(fields), "version": 1, "created_at": now, "updated_at": now},
        )
        await check_reply(self._database, document, session=session)
        with shortcut_free():
            await self._database.prepared_replies.insert_one(document, session=session)
        await self._keep_version(document, caller, session)
        return read_as(document, PreparedReply)

    async def get(self, caller: Caller, reply_id: str, *, session: Session = None) -> PreparedReply:
        """Get one that the caller may see. Raises `ProblemError` (`not_found`)."""
        return read_as(await self.find(caller, reply_id, session=session), PreparedReply)

    async def find(self, caller: Caller, reply_id: str, *, session: Session = None) -> PreparedReplyDocument:
        """Read one that the caller may see, as it is stored. Raises `ProblemError` (`not_found`)."""
        wanted = {"_id": reply_id, "workspace_id": caller.workspace_id}
        found = await self._database.prepared_replies.find_one(wanted, session=session)
        offered = found is not None and await self._is_offered(caller, found, session)
        if found is None or not offered:
            raise not_found("prepared reply")
        return found

    async def list_offered(self, caller: Caller, query: RepliesQuery) -> Page[PreparedReply]:
        """List what the caller is offered, oldest first: what is active in active collections of their groups."""
        condition: Condition = {"collection_id": {"$in": await self._offered_ids(caller)}, "active": True}
        if query.shortcut is not None:
            condition["shortcut"] = query.shortcut
        return await self._page(caller, condition, limit=query.limit, cursor=query.cursor)

    async def list_in(
        self, caller: Caller, collection_id: str, *, limit: int, cursor: str | None
    ) -> Page[PreparedReply]:
        """List the replies of a collection, oldest first. Raises `ProblemError` (`not_found`)."""
        await self._collection(caller, collection_id, None)
        active: Condition = {} if caller.sees_all else {"active": True}
        return await self._page(caller, {"collection_id": collection_id, **active}, limit=limit, cursor=cursor)

    async def patch(
        self, caller: Caller, reply_id: str, patch: Mapping[str, Any], *, version: int | None
    ) -> PreparedReply:
        """Merge a patch (RFC 7396) into a reply: it becomes the next version.

        Raises:
            ProblemError: `not_found`, `invalid_request`, `duplicate`; `stale_state` if `version` is not the newest.
        """

        async def change(session: Session) -> PreparedReply:
            stored = await self.find(caller, reply_id, session=session)
            check_version(stored, version)
            current = {name: value for name, value in stored.items() if name in _NAMES}
            fields = to_document(apply_patch(current, patch, PreparedReplyFields))
            news = {**fields, "version": stored["version"] + 1, "updated_at": self._clock.now()}
            changed = with_fields(stored, news)
            await check_reply(self._database, changed, session=session)
            ours = {"_id": reply_id, "workspace_id": caller.workspace_id}
            with shortcut_free():
                await self._database.prepared_replies.update_one(ours, {"$set": news}, session=session)
            await self._keep_version(changed, caller, session)
            return read_as(changed, PreparedReply)

        return await self._database.transaction(change)

    async def delete(self, caller: Caller, reply_id: str) -> None:
        """Delete one with its versions. Raises `ProblemError` (`not_found`)."""

        async def remove(session: Session) -> None:
            await self.find(caller, reply_id, session=session)
            of_workspace = {"workspace_id": caller.workspace_id}
            await self._database.prepared_replies.delete_one({"_id": reply_id, **of_workspace}, session=session)
            await self._database.reply_versions.delete_many({"reply_id": reply_id, **of_workspace}, session=session)

        await self._database.transaction(remove)

    async def versions(self, caller: Caller, reply_id: str) -> Page[ReplyVersion]:
        """List what a reply said in its versions, the newest first. Raises `ProblemError` (`not_found`)."""
        await self.find(caller, reply_id)
        of_reply = {"workspace_id": caller.workspace_id, "reply_id": reply_id}
        found = await self._database.reply_versions.find(of_reply).sort("version", -1).to_list(None)
        return Page(items=[from_document(dict(version), ReplyVersion) for version in found])

    async def _page(
        self, caller: Caller, condition: Condition, *, limit: int, cursor: str | None
    ) -> Page[PreparedReply]:
        after = decode_cursor(cursor, str) or ""
        wanted = {"workspace_id": caller.workspace_id, **condition, "_id": {"$gt": after}}
        found = self._database.prepared_replies.find(wanted).sort("_id", 1)
        page = cut_page(await found.limit(limit + 1).to_list(None), limit, lambda document: document["_id"])
        return Page(items=[read_as(one, PreparedReply) for one in page.items], next_cursor=page.next_cursor)

    async def _collection(self, caller: Caller, collection_id: str, session: Session) -> ReplyCollectionDocument:
        """Read a collection that the caller may see, and that stays while the transaction writes into it."""
        wanted = {"_id": collection_id, "workspace_id": caller.workspace_id}
        if session is not None:
            await lock_routing(self._database, caller.workspace_id, session=session)
        found = await self._database.reply_collections.find_one(wanted, session=session)
        if found is None or not (caller.sees_all or collection_id in await self._offered_ids(caller)):
            raise not_found("collection of prepared replies")
        return found

    async def _is_offered(self, caller: Caller, reply: PreparedReplyDocument, session: Session) -> bool:
        if caller.sees_all:
            return True
        return reply["active"] and reply["collection_id"] in await self._offered_ids(caller, session)

    async def _offered_ids(self, caller: Caller, session: Session = None) -> list[str]:
        """Name the active collections of the caller's groups; all active ones for who sees everything."""
        active: Condition = {"workspace_id": caller.workspace_id, "active": True}
        if not caller.sees_all:
            me = {"_id": caller.id, "workspace_id": caller.workspace_id}
            operator = await self._database.operators.find_one(me, {"group_ids": 1}, session=session)
            active["group_ids"] = {"$in": operator["group_ids"] if operator else []}
        found = self._database.reply_collections.find(active, {"_id": 1}, session=session)
        return [collection["_id"] async for collection in found]

    async def _keep_version(self, reply: PreparedReplyDocument, caller: Caller, session: Session) -> None:
        version: ReplyVersionDocument = {
            "_id": f"{reply['_id']}:{reply['version']}",
            "workspace_id": reply["workspace_id"],
            "reply_id": reply["_id"],
            "version": reply["version"],
            "title": reply["title"],
            "translations": reply["translations"],
            "at": reply["updated_at"],
            "by": f"{caller.kind}:{caller.id}",
        }
        await self._database.reply_versions.insert_one(version, session=session)
        old = {"reply_id": reply["_id"], "version": {"$lte": reply["version"] - VERSIONS_KEPT}}
        old["workspace_id"] = reply["workspace_id"]
        await self._database.reply_versions.delete_many(old, session=session)
