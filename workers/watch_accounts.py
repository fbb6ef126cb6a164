"""Follows how accounts stand with their providers: heeds notices, and looks now and then."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

import structlog

from channels.abilities import TellsStanding
from channels.accounts import account_of
from channels.contract import Connector
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.channel.standing import Standings
from inbox.channel.standing_models import AccountLook
from inbox.channel.standing_rules import LOOK_AGAIN, Standing, after_look
from inbox.foundation.task_pool import TaskPool
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.documents import NoticeDocument
from inbox.storage.isolation import Isolated
from inbox.storage.runtime import Runtime

SWEEP_SECONDS: Final = 1.0
ADOPT_SECONDS: Final = 30.0
"""How long after a channel was connected its account is looked at; a look for new ones reads all channels."""
LOOK_SECONDS: Final = 30.0
AT_ONCE: Final = 4
AT_ONCE_OF_WORKSPACE: Final = 2

_log = structlog.get_logger()


class AccountWatcher:
    """Keeps the standing of all accounts; any number of workers may run one."""

    def __init__(self, runtime: Runtime, directory: ChannelDirectory, connectors: dict[ChannelKind, Connector]) -> None:
        self._clock = runtime.clock
        self._directory = directory
        self._tellers = {kind: one for kind, one in connectors.items() if isinstance(one, TellsStanding)}
        self._standings = Standings(runtime.database, runtime.settings.public_url)
        self._apart = Isolated("account_notices")
        self._pool = TaskPool("look_at_accounts", AT_ONCE, workspace=AT_ONCE_OF_WORKSPACE)

    async def follow_new(self) -> None:
        """Begin to look at accounts that were connected since."""
        await self._standings.adopt(tuple(self._tellers), self._clock.now())

    async def sweep(self) -> bool:
        """Heed notices, then begin looks that are due; tell whether there was anything."""
        heeded = await self._heed_all()
        begun = False
        while not self._pool.is_full and await self._begin_look():
            begun = True
        return heeded or begun

    async def next_due(self) -> datetime | None:
        """Return when the next look is due, unless a notice comes before."""
        return await self._standings.next_due()

    async def drain(self) -> None:
        """Wait for the looks under way."""
        await self._pool.drain()

    async def stop(self) -> None:
        """Cancel the looks under way; their claims expire and another worker repeats them."""
        await self._pool.stop()

    async def _heed_all(self) -> bool:
        topics = [topic for teller in self._tellers.values() for topic in teller.news_topics]
        notices = await self._standings.waiting_notices(self._apart.among({"topic": {"$in": topics}}))
        return bool(await self._apart.each(notices, self._heed))

    async def _heed(self, notice: NoticeDocument) -> bool:
        teller = next(one for one in self._tellers.values() if notice["topic"] in one.news_topics)
        at = notice.get("told_at") or notice["at"]
        news = teller.read_news(notice["topic"], bytes(notice["raw"]), at)
        await self._standings.heed(notice, news, now=self._clock.now())
        return True

    async def _begin_look(self) -> bool:
        channel_id = await self._standings.claim(self._clock.now())
        record = None if channel_id is None else await self._directory.get(channel_id)
        if record is None:
            return False
        self._pool.begin(self._look(record), workspace=record.workspace_id)
        return True

    async def _look(self, record: ChannelRecord) -> None:
        """Look at an account; what is not answered is asked again later."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                found = await self._tellers[record.kind].look_at_account(account_of(record))
        except (SendFailedError, TimeoutError):
            await self._standings.postpone(record.workspace_id, record.id, now + LOOK_AGAIN)
            return
        except Exception as error:
            _log.error("account could not be looked at", channel=record.id, exc_info=error)
            await self._standings.postpone(record.workspace_id, record.id, now + LOOK_AGAIN)
            return
        await self._note(record, found, now)

    async def _note(self, record: ChannelRecord, found: AccountLook, now: datetime) -> None:
        def rule(standing: Standing) -> Standing:
            return after_look(standing, found, now)

        await self._standings.change(record.workspace_id, record.id, rule, now=now)
