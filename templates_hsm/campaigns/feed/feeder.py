"""Puts a campaign's next messages into the outbox: rows in order, each at most once.

The rows' place in the campaign (`fed_to`), their messages, conversations and events are one transaction, on
condition that the place is still where it was: of two workers one writes, the other finds nothing to do. A
message's key is unique besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import Clock
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Collections, Database, Document, Session, is_duplicate, is_transient
from inbox.storage.documents import CampaignDocument, ContactDocument, RecipientDocument
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.audience.audience_store import rows_of
from templates_hsm.campaigns.feed.decide import Known, Plan, RecipientRow, Send, decide
from templates_hsm.campaigns.feed.feed_writing import FeedWriting, Round
from templates_hsm.campaigns.feed.outlook import MOST_LOOKED_AT, TOGETHER, Outlook
from templates_hsm.campaigns.feed.variables import Variables
from templates_hsm.campaigns.model.campaign_models import FrequencyCap, QuietHours
from templates_hsm.campaigns.model.campaign_states import CampaignState
from templates_hsm.campaigns.model.eligibility import Terms
from templates_hsm.campaigns.model.stop_rules import Frozen
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category, TemplateName
from templates_hsm.store.find_template import find_template

ATTEMPTS: Final = 6
BURST_SECONDS: Final = 0.05
"""The burst that a rate may have. Each attempt by itself would cost three times as much."""


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
        """Return the time of the message at a place, from 0; fast rates go in bursts of a twentieth of a second."""
        after = place * self.gap_seconds
        even = self.gap_seconds > BURST_SECONDS
        return self.begin + timedelta(seconds=after if even else after // BURST_SECONDS * BURST_SECONDS)


class Feeder:
    """Feeds the outbox for one campaign at a time."""

    def __init__(self, database: Database, clock: Clock, suppression: Suppression, sequence: SequenceClock) -> None:
        self._database = database
        self._clock = clock
        self._suppression = suppression
        self._sequence = sequence

    async def feed(self, workspace_id: str, campaign_id: str, limit: int, pace: FeedPace) -> Fed:
        """Put up to `limit` messages into the outbox, if the campaign runs."""
        work = partial(self._feed, workspace_id, campaign_id, limit, pace)
        for attempt in range(ATTEMPTS):
            try:
                return await self._database.in_thread(work)
            except Exception as error:
                if attempt == ATTEMPTS - 1 or not (is_transient(error) or is_duplicate(error)):
                    raise
        raise AssertionError("unreachable")

    async def test(self, workspace_id: str, campaign_id: str, row: RecipientRow) -> str | None:
        """Send a test message to one number outside of the audience; return the message's id.

        Returns:
            None if the row can't be sent, with the reason in the campaign's own terms.
        """
        return await self._database.in_thread(partial(self._test, workspace_id, campaign_id, row))

    async def look_ahead(self, campaign: CampaignDocument) -> Outlook:
        """Decide on a campaign's recipients as at its start, without sending (the forecast)."""
        at = max(self._clock.now(), campaign.get("schedule_at") or self._clock.now())
        outlook = Outlook()
        above = None
        while outlook.checked < MOST_LOOKED_AT:
            above = await self._database.in_thread(partial(self._look, campaign, above, at, outlook))
            if above is None:
                break
        return outlook

    async def _look(
        self, campaign: CampaignDocument, above: str | None, at: datetime, outlook: Outlook, database: Collections
    ) -> str | None:
        """Decide on the recipients above one; return the last of them."""
        channel = await _channel(database, campaign)
        plan = await self._plan(database, campaign, channel)
        stored = await _rows_above(database, campaign, above, TOGETHER)
        if plan is None or not stored:
            return None
        rows = [_row_of(row) for row in stored]
        known = await self._known(database, channel, rows)
        outlook.add([decide(row, known[row.id], plan, at) for row in rows])
        return rows[-1].id

    async def _feed(
        self, workspace_id: str, campaign_id: str, limit: int, pace: FeedPace, database: Collections
    ) -> Fed:
        campaign = await database.campaigns.find_one({"_id": campaign_id, "workspace_id": workspace_id})
        if campaign is None or campaign["state"] != CampaignState.RUNNING.value:
            return Fed(at_end=True)
        now = self._clock.now()
        rows = await _next_rows(database, campaign, limit, now)
        if not rows:
            return Fed(at_end=True, next_at=await _next_due(database, campaign))
        channel = await _channel(database, campaign)
        plan = await self._plan(database, campaign, channel)
        if plan is None:
            return Fed(at_end=True)
        known = await self._known(database, channel, [_row_of(row) for row in rows])
        decisions = [decide(_row_of(row), known[row["_id"]], plan, now) for row in rows]
        writing = FeedWriting(campaign, channel.ref, decisions, self._sequence, Round(now=now, times=pace.at))
        await writing.prepare(database)
        await database.transact_once(partial(_write, writing, campaign, rows, database))
        sent = sum(isinstance(decision, Send) for decision in decisions)
        return Fed(sent=sent, looked_at=len(rows), at_end=False)

    async def _test(self, workspace_id: str, campaign_id: str, row: RecipientRow, database: Collections) -> str | None:
        campaign = await database.campaigns.find_one({"_id": campaign_id, "workspace_id": workspace_id})
        if campaign is None:
            return None
        channel = await _channel(database, campaign)
        plan = await self._plan(database, campaign, channel)
        if plan is None:
            return None
        free = msgspec.structs.replace(plan, terms=Terms(marketing=False), quiet_hours=None)
        now = self._clock.now()
        decision = decide(row, (await self._known(database, channel, [row]))[row.id], free, now)
        if not isinstance(decision, Send):
            return None
        common = Round(now=now, times=FeedPace(begin=now).at, is_test=True)
        writing = FeedWriting(campaign, channel.ref, [decision], self._sequence, common)
        await writing.prepare(database)
        await database.transact_once(partial(writing.insert, database))
        return str(writing.messages[0]["_id"])

    async def _plan(self, database: Collections, campaign: CampaignDocument, channel: _Channel) -> Plan | None:
        named = TemplateName(**campaign["template"])
        template = await find_template(database, campaign["workspace_id"], channel.scope_key, named, None)
        if template is None:
            return None
        definition = definition_of(template)
        quiet, cap = campaign.get("quiet_hours"), campaign.get("frequency_cap")
        audience = campaign["audience"]
        columns = audience["columns"] if audience is not None else ()
        return Plan(
            template=template,
            definition=definition,
            variables=Variables(campaign["variables"], definition, columns),
            quiet_hours=QuietHours(**quiet) if quiet else None,
            terms=Terms(
                marketing=category_of(campaign, template.category) is Category.MARKETING,
                needs_consent=await _needs_consent(database, campaign["workspace_id"]),
                list_consent=campaign.get("consent") is not None,
                frequency_cap=FrequencyCap(**cap) if cap else None,
            ),
        )

    async def _known(
        self, database: Collections, channel: _Channel, rows: Sequence[RecipientRow]
    ) -> Mapping[str, Known]:
        """Read what is known of the rows' customers."""
        workspace_id, kind = channel.ref.workspace_id, channel.ref.kind
        keys = {row.id: [f"{kind}:{digits}" for digits in (row.phone, *phone_aliases(row.phone))] for row in rows}
        wanted = [key for own in keys.values() for key in own]
        contacts: dict[str, ContactDocument] = {}
        for contact in await database.contacts.find(
            {"workspace_id": workspace_id, "identity_keys": {"$in": wanted}}
        ).to_list(None):
            contacts |= dict.fromkeys(contact["identity_keys"], contact)
        suppressed = await self._suppression.suppressed(database, workspace_id, {*wanted, *contacts})
        return {row_id: _known(own, contacts, suppressed) for row_id, own in keys.items()}


