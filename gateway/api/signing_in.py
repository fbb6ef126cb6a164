"""Signing in and out, and who one is."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Route, Who
from inbox.foundation.problems import ProblemError
from inbox.people.accounts import Email, Operator, fold_email, get_operator
from inbox.people.mails import request_password
from inbox.people.passwords import NewPassword, Password
from inbox.people.second_factor import Code
from inbox.people.sign_in import Origin, SignedIn
from inbox.people.tokens import revoke_token


class LoginRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """E-mail and password; the workspace only where the same person works in several.

    `code` is for those who have a second factor: without it they hear `second_factor_needed`.
    """

    email: Email
    password: Password
    workspace_id: str | None = None
    code: Code | None = None


class PasswordByLinkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token of a password link, the password to set, and the code of those who have a second factor."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]
    password: NewPassword
    code: Code | None = None


class ForgottenPasswordRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose password was forgotten; the workspace only where the same person works in several."""

    email: Email
    workspace_id: Annotated[str, Meta(max_length=100)] | None = None


async def login(call: Call[LoginRequest, None]) -> SignedIn:
    """Sign in. After 10 failures for an e-mail from one address, or 50 from one address: 429 for up to 15 minutes.

    Failures at other addresses keep nobody out. Where many sign in at once: 429 or 503 with `Retry-After`.
    """
    asked, limit = call.body, call.parts.people.login_limit
    address = call.parts.http.addresses.name(call.request)
    await limit.attempt(asked.email, address)
    try:
        signed_in = await call.parts.people.signing_in.by_password(
            asked.email,
            asked.password,
            now=call.now,
            code=asked.code,
            workspace_id=asked.workspace_id,
            origin=Origin(address, call.device),
        )
    except ProblemError as problem:
        if problem.code != "unauthenticated":
            await limit.not_tried(asked.email, address)
        raise
    await limit.succeeded(asked.email, address)
    return signed_in


async def logout(call: Call[None, None]) -> None:
    """Make the token of this call worthless."""
    token = call.token or ""
    await revoke_token(call.database, token)
    call.parts.people.authenticator.forget(token)


async def set_password(call: Call[PasswordByLinkRequest, None]) -> SignedIn:
    """Set a password with the token of a link, which is then used up; all earlier sign-ins end."""
    asked = call.body
    signed_in = await call.parts.people.signing_in.by_link(
        asked.token, asked.password, now=call.now, code=asked.code, device=call.device
    )
    call.tell_signed_out(signed_in.operator.id, workspace_id=signed_in.workspace_id)
    return signed_in


async def forgotten_password(call: Call[ForgottenPasswordRequest, None]) -> None:
    """Ask for a mail with a link for a new password.

    The answer is the same whether or not anybody has the address, after the same work. Where the business has no mail
    server, an administrator makes a link. Three times an hour for an e-mail, twenty times from one address.
    """
    people, asked = call.parts.people, call.body
    email = hashlib.sha256(fold_email(asked.email).encode()).hexdigest()
    address = call.parts.http.addresses.name(call.request)
    waits = (await people.forgotten_of_address.take(address), await people.forgotten_of_email.take(email))
    if any(waits):
        wait = int(max(waits)) + 1
        raise ProblemError(
            "too_many_requests",
            f"Too many requests for a new password. Try again in {-(-wait // 60)} minutes.",
            extra={"retry_after_seconds": wait},
        )
    await request_password(call.database, asked.email, asked.workspace_id, at=call.now)
    call.parts.wakeups.stir()


async def me(call: Call[None, None]) -> Operator:
    """Show the operator who calls."""
    return await get_operator(call.database, call.workspace_id, call.caller.id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/auth/login",
        handler=login,
        summary="Sign in",
        tag="Signing in",
        who=Who.ANYONE,
        request=LoginRequest,
        response=SignedIn,
        problems=("unauthenticated", "second_factor_needed", "too_many_requests"),
        example={"email": "ann@example.com", "password": "correct horse battery"},
    ),
    Route(
        method="POST",
        path="/auth/logout",
        handler=logout,
        summary="Sign out",
        tag="Signing in",
        who=Who.PERSON,
        setting_up=True,
        status=204,
    ),
    Route(
        method="POST",
        path="/auth/password",
        handler=set_password,
        summary="Set a password by link",
        tag="Signing in",
        who=Who.ANYONE,
        request=PasswordByLinkRequest,
        response=SignedIn,
        problems=("unauthenticated", "second_factor_needed", "invalid_request"),
        example={"token": "0123456789abcdef0123456789abcdef", "password": "staple under a green moon"},
    ),
    Route(
        method="POST",
        path="/auth/forgotten-password",
        handler=forgotten_password,
        summary="Ask for a new password by mail",
        tag="Signing in",
        who=Who.ANYONE,
        request=ForgottenPasswordRequest,
        status=204,
        problems=("too_many_requests",),
        example={"email": "ann@example.com"},
    ),
    Route(
        method="GET",
        path="/me",
        handler=me,
        summary="Who am I",
        tag="Signing in",
        who=Who.PERSON,
        setting_up=True,
        response=Operator,
    ),
)
