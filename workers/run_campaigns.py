"""Campaigns: started when it is time, fed into the outbox a little ahead, stopped by their rules, told of.

One process at a time feeds a campaign, by a lease in MongoDB; should two do it, the rounds' transactions let one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from inbox.arriving.clicks import take_clicks
from inbox.contacts.suppression import Suppression
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.storage.documents import CampaignDocument
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.audience.audience_store import remove_abandoned
from templates_hsm.campaigns.feed.feeder import Feeder
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.campaigns.life.list_retention import end_old_lists
from templates_hsm.campaigns.life.look_after import count_on
from templates_hsm.campaigns.model.campaign_states import Action, CampaignState
from templates_hsm.campaigns.outcome.results import count_further
from templates_hsm.campaigns.outcome.settle_cancelled import settle_cancelled
from workers.feed_campaign import CampaignKey, CampaignRun, FeedTools
from workers.keyed import KeyedWorker, Run
from workers.sweep import Sweep
from workers.traffic import CAMPAIGNS, TRAFFIC

SWEEP_SECONDS: Final = 0.5
FOLLOW_SECONDS: Final = 3.0
CLEAN_SECONDS: Final = 300.0
ABANDONED_AFTER: Final = timedelta(hours=1)
"""An upload of two million rows takes two minutes."""
_OTHERS: Final = TRAFFIC - CAMPAIGNS

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
        feeder = Feeder(runtime.database, runtime.clock, suppression, sequence)
        self._tools = FeedTools(runtime.database, runtime.clock, self._store, feeder, wake_sender)
        self._worker = KeyedWorker(Leases(runtime.database, new_id()), self._feed, lease_of=_lease_of)
        self._begun = Isolated("campaigns")
        self._counted = Isolated("campaigns_counted")
        self._settled = Isolated("campaigns_cancelled")
        self._results = Isolated("campaign_results")
        self._uploads = Isolated("uploads")

    def sweeps(self) -> list[Sweep]:
        """Return all that has to be looked for, again and again."""
        return [
            Sweep("campaigns", self.sweep, SWEEP_SECONDS, self.next_start, heedless=_OTHERS),
            Sweep("campaigns_counted", self.count_on, FOLLOW_SECONDS, self.next_count, heedless=_OTHERS),
            Sweep("campaigns_cancelled", self.settle_cancelled, SWEEP_SECONDS, heedless=_OTHERS),
            Sweep("campaign_results", self.count_results, FOLLOW_SECONDS, heedless=_OTHERS),
            Sweep("link_clicks", self.take_clicks, FOLLOW_SECONDS, heedless=TRAFFIC),
            Sweep("uploads", self.clean, CLEAN_SECONDS, rests=False),
            Sweep("campaign_lists", self.end_old_lists, CLEAN_SECONDS, rests=False),
        ]

    async def sweep(self) -> bool:
        """Start what is due, and serve what runs, across all workspaces; tell whether there is any."""
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
        return bool(found)

    async def next_start(self) -> datetime | None:
        """Return when the next campaign is to start, unless somebody starts one before."""
        planned = {"state": CampaignState.SCHEDULED.value}
        first = await self._database.campaigns.find_one(planned, {"schedule_at": 1}, sort=[("schedule_at", 1)])
        return None if first is None else first.get("schedule_at")

    async def next_count(self) -> datetime | None:
        """Return when a campaign that has ended is to be counted next."""
        counted = {"count_at": {"$type": "date"}}
        first = await self._database.campaigns.find_one(counted, {"count_at": 1}, sort=[("count_at", 1)])
        return None if first is None else first.get("count_at")

    async def _begin(self, campaign: CampaignDocument) -> None:
        if campaign["state"] == CampaignState.SCHEDULED.value:
            await self._start(campaign)
        else:
            self._worker.wake(CampaignKey(campaign["workspace_id"], campaign["_id"], campaign["channel_id"]))

    async def _feed(self, run: Run[CampaignKey]) -> None:
        await CampaignRun(self._tools, run.key).run()

    async def count_on(self) -> None:
        """Tell how many messages of campaigns that nothing feeds any more were delivered and read since."""
        now = self._clock.now()
        due = {"count_at": {"$lte": now, "$type": "date"}}
        found = await self._database.campaigns.find(self._counted.among(due)).to_list(None)
        await self._counted.each(found, lambda one: count_on(self._database, one, at=now))

    async def count_results(self) -> bool:
        """Count what came back on large campaigns whose results somebody asked for; tell whether there is any."""
        asked = {"results_count.answer_days": {"$exists": True}}
        found = await self._database.campaigns.find(self._results.among(asked)).to_list(None)
        await self._results.each(found, lambda one: count_further(self._database, one, now=self._clock.now()))
        return bool(found)

    async def take_clicks(self) -> bool:
        """Note the clicks on links that the provider told of; tell whether there were any."""
        return await take_clicks(self._database, now=self._clock.now())

    async def settle_cancelled(self) -> bool:
        """End the recipients of cancelled campaigns whose turn never came; tell whether there is any."""
        found = await self._database.campaigns.find(self._settled.among({"unsettled": True})).to_list(None)
        await self._settled.each(found, self._settle)
        return bool(found)

    async def _settle(self, campaign: CampaignDocument) -> None:
        if await settle_cancelled(self._database, campaign, at=self._clock.now()):
            self._wake_sender(campaign["channel_id"])

    async def end_old_lists(self) -> None:
        """Remove the rows of campaigns that ended long ago."""
        await end_old_lists(self._database, now=self._clock.now())

    async def clean(self) -> None:
        """Remove what uploads left that broke off."""
        await remove_abandoned(self._database, older_than=self._clock.now() - ABANDONED_AFTER, isolated=self._uploads)

    async def stop(self) -> None:
        """Feed no more."""
        await self._worker.stop()

    async def _start(self, campaign: CampaignDocument) -> None:
        workspace_id, campaign_id = campaign["workspace_id"], campaign["_id"]
        try:
            await self._store.act(workspace_id, campaign_id, Action.START)
        except ProblemError as problem:
            _log.warning("a campaign could not start", campaign_id=campaign_id, code=problem.code)
            reason = str(problem.extra.get("reason", "template_unusable"))
            await self._store.act(workspace_id, campaign_id, Action.STOP, reason=reason)


def _lease_of(campaign: CampaignKey) -> str:
    return f"campaign:{campaign.id}"
