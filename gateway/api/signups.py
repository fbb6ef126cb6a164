"""Embedded signup: a WhatsApp number is connected in Meta's own dialog."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Final

from channels.abilities import SignsUpAccounts
from gateway.api.call import Call, Route, Who
from inbox.channel.channel_models import WHATSAPP_PER_SECOND, Channel, WhatsAppChannelFields, WhatsAppCredentials
from inbox.channel.signup_models import (
    FAILURES_ADVICE,
    Signup,
    SignupApp,
    SignupFinish,
    SignupFinished,
    SignupRefusedError,
    SignupRequest,
    SignupResult,
    SignupState,
)
from inbox.channel.signups import Signups
from inbox.foundation.problems import ProblemError
from inbox.foundation.settings import Settings
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.documents import SignupDocument

EXCHANGE_SECONDS: Final = 20.0
_TAG: Final = "Channels"
PHONE_APP_PER_SECOND: Final = 20
"""Of a number that the phone app uses too. Source: throughput, 21 May 2026."""


def signup_app(settings: Settings) -> SignupApp | None:
    """Return the installation's app at Meta; None where it has none."""
    secret = settings.meta_app_secret
    if settings.meta_app_id is None or secret is None or settings.meta_signup_config is None:
        return None
    return SignupApp(
        id=settings.meta_app_id,
        secret=secret.get_secret_value(),
        config=settings.meta_signup_config,
        server=settings.meta_server,
    )


async def begin_signup(call: Call[SignupRequest, None]) -> Signup:
    """Begin to connect a WhatsApp number in Meta's dialog.

    Open `page_url` in a window of its own, with `noopener`: only that page has Meta's script, and none of your tokens.
    Then ask for the signup until it is `done`, and go on with the channel's connecting.
    """
    if signup_app(call.parts.runtime.settings) is None:
        raise ProblemError(
            "conflict",
            "This installation has no app at Meta: set GATEWAY_META_APP_ID, GATEWAY_META_APP_SECRET and "
            "GATEWAY_META_SIGNUP_CONFIG, or connect the number by hand.",
        )
    return await _signups(call).begin(call.workspace_id, call.body, now=call.now)


async def show_signup(call: Call[None, None]) -> Signup:
    """Show what became of a signup."""
    return await _signups(call).show(call.workspace_id, call.id, now=call.now)


async def finish_signup(call: Call[SignupFinish, None]) -> SignupFinished:
    """Take what Meta's dialog gave to the page, once: the number becomes a channel, or its channel gets the new token.

    The page's ticket is what lets in.
    """
    app = signup_app(call.parts.runtime.settings)
    signup = await _signups(call).take(call.body.ticket, now=call.now)
    try:
        if app is None:
            raise SignupRefusedError("code_refused")
        channel = await _connected(call, signup, app, await _exchanged(call, app))
    except SignupRefusedError as refused:
        return await _failed(call, signup, refused.code)
    except (SendFailedError, TimeoutError):
        return await _failed(call, signup, "provider_unreachable")
    await _signups(call).end(signup, channel_id=channel.id, code=None)
    call.parts.channels.directory.forget(channel.id)
    call.parts.wakeups.stir()
    return SignupFinished(state=SignupState.DONE)


def _signups(call: Call[Any, None]) -> Signups:
    return Signups(call.database, call.parts.runtime.settings.public_url)


async def _exchanged(call: Call[SignupFinish, None], app: SignupApp) -> SignupResult:
    connector = call.parts.channels.connectors.get(ChannelKind.WHATSAPP)
    if not isinstance(connector, SignsUpAccounts):
        raise SignupRefusedError("code_refused")
    async with asyncio.timeout(EXCHANGE_SECONDS):
        return await connector.sign_up(
            app, code=call.body.code, waba_id=call.body.waba_id, phone_number_id=call.body.phone_number_id
        )


async def _connected(
    call: Call[SignupFinish, None], signup: SignupDocument, app: SignupApp, result: SignupResult
) -> Channel:
    """Make the channel; where the workspace has one of this number, it gets the new token."""
    store, workspace_id = call.parts.channels.store, signup["workspace_id"]
    known = await call.parts.channels.directory.sibling(workspace_id, ChannelKind.WHATSAPP, result.phone_number_id)
    if known is not None:
        renewed = {"access_token": result.access_token, "app_secret": app.secret, "waba_id": result.waba_id}
        return await store.patch(workspace_id, known.id, {"credentials": renewed, "enabled": True}, now=call.now)
    fields = WhatsAppChannelFields(
        name=signup["name"],
        queue_id=signup["queue_id"],
        provider_base_url=app.server,
        credentials=WhatsAppCredentials(
            phone_number_id=result.phone_number_id,
            waba_id=result.waba_id,
            access_token=result.access_token,
            app_secret=app.secret,
            verify_token=secrets.token_urlsafe(24),
        ),
        messages_per_second=PHONE_APP_PER_SECOND if result.with_app else WHATSAPP_PER_SECOND,
    )
    try:
        return await store.create(workspace_id, fields, now=call.now)
    except ProblemError as problem:
        if problem.code == "duplicate":
            raise SignupRefusedError("account_taken") from None
        raise


async def _failed(call: Call[SignupFinish, None], signup: SignupDocument, code: str) -> SignupFinished:
    await _signups(call).end(signup, channel_id=None, code=code)
    return SignupFinished(state=SignupState.FAILED, code=code, advice=FAILURES_ADVICE[code])


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/signups",
        handler=begin_signup,
        summary="Begin to connect a number in Meta's dialog",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=SignupRequest,
        response=Signup,
        status=201,
        problems=("conflict",),
        example={"name": "Sales", "with_app": False},
    ),
    Route(
        method="GET",
        path="/signups/{id}",
        handler=show_signup,
        summary="Show what became of a signup",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Signup,
    ),
    Route(
        method="POST",
        path="/signups/finish",
        handler=finish_signup,
        summary="Finish a signup",
        tag=_TAG,
        who=Who.ANYONE,
        request=SignupFinish,
        response=SignupFinished,
        problems=("not_found", "conflict"),
        example={
            "ticket": "01a2.kVJ0aT1n2uXq7zQ8",
            "code": "AQBhlXsct2x",
            "waba_id": "102290129340398",
            "phone_number_id": "106540352242922",
        },
        seconds=25.0,
    ),
)
