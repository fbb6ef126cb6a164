"""Campaigns: started when it is time, fed into the outbox a little ahead, stopped by their rules, told of.

One process at a time feeds a campaign, by a lease in MongoDB; should two do it, the rounds' transactions let one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from inbox.contacts.suppression import Suppression
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.sending.pacing import CAMPAIGN_SHARE
from inbox.storage.database import Document
from inbox.storage.isolation import Isolated
from inbox.storage.leases import LeaseLostError, Leases
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.audience.audience_store import remove_abandoned
from templates_hsm.campaigns.feed.feeder import Fed, Feeder, Pace
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.campaigns.life.list_retention import end_old_lists
from templates_hsm.campaigns.life.look_after import count_on, look_after
from templates_hsm.campaigns.model.campaign_states import Action, CampaignState
from templates_hsm.campaigns.outcome.settle_cancelled import settle_cancelled
from workers.sweep import sweep

SWEEP_SECONDS: Final = 0.5
FOLLOW_SECONDS: Final = 3.0
CLEAN_SECONDS: Final = 300.0
ABANDONED_AFTER: Final = timedelta(hours=1)
"""An upload of two million rows takes two minutes."""
MOST_AHEAD: Final = 240
"""Messages of one campaign in the outbox: half a second of what a worker sends, so that a pause is felt at once."""
ROUND: Final = 120
"""Rows decided on in one transaction."""
AHEAD_SECONDS: Final = 0.6
"""Where a rate is set, so much of it is in the outbox."""
PAUSE_SECONDS: Final = 0.1
IDLE_SECONDS: Final = 0.4
LOOK_SECONDS: Final = 1.0
LOOK_FED: Final = 50
"""Messages after which the stop rules are looked at anyway: as many as the rule waits for unless it says otherwise."""
LOOK_GROWTH: Final = 0.1
LOOK_SHARE: Final = 10.0
"""Counting a million rows takes a while: at most a tenth of the time goes into it."""

_log = structlog.get_logger()


class Campaigner:
    """Runs campaigns; what it knows in memory may be lost at any moment.

    Args:
        runtime: What the process stands on.
        wake_sender: Told of each channel that has something to send.
    """

    def __init__(self, runtime: Runtime, wake_sender: Callable[[str], None]) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._wake_sender = wake_sender
        self._store = CampaignStore(runtime.database, runtime.clock)
        suppression = Suppression(runtime.database, runtime.hash_opt_out)
        sequence = SequenceClock(runtime.clock.server_seconds)
        self._feeder = Feeder(runtime.database, runtime.clock, suppression, sequence)
        self._leases = Leases(runtime.database, new_id())
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._begun = Isolated("campaigns")
        self._counted = Isolated("campaigns_counted")
        self._settled = Isolated("campaigns_cancelled")
        self._uploads = Isolated("uploads")

    def works(self) -> list[Coroutine[Any, Any, None]]:
        """Return all that has to be done, again and again."""
        return [
            sweep("campaigns", self.sweep, every_seconds=SWEEP_SECONDS),
            sweep("campaigns_counted", self.count_on, every_seconds=FOLLOW_SECONDS),
            sweep("campaigns_cancelled", self.settle_cancelled, every_seconds=SWEEP_SECONDS),
            sweep("uploads", self.clean, every_seconds=CLEAN_SECONDS),
            sweep("campaign_lists", self.end_old_lists, every_seconds=CLEAN_SECONDS),
        ]

    async def sweep(self) -> None:
        """Start what is due, and serve what runs, across all workspaces."""
        now = self._clock.now()
        wanted = {
            "$or": [
                {"state": CampaignState.RUNNING.value},
                {"state": CampaignState.SCHEDULED.value, "schedule_at": {"$lte": now}},
            ]
        }
        fields = {"workspace_id": 1, "state": 1, "channel_id": 1}
        found = await self._database.campaigns.find(self._begun.among(wanted), fields).to_list(None)
        await self._begun.each(found, self._begin)

    async def _begin(self, campaign: Document) -> None:
        if campaign["state"] == CampaignState.SCHEDULED.value:
            await self._start(campaign)
        elif campaign["_id"] not in self._tasks:
            self._serve(campaign)

    async def count_on(self) -> None:
        """Tell how many messages of campaigns that nothing feeds any more were delivered and read since."""
        now = self._clock.now()
        found = await self._database.campaigns.find(self._counted.among({"count_at": {"$lte": now}})).to_list(None)
        await self._counted.each(found, lambda one: count_on(self._database, one, at=now))

    async def settle_cancelled(self) -> None:
        """End the recipients of cancelled campaigns whose turn never came."""
        found = await self._database.campaigns.find(self._settled.among({"unsettled": True})).to_list(None)
        await self._settled.each(found, self._settle)

    async def _settle(self, campaign: Document) -> None:
        if await settle_cancelled(self._database, campaign, at=self._clock.now()):
            self._wake_sender(campaign["channel_id"])

    async def end_old_lists(self) -> None:
        """Return up the rows of campaigns that ended long ago."""
        await end_old_lists(self._database, now=self._clock.now())

    async def clean(self) -> None:
        """Remove what uploads left that broke off."""
        await remove_abandoned(self._database, older_than=self._clock.now() - ABANDONED_AFTER, isolated=self._uploads)

    async def stop(self) -> None:
        """Feed no more."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _start(self, campaign: Document) -> None:
        workspace_id, campaign_id = campaign["workspace_id"], campaign["_id"]
        try:
            await self._store.act(workspace_id, campaign_id, Action.START)
        except ProblemError as problem:
            _log.warning("a campaign could not start", campaign_id=campaign_id, code=problem.code)
            await self._store.act(workspace_id, campaign_id, Action.STOP, reason="template_unusable")

    def _serve(self, campaign: Document) -> None:
        task = asyncio.create_task(self._run_under_lease(campaign))
        self._tasks[campaign["_id"]] = task
        task.add_done_callback(lambda _: self._tasks.pop(campaign["_id"], None))

    async def _run_under_lease(self, campaign: Document) -> None:
        try:
            await self._leases.hold_once(f"campaign:{campaign['_id']}", lambda _: _Run(self, campaign).run())
        except LeaseLostError:
            _log.warning("the campaign went to another worker", campaign_id=campaign["_id"])
        except Exception as error:
            _log.error("feeding stopped", campaign_id=campaign["_id"], exc_info=error)


