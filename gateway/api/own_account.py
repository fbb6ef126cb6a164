"""One's own account: password and sign-ins."""

from __future__ import annotations

from typing import Final

import msgspec

from gateway.api.call import Call, Route, Who
from inbox.people.accounts import get_operator
from inbox.people.passwords import NewPassword, Password
from inbox.people.sessions import SignIns, change_password, end_other_sign_ins, end_sign_in, list_sign_ins


class PasswordRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password, and the one to have."""

    old_password: Password
    password: NewPassword


async def change_own_password(call: Call[PasswordRequest, None]) -> None:
    """Change the password; all other sign-ins end. Wrong ones count like failed sign-ins."""
    address = call.parts.http.addresses.name(call.request)
    operator = await get_operator(call.database, call.workspace_id, call.caller.id)
    await call.parts.people.login_limit.attempt(operator.email, address)
    body = call.body
    await change_password(
        call.database, call.workspace_id, operator.id, call.token or "", old=body.old_password, new=body.password
    )
    await call.parts.people.login_limit.succeeded(operator.email, address)
    call.tell_signed_out(operator.id)


async def show_sign_ins(call: Call[None, None]) -> SignIns:
    """List one's sign-ins that are still good, newest first."""
    return await list_sign_ins(call.database, call.workspace_id, call.caller.id, call.token or "", now=call.now)


async def end_sign_ins(call: Call[None, None]) -> None:
    """End all of one's sign-ins but this one; every process refuses them within a second."""
    await end_other_sign_ins(call.database, call.workspace_id, call.caller.id, call.token or "")
    call.tell_signed_out(call.caller.id)


async def end_own_sign_in(call: Call[None, None]) -> None:
    """End one of one's sign-ins, also the one that asks; every process refuses it within a second."""
    await end_sign_in(call.database, call.workspace_id, call.caller.id, call.id)
    call.tell_signed_out(call.caller.id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="PUT",
        path="/me/password",
        handler=change_own_password,
        summary="Change one's password",
        tag="Signing in",
        who=Who.PERSON,
        request=PasswordRequest,
        status=204,
        problems=("too_many_requests",),
        example={"old_password": "correct horse battery", "password": "staple under a green moon"},
    ),
    Route(
        method="GET",
        path="/me/sessions",
        handler=show_sign_ins,
        summary="List one's sign-ins",
        tag="Signing in",
        who=Who.PERSON,
        response=SignIns,
    ),
    Route(
        method="DELETE",
        path="/me/sessions",
        handler=end_sign_ins,
        summary="End one's other sign-ins",
        tag="Signing in",
        who=Who.PERSON,
        status=204,
    ),
    Route(
        method="DELETE",
        path="/me/sessions/{id}",
        handler=end_own_sign_in,
        summary="End one of one's sign-ins",
        tag="Signing in",
        who=Who.PERSON,
        status=204,
    ),
)
