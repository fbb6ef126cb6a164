"""Reads due business accounts from Meta, a few at a time, and stores their templates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol

import structlog

from inbox.foundation.clock import Clock
from inbox.foundation.task_pool import TaskPool
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Database
from inbox.storage.documents import TemplateAccountDocument, TemplateDetailsDocument
from templates_hsm.sync.apply_listing import Listing, apply_listing
from templates_hsm.sync.listed_template import read_listed
from templates_hsm.sync.template_accounts import (
    adopt_accounts,
    claim_due,
    forget_account,
    heed_notices,
    next_reading,
    reading_done,
    reading_failed,
    waiting_notices,
)
from templates_hsm.sync.template_notices import Told, told_by

AT_ONCE: Final = 5
"""Accounts that are read at the same time in one process."""
AT_ONCE_OF_WORKSPACE: Final = 3
"""So that a tenant whose accounts don't answer leaves room for the others'."""
READ_SECONDS: Final = 110.0
"""Longest reading; shorter than a claim."""
UNREADABLE: Final = "The templates could not be read. It is tried again in a minute."
MAX_NAMES: Final = 5
"""Names that are read one by one after notices; beyond that a whole listing costs fewer calls."""

_log = structlog.get_logger()


class TemplateSource(Protocol):
    """Where templates are read from."""

    async def list_templates(self, channel_id: str, *, name: str | None = None) -> Sequence[Mapping[str, object]]:
        """Read all templates of a channel's business account, or those of one name. Raises `SendFailedError`."""
        ...


class TemplateReader:
    """Keeps stored templates in step with Meta; any number of workers may run one."""

    def __init__(self, database: Database, clock: Clock, source: TemplateSource) -> None:
        self._database = database
        self._clock = clock
        self._source = source
        self._pool = TaskPool("read_templates", AT_ONCE, workspace=AT_ONCE_OF_WORKSPACE)

    async def follow_new(self) -> None:
        """Begin to follow the accounts of channels that were connected since."""
        await adopt_accounts(self._database, self._clock.now())

    async def read_due(self) -> int:
        """Read all due accounts, across all workspaces, and wait; return how many were read."""
        read = 0
        while begun := await self.begin_due():
            read += begun
            await self._pool.drain()
        return read

    async def begin_due(self) -> int:
        """Start reading due accounts up to the limit; return how many. A slow account delays no other."""
        await heed_notices(self._database, self._clock.now())
        begun = 0
        while not self._pool.is_full:
            account = await claim_due(self._database, self._clock.now(), apart_from=self._pool.at_limit("workspace"))
            if account is None:
                break
            self._pool.begin(self._read_alone(account), workspace=str(account.get("workspace_id")))
            begun += 1
        return begun

    async def next_due(self) -> datetime | None:
        """Return when the next account is to be read, unless a notice comes before."""
        return await next_reading(self._database)

    async def stop(self) -> None:
        """Cancel the readings under way; their claims expire and another worker repeats them."""
        await self._pool.stop()

    async def read_all(self, workspace_id: str, waba_id: str, channel_id: str) -> int:
        """Read an account as a whole, now; return how many templates became different. Raises `SendFailedError`."""
        return await self._read(workspace_id, waba_id, channel_id, name=None, details={})

    async def _read_alone(self, account: TemplateAccountDocument) -> None:
        """Read an account; any failure is stored with it, and it is read again later."""
        try:
            async with asyncio.timeout(READ_SECONDS):
                await self._read_claimed(account)
        except Exception as error:
            _log.error("templates could not be read", account=account["_id"], exc_info=error)
            with suppress(Exception):
                await reading_failed(self._database, account, UNREADABLE, self._clock.now())

    async def _read_claimed(self, account: TemplateAccountDocument) -> None:
        channel_id = await self._channel_of(account)
        if channel_id is None:
            await forget_account(self._database, account)
            return
        started = self._clock.now()
        told = told_by(await waiting_notices(self._database, account))
        full = _is_full(account, told, due=account.get("full_due_at") is None or account["full_due_at"] <= started)
        try:
            for name in [None] if full else sorted(name for name in told.names if name):
                await self._read(
                    account["workspace_id"], account["waba_id"], channel_id, name=name, details=told.details
                )
        except SendFailedError as failed:
            await reading_failed(self._database, account, failed.error.explanation, self._clock.now())
        else:
            await reading_done(self._database, account, notices=told.ids, full=full, now=self._clock.now())

    async def _read(
        self,
        workspace_id: str,
        waba_id: str,
        channel_id: str,
        *,
        name: str | None,
        details: Mapping[str, TemplateDetailsDocument],
    ) -> int:
        read_at = self._clock.now()
        raw = await self._source.list_templates(channel_id, name=name)
        items = [item for one in raw if (item := read_listed(one)) is not None]
        listing = Listing(
            workspace_id=workspace_id,
            waba_id=waba_id,
            channel_id=channel_id,
            read_at=read_at,
            items=[item for item in items if name in (None, item.name)],
            name=name,
            details=details,
        )
        return await apply_listing(self._database, listing)

    async def _channel_of(self, account: TemplateAccountDocument) -> str | None:
        connected = {
            "workspace_id": account["workspace_id"],
            "kind": ChannelKind.WHATSAPP.value,
            "scope_key": account["waba_id"],
            "enabled": True,
            "deleted_at": None,
        }
        channel = await self._database.channels.find_one(connected, {"_id": 1}, sort=[("_id", 1)])
        return None if channel is None else str(channel["_id"])


def _is_full(account: TemplateAccountDocument, told: Told, *, due: bool) -> bool:
    return due or None in told.names or len(told.names) > MAX_NAMES or not told.names or account.get("failing", False)
