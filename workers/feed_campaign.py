"""Feeding one campaign: its rows become messages a little ahead of what is sent, until it ends or its rules stop it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog

from inbox.foundation.clock import Clock
from inbox.sending.outgoing import Lane
from inbox.sending.pacing import CAMPAIGN_SHARE
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.audience.segment_rows import fill_next
from templates_hsm.campaigns.feed.feeder import Fed, Feeder, FeedPace
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.campaigns.life.look_after import look_after
from templates_hsm.campaigns.model.campaign_states import Action, CampaignState

MOST_AHEAD: Final = 240
"""Messages of one campaign in the outbox: half a second of what a worker sends, so that a pause is felt at once."""
ROUND: Final = 120
"""Rows decided on in one transaction."""
AHEAD_SECONDS: Final = 0.7
"""Where a rate is set, so much of it is in the outbox."""
PAUSE_SECONDS: Final = 0.1
PACED_PAUSE_SECONDS: Final = 0.25
"""Between rounds where a rate is set: each costs some twenty statements, however few messages it makes."""
IDLE_SECONDS: Final = 0.4
LOOK_SECONDS: Final = 1.0
LOOK_FED: Final = 50
"""Messages after which the stop rules are looked at anyway: as many as the rule waits for unless it says otherwise."""
LOOK_GROWTH: Final = 0.1
LOOK_SHARE: Final = 10.0
"""Counting a million rows takes a while: at most a tenth of the time goes into it."""

_log = structlog.get_logger()


class CampaignKey(NamedTuple):
    """Which campaign is fed, and through which channel."""

    workspace_id: str
    id: str
    channel_id: str


@dataclass(frozen=True)
class FeedTools:
    """What the runs of all campaigns use.

    Attributes:
        database: Where campaigns and messages are.
        clock: Says when messages are due.
        store: Changes the states of campaigns.
        feeder: Turns rows into messages.
        wake_sender: Told of each channel that has something to send.
    """

    database: Database
    clock: Clock
    store: CampaignStore
    feeder: Feeder
    wake_sender: Callable[[str], None]


class CampaignRun:
    """One campaign, for as long as it runs and its lease is held; what it knows in memory may be lost at any moment."""

    def __init__(self, tools: FeedTools, key: CampaignKey) -> None:
        self._tools = tools
        self._key = key
        self._next_slot: datetime | None = None
        self._look_at = 0.0
        self._fed = 0
        """Messages since the last look."""
        self._fed_in_all = 0

    async def run(self) -> None:
        """Feed until the campaign is at its end, or no longer runs."""
        while True:
            campaign = await self._tools.store.find(self._key.workspace_id, self._key.id)
            if campaign["state"] != CampaignState.RUNNING.value or await self._stopped_by_rules(campaign):
                return
            if campaign.get("filling") is not None:
                await fill_next(self._tools.database, campaign, now=self._tools.clock.now())
                continue
            fed = await self._feed(campaign)
            if fed.sent:
                self._tools.wake_sender(self._key.channel_id)
            self._fed += fed.sent
            if fed.at_end and fed.next_at is None and await self._waiting() == 0:
                await self._complete(campaign)
                return
            await asyncio.sleep(IDLE_SECONDS if fed.at_end else _pause(campaign))

    async def _complete(self, campaign: CampaignDocument) -> None:
        """End the campaign, unless what failed since the last look stops it."""
        self._look_at = 0.0
        if not await self._stopped_by_rules(campaign):
            await self._act(Action.COMPLETE)

    async def _stopped_by_rules(self, campaign: CampaignDocument) -> bool:
        """Count, tell and hold against the stop rules, not more often than it costs; return whether they stopped it.

        The cost of a count grows with what was sent. So it is due after a while, but also whenever a tenth more was
        fed: on a busy machine, where each count takes long, a campaign of some hundred would be over before the second.
        """
        began = time.monotonic()
        if began < self._look_at and self._fed < max(LOOK_FED, (self._fed_in_all + self._fed) * LOOK_GROWTH):
            return False
        self._fed_in_all, self._fed = self._fed_in_all + self._fed, 0
        reason = await look_after(self._tools.database, campaign, at=self._tools.clock.now())
        self._look_at = time.monotonic() + max(LOOK_SECONDS, LOOK_SHARE * (time.monotonic() - began))
        if reason is not None:
            _log.warning("a campaign stopped by itself", campaign_id=self._key.id, reason=reason)
            await self._act(Action.STOP, reason=reason)
        return reason is not None

    async def _act(self, action: Action, *, reason: str | None = None) -> None:
        await self._tools.store.act(self._key.workspace_id, self._key.id, action, reason=reason)

    async def _feed(self, campaign: CampaignDocument) -> Fed:
        """Put as many messages into the outbox as there is room for, spread evenly where a rate is set."""
        rate = campaign.get("rate_per_second")
        waiting = await self._waiting()
        room = min(ROUND, await self._most_ahead(rate) - waiting)
        now = self._tools.clock.now()
        if rate is None:
            return await self._round(room, FeedPace(begin=now))
        slot = max(now, self._next_slot or now)
        room = min(room, int(((now - slot).total_seconds() + AHEAD_SECONDS) * rate))
        fed = await self._round(room, FeedPace(begin=slot, gap_seconds=1 / rate))
        self._next_slot = slot + timedelta(seconds=fed.sent / rate)
        return fed

    async def _round(self, room: int, pace: FeedPace) -> Fed:
        if room <= 0:
            return Fed()
        return await self._tools.feeder.feed(self._key.workspace_id, self._key.id, room, pace)

    async def _most_ahead(self, rate: int | None) -> int:
        """Return how many messages may wait in the outbox: about as many as go out until the next look."""
        channel = await self._tools.database.channels.find_one(
            {"_id": self._key.channel_id, "workspace_id": self._key.workspace_id}, {"messages_per_second": 1}
        )
        number_rate = ((channel and channel.get("messages_per_second")) or MOST_AHEAD) * CAMPAIGN_SHARE
        return int(min(MOST_AHEAD, max(1.0, number_rate * AHEAD_SECONDS), max(1.0, rate or MOST_AHEAD)))

    async def _waiting(self) -> int:
        """Count the campaign's messages that are still to be sent; no further than the most that may wait."""
        waiting = {
            "workspace_id": self._key.workspace_id,
            "channel_id": self._key.channel_id,
            "lane": Lane.CAMPAIGN.value,
            "campaign_id": self._key.id,
        }
        count: int = await self._tools.database.outbox.count_documents(waiting, limit=MOST_AHEAD)
        return count


def _pause(campaign: CampaignDocument) -> float:
    return PAUSE_SECONDS if campaign.get("rate_per_second") is None else PACED_PAUSE_SECONDS
