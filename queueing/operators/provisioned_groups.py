"""Groups as a directory has them: made, changed and removed by SCIM. Operators name their groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.channel.channel_queue import lock_routing, routing_line
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import read_as
from inbox.people.access import Caller
from inbox.people.accounts import Name, Operator
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session, has_fields
from inbox.storage.documents import Condition, Fields, GroupDocument, OperatorDocument, with_fields
from queueing.operators.operator_statuses import tell_of_operator
from queueing.operators.provisioning import MOST_PEOPLE
from queueing.settings.queue_checks import check_name_free

MOST_GROUPS: Final = 10_000
_THERE: Final[Condition] = {"removed_at": {"$exists": False}}
_HOLDERS: Final = (("queues", "queues"), ("reply_collections", "collections of prepared replies"))

Members = Mapping[str, Sequence[OperatorDocument]]
"""Group → who is in it."""


class ProvisionedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group as a directory wants it."""

    name: Name
    external_id: str | None = None
    member_ids: Annotated[frozenset[str], Meta(max_length=MOST_PEOPLE)] = frozenset()


class GroupWithMembers(msgspec.Struct, frozen=True):
    """A group and its members."""

    group: GroupDocument
    members: Sequence[OperatorDocument]


Decide = Callable[[GroupWithMembers], ProvisionedGroup]


class ProvisionedGroups:
    """The groups of all workspaces, as directories see them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def groups(self, workspace_id: str) -> list[GroupWithMembers]:
        """Return all, oldest first."""
        found = self._database.groups.find({"workspace_id": workspace_id}).sort("_id", 1)
        groups = await found.limit(MOST_GROUPS).to_list(None)
        members = await self._members(workspace_id)
        return [GroupWithMembers(group, members.get(group["_id"], ())) for group in groups]

    async def group(self, workspace_id: str, group_id: str, *, session: Session = None) -> GroupWithMembers:
        """Return one. Raises `ProblemError` (`not_found`)."""
        wanted: Condition = {"_id": group_id, "workspace_id": workspace_id}
        found = await self._database.groups.find_one(wanted, session=session)
        if found is None:
            raise not_found("group")
        return GroupWithMembers(found, (await self._members(workspace_id, session=session)).get(group_id, ()))

    async def create(self, caller: Caller, wanted: ProvisionedGroup) -> GroupWithMembers:
        """Make a group. Raises `ProblemError` (`duplicate`, `invalid_request`)."""
        group: GroupDocument = {
            "_id": new_id(),
            "workspace_id": caller.workspace_id,
            "name": wanted.name,
            "supervisor_ids": [],
            "created_at": self._clock.now(),
        }
        if wanted.external_id is not None:
            group["external_id"] = wanted.external_id

        async def work(session: Session) -> GroupWithMembers:
            await lock_routing(self._database, caller.workspace_id, session=session)
            await check_name_free(self._database, "groups", group, "group", session=session)
            await self._database.groups.insert_one(group, session=session)
            await self._set_members(group, (), wanted.member_ids, session)
            await self._note(caller, Act.GROUP_PROVISIONED, group["_id"], session)
            return await self.group(caller.workspace_id, group["_id"], session=session)

        return await self._database.transaction(work, line=routing_line(caller.workspace_id))

    async def change(self, caller: Caller, group_id: str, decide: Decide) -> GroupWithMembers:
        """Make a group what `decide` says of how it is.

        Raises:
            ProblemError: `not_found`, `duplicate`, `invalid_request`, and what `decide` raises.
        """

        async def work(session: Session) -> GroupWithMembers:
            await lock_routing(self._database, caller.workspace_id, session=session)
            before = await self.group(caller.workspace_id, group_id, session=session)
            wanted = decide(before)
            fields: Fields = {"name": wanted.name, "external_id": wanted.external_id}
            changed = with_fields(before.group, fields)
            await check_name_free(self._database, "groups", changed, "group", session=session)
            own: Condition = {"_id": group_id, "workspace_id": caller.workspace_id}
            await self._database.groups.update_one(own, {"$set": fields}, session=session)
            await self._set_members(before.group, before.members, wanted.member_ids, session)
            await self._note(caller, Act.GROUP_PROVISIONED, group_id, session)
            return await self.group(caller.workspace_id, group_id, session=session)

        return await self._database.transaction(work, line=routing_line(caller.workspace_id))

    async def remove(self, caller: Caller, group_id: str) -> None:
        """Delete a group, whoever is in it. Raises `ProblemError` (`not_found`, `in_use` where a queue names it)."""

        async def work(session: Session) -> None:
            await lock_routing(self._database, caller.workspace_id, session=session)
            before = await self.group(caller.workspace_id, group_id, session=session)
            await self._check_unused(caller.workspace_id, group_id, session)
            await self._set_members(before.group, before.members, frozenset(), session)
            own: Condition = {"_id": group_id, "workspace_id": caller.workspace_id}
            await self._database.groups.delete_one(own, session=session)
            await self._note(caller, Act.GROUP_REMOVED_BY_DIRECTORY, group_id, session)

        await self._database.transaction(work, line=routing_line(caller.workspace_id))

    async def _members(self, workspace_id: str, *, session: Session = None) -> Members:
        people = self._database.operators.find({"workspace_id": workspace_id, **_THERE}, session=session)
        members: dict[str, list[OperatorDocument]] = {}
        for person in await people.limit(MOST_PEOPLE).to_list(None):
            for group_id in person.get("group_ids", ()):
                members.setdefault(group_id, []).append(person)
        return members

    async def _set_members(
        self, group: GroupDocument, before: Sequence[OperatorDocument], wanted: frozenset[str], session: Session
    ) -> None:
        """Have exactly these people name the group. Raises `ProblemError` (`invalid_request`) for who is not there."""
        had = {person["_id"] for person in before}
        known: Condition = {"workspace_id": group["workspace_id"], "_id": {"$in": sorted(wanted - had)}, **_THERE}
        joining = await self._database.operators.find(known, session=session).to_list(None)
        if len(joining) < len(wanted - had):
            raise field_problem("/members", "must be users of this workspace")
        for person in joining:
            await self._move(group, person, [*person.get("group_ids", ()), group["_id"]], session)
        for person in before:
            if person["_id"] not in wanted:
                left = [one for one in person.get("group_ids", ()) if one != group["_id"]]
                await self._move(group, person, left, session)

    async def _move(
        self, group: GroupDocument, person: OperatorDocument, group_ids: Sequence[str], session: Session
    ) -> None:
        own: Condition = {"_id": person["_id"], "workspace_id": group["workspace_id"]}
        fields: Fields = {"group_ids": list(group_ids)}
        if has_fields(person, fields):
            return
        await self._database.operators.update_one(own, {"$set": fields}, session=session)
        view, now = read_as(with_fields(person, fields), Operator), self._clock.now()
        await tell_of_operator(self._database, group["workspace_id"], view, at=now, session=session)

    async def _check_unused(self, workspace_id: str, group_id: str, session: Session) -> None:
        wanted: Condition = {"workspace_id": workspace_id, "group_ids": group_id}
        for collection, words in _HOLDERS:
            if await getattr(self._database, collection).find_one(wanted, {"_id": 1}, session=session) is not None:
                raise ProblemError("in_use", f"The group is named by {words}: take it out there first.")

    async def _note(self, caller: Caller, act: Act, group_id: str, session: Session) -> None:
        await write_audit(self._database, caller, AuditNote(act, group_id), at=self._clock.now(), session=session)
