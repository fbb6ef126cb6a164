"""People as a directory has them: made, changed and removed by SCIM.

Whoever is deactivated is out at once: sign-ins, links and the keys that they made end in the same transaction, and
nothing more is distributed to them. Then their conversations go back to their queues, with their old places.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from inbox.channel.channel_queue import lock_routing, routing_line
from inbox.conversation.routing_notes import RoutingRule, who
from inbox.foundation.clock import Clock
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import read_as
from inbox.model.operator_status import OperatorStatus
from inbox.people.access import Caller, Role
from inbox.people.accounts import Email, Name, NewOperator, Operator, fold_email, operator_document, store_operator
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.people.sessions import shut_out
from inbox.storage.database import Database, Session, has_fields
from inbox.storage.documents import Condition, Fields, OperatorDocument, ProvisionedDocument, with_fields
from queueing.operators.operator_removal import check_owner_remains, leave_teams
from queueing.operators.operator_rules import StatusPlan, check_may_change, check_may_grant
from queueing.operators.operator_statuses import PlanChange, Reason, StatusCause, change_status, tell_of_operator
from queueing.transfers.queue_moves import put_back

MOST_PEOPLE: Final = 10_000
"""Read at once; a workspace with more is none that one inbox serves."""
_THERE: Final[Condition] = {"removed_at": {"$exists": False}}


class Provisioned(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a directory wants them.

    Attributes:
        user_name: How the directory calls them; unique whatever its case.
        name: What colleagues see.
        role: None: the role that they have, or for a new one that of an operator.
        called: What else the directory says, as it is kept.
    """

    user_name: str
    email: Email
    name: Name
    active: bool = True
    role: Role | None = None
    called: ProvisionedDocument = {}


