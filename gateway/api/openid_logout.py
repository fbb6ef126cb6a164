"""Back-channel logout: a provider tells that somebody signed out there, and their sign-ins here end.

Source: OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from gateway.events.signals import SignedOut
from gateway.parts import PARTS
from inbox.foundation.problems import ProblemError
from inbox.people.openid_rules import Expected, TokenRefusedError, logout_of

PATH: Final = "/auth/openid/{provider_id}/logout"
MAX_FORM_BYTES: Final = 64 * 1024


def register_openid_logout(app: web.Application) -> None:
    """Add the route; it takes a form, as the standard says."""
    app.router.add_post(PATH, _log_out)


async def _log_out(request: web.Request) -> web.Response:
    if (request.content_length or 0) > MAX_FORM_BYTES:
        raise ProblemError("too_large", f"The form must not be longer than {MAX_FORM_BYTES} bytes.")
    parts = request.app[PARTS]
    people, now = parts.people, parts.runtime.clock.now()
    provider = await people.openid.find(request.match_info["provider_id"])
    token = (await request.post()).get("logout_token")
    if not isinstance(token, str):
        raise ProblemError("malformed", "The form needs a logout_token.")
    expected = Expected(issuer=provider["issuer"], client_id=provider["client_id"], now=now)
    try:
        ended = logout_of(await people.openid_exchange.claims(provider, token, expected), expected)
    except TokenRefusedError as refused:
        raise ProblemError("malformed", f"The logout token is refused: {refused}.") from None
    for person_id in await people.openid.log_out(provider, ended):
        people.authenticator.forget_person(provider["workspace_id"], person_id)
        parts.signals.send(SignedOut(workspace_id=provider["workspace_id"], person_id=person_id))
    return web.Response()
