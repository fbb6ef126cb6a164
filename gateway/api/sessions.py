"""Other people's sign-ins: administrators see them and end them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from gateway.api.call import Call, Route, Who
from inbox.people.access import Role
from inbox.people.accounts import Operator, get_operator
from inbox.people.audit import Act
from inbox.people.sessions import SignIns, end_sign_in, end_sign_ins, list_sign_ins
from inbox.storage.database import Session
from queueing.operators.operator_rules import check_may_change


async def show_operator_sign_ins(call: Call[None, None]) -> SignIns:
    """List the sign-ins of an operator that are still good, newest first."""
    theirs = await _theirs(call)
    return await list_sign_ins(call.database, call.workspace_id, theirs.id, call.token or "", now=call.now)


async def end_operator_sign_ins(call: Call[None, None]) -> None:
    """End all sign-ins of an operator, who may sign in again; every process refuses them within a second."""
    theirs = await _theirs(call)
    await _noted(
        call, theirs, lambda session: end_sign_ins(call.database, call.workspace_id, theirs.id, session=session)
    )


async def end_operator_sign_in(call: Call[None, None]) -> None:
    """End one sign-in of an operator: of a phone that was lost, say."""
    theirs, sign_in_id = await _theirs(call), call.path["sign_in_id"]
    await _noted(
        call,
        theirs,
        lambda session: end_sign_in(call.database, call.workspace_id, theirs.id, sign_in_id, session=session),
    )


async def _theirs(call: Call[Any, Any]) -> Operator:
    """Return whose sign-ins are meant. Raises `ProblemError` (`forbidden`) where they rank above the caller."""
    theirs = await get_operator(call.database, call.workspace_id, call.id)
    check_may_change(call.caller.role, Role(theirs.role))
    return theirs


async def _noted(call: Call[Any, Any], theirs: Operator, end: Callable[[Session], Awaitable[None]]) -> None:
    async def work(session: Session) -> None:
        await end(session)
        await call.audit(Act.SIGN_INS_ENDED, theirs.id, session=session)

    await call.database.transaction(work)
    call.tell_signed_out(theirs.id)


_PATH: Final = "/operators/{id}/sessions"
_TAG: Final = "Operators"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path=_PATH,
        handler=show_operator_sign_ins,
        summary="List an operator's sign-ins",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=SignIns,
    ),
    Route(
        method="DELETE",
        path=_PATH,
        handler=end_operator_sign_ins,
        summary="End an operator's sign-ins",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="DELETE",
        path=_PATH + "/{sign_in_id}",
        handler=end_operator_sign_in,
        summary="End one sign-in of an operator",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
)
