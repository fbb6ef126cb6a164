"""What a number's owner sets of it, and whom it has blocked.

Source: business-messaging/whatsapp/block-users; graph-api/reference/whats-app-business-phone-number (`settings`,
`conversational_automation`, `whatsapp_commerce_settings`, `whatsapp_business_encryption`).
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.state import JsonObject, Number

REENGAGEMENT = 131047


def block(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/block_users`: each user by itself."""
    users = _users(exchange)
    known = [user for user in users if user in number.customers]
    number.blocked.update(known)
    answer: JsonObject = {"added_users": [{"input": user, "wa_id": user} for user in known]}
    strangers = [user for user in users if user not in known]
    if strangers:
        failed = [{"input": user, "errors": [_never_wrote(user)]} for user in strangers]
        answer["failed_users"] = failed
    return {"messaging_product": "whatsapp", "block_users": answer}


def unblock(exchange: Exchange, number: Number) -> JsonObject:
    """`DELETE /{phone_number_id}/block_users`."""
    users = _users(exchange)
    number.blocked.difference_update(users)
    removed = [{"input": user, "wa_id": user} for user in users]
    return {"messaging_product": "whatsapp", "block_users": {"removed_users": removed}}


def blocked(_exchange: Exchange, number: Number) -> JsonObject:
    """`GET /{phone_number_id}/block_users`."""
    return {
        "data": [{"messaging_product": "whatsapp", "input": user, "wa_id": user} for user in sorted(number.blocked)]
    }


def forget(exchange: Exchange, number: Number) -> JsonObject:
    """`DELETE /{phone_number_id}/contact_book`: a user id, whether the book has it or not."""
    user_id = exchange.request.query.get("bsuid", "")
    if not user_id or exchange.request.query.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameters messaging_product and bsuid are required.")
    number.forgotten.add(user_id)
    return SUCCESS


def settings(_exchange: Exchange, number: Number) -> JsonObject:
    """`GET /{phone_number_id}/settings`."""
    storage = {"status": "DEFAULT", "data_localization_region": "US"}
    return {"calling": {"status": "DISABLED"}, "storage_configuration": storage, **number.settings.get("settings", {})}


def keep(name: str) -> Any:
    """The method that keeps what it is given."""

    def put(exchange: Exchange, number: Number) -> JsonObject:
        given = exchange.json() if exchange.body else {}
        number.settings[name] = {**given, **exchange.request.query}
        number.settings[name].pop("access_token", None)
        return SUCCESS

    return put


def commerce(_exchange: Exchange, number: Number) -> JsonObject:
    """`GET /{phone_number_id}/whatsapp_commerce_settings`."""
    kept = number.settings.get("commerce", {})
    flags = {name: str(kept.get(name, "")).lower() == "true" for name in ("is_cart_enabled", "is_catalog_visible")}
    return {"data": [{"id": number.id, **flags}]}


def _users(exchange: Exchange) -> list[str]:
    given = exchange.json().get("block_users")
    users = [str(one.get("user", "")).removeprefix("+") for one in given or () if isinstance(one, dict)]
    if not users:
        raise GraphError(100, "The parameter block_users is required.")
    return users


def _never_wrote(user: str) -> JsonObject:
    return {
        "message": "Re-engagement required",
        "code": REENGAGEMENT,
        "error_data": {"details": f"{user} has not messaged this number in the last 24 hours."},
    }
