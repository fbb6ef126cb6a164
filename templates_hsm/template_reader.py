"""Reads accounts that are due, one after the other, and applies what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from inbox.channel.channel_kind import ChannelKind
from inbox.foundation.clock import Clock
from inbox.sending.outbound import SendFailed
from inbox.storage.database import Database, Document
from templates_hsm.listed import read_listed
from templates_hsm.template_accounts import (
    adopt_accounts,
    claim_due,
    forget_account,
    heed_notices,
    reading_done,
    reading_failed,
    waiting_notices,
)
from templates_hsm.template_notices import Told, told_by
from templates_hsm.template_sync import Listing, apply_listing

MAX_NAMES: Final = 5
"""Names that are read one by one after notices; beyond that a whole listing costs fewer calls."""


class TemplateSource(Protocol):
    """Where templates are read from."""

    async def list_templates(self, channel_id: str, *, name: str | None = None) -> Sequence[Mapping[str, object]]:
        """Read all templates of a channel's business account, or those of one name. Raises `SendFailed`."""
        ...


class TemplateReader:
    """Keeps the stored templates like Meta's; any number may work side by side."""

    def __init__(self, database: Database, clock: Clock, source: TemplateSource) -> None:
        self._database = database
        self._clock = clock
        self._source = source

    async def follow_new(self) -> None:
        """Begin to follow the accounts of channels that were connected since."""
        await adopt_accounts(self._database, self._clock.now())

    async def read_due(self) -> int:
        """Read whatever is due, across all workspaces; give how many accounts were read."""
        await heed_notices(self._database, self._clock.now())
        read = 0
        while (account := await claim_due(self._database, self._clock.now())) is not None:
            read += 1
            await self._read_claimed(account)
        return read

    async def read_all(self, workspace_id: str, waba_id: str, channel_id: str) -> int:
        """Read an account as a whole, now; give how many templates became different. Raises `SendFailed`."""
        return await self._read(workspace_id, waba_id, channel_id, name=None, details={})

    async def _read_claimed(self, account: Document) -> None:
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
        except SendFailed as failed:
            await reading_failed(self._database, account, failed.error.explanation, self._clock.now())
        else:
            await reading_done(self._database, account, notices=told.ids, full=full, now=self._clock.now())

    async def _read(
        self, workspace_id: str, waba_id: str, channel_id: str, *, name: str | None, details: Mapping[str, Document]
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

    async def _channel_of(self, account: Document) -> str | None:
        connected = {
            "workspace_id": account["workspace_id"],
            "kind": ChannelKind.WHATSAPP.value,
            "scope_key": account["waba_id"],
            "enabled": True,
            "deleted_at": None,
        }
        channel = await self._database.channels.find_one(connected, {"_id": 1}, sort=[("_id", 1)])
        return None if channel is None else str(channel["_id"])


def _is_full(account: Document, told: Told, *, due: bool) -> bool:
    return due or None in told.names or len(told.names) > MAX_NAMES or not told.names or account.get("failing", False)