def _known(own: Sequence[str], contacts: Mapping[str, ContactDocument], suppressed: frozenset[str]) -> Known:
    """Return what is known of a number; an opt-out under any other id of its customer counts too."""
    contact = next((contacts[key] for key in own if key in contacts), None)
    keys = {*own, *(contact["identity_keys"] if contact is not None else ())}
    return Known(contact=contact, suppressed=not suppressed.isdisjoint(keys))


class _Channel(msgspec.Struct, frozen=True, kw_only=True):
    ref: ChannelRef
    scope_key: str


def category_of(campaign: CampaignDocument, current: Category) -> Category:
    """Return the template category that the campaign was started with; before, the current one."""
    frozen = campaign.get("frozen")
    return msgspec.convert(frozen, Frozen).category if frozen else current


async def _needs_consent(database: Collections, workspace_id: str) -> bool:
    asked = {"settings.marketing_needs_consent": 1}
    workspace = await database.workspaces.find_one({"_id": workspace_id}, asked)
    return workspace is None or bool(workspace.get("settings", {}).get("marketing_needs_consent", True))


async def _channel(database: Collections, campaign: CampaignDocument) -> _Channel:
    own = {"_id": campaign["channel_id"], "workspace_id": campaign["workspace_id"]}
    stored: Document = await database.channels.find_one(own)
    ref = ChannelRef(
        workspace_id=stored["workspace_id"],
        id=stored["_id"],
        kind=ChannelKind(stored["kind"]),
        name=stored["name"],
        queue_id=stored.get("queue_id"),
    )
    return _Channel(ref=ref, scope_key=stored["scope_key"])


async def _next_rows(
    database: Collections, campaign: CampaignDocument, limit: int, now: datetime
) -> list[RecipientDocument]:
    """Return the rows whose turn it is: first those that waited for it, then the next of the list."""
    own = {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"]}
    waited = database.campaign_recipients.find({**own, "due_at": {"$lte": now}}).sort("due_at", 1)
    due = await waited.limit(limit).to_list(None)
    if len(due) < limit:
        due += await _rows_above(database, campaign, campaign.get("fed_to"), limit - len(due))
    return due


async def _rows_above(
    database: Collections, campaign: CampaignDocument, above: str | None, limit: int
) -> list[RecipientDocument]:
    audience = campaign["audience"]
    if audience is None:
        return []
    following = {"_id": rows_of(audience["id"], above=above), "workspace_id": campaign["workspace_id"]}
    return await database.campaign_recipients.find(following).sort("_id", 1).limit(limit).to_list(None)


async def _next_due(database: Collections, campaign: CampaignDocument) -> datetime | None:
    own = {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"], "due_at": {"$exists": True}}
    first = await database.campaign_recipients.find_one(own, {"due_at": 1}, sort=[("due_at", 1)])
    return None if first is None else first["due_at"]


def _row_of(stored: RecipientDocument) -> RecipientRow:
    tries = stored.get("tries", 0)
    return RecipientRow(
        id=stored["_id"],
        key=f"{stored['_id']}#{tries}" if tries else stored["_id"],
        phone=stored.get("phone") or stored["_id"].rpartition(":")[2],
        values=tuple(stored["values"]),
        retry_of=stored.get("retry_of"),
    )


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