class Provisioning:
    """The people of all workspaces, as directories see them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def people(self, workspace_id: str) -> list[OperatorDocument]:
        """Return all, by e-mail address."""
        found = self._database.operators.find({"workspace_id": workspace_id, **_THERE}).sort("email", 1)
        return await found.limit(MOST_PEOPLE).to_list(None)

    async def person(self, workspace_id: str, person_id: str, *, session: Session = None) -> OperatorDocument:
        """Return one. Raises `ProblemError` (`not_found`)."""
        wanted: Condition = {"_id": person_id, "workspace_id": workspace_id, **_THERE}
        found = await self._database.operators.find_one(wanted, session=session)
        if found is None:
            raise not_found("user")
        return found

    async def create(self, caller: Caller, wanted: Provisioned) -> OperatorDocument:
        """Add a person; one whom a directory had removed comes back.

        Raises:
            ProblemError: `duplicate`, `forbidden`.
        """
        role = wanted.role or Role.OPERATOR
        check_may_grant(caller.role, role)
        new = NewOperator(name=wanted.name, email=wanted.email, role=role)
        fresh = await operator_document(caller.workspace_id, new, self._clock.now())

        async def work(session: Session) -> OperatorDocument:
            await lock_routing(self._database, caller.workspace_id, session=session)
            await self._check_unique(caller.workspace_id, wanted, None, session)
            removed = await self._removed(caller.workspace_id, wanted.email, session)
            if removed is not None:
                check_may_change(caller.role, Role(removed["role"]))
                made = await self._come_back(removed, wanted, role, session)
            else:
                made = with_fields(fresh, {"active": wanted.active, "scim": wanted.called})
                await store_operator(self._database, made, session=session)
            await self._note(caller, Act.PERSON_PROVISIONED, made, session)
            return made

        return await self._database.transaction(work, line=routing_line(caller.workspace_id))

    async def change(
        self, caller: Caller, person_id: str, decide: Callable[[OperatorDocument], Provisioned]
    ) -> OperatorDocument:
        """Make a person what `decide` says of how they are.

        Raises:
            ProblemError: `not_found`, `forbidden`, `duplicate`, `conflict` for the last owner; what `decide` raises.
        """

        async def work(session: Session) -> OperatorDocument:
            await lock_routing(self._database, caller.workspace_id, session=session)
            before = await self.person(caller.workspace_id, person_id, session=session)
            wanted = decide(before)
            await self._check(caller, before, wanted, session)
            after = await self._store(caller, before, wanted, session)
            await self._note(caller, Act.PERSON_PROVISIONED, after, session)
            return after

        after = await self._database.transaction(work, line=routing_line(caller.workspace_id))
        if not after["active"]:
            await self._give_back(caller.workspace_id, person_id)
        return after

    async def remove(self, caller: Caller, person_id: str) -> None:
        """Deactivate a person and take them out of queues and groups; the directory does not see them any more.

        Raises:
            ProblemError: `not_found`, `forbidden`, `conflict` for the last owner.
        """

        async def work(session: Session) -> None:
            await lock_routing(self._database, caller.workspace_id, session=session)
            before = await self.person(caller.workspace_id, person_id, session=session)
            check_may_change(caller.role, Role(before["role"]))
            if before["active"] and before["role"] == Role.OWNER.value:
                await check_owner_remains(self._database, before, session=session)
            now = self._clock.now()
            await self._put_out(caller, before, {"removed_at": now}, now, session)
            await leave_teams(self._database, before, now, session)
            await self._note(caller, Act.PERSON_REMOVED_BY_DIRECTORY, before, session)

        await self._database.transaction(work, line=routing_line(caller.workspace_id))
        await self._give_back(caller.workspace_id, person_id)

    async def _check(self, caller: Caller, before: OperatorDocument, wanted: Provisioned, session: Session) -> None:
        old = Role(before["role"])
        role = wanted.role or old
        check_may_change(caller.role, old)
        if role is not old:
            check_may_grant(caller.role, role)
        if before["active"] and old is Role.OWNER and not (wanted.active and role is Role.OWNER):
            await check_owner_remains(self._database, before, session=session)
        await self._check_unique(caller.workspace_id, wanted, before["_id"], session)

    async def _check_unique(self, workspace_id: str, wanted: Provisioned, own_id: str | None, session: Session) -> None:
        """Refuse a name or an address that somebody else has. Raises `ProblemError` (`duplicate`)."""
        found = self._database.operators.find(
            {"workspace_id": workspace_id}, {"email": 1, "scim": 1, "removed_at": 1}, session=session
        )
        for other in await found.limit(MOST_PEOPLE).to_list(None):
            if other["_id"] == own_id or ("removed_at" in other and own_id is None):
                continue
            if other["email"] == fold_email(wanted.email):
                raise _duplicate("/emails", "Somebody with this e-mail address is already in the workspace.")
            if "removed_at" not in other and user_name_of(other).casefold() == wanted.user_name.casefold():
                raise _duplicate("/userName", "Somebody with this userName is already in the workspace.")

    async def _removed(self, workspace_id: str, email: str, session: Session) -> OperatorDocument | None:
        wanted: Condition = {"workspace_id": workspace_id, "email": fold_email(email)}
        return await self._database.operators.find_one(wanted, session=session)

    async def _come_back(
        self, removed: OperatorDocument, wanted: Provisioned, role: Role, session: Session
    ) -> OperatorDocument:
        own: Condition = {"_id": removed["_id"], "workspace_id": removed["workspace_id"]}
        await shut_out(self._database, removed["workspace_id"], removed["_id"], session=session)
        fields: Fields = {**_fields(wanted, role), "active": wanted.active}
        await self._database.operators.update_one(own, {"$set": fields, "$unset": {"removed_at": ""}}, session=session)
        return with_fields(removed, fields)

    async def _store(
        self, caller: Caller, before: OperatorDocument, wanted: Provisioned, session: Session
    ) -> OperatorDocument:
        now, fields = self._clock.now(), _fields(wanted, wanted.role or Role(before["role"]))
        if has_fields(before, {**fields, "active": wanted.active}):
            return before
        if before["active"] and not wanted.active:
            await self._put_out(caller, before, fields, now, session)
            return with_fields(before, {**fields, "active": False})
        if wanted.active and not before["active"]:
            # A sign-in that was under way while they were deactivated left a token, which must not wake up again.
            await shut_out(self._database, before["workspace_id"], before["_id"], session=session)
        own: Condition = {"_id": before["_id"], "workspace_id": before["workspace_id"]}
        after = with_fields(before, {**fields, "active": wanted.active})
        changed = {"$set": {**fields, "active": wanted.active}}
        await self._database.operators.update_one(own, changed, session=session)
        view = read_as(after, Operator)
        await tell_of_operator(self._database, before["workspace_id"], view, at=now, session=session)
        return after

    async def _put_out(
        self, caller: Caller, before: OperatorDocument, fields: Fields, now: datetime, session: Session
    ) -> None:
        """End every way in, and let nothing more be distributed to them."""
        await shut_out(self._database, before["workspace_id"], before["_id"], session=session)
        cause = StatusCause(Reason.DEACTIVATED, who(caller))
        further = {**fields, "active": False, "presence_until": None}
        change = PlanChange(StatusPlan(OperatorStatus.OFFLINE.value), cause, further)
        await change_status(self._database, before, change, at=now, session=session)

    async def _give_back(self, workspace_id: str, person_id: str) -> None:
        """Put what somebody had back into its queues, one after the other.

        What a kill left goes by `queueing.deadlines.returning`.
        """

        async def one(session: Session) -> bool:
            held: Condition = {"workspace_id": workspace_id, "open": True, "operator_id": person_id}
            before = await self._database.conversations.find_one(held, sort=[("queued_at", 1)], session=session)
            if before is None:
                return False
            rule = RoutingRule.OPERATOR_REMOVED
            await put_back(self._database, before, rule, at=self._clock.now(), session=session)
            return True

        while await self._database.transaction(one):
            pass

    async def _note(self, caller: Caller, act: Act, person: OperatorDocument, session: Session) -> None:
        noted = AuditNote(act, person["_id"])
        await write_audit(self._database, caller, noted, at=self._clock.now(), session=session)


def user_name_of(person: OperatorDocument) -> str:
    """Return how a directory calls somebody; who came otherwise is called by the e-mail address."""
    return person.get("scim", {}).get("user_name", person["email"])


def _fields(wanted: Provisioned, role: Role) -> Fields:
    return {"name": wanted.name, "email": fold_email(wanted.email), "role": role.value, "scim": wanted.called}


def _duplicate(pointer: str, detail: str) -> ProblemError:
    return ProblemError("duplicate", detail, errors=[FieldError(pointer, "is already in use")])
