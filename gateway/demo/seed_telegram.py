"""The demo's Telegram bot at the emulator; what customers write to it waits for everybody."""

from __future__ import annotations

import secrets
from typing import Any, Final

import msgspec

from channels.accounts import account_of
from channels.telegram.connector import TelegramConnector
from gateway.demo.seed_queues import channels
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.channel.channel_models import Channel, HealthStatus, TelegramChannelFields, TelegramCredentials
from inbox.sending.outbound import SendFailedError
from inbox.storage.runtime import Runtime

NAME: Final = "Demo shop"
USERNAME: Final = "demo_shop_bot"


class SeededTelegram(msgspec.Struct, kw_only=True):
    """A Telegram channel with its secrets."""

    id: str
    webhook_url: str
    secret_token: str
    bot_token: str

    @property
    def bot_id(self) -> str:
        """The part of the token that is no secret."""
        return self.bot_token.partition(":")[0]


async def make_telegram(runtime: Runtime, workspace_id: str, sandbox_url: str) -> SeededTelegram:
    """Connect a bot. Its webhook is registered once the emulator runs."""
    token = f"{10**9 + secrets.randbelow(9 * 10**9)}:{secrets.token_urlsafe(26)[:35]}"
    fields = TelegramChannelFields(
        name="Telegram demo", provider_base_url=sandbox_url, credentials=TelegramCredentials(bot_token=token)
    )
    channel = await channels(runtime).create(workspace_id, fields, now=runtime.clock.now())
    return await _seeded(runtime, channel)


async def find_telegram_again(
    runtime: Runtime, workspace_id: str, known: SeededTelegram, sandbox_url: str
) -> SeededTelegram:
    """Bring an earlier bot up to this start's addresses."""
    patch = {"provider_base_url": sandbox_url}
    return await _seeded(runtime, await channels(runtime).patch(workspace_id, known.id, patch, now=runtime.clock.now()))


async def register_telegram(runtime: Runtime, known: SeededTelegram) -> None:
    """Tell the emulator, which must run, where the bot's updates go; note how that went."""
    record, connector = await _record(runtime, known.id), TelegramConnector(allow_private=True)
    try:
        await connector.register_webhook(known.webhook_url, account_of(record))
        status, detail = HealthStatus.OK, await connector.check_credentials(account_of(record))
    except SendFailedError as failed:
        status, detail = HealthStatus.FAILING, failed.error.explanation
    finally:
        await connector.close()
    await channels(runtime).record_health(
        record.workspace_id, record.id, status, detail, server=record.provider_base_url, now=runtime.clock.now()
    )


def bot_config(known: SeededTelegram) -> dict[str, Any]:
    """Return the emulator's configuration of the bot."""
    return {"token": known.bot_token, "username": USERNAME, "name": NAME}


async def _seeded(runtime: Runtime, channel: Channel) -> SeededTelegram:
    record = await _record(runtime, channel.id)
    return SeededTelegram(
        id=channel.id,
        webhook_url=channel.webhook_url or "",
        secret_token=record.credentials["secret_token"],
        bot_token=record.credentials["bot_token"],
    )


async def _record(runtime: Runtime, channel_id: str) -> ChannelRecord:
    record = await ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock).get(channel_id)
    if record is None:
        raise LookupError("the demo's bot is gone")
    return record
