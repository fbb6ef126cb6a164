"""`gateway workspace second-factor`: for when nobody is left who could help from within the workspace."""

from __future__ import annotations

from typing import Final

from inbox.foundation.problems import ProblemError
from inbox.foundation.settings import Settings
from inbox.people.accounts import fold_email, get_workspace, patch_workspace
from inbox.people.audit import Act, AuditNote, write_command_audit
from inbox.people.second_factor import SecondFactors
from inbox.storage.database import Session
from inbox.storage.documents import Condition
from inbox.storage.runtime import Runtime, open_runtime

PAGE: Final = 500


class NotDoneError(Exception):
    """It can't be done; the message says why."""


async def second_factors_of(settings: Settings, workspace_id: str, *, remove_from: str | None, lift: bool) -> str:
    """Take a second factor away, or lift the rule; return the text that says who has one. Both stand in the log.

    Raises:
        NotDoneError: for a workspace or a person that is not there.
    """
    async with open_runtime(settings) as runtime:
        try:
            await get_workspace(runtime.database, workspace_id)
        except ProblemError:
            raise NotDoneError(f"--id: there is no workspace {workspace_id}") from None
        if remove_from is not None:
            await _remove(runtime, workspace_id, remove_from)
        if lift:
            await _lift(runtime, workspace_id)
        return await _told(runtime, workspace_id)


async def _remove(runtime: Runtime, workspace_id: str, email: str) -> None:
    whose: Condition = {"workspace_id": workspace_id, "email": fold_email(email)}
    person = await runtime.database.operators.find_one(whose, {"_id": 1})
    if person is None:
        raise NotDoneError(f"--remove-from: nobody of the workspace has the address {email}")
    noted = AuditNote(Act.SECOND_FACTOR_REMOVED, object_id=person["_id"])

    async def work(session: Session) -> None:
        factors = SecondFactors(runtime.database, runtime.secret_box)
        await factors.remove(workspace_id, person["_id"], session=session)
        await write_command_audit(runtime.database, workspace_id, noted, at=runtime.clock.now(), session=session)

    await runtime.database.transaction(work)


async def _lift(runtime: Runtime, workspace_id: str) -> None:
    noted = AuditNote(Act.WORKSPACE_CHANGED, object_id=workspace_id, fields=("settings.second_factor_required",))

    async def work(session: Session) -> None:
        rule = {"settings": {"second_factor_required": False}}
        await patch_workspace(runtime.database, workspace_id, rule, session=session)
        await write_command_audit(runtime.database, workspace_id, noted, at=runtime.clock.now(), session=session)

    await runtime.database.transaction(work)


async def _told(runtime: Runtime, workspace_id: str) -> str:
    workspace = await get_workspace(runtime.database, workspace_id)
    lines = [f"second factor demanded: {'yes' if workspace.settings.second_factor_required else 'no'}"]
    factors, cursor = SecondFactors(runtime.database, runtime.secret_box), None
    while True:
        page = await factors.list(workspace_id, limit=PAGE, cursor=cursor)
        lines += [f"{'has one' if one.enabled else 'lacks it'}  {one.email}" for one in page.items]
        if (cursor := page.next_cursor) is None:
            return "\n".join(lines)
