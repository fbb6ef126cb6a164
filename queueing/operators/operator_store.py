"""Operators: adding, changing, inviting. Removing them is in `queueing.operators.operator_removal`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.channel.channel_queue import lock_routing, routing_line
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch
from inbox.foundation.problems import FieldError, ProblemError
from inbox.foundation.structs import read_as, to_document
from inbox.people.access import Caller, Role
from inbox.people.accounts import (
    Capacity,
    GroupIds,
    Name,
    NewOperator,
    Operator,
    Skills,
    issue_password_token,
    operator_document,
    store_operator,
)
from inbox.people.sessions import shut_out
from inbox.people.tokens import PASSWORD_LINK_VALID
from inbox.storage.database import Database, Document, Session, has_fields
from inbox.storage.documents import OperatorDocument, with_fields
from queueing.operators.operator_removal import check_owner_remains, retire
from queueing.operators.operator_rules import check_may_change, check_may_grant, check_may_set
from queueing.operators.operator_statuses import find_operator, tell_of_operator
from queueing.settings.queue_checks import check_ids_exist


class OperatorFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of an operator."""

    name: Name
    role: Role = Role.OPERATOR
    capacity: Capacity | None = None
    active: bool = True
    group_ids: GroupIds = ()
    skills: Skills = {}


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """An operator, and the token with which they set a password, once, until it expires."""

    operator: Operator
    token: str
    expires_at: datetime


_FIELDS: Final = frozenset(OperatorFields.__struct_fields__)


class OperatorStore:
    """The operators of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prepare(self, caller: Caller, new: NewOperator) -> OperatorDocument:
        """Make the document of an operator to add, before any transaction begins.

        Raises `ProblemError` (`forbidden`).
        """
        check_may_grant(caller.role, new.role)
        return await operator_document(caller.workspace_id, new, self._clock.now())

    async def create(self, caller: Caller, prepared: OperatorDocument, *, session: Session) -> Operator:
        """Add an operator as prepared. Raises `ProblemError` (`duplicate`, `invalid_request`)."""
        await lock_routing(self._database, caller.workspace_id, session=session)
        await check_ids_exist(self._database, "groups", prepared, "group_ids", "group", session=session)
        operator = await store_operator(self._database, prepared, session=session)
        await tell_of_operator(self._database, caller.workspace_id, operator, at=self._clock.now(), session=session)
        return operator

    async def invite(self, caller: Caller, prepared: OperatorDocument, *, session: Session) -> Invited:
        """Add an operator as prepared, who sets a password by link; one who has not done so yet gets another link.

        Raises:
            ProblemError: `duplicate` if they have a password already, `forbidden`, `invalid_request`.
        """
        known: OperatorDocument | None = await self._database.operators.find_one(
            {"workspace_id": caller.workspace_id, "email": prepared["email"]}, session=session
        )
        if known is None:
            return await self._link(await self.create(caller, prepared, session=session), caller, session)
        if known["password_hash"] is not None or not known["active"]:
            raise ProblemError(
                "duplicate",
                "An operator with this e-mail is already in the workspace.",
                errors=[FieldError("/email", "is already in use")],
            )
        check_may_change(caller.role, Role(known["role"]))
        return await self._link(read_as(known, Operator), caller, session)

    async def patch(self, caller: Caller, operator_id: str, patch: Mapping[str, Any]) -> Operator:
        """Merge a patch (RFC 7396). An operator who is deactivated is signed out.

        Raises:
            ProblemError: `not_found`, `forbidden`, `invalid_request`, `in_use` where the operator to deactivate still
                has conversations, `conflict` for the last owner.
        """

        async def change(session: Session) -> Operator:
            await lock_routing(self._database, caller.workspace_id, session=session)
            before = await find_operator(self._database, caller.workspace_id, operator_id, session=session)
            check_may_set(caller, operator_id, Role(before["role"]), patch if isinstance(patch, Mapping) else ())
            current = {name: value for name, value in before.items() if name in _FIELDS}
            fields = apply_patch(current, patch, OperatorFields)
            await self._check(caller, before, fields, session)
            return await self._store(before, to_document(fields), session)

        return await self._database.transaction(change, line=routing_line(caller.workspace_id))

    async def _check(self, caller: Caller, before: OperatorDocument, fields: OperatorFields, session: Session) -> None:
        old = Role(before["role"])
        if fields.role is not old:
            check_may_grant(caller.role, fields.role)
        if before["active"] and old is Role.OWNER and not (fields.active and fields.role is Role.OWNER):
            await check_owner_remains(self._database, before, session=session)
        named = {"workspace_id": caller.workspace_id, "group_ids": fields.group_ids}
        await check_ids_exist(self._database, "groups", named, "group_ids", "group", session=session)

    async def _store(self, before: OperatorDocument, fields: Document, session: Session) -> Operator:
        if has_fields(before, fields):
            return read_as(before, Operator)
        now = self._clock.now()
        await self._database.operators.update_one(
            {"_id": before["_id"], "workspace_id": before["workspace_id"]}, {"$set": fields}, session=session
        )
        after = with_fields(before, fields)
        if before["active"] and not fields["active"]:
            return await retire(self._database, after, at=now, session=session)
        if fields["active"] and not before["active"]:
            # A sign-in that was under way while they were deactivated left a token, which must not wake up again.
            await shut_out(self._database, before["workspace_id"], before["_id"], session=session)
        view = read_as(after, Operator)
        await tell_of_operator(self._database, before["workspace_id"], view, at=now, session=session)
        return view

    async def _link(self, operator: Operator, caller: Caller, session: Session) -> Invited:
        now = self._clock.now()
        token = await issue_password_token(self._database, caller.workspace_id, operator.id, now, session=session)
        return Invited(operator=operator, token=token, expires_at=now + PASSWORD_LINK_VALID)
