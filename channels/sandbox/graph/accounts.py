"""Numbers, business accounts, profiles, and where their webhooks go.

Source: graph-api/reference/whats-app-business-account-to-number-current-status and siblings.
"""

from __future__ import annotations

import secrets
from typing import Any

import aiohttp
import msgspec

from channels.public_connections import read_whole
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.envelope import WebhookUpdate
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.state import JsonObject, Number
from inbox.foundation.capped_answers import AnswerTooLargeError

CHECK_TIMEOUT = aiohttp.ClientTimeout(total=5)
PROFILE_FIELDS = ("about", "address", "description", "email", "profile_picture_url", "websites", "vertical")


def describe_number(number: Number) -> JsonObject:
    """All fields of a phone number."""
    return {
        "id": number.id,
        "verified_name": number.config.verified_name,
        "display_phone_number": number.config.display_phone_number,
        "code_verification_status": number.config.code_verification_status,
        "quality_rating": number.config.quality_rating,
        "platform_type": "CLOUD_API" if number.config.registered else "NOT_APPLICABLE",
        "throughput": {"level": "HIGH"},
        "status": "CONNECTED" if number.config.registered else "PENDING",
        "name_status": number.config.name_status,
        "account_mode": "LIVE",
        "is_on_biz_app": number.config.is_on_biz_app,
        "is_official_business_account": False,
        "messaging_limit_tier": "TIER_UNLIMITED",
        "webhook_configuration": {"phone_number": number.config.webhook_url or ""},
    }


def select(view: JsonObject, fields: str | None, standard: tuple[str, ...]) -> JsonObject:
    """The fields that were asked for, and always the id."""
    wanted = fields.split(",") if fields else list(standard)
    return {key: value for key, value in view.items() if key in wanted or key == "id"}


def number_view(exchange: Exchange, number: Number) -> JsonObject:
    """`GET /{phone_number_id}`."""
    standard = ("verified_name", "display_phone_number", "code_verification_status", "quality_rating",
                "platform_type", "throughput", "webhook_configuration")  # fmt: skip
    return select(describe_number(number), exchange.request.query.get("fields"), standard)


def account_numbers(exchange: Exchange, waba_id: str) -> JsonObject:
    """`GET /{waba_id}/phone_numbers`."""
    return {"data": [number_view(exchange, number) for number in exchange.cloud.state.of_account(waba_id)]}


def account_view(exchange: Exchange, waba_id: str) -> JsonObject:
    """`GET /{waba_id}`."""
    config = exchange.cloud.state.of_account(waba_id)[0].config
    view = {
        "id": waba_id,
        "name": config.verified_name,
        "currency": "USD",
        "timezone_id": "1",
        "status": "ACTIVE",
        "marketing_messages_onboarding_status": config.marketing_onboarding,
    }
    return select(view, exchange.request.query.get("fields"), ("name", "currency", "timezone_id"))


def profile(exchange: Exchange, number: Number) -> JsonObject:
    """`GET /{phone_number_id}/whatsapp_business_profile`."""
    view = {"messaging_product": "whatsapp", "vertical": "UNDEFINED", **number.profile}
    fields = exchange.request.query.get("fields")
    return {"data": [{key: view[key] for key in view if not fields or key in fields.split(",")}]}


def edit_profile(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/whatsapp_business_profile`."""
    body = exchange.json()
    number.profile |= {key: body[key] for key in PROFILE_FIELDS if key in body}
    return SUCCESS


def subscribed_apps(exchange: Exchange, waba_id: str) -> JsonObject:
    """`GET /{waba_id}/subscribed_apps`."""
    first = exchange.cloud.state.of_account(waba_id)[0].config
    if not first.subscribed:
        return {"data": []}
    app: JsonObject = {"whatsapp_business_api_data": {"name": "Sandbox App", "id": first.app_id, "link": ""}}
    if first.webhook_url is not None:
        app["override_callback_uri"] = first.webhook_url
    return {"data": [app]}


async def subscribe(exchange: Exchange, waba_id: str) -> JsonObject:
    """`POST /{waba_id}/subscribed_apps`, optionally with another callback URL."""
    body = exchange.json() if exchange.body else {}
    if body.get("override_callback_uri"):
        await _redirect(exchange.cloud, exchange.cloud.state.of_account(waba_id), body)
    _set_subscribed(exchange, waba_id, subscribed=True)
    return SUCCESS


def unsubscribe(exchange: Exchange, waba_id: str) -> JsonObject:
    """`DELETE /{waba_id}/subscribed_apps`: the account's news come no more."""
    _set_subscribed(exchange, waba_id, subscribed=False)
    return SUCCESS


def _set_subscribed(exchange: Exchange, waba_id: str, *, subscribed: bool) -> None:
    for number in exchange.cloud.state.of_account(waba_id):
        exchange.cloud.state.register(msgspec.structs.replace(number.config, subscribed=subscribed))


async def edit_number(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}` with `webhook_configuration`."""
    configuration = exchange.json().get("webhook_configuration")
    if isinstance(configuration, dict) and configuration.get("override_callback_uri"):
        await _redirect(exchange.cloud, [number], configuration)
    return SUCCESS


async def _redirect(cloud: Cloud, numbers: list[Number], target: JsonObject) -> None:
    url, token = str(target["override_callback_uri"]), str(target.get("verify_token") or "")
    outcome = await challenge(cloud, url, token)
    if not outcome["ok"]:
        details = f"Callback verification failed with the following errors: {outcome['detail']}"
        raise GraphError(2200, details, message=details)
    for number in numbers:
        config = msgspec.structs.replace(number.config, webhook_url=url, verify_token=token)
        cloud.state.register(config)


def sign_terms(cloud: Cloud, number: Number) -> None:
    """The owner signs the terms of marketing messages, and Meta says so.

    Source: webhooks/reference/account_update (`MM_LITE_TERMS_SIGNED`); marketing-messages/onboarding, 30 Jun 2026.
    """
    waba_id = number.config.waba_id
    for one in cloud.state.of_account(waba_id):
        cloud.state.register(msgspec.structs.replace(one.config, marketing_onboarding="ONBOARDED"))
    info = {"owner_business_id": waba_id, "waba_id": waba_id}
    value = {"event": "MM_LITE_TERMS_SIGNED", "waba_info": info}
    cloud.webhooks.push(number, WebhookUpdate(value, webhook_field="account_update"))


async def challenge(cloud: Cloud, url: str, verify_token: str) -> JsonObject:
    """Meta's GET check of a webhook URL.

    Source: webhooks/create-webhook-endpoint, 21 Apr 2026.

    Returns:
        `ok`, the HTTP `status` (None without an answer) and a `detail` in words.
    """
    text = str(secrets.randbelow(2**31))
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": text}
    try:
        session = cloud.webhooks.poster.session
        async with session.get(url, params=query, timeout=CHECK_TIMEOUT, allow_redirects=False) as answer:
            return _outcome(answer.status, (await read_whole(answer)).decode("utf-8", "replace"), text)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AnswerTooLargeError) as error:
        return {"ok": False, "status": None, "detail": f"no answer: {type(error).__name__}"}


def _outcome(status: int, body: str, expected: str) -> dict[str, Any]:
    if status != 200:
        return {"ok": False, "status": status, "detail": f"answered HTTP {status} instead of 200"}
    if body != expected:
        return {"ok": False, "status": status, "detail": "the body is not the challenge"}
    return {"ok": True, "status": status, "detail": "the challenge was answered"}