class _Run:
    """One campaign, for as long as it runs and the lease is held."""

    def __init__(self, campaigner: Campaigner, campaign: Document) -> None:
        self._all = campaigner
        self._workspace_id: Final[str] = campaign["workspace_id"]
        self._id: Final[str] = campaign["_id"]
        self._channel_id: Final[str] = campaign["channel_id"]
        self._next_slot: datetime | None = None
        self._look_at = 0.0
        self._fed = 0
        """Messages since the last look."""
        self._fed_in_all = 0

    async def run(self) -> None:
        """Feed until the campaign is at its end, or no longer runs."""
        while True:
            campaign = await self._all._store.find(self._workspace_id, self._id)
            if campaign["state"] != CampaignState.RUNNING.value or await self._looked_after(campaign):
                return
            fed = await self._feed(campaign)
            if fed.sent:
                self._all._wake_sender(self._channel_id)
            self._fed += fed.sent
            if fed.at_end and fed.next_at is None and await self._is_over():
                self._look_at = 0.0  # what failed since the last look counts too
                if not await self._looked_after(campaign):
                    await self._all._store.act(self._workspace_id, self._id, Action.COMPLETE)
                return
            await asyncio.sleep(IDLE_SECONDS if fed.at_end else PAUSE_SECONDS)

    async def _looked_after(self, campaign: Document) -> bool:
        """Count, tell and hold against the stop rules, not more often than its cost allows; tell if it stopped.

        The cost of a count grows with what was sent. So it is due after a while, but also whenever a tenth more was
        fed: on a busy machine, where each count takes long, a campaign of some hundred would be over before the second.
        """
        began = time.monotonic()
        if began < self._look_at and self._fed < max(LOOK_FED, (self._fed_in_all + self._fed) * LOOK_GROWTH):
            return False
        self._fed_in_all, self._fed = self._fed_in_all + self._fed, 0
        reason = await look_after(self._all._database, campaign, at=self._all._clock.now())
        self._look_at = time.monotonic() + max(LOOK_SECONDS, LOOK_SHARE * (time.monotonic() - began))
        if reason is not None:
            _log.warning("a campaign stopped by itself", campaign_id=self._id, reason=reason)
            await self._all._store.act(self._workspace_id, self._id, Action.STOP, reason=reason)
        return reason is not None

    async def _feed(self, campaign: Document) -> Fed:
        rate = campaign.get("rate_per_second")
        waiting = await self._waiting()
        room = min(ROUND, await self._ahead(rate) - waiting)
        now = self._all._clock.now()
        if rate is None:
            return await self._round(room, Pace(begin=now))
        slot = max(now, self._next_slot or now)
        room = min(room, int(((now - slot).total_seconds() + AHEAD_SECONDS) * rate))
        fed = await self._round(room, Pace(begin=slot, gap_seconds=1 / rate))
        self._next_slot = slot + timedelta(seconds=fed.sent / rate)
        return fed

    async def _round(self, room: int, pace: Pace) -> Fed:
        if room <= 0:
            return Fed()
        return await self._all._feeder.feed(self._workspace_id, self._id, room, pace)

    async def _ahead(self, rate: int | None) -> int:
        """Say how many messages may wait in the outbox: about as many as go out until the next look."""
        channel = await self._all._database.channels.find_one(
            {"_id": self._channel_id, "workspace_id": self._workspace_id}, {"messages_per_second": 1}
        )
        number_rate = ((channel and channel.get("messages_per_second")) or MOST_AHEAD) * CAMPAIGN_SHARE
        return int(min(MOST_AHEAD, max(1.0, number_rate * AHEAD_SECONDS), max(1.0, rate or MOST_AHEAD)))

    async def _waiting(self) -> int:
        waiting = {"workspace_id": self._workspace_id, "tally": self._id, "status": {"$in": ["queued", "sending"]}}
        count: int = await self._all._database.messages.count_documents(waiting, limit=MOST_AHEAD)
        return count

    async def _is_over(self) -> bool:
        return await self._waiting() == 0
