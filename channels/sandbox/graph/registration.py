"""Registering a number with the Cloud API.

Source: business-messaging/whatsapp/business-phone-numbers/registration; support/error-codes, 15 May 2026.
"""

from __future__ import annotations

import re

import msgspec

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.state import JsonObject, Number

PIN = re.compile(r"[0-9]{6}\Z")
ATTEMPTS = 10
ATTEMPTS_SECONDS = 72 * 3600
"""Ten requests within 72 hours; more are refused with 133016."""
PIN_GUESSES = 5
"""Ours: Meta does not say after how many wrong PINs it answers 133008."""


def register(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/register`."""
    pin, now = str(exchange.json().get("pin", "")), exchange.cloud.clock.now()
    if not PIN.match(pin):
        raise GraphError(100, "The parameter pin must have six digits.")
    number.registrations = [at for at in number.registrations if now - at < ATTEMPTS_SECONDS]
    if len(number.registrations) >= ATTEMPTS:
        raise GraphError(133016)
    number.registrations.append(now)
    if number.config.code_verification_status == "NOT_VERIFIED":
        raise GraphError(133006)
    if number.wrong_pins >= PIN_GUESSES:
        raise GraphError(133008)
    if number.config.pin not in (None, pin):
        number.wrong_pins += 1
        raise GraphError(133005)
    number.wrong_pins = 0
    exchange.cloud.state.register(msgspec.structs.replace(number.config, registered=True, pin=pin))
    return SUCCESS


def deregister(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/deregister`."""
    exchange.cloud.state.register(msgspec.structs.replace(number.config, registered=False))
    return SUCCESS
