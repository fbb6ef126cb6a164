"""Embedded signup: codes that a business's choice makes, and the token that a code becomes, once.

Source: embedded-signup/onboarding-customers-as-a-tech-provider; embedded-signup/onboarding-business-app-users.
"""

from __future__ import annotations

import secrets

import msgspec

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import Exchange
from channels.sandbox.graph.state import JsonObject, Number, SignupCode, WhatsAppState

CODE_SECONDS = 600
"""Ours: Meta says only that a code lives for a short time."""


def make_code(state: WhatsAppState, number: Number, now: float, *, with_app: bool) -> JsonObject:
    """The business has chosen a number: return what the dialog tells, and the code."""
    code = "AQ" + secrets.token_urlsafe(48)
    state.signup_codes[code] = SignupCode(number.id, now + CODE_SECONDS)
    data: JsonObject = {"waba_id": number.config.waba_id}
    if with_app:
        state.register(msgspec.structs.replace(number.config, is_on_biz_app=True, registered=True))
        return {"code": code, "event": "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING", "data": data}
    return {"code": code, "event": "FINISH", "data": {**data, "phone_number_id": number.id}}


def exchange_code(exchange: Exchange) -> JsonObject:
    """`GET` or `POST /oauth/access_token` with a code, which no log shows."""
    state = exchange.cloud.state
    query = exchange.request.query if exchange.request.method == "GET" else exchange.json()
    exchange.note = {"client_id": query.get("client_id")}
    kept = state.signup_codes.get(query.get("code", ""))
    number = None if kept is None else state.numbers.get(kept.phone_number_id)
    if kept is None or number is None:
        raise _refused("Invalid verification code format.", 36008)
    config = number.config
    if query.get("client_id") != config.app_id or query.get("client_secret") != config.app_secret:
        raise GraphError(1, "Error validating client secret.", message="Error validating client secret.")
    if kept.used:
        raise _refused("This authorization code has been used.", 36009)
    if kept.ends_at <= exchange.cloud.clock.now():
        raise _refused("This authorization code has expired.", 36007)
    state.signup_codes[query["code"]] = msgspec.structs.replace(kept, used=True)
    return {"access_token": config.access_token, "token_type": "bearer"}


def _refused(message: str, subcode: int) -> GraphError:
    return GraphError(100, message, message=message, subcode=subcode)
