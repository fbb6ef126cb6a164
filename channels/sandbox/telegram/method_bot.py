"""The bot itself: who it is, and how it gets its updates.

Source: core.telegram.org/bots/api#getme, #setwebhook, #webhookinfo, #getupdates.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.errors import BotApiError, bad_request
from channels.sandbox.telegram.state import DEFAULT_CONNECTIONS, JsonObject, Webhook
from channels.sandbox.telegram.updates import confirm_below, forget_old

PORTS = (443, 80, 88, 8443)
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
MAX_CONNECTIONS = 100
MAX_UPDATES = 100
DEFAULT_PORTS = {"https": 443, "http": 80}


def get_me(call: MethodCall) -> JsonObject:
    """`getMe`."""
    return {
        **call.bot.user,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": True,
        "has_main_web_app": False,
    }


def log_out(_call: MethodCall) -> bool:
    """`logOut` and `close`, which mean nothing here."""
    return True


def set_webhook(call: MethodCall) -> bool:
    """`setWebhook`; without a URL it is `deleteWebhook`."""
    url = call.params.text("url")
    if not url:
        return delete_webhook(call)
    secret = call.params.text("secret_token")
    check_webhook_url(url)
    if secret and not SECRET.match(secret):
        raise bad_request("secret token contains illegal characters")
    connections = call.params.integer("max_connections", DEFAULT_CONNECTIONS)
    allow(call)
    call.bot.webhook = Webhook(
        url=url,
        secret_token=secret,
        max_connections=min(max(connections, 1), MAX_CONNECTIONS),
        ip_address=call.params.text("ip_address"),
    )
    call.telegram.pollers.of(call.bot).end(BotApiError(409, "terminated by setWebhook request"))
    _restart(call)
    return True


def delete_webhook(call: MethodCall) -> bool:
    """`deleteWebhook`: updates wait for `getUpdates`."""
    call.bot.webhook = Webhook()
    _restart(call)
    return True


def get_webhook_info(call: MethodCall) -> JsonObject:
    """`getWebhookInfo`."""
    bot, webhook = call.bot, call.bot.webhook
    forget_old(bot, call.telegram.clock.now())
    info: JsonObject = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(bot.updates),
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
        if webhook.ip_address:
            info["ip_address"] = webhook.ip_address
    if webhook.last_error_date is not None:
        info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    return info


async def get_updates(call: MethodCall) -> list[Any]:
    """`getUpdates`."""
    bot, params = call.bot, call.params
    if bot.webhook.url:
        raise BotApiError(
            409, "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    allow(call)
    forget_old(bot, call.telegram.clock.now())
    confirm_below(bot, params.integer("offset"))
    await call.telegram.pollers.of(bot).wait(bot, params.integer("timeout"))
    limit = params.integer("limit", MAX_UPDATES)
    limit = limit if 1 <= limit <= MAX_UPDATES else MAX_UPDATES
    return [update.data for _, update in zip(range(limit), bot.updates.values(), strict=False)]


def allow(call: MethodCall) -> None:
    """`allowed_updates`: a new list replaces the old, an empty one means the usual, none changes nothing."""
    given = call.params.json("allowed_updates")
    if isinstance(given, list):
        call.bot.allowed_updates = [str(kind) for kind in given] or None


def check_webhook_url(url: str) -> None:
    """Refuse what Telegram refuses; on the machine itself any port and plain HTTP will do.

    Raises:
        BotApiError: With Telegram's words.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError as error:
        raise bad_request("bad webhook: URL is invalid") from error
    if is_loopback(parts.hostname or "") and parts.scheme in DEFAULT_PORTS:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _restart(call: MethodCall) -> None:
    if call.params.flag("drop_pending_updates"):
        call.bot.updates.clear()
    call.telegram.deliveries.of(call.bot).restart()
