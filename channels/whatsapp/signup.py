"""Embedded signup: a code of Meta's dialog becomes the credentials of a number. The code works once.

Source: embedded-signup/onboarding-customers-as-a-tech-provider; embedded-signup/onboarding-business-app-users.
"""

from __future__ import annotations

from typing import Any

import msgspec

from channels.contract import ChannelAccount
from channels.whatsapp.connecting_shapes import NumberList
from channels.whatsapp.errors import FAILURES
from channels.whatsapp.pywa_client import GraphClients
from inbox.channel.signup_models import SignupApp, SignupRefusedError, SignupResult
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError

_EXCHANGE = "/oauth/access_token"
"""By POST, as OAuth has it (RFC 6749, 3.2). pywa's method sends GET, which an HTTP client repeats by itself where a
connection breaks: the second one would find the code used, and the token of the first would be lost."""
_NO_NUMBER = "0"
"""The calls name none; pywa's client wants one."""


async def sign_up(
    clients: GraphClients, app: SignupApp, *, code: str, waba_id: str, phone_number_id: str | None
) -> SignupResult:
    """Exchange the code, and find the number among the account's, so that nobody signs another's number up.

    Raises:
        SignupRefusedError: The code was used, is too old, or is of another app; the account has no such number.
        SendFailedError: Meta could not be reached, or its answer was lost.
    """
    app_client = clients.client(_account(app, _NO_NUMBER, f"{app.id}|{app.secret}"))
    try:
        answer = await app_client.api.send_raw_request(
            "POST", _EXCHANGE, json={"client_id": app.id, "client_secret": app.secret, "code": code}
        )
    except SendFailedError as failed:
        if failed.error.provider_code in {"100", "1", "190"}:
            raise SignupRefusedError("code_refused") from None
        raise
    token = _token(answer)
    client = clients.client(_account(app, _NO_NUMBER, token))
    listed = await client.api.get_business_phone_numbers(waba_id=waba_id, fields=("id", "is_on_biz_app"))
    numbers = {number.id: number for number in _numbers(listed).data}
    if phone_number_id is None and len(numbers) == 1:
        (phone_number_id,) = numbers
    number = numbers.get(phone_number_id or "")
    if number is None:
        raise SignupRefusedError("number_not_found")
    return SignupResult(phone_number_id=number.id, waba_id=waba_id, access_token=token, with_app=number.is_on_biz_app)


def _account(app: SignupApp, number: str, token: str) -> ChannelAccount:
    return ChannelAccount(
        id="signup",
        workspace_id="",
        kind=ChannelKind.WHATSAPP,
        credentials={"phone_number_id": number, "access_token": token},
        provider_base_url=app.server,
    )


def _token(answer: Any) -> str:
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        raise FAILURES.lost_answer()
    return token


def _numbers(answer: Any) -> NumberList:
    try:
        return msgspec.convert(answer, NumberList)
    except msgspec.ValidationError:
        raise FAILURES.lost_answer() from None
