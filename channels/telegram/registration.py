"""Telling Telegram where to send updates, and asking it how that goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from channels.contract import ChannelAccount
from channels.telegram.bot_api import BotApi
from channels.telegram.limits import WEBHOOK_CONNECTIONS
from channels.telegram.parse import ALLOWED_UPDATES
from inbox.channel.channel_models import Updates
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import SendFailedError

RECENT: Final = timedelta(minutes=15)
"""Telegram repeats a failed call for hours: an error that is older than this, with nothing waiting, is over."""


class Me(msgspec.Struct):
    """What getMe says."""

    id: int
    first_name: str = ""
    username: str = ""


class WebhookInfo(msgspec.Struct):
    """What getWebhookInfo says."""

    url: str = ""
    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""


async def register_webhook(api: BotApi, url: str, account: ChannelAccount) -> None:
    """Have updates sent to `url`, with the channel's secret token. Raises `SendFailedError`."""
    arguments = {
        "url": url,
        "secret_token": account.credentials.get("secret_token", ""),
        "allowed_updates": list(ALLOWED_UPDATES),
        "max_connections": WEBHOOK_CONNECTIONS,
    }
    try:
        await api.call(account, "setWebhook", arguments)
    except SendFailedError as failed:
        if failed.error.provider_code == "400":
            raise _fault("webhook_refused", _refused(failed.error.provider_message or "no reason given")) from None
        raise


async def unregister_webhook(api: BotApi, account: ChannelAccount) -> None:
    """Take the channel's address back; another program's stays. Raises `SendFailedError`."""
    info = await api.ask(account, "getWebhookInfo", WebhookInfo)
    if is_ours(info, account):
        await api.call(account, "deleteWebhook")


def is_ours(info: WebhookInfo, account: ChannelAccount) -> bool:
    """Return whether a bot's webhook is the channel's own address, not another program's."""
    return info.url.endswith(f"/{account.id}")


async def check_bot(api: BotApi, account: ChannelAccount, *, now: datetime | None = None) -> str:
    """Ask who the bot is and whether its updates reach us. Raises `SendFailedError` with advice."""
    me = await api.ask(account, "getMe", Me)
    info = await api.ask(account, "getWebhookInfo", WebhookInfo)
    fault = fault_of(info, account, now or datetime.now(UTC))
    if fault is not None:
        raise _fault("webhook_failing", fault)
    waiting = f", {info.pending_update_count} updates wait" if info.pending_update_count else ""
    return f"{me.first_name} @{me.username}{waiting}"


class WebhookFault(NamedTuple):
    """What is wrong with a bot's webhook, and what to do."""

    code: str
    detail: str
    advice: str


def fault_of(info: WebhookInfo, account: ChannelAccount, now: datetime) -> str | None:
    """Return what is wrong with a bot's webhook, and what to do; None if nothing is."""
    fault = webhook_fault(info, account, now)
    return None if fault is None else f"{fault.detail} {fault.advice}"


def webhook_fault(info: WebhookInfo, account: ChannelAccount, now: datetime) -> WebhookFault | None:
    """Judge a bot's webhook; a bot that is polled has no fault."""
    if account.updates is Updates.POLLING:
        return None
    if not info.url:
        return WebhookFault(
            "webhook_missing",
            "Telegram has no webhook address for this bot.",
            "Check the channel, which registers it.",
        )
    if not is_ours(info, account):
        return WebhookFault(
            "webhook_elsewhere",
            "The bot's webhook leads to another address: another program uses this bot.",
            "Stop it there, then check the channel, which registers its own address.",
        )
    failed_at = datetime.fromtimestamp(info.last_error_date, UTC)
    if info.last_error_message and (info.pending_update_count or now - failed_at < RECENT):
        return WebhookFault(
            "webhook_failing",
            f"Telegram could not deliver updates ({info.last_error_message}); {info.pending_update_count} wait.",
            "Check that GATEWAY_PUBLIC_URL can be reached from the internet with a valid certificate.",
        )
    return None


def _refused(reason: str) -> str:
    return (
        f"Telegram refuses the webhook address ({reason}). It has to be https, on port 443, 80, 88 or 8443, and "
        "reachable from the internet: set GATEWAY_PUBLIC_URL, or let the channel poll."
    )


def _fault(code: str, explanation: str) -> SendFailedError:
    return SendFailedError(ProviderError(code=code, explanation=explanation))
