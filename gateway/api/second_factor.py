"""The second factor of one's own account, and taking somebody's away who lost the phone."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Route, Who
from inbox.foundation.pages import Page, PageQuery
from inbox.people.access import Role, Scope
from inbox.people.accounts import get_operator, get_workspace
from inbox.people.audit import Act
from inbox.people.second_factor import (
    CodeRequest,
    Enrollment,
    EnrollRequest,
    PersonSecondFactor,
    PersonSecondFactorPage,
    RecoveryCodes,
    SecondFactors,
    SecondFactorState,
    TurnOffRequest,
)
from inbox.people.sessions import end_other_sign_ins
from inbox.storage.database import Session
from queueing.operators.operator_rules import check_may_change


def _factors(call: Call[Any, Any]) -> SecondFactors:
    return call.parts.people.second_factors


async def show_second_factor(call: Call[None, None]) -> SecondFactorState:
    """Tell whether one has a second factor."""
    return await _factors(call).state(call.workspace_id, call.caller.id)


async def begin_second_factor(call: Call[EnrollRequest, None]) -> Enrollment:
    """Begin: the app gets the secret by hand or by a QR code of `uri`. A code of it then turns the second factor on."""
    workspace = await get_workspace(call.database, call.workspace_id)
    return await _factors(call).enroll(
        call.workspace_id, call.caller.id, call.body.password, issuer=workspace.name, now=call.now
    )


async def confirm_second_factor(call: Call[CodeRequest, None]) -> RecoveryCodes:
    """Turn it on. All other sign-ins end; the recovery codes are shown this once."""
    codes = await _factors(call).confirm(call.workspace_id, call.caller.id, call.body.code, now=call.now)
    await end_other_sign_ins(call.database, call.workspace_id, call.caller.id, call.token or "")
    call.parts.people.authenticator.forget(call.token or "")
    return codes


async def renew_recovery_codes(call: Call[CodeRequest, None]) -> RecoveryCodes:
    """Make new recovery codes; all earlier ones are good for nothing then."""
    return await _factors(call).renew_codes(call.workspace_id, call.caller.id, call.body.code, now=call.now)


async def turn_second_factor_off(call: Call[TurnOffRequest, None]) -> None:
    """Turn it off, with the password and a code, unless the workspace demands one."""
    await _factors(call).turn_off(call.workspace_id, call.caller.id, call.body, now=call.now)


async def show_their_second_factor(call: Call[None, None]) -> SecondFactorState:
    """Tell whether an operator has a second factor, and how many recovery codes are left."""
    return await _factors(call).state(call.workspace_id, call.id)


async def show_second_factors(call: Call[None, PageQuery]) -> Page[PersonSecondFactor]:
    """List who has a second factor and who lacks one, by e-mail address. Who was deactivated is left out."""
    return await _factors(call).list(call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def take_second_factor_away(call: Call[None, None]) -> None:
    """Take somebody's second factor away, who lost phone and recovery codes. It stands in the log."""
    theirs = await get_operator(call.database, call.workspace_id, call.id)
    check_may_change(call.caller.role, Role(theirs.role))

    async def work(session: Session) -> None:
        await _factors(call).remove(call.workspace_id, theirs.id, session=session)
        await call.audit(Act.SECOND_FACTOR_REMOVED, theirs.id, session=session)

    await call.database.transaction(work)


_TAG: Final = "Signing in"
_OWN: Final = "/me/second-factor"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path=_OWN,
        handler=show_second_factor,
        summary="Show one's second factor",
        tag=_TAG,
        who=Who.PERSON,
        setting_up=True,
        response=SecondFactorState,
    ),
    Route(
        method="POST",
        path=_OWN,
        handler=begin_second_factor,
        summary="Begin with a second factor",
        tag=_TAG,
        who=Who.PERSON,
        setting_up=True,
        request=EnrollRequest,
        response=Enrollment,
        problems=("conflict", "too_many_requests"),
        example={"password": "correct horse battery"},
    ),
    Route(
        method="PUT",
        path=_OWN,
        handler=confirm_second_factor,
        summary="Turn one's second factor on",
        tag=_TAG,
        who=Who.PERSON,
        setting_up=True,
        request=CodeRequest,
        response=RecoveryCodes,
        problems=("conflict",),
        example={"code": "123456"},
    ),
    Route(
        method="POST",
        path=f"{_OWN}/remove",
        handler=turn_second_factor_off,
        summary="Turn one's second factor off",
        tag=_TAG,
        who=Who.PERSON,
        request=TurnOffRequest,
        status=204,
        problems=("unauthenticated", "conflict", "too_many_requests"),
        example={"password": "correct horse battery", "code": "123456"},
    ),
    Route(
        method="POST",
        path=f"{_OWN}/recovery-codes",
        handler=renew_recovery_codes,
        summary="Make new recovery codes",
        tag=_TAG,
        who=Who.PERSON,
        request=CodeRequest,
        response=RecoveryCodes,
        problems=("conflict", "too_many_requests"),
        example={"code": "123456"},
    ),
    Route(
        method="GET",
        path="/second-factors",
        handler=show_second_factors,
        summary="List who has a second factor",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        query=PageQuery,
        response=PersonSecondFactorPage,
    ),
    Route(
        method="GET",
        path="/operators/{id}/second-factor",
        handler=show_their_second_factor,
        summary="Show an operator's second factor",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        response=SecondFactorState,
    ),
    Route(
        method="DELETE",
        path="/operators/{id}/second-factor",
        handler=take_second_factor_away,
        summary="Take an operator's second factor away",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        status=204,
    ),
)
