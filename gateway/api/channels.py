"""Channels: connecting, changing, checking."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import msgspec

from channels.abilities import ChecksCredentials, RegistersWebhook, UnregistersWebhook
from channels.accounts import account_of
from gateway.api.call import Call, Encoded, Route, Who
from inbox.channel.channel_directory import ChannelRecord
from inbox.channel.channel_models import Channel, ChannelFields, ChannelPage, HealthStatus, Updates
from inbox.channel.channel_queue import routing_line
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import ProblemError, not_found
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Session

CHECK_SECONDS: Final = 8.0
"""Below the time limit of a request, so that a silent provider is told apart from a slow server."""


async def show_channels(call: Call[None, PageQuery]) -> Page[Channel]:
    """List channels, oldest first."""
    return await call.parts.channels.store.list(call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_channel(call: Call[None, None]) -> Channel:
    """Show one channel, without its credentials."""
    return await call.parts.channels.store.get(call.workspace_id, call.id)


async def connect_channel(call: Call[ChannelFields, None]) -> Encoded:
    """Connect an account. It belongs to one channel only, of all workspaces: the first that its provider confirms.

    A check of the channel that succeeds is that confirmation.
    """

    checked = await call.parts.channels.store.checked(call.body)

    async def work(session: Session) -> object:
        return await call.parts.channels.store.create_checked(call.workspace_id, checked, now=call.now, session=session)

    made = await call.create(work, line=routing_line(call.workspace_id))
    created = msgspec.json.decode(made.body, type=Channel)
    call.parts.wakeups.stir()
    return Encoded(msgspec.json.encode(await _registered(call, created)), made.replayed)


async def change_channel(call: Call[dict[str, Any], None]) -> Channel:
    """Merge a patch, also inside `credentials`; after a new `app_secret` the old one is good for 24 hours more."""
    channel = await call.parts.channels.store.patch(call.workspace_id, call.id, call.body, now=call.now)
    call.parts.wakeups.stir()
    return await _registered(call, channel)


async def disconnect_channel(call: Call[None, None]) -> None:
    """Disconnect an account. Its webhook address goes on serving the workspace's other numbers of the same app."""
    record = await _record(call, call.id)
    await call.parts.channels.store.delete(call.workspace_id, call.id, now=call.now)
    call.parts.channels.directory.forget(call.id)
    call.parts.wakeups.stir()
    connector = call.parts.channels.connectors.get(record.kind)
    if isinstance(connector, UnregistersWebhook):
        with suppress(SendFailedError, TimeoutError):  # it is disconnected all the same: updates that come are refused
            async with asyncio.timeout(CHECK_SECONDS):
                await connector.unregister_webhook(account_of(record))


async def check_channel(call: Call[None, None]) -> Channel:
    """Try the credentials out with the provider, without sending anything; the outcome is in `health`."""
    record = await _record(call, call.id)
    if not isinstance(call.parts.channels.connectors.get(record.kind), ChecksCredentials):
        raise ProblemError("unsupported_by_channel", "Credentials of this kind of channel can't be tried out.")
    return await _looked_at(call, record)


async def _registered(call: Call[Any, None], channel: Channel) -> Channel:
    """Tell a provider that takes it by a call where to send its updates, and note how that went."""
    call.parts.channels.directory.forget(channel.id)
    registers = isinstance(call.parts.channels.connectors.get(channel.kind), RegistersWebhook)
    if not registers or not channel.enabled or channel.updates is Updates.POLLING:
        return channel
    return await _looked_at(call, await _record(call, channel.id))


async def _record(call: Call[Any, None], channel_id: str) -> ChannelRecord:
    record = await call.parts.channels.directory.get(channel_id)
    if record is None or record.workspace_id != call.workspace_id or record.deleted_at is not None:
        raise not_found("channel")
    return record


async def _looked_at(call: Call[Any, None], record: ChannelRecord) -> Channel:
    status, detail = await _look_at(call, record)
    return await call.parts.channels.store.record_health(
        call.workspace_id, record.id, status, detail, server=record.provider_base_url, now=call.now
    )


async def _look_at(call: Call[Any, None], record: ChannelRecord) -> tuple[HealthStatus, str]:
    connector, account = call.parts.channels.connectors.get(record.kind), account_of(record)
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            if isinstance(connector, RegistersWebhook) and record.updates is not Updates.POLLING:
                url = call.parts.channels.store.webhook_url(record.kind, record.id)
                await connector.register_webhook(url, account)
            if isinstance(connector, ChecksCredentials):
                return HealthStatus.OK, await connector.check_credentials(account)
            return HealthStatus.OK, "The provider took the webhook's address."
    except SendFailedError as failed:
        return HealthStatus.FAILING, failed.error.explanation
    except TimeoutError:
        return HealthStatus.FAILING, f"The provider did not answer within {CHECK_SECONDS:g} seconds."


_CHANNEL_EXAMPLE: Final = {
    "kind": "whatsapp",
    "name": "Sales",
    "credentials": {
        "phone_number_id": "106540352242922",
        "waba_id": "102290129340398",
        "access_token": "EAAJB...",
        "app_secret": "0123456789abcdef0123456789abcdef",
        "verify_token": "a-word-of-your-own",
    },
}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/channels",
        handler=show_channels,
        summary="List channels",
        tag="Channels",
        query=PageQuery,
        response=ChannelPage,
    ),
    Route(
        method="POST",
        path="/channels",
        handler=connect_channel,
        summary="Connect a channel",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        request=ChannelFields,
        response=Channel,
        status=201,
        problems=("duplicate",),
        creates=True,
        example=_CHANNEL_EXAMPLE,
    ),
    Route(
        method="GET",
        path="/channels/{id}",
        handler=show_channel,
        summary="Show a channel",
        tag="Channels",
        response=Channel,
    ),
    Route(
        method="PATCH",
        path="/channels/{id}",
        handler=change_channel,
        summary="Change a channel",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        request=ChannelFields,
        response=Channel,
        example={"credentials": {"app_secret": "fedcba9876543210fedcba9876543210"}},
    ),
    Route(
        method="DELETE",
        path="/channels/{id}",
        handler=disconnect_channel,
        summary="Disconnect a channel",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="POST",
        path="/channels/{id}/check",
        handler=check_channel,
        summary="Try a channel's credentials",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        response=Channel,
        problems=("unsupported_by_channel",),
    ),
)
