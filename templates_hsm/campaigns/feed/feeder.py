"""Puts a campaign's next messages into the outbox: rows in order, each at most once.

The rows' place in the campaign (`fed_to`), their messages, conversations and events are one transaction, on
condition that the place is still where it was: of two workers one writes, the other finds nothing to do. A
message's key is unique besides.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import Clock
from inbox.messages.tallying import new_writer
from inbox.segments.segment_scan import next_batch
from inbox.storage.database import Collections, Database, Session, is_duplicate, is_transient
from inbox.storage.documents import CampaignDocument, RecipientDocument
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.audience.audience_csv import CsvRow
from templates_hsm.campaigns.audience.segment_rows import Source, read_source, rows_of_batch
from templates_hsm.campaigns.feed.decide import RecipientRow, Send, decide, once_a_customer
from templates_hsm.campaigns.feed.due_rows import next_due, next_rows, row_of, rows_above, unwritten_row
from templates_hsm.campaigns.feed.feed_writing import FeedWriting, Round
from templates_hsm.campaigns.feed.outlook import MOST_LOOKED_AT, MOST_SECONDS, TOGETHER, Outlook
from templates_hsm.campaigns.feed.read_plan import read_channel, read_known, read_plan
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.campaigns.model.campaign_states import CampaignState
from templates_hsm.campaigns.model.eligibility import Terms

ATTEMPTS: Final = 6
BURST_SECONDS: Final = 0.1
"""The burst that a rate may have. Each attempt by itself would cost several times as much."""
EVEN_SECONDS: Final = 0.05
"""Rates with longer gaps go evenly: two that come together would save little."""


Coming = Callable[[Collections, Outlook], Awaitable[tuple[list[RecipientRow], int, str | None]]]
"""Reads the next recipients: their rows, how many were looked at, and the place reached (None at the end)."""


class Fed(msgspec.Struct, frozen=True, kw_only=True):
    """What one round did.

    Attributes:
        sent: Messages that were put into the outbox.
        looked_at: Rows that were decided on.
        at_end: No row is left whose turn it is.
        next_at: When the next one's turn comes, of those that wait.
    """

    sent: int = 0
    looked_at: int = 0
    at_end: bool = False
    next_at: datetime | None = None


class FeedPace(msgspec.Struct, frozen=True, kw_only=True):
    """When the messages of a round may go: the first at `begin`, each further one `gap_seconds` later."""

    begin: datetime
    gap_seconds: float = 0.0

    def at(self, place: int) -> datetime:
        """Return the time of the message at a place, from 0; fast rates go in bursts of a tenth of a second."""
        after = place * self.gap_seconds
        even = self.gap_seconds > EVEN_SECONDS
        return self.begin + timedelta(seconds=after if even else after // BURST_SECONDS * BURST_SECONDS)


class Feeder:
    """Feeds the outbox for one campaign at a time."""

    def __init__(self, database: Database, clock: Clock, suppression: Suppression, sequence: SequenceClock) -> None:
        self._database = database
        self._clock = clock
        self._suppression = suppression
        self._sequence = sequence
        self._writer = new_writer()

    async def feed(self, workspace_id: str, campaign_id: str, limit: int, pace: FeedPace) -> Fed:
        """Put up to `limit` messages into the outbox, if the campaign runs."""
        work = partial(self._feed, workspace_id, campaign_id, limit, pace)
        for attempt in range(ATTEMPTS):
            try:
                return await self._database.batch(work)
            except Exception as error:
                if attempt == ATTEMPTS - 1 or not (is_transient(error) or is_duplicate(error)):
                    raise
        raise AssertionError("unreachable")

    async def test(
        self, workspace_id: str, campaign_id: str, row: RecipientRow, letter: Letter = Letter.A
    ) -> str | None:
        """Send a test message of a variant to one number outside of the audience; return the message's id.

        Returns:
            None if the campaign's template is gone, or its values don't fit.
        """
        return await self._database.in_thread(partial(self._test, workspace_id, campaign_id, row, letter))

    async def look_ahead(self, campaign: CampaignDocument) -> Outlook:
        """Decide on a campaign's recipients as at its start, without sending (the forecast).

        Raises:
            ProblemError: `conflict` where it goes to a segment that can't be used.
        """
        at = max(self._clock.now(), campaign.get("schedule_at") or self._clock.now())
        source = await read_source(self._database, campaign, now=at)
        outlook, until = Outlook(), time.monotonic() + MOST_SECONDS
        above = None
        while outlook.looked_at < MOST_LOOKED_AT and time.monotonic() < until:
            coming = _written(campaign, above) if source is None else _in_segment(campaign, source, above)
            above = await self._database.in_thread(partial(self._look, campaign, coming, at, outlook))
            if above is None:
                outlook.is_all = True
                break
        return outlook

    async def _look(
        self, campaign: CampaignDocument, coming: Coming, at: datetime, outlook: Outlook, database: Collections
    ) -> str | None:
        """Decide on the next recipients; return the place that was reached, None at the end."""
        channel = await read_channel(database, campaign)
        plan = await read_plan(database, campaign, channel)
        if plan is None:
            return None
        rows, looked_at, place = await coming(database, outlook)
        known = await read_known(database, self._suppression, channel, rows)
        outlook.looked_at += looked_at
        outlook.add(once_a_customer([decide(row, known[row.id], plan, at) for row in rows], plan))
        return place

    async def _feed(
        self, workspace_id: str, campaign_id: str, limit: int, pace: FeedPace, database: Collections
    ) -> Fed:
        campaign = await database.campaigns.find_one({"_id": campaign_id, "workspace_id": workspace_id})
        if campaign is None or campaign["state"] != CampaignState.RUNNING.value:
            return Fed(at_end=True)
        if campaign.get("filling") is not None:
            return Fed()
        now = self._clock.now()
        rows = await next_rows(database, campaign, limit, now)
        if not rows:
            return Fed(at_end=True, next_at=await next_due(database, campaign))
        channel = await read_channel(database, campaign)
        plan = await read_plan(database, campaign, channel)
        if plan is None:
            return Fed(at_end=True)
        known = await read_known(database, self._suppression, channel, [row_of(row) for row in rows])
        decisions = once_a_customer([decide(row_of(row), known[row["_id"]], plan, now) for row in rows], plan)
        writing = FeedWriting(
            campaign, channel.ref, decisions, self._sequence, Round(now=now, times=pace.at, writer=self._writer)
        )
        await writing.prepare(database)
        await database.transact_once(partial(_write, writing, campaign, rows, database))
        sent = sum(isinstance(decision, Send) for decision in decisions)
        return Fed(sent=sent, looked_at=len(rows), at_end=False)

    async def _test(
        self, workspace_id: str, campaign_id: str, row: RecipientRow, letter: Letter, database: Collections
    ) -> str | None:
        campaign = await database.campaigns.find_one({"_id": campaign_id, "workspace_id": workspace_id})
        if campaign is None:
            return None
        channel = await read_channel(database, campaign)
        plan = await read_plan(database, campaign, channel)
        if plan is None:
            return None
        versions = plan.b if letter is Letter.B and plan.b is not None else plan.a
        free = msgspec.structs.replace(plan, a=versions, b=None, terms=Terms(marketing=False), quiet_hours=None)
        now = self._clock.now()
        decision = decide(row, (await read_known(database, self._suppression, channel, [row]))[row.id], free, now)
        if not isinstance(decision, Send):
            return None
        common = Round(now=now, times=FeedPace(begin=now).at, writer=self._writer, is_test=True)
        writing = FeedWriting(campaign, channel.ref, [decision], self._sequence, common)
        await writing.prepare(database)
        await database.transact_once(partial(writing.insert, database))
        return str(writing.messages[0]["_id"])


def _written(campaign: CampaignDocument, above: str | None) -> Coming:
    """Read the next rows of a list."""

    async def read(database: Collections, _: Outlook) -> tuple[list[RecipientRow], int, str | None]:
        stored = await rows_above(database, campaign, above, TOGETHER)
        return [row_of(row) for row in stored], len(stored), stored[-1]["_id"] if stored else None

    return read


def _in_segment(campaign: CampaignDocument, source: Source, above: str | None) -> Coming:
    """Make the rows of the next contacts of a segment."""
    audience = campaign["audience"]
    audience_id = audience["id"] if audience is not None else ""

    async def read(database: Collections, outlook: Outlook) -> tuple[list[RecipientRow], int, str | None]:
        batch = await next_batch(database, campaign["workspace_id"], source.wanted, above=above)
        made = rows_of_batch(batch, source.field_ids, begin=outlook.looked_at)
        rows = [unwritten_row(audience_id, row) for row in made if isinstance(row, CsvRow)]
        outlook.without_number += len(made) - len(rows)
        return outlook.unseen(rows), batch.looked_at, batch.last

    return read


async def _write(
    writing: FeedWriting,
    campaign: CampaignDocument,
    rows: Sequence[RecipientDocument],
    database: Collections,
    session: Session,
) -> None:
    """Write a round, unless the campaign was moved on or stopped meanwhile: then nothing of it."""
    new = [row["_id"] for row in rows if "due_at" not in row]
    place = {"fed_to": max(new)} if new else {"fed_to": campaign.get("fed_to")}
    still = {
        "_id": campaign["_id"],
        "workspace_id": campaign["workspace_id"],
        "state": CampaignState.RUNNING.value,
        "fed_to": campaign.get("fed_to"),
    }
    moved = await database.campaigns.update_one(still, {"$set": place, "$inc": {"rounds": 1}}, session=session)
    if moved.matched_count:
        await writing.insert(database, session)
