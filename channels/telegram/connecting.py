"""How far a bot is: whether Telegram takes its token, and whether its updates come here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from channels.connecting_looks import done, failed_step, failing
from channels.contract import ChannelAccount
from channels.telegram.bot_api import BotApi
from channels.telegram.registration import Me, WebhookInfo, register_webhook, webhook_fault
from inbox.channel.channel_models import Updates
from inbox.channel.connecting_models import Step, StepLook, StepState
from inbox.sending.outbound import Certainty, SendFailedError

PROVIDER: Final = "Telegram"


async def look_at_steps(api: BotApi, account: ChannelAccount) -> Sequence[StepLook]:
    """Ask who the bot is and where its updates go."""
    try:
        me = await api.ask(account, "getMe", Me)
    except SendFailedError as failed:
        return [_token_refused(failed)]
    token = done(
        Step.TOKEN,
        "token_taken",
        f"{me.first_name} @{me.username}",
        copy=f"https://t.me/{me.username}" if me.username else None,
    )
    return [token, await _updates(api, account)]


async def receive_updates(api: BotApi, account: ChannelAccount, url: str) -> StepLook:
    """Have the bot's updates come here; it may be repeated. Raises `SendFailedError` where the outcome is unknown."""
    try:
        if account.updates is Updates.POLLING:
            await api.call(account, "deleteWebhook")
        else:
            await register_webhook(api, url, account)
    except SendFailedError as failed:
        if failed.certainty is Certainty.UNKNOWN:
            raise
        return _refused(failed)
    return await _updates(api, account)


def _token_refused(failed: SendFailedError) -> StepLook:
    if failed.error.code != "channel_credentials":
        return failed_step(Step.TOKEN, failed, PROVIDER)
    return failing(
        Step.TOKEN,
        "token_refused",
        "Telegram does not take the token.",
        "Open @BotFather, send /token, choose the bot, and enter the token that it shows.",
    )


async def _updates(api: BotApi, account: ChannelAccount) -> StepLook:
    try:
        info = await api.ask(account, "getWebhookInfo", WebhookInfo)
    except SendFailedError as failed:
        return failed_step(Step.UPDATES, failed, PROVIDER)
    if account.updates is Updates.POLLING:
        return _polled(info)
    fault = webhook_fault(info, account, datetime.now(UTC))
    if fault is None:
        return done(Step.UPDATES, "webhook_set", "Updates come by webhook.")
    state = StepState.OPEN if fault.code == "webhook_missing" else StepState.FAILING
    return StepLook(step=Step.UPDATES, state=state, code=fault.code, detail=fault.detail, advice=fault.advice)


def _polled(info: WebhookInfo) -> StepLook:
    if not info.url:
        return done(Step.UPDATES, "polled", "A worker asks for updates.")
    return failing(
        Step.UPDATES,
        "webhook_in_the_way",
        "The bot has a webhook, so its updates can't be asked for: another program may use this bot.",
        "Stop that program, then do this step, which takes the webhook away.",
    )


def _refused(failed: SendFailedError) -> StepLook:
    if failed.error.code != "webhook_refused":
        return failed_step(Step.UPDATES, failed, PROVIDER)
    return failing(
        Step.UPDATES,
        "webhook_refused",
        failed.error.explanation,
        "Set GATEWAY_PUBLIC_URL to an https address that the internet reaches, or let the channel poll.",
    )
