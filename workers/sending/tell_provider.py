"""Telling providers of read receipts, reactions and typing: small things that may be repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from channels.abilities import (
    AcknowledgesPresses,
    BlocksCustomers,
    DeletesMessages,
    EditsMessages,
    ForgetsCustomers,
    MarksRead,
    SendsReactions,
    ShowsTyping,
)
from channels.accounts import account_of
from channels.contract import ChannelAccount, Connector
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.channel.provider_tasks import (
    ProviderTask,
    TaskKind,
    claim_task,
    due_channels,
    is_any_task,
    task_done,
    task_failed,
)
from inbox.foundation.task_pool import TaskPool
from inbox.model.channel_kind import ChannelKind
from inbox.sending.message_changes import undo
from inbox.sending.outbound import Certainty, SendFailedError
from inbox.sending.retry_rules import BROKEN_CONTRACT
from inbox.storage.isolation import Isolated
from inbox.storage.runtime import Runtime

SWEEP_SECONDS: Final = 1.0
AT_ONCE: Final = 200
"""In one process: each is one small request."""
AT_ONCE_OF_PROVIDER: Final = 120
AT_ONCE_OF_WORKSPACE: Final = 40
AT_ONCE_OF_CHANNEL: Final = 4
"""So that a slow messenger, a tenant with many slow channels, or one such channel keeps nobody else waiting."""
TELL_SECONDS: Final = 45.0
"""Longest telling, all parts of a message together; shorter than a claim."""

_log = structlog.get_logger()


class ProviderTeller:
    """Does provider tasks, a few of each channel at a time, and shows typing; any number may work side by side."""

    def __init__(
        self, runtime: Runtime, directory: ChannelDirectory, connectors: Mapping[ChannelKind, Connector]
    ) -> None:
        self._runtime = runtime
        self._directory = directory
        self._connectors = connectors
        self._channels = Isolated("tell_provider", apart_seconds=0.0)
        self._pool = TaskPool(
            "tell_provider",
            AT_ONCE,
            provider=AT_ONCE_OF_PROVIDER,
            workspace=AT_ONCE_OF_WORKSPACE,
            channel=AT_ONCE_OF_CHANNEL,
        )

    async def tell_due(self) -> None:
        """Begin to do what is due, as far as there is room; whoever has done one goes on with the channel's next."""
        due = await due_channels(self._runtime.database, self._runtime.clock.now())
        await self._channels.each(due, self._begin, name=str)

    async def next_due(self) -> datetime | None:
        """Return now while there are tasks: also one that is claimed becomes due, where its teller has died."""
        return self._runtime.clock.now() if await is_any_task(self._runtime.database) else None

    async def tell_all(self) -> None:
        """Do what is due, until nothing is (tests)."""
        await self.tell_due()
        await self._pool.drain()

    async def stop(self) -> None:
        """End what is under way; its claims run out and others take it up."""
        await self._pool.stop()

    async def _begin(self, channel_id: str) -> None:
        record = await self._directory.get(channel_id)
        owners = {"channel": channel_id}
        if record is not None:
            owners |= {"workspace": record.workspace_id, "provider": record.kind.value}
        while self._pool.has_room(**owners) and (task := await self._next(channel_id)) is not None:
            self._pool.begin(self._tell_on(task), **owners)

    async def _next(self, channel_id: str) -> ProviderTask | None:
        return await claim_task(self._runtime.database, channel_id, self._runtime.clock.now())

    async def _tell_on(self, task: ProviderTask | None) -> None:
        """Do a task and those of its channel after it; the database's faults end it, and the next sweep begins anew."""
        try:
            while task is not None:
                await self._tell(task)
                task = await self._next(task.channel_id)
        except Exception as error:
            _log.warning("telling interrupted", error=type(error).__name__)

    async def show_typing(self, conversation_id: str) -> None:
        """Show the customer that somebody is typing, where the channel can; nobody minds if it fails."""
        conversation = await self._runtime.database.conversations.find_one({"_id": conversation_id, "open": True})
        record = conversation and await self._directory.get(conversation["channel_id"])
        if not conversation or record is None or not record.enabled:
            return
        connector = self._connectors[record.kind]
        if not isinstance(connector, ShowsTyping):
            return
        newest = await self._runtime.database.messages.find_one(
            {"workspace_id": record.workspace_id, "conversation_id": conversation_id, "direction": "in"},
            {"provider_id": 1},
            sort=[("seq", -1)],
        )
        try:
            await connector.show_typing(
                to=conversation["identity"]["external_id"],
                last_provider_id=newest and newest["provider_id"],
                account=account_of(record),
            )
        except SendFailedError:
            return

    async def _tell(self, task: ProviderTask) -> None:
        record = await self._directory.get(task.channel_id)
        if record is None or record.deleted_at is not None:
            await task_done(self._runtime.database, task)
            return
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await self._call(task, record, self._connectors[record.kind])
        except SendFailedError as failed:
            await self._failed(task, failed)
        except Exception as error:
            _log.error("a provider could not be told", channel_id=task.channel_id, kind=task.kind, exc_info=error)
            await self._failed(task, SendFailedError(BROKEN_CONTRACT, certainty=Certainty.UNKNOWN))
        else:
            await task_done(self._runtime.database, task)

    async def _failed(self, task: ProviderTask, failed: SendFailedError) -> None:
        now, seconds = self._runtime.clock.now(), failed.retry_after_seconds
        wait = None if seconds is None else timedelta(seconds=seconds)
        retryable = failed.error.retryable or failed.certainty is Certainty.UNKNOWN
        if await task_failed(self._runtime.database, task, now, retryable=retryable, wait=wait):
            await undo(self._runtime.database, task, now)

    @staticmethod
    async def _call(task: ProviderTask, record: ChannelRecord, connector: Connector) -> None:
        await _TELL[task.kind](task, account_of(record), connector)


async def _read(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    if isinstance(connector, MarksRead):
        await connector.mark_read(task.provider_id, account)


async def _react(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    if isinstance(connector, SendsReactions):
        await connector.react(to=task.to, provider_id=task.provider_id, emoji=task.emoji, account=account)


async def _acknowledge(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    if isinstance(connector, AcknowledgesPresses):
        await connector.acknowledge(task.provider_id, account)


async def _edit(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    if isinstance(connector, EditsMessages) and task.content is not None:
        await connector.edit(to=task.to, provider_id=task.provider_id, content=task.content, account=account)


async def _delete(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    """Delete all parts; those that an earlier try deleted are refused, which hurts nobody."""
    if not isinstance(connector, DeletesMessages):
        return
    refused: SendFailedError | None = None
    for provider_id in (task.provider_id, *task.part_ids):
        try:
            await connector.delete(to=task.to, provider_id=provider_id, account=account)
        except SendFailedError as failed:
            refused = failed if refused is None or failed.error.retryable else refused
    if refused is not None:
        raise refused


async def _block(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    if isinstance(connector, BlocksCustomers):
        await connector.set_blocked(task.to, account, blocked=task.kind is TaskKind.BLOCK)


async def _forget(task: ProviderTask, account: ChannelAccount, connector: Connector) -> None:
    if isinstance(connector, ForgetsCustomers):
        await connector.forget(task.to, account)


_TELL: Final[Mapping[TaskKind, Callable[[ProviderTask, ChannelAccount, Connector], Awaitable[None]]]] = {
    TaskKind.READ: _read,
    TaskKind.REACT: _react,
    TaskKind.ACKNOWLEDGE: _acknowledge,
    TaskKind.EDIT: _edit,
    TaskKind.DELETE: _delete,
    TaskKind.BLOCK: _block,
    TaskKind.UNBLOCK: _block,
    TaskKind.FORGET: _forget,
}
"""How each thing is told; a channel that can't be told it hears nothing."""
