"""Writes down who is in a campaign's segment once it has started: batch by batch, each contact looked at once.

The rows of a batch, the numbers of the audience and the place that was reached are one transaction, on condition that
the place is still where it was and the campaign still runs: whoever is killed leaves the rest to the next one, and of
two who fill at once one writes. The filter is kept as it was at the start; who is known since is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from inbox.contacts.field_models import FieldValue
from inbox.contacts.field_store import read_fields
from inbox.contacts.phone_numbers import country_code
from inbox.contacts.whole_contacts import Whole
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import from_document, to_document
from inbox.segments.segment_reading import read_known, wanted_now
from inbox.segments.segment_rules import Wanted
from inbox.segments.segment_scan import TOGETHER, Batch, next_batch
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import AudienceDocument, CampaignDocument, FillingDocument, SegmentDocument
from templates_hsm.campaigns.audience.audience_csv import CsvRow, RefusedRow
from templates_hsm.campaigns.audience.audience_store import (
    ERRORS_KEPT,
    TWIN,
    error_documents,
    row_name,
    row_of_contact,
)
from templates_hsm.campaigns.model.campaign_models import Audience, SegmentName
from templates_hsm.campaigns.model.campaign_states import CampaignState

OWN_COLUMNS: Final = ("name", "language")
"""Of each contact; a field of the workspace that is called so is left out."""
SEGMENT_UNUSABLE: Final = "segment_unusable"
"""Why a planned campaign stops: its segment was deleted, or names what was."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts become rows, and with which values."""

    wanted: Wanted
    field_ids: tuple[str, ...]
    columns: tuple[str, ...]


class Stage(NamedTuple):
    """How far a campaign has come with writing its recipients down."""

    workspace_id: str
    campaign_id: str
    filling: FillingDocument
    audience: AudienceDocument


async def chosen_segment(
    database: Collections, workspace_id: str, segment_id: str, *, now: datetime, session: Session = None
) -> Audience:
    """Return the audience of a campaign that is to go to a segment. Raises `ProblemError` (`conflict`)."""
    segment = await _segment(database, workspace_id, segment_id, session)
    source = await _source(database, segment, now, session)
    named = SegmentName(id=segment["_id"], name=segment["name"])
    return Audience(id=new_id(), segment=named, columns=source.columns)


async def begin_filling(
    database: Collections, campaign: CampaignDocument, *, now: datetime, session: Session
) -> dict[str, Any]:
    """Return the fields of a campaign that starts: nothing for a list, which is there already.

    Raises:
        ProblemError: `conflict` with the reason for a campaign that starts by itself.
    """
    audience = campaign["audience"]
    segment = audience.get("segment") if audience is not None else None
    is_settled = audience is None or audience.get("fixed_at") is not None or campaign.get("filling") is not None
    if segment is None or is_settled:
        return {}
    stored = await _segment(database, campaign["workspace_id"], segment["id"], session)
    source = await _source(database, stored, now, session)
    filling: FillingDocument = {
        "wanted": to_document(source.wanted),
        "field_ids": list(source.field_ids),
        "below": new_id(),
        "above": None,
    }
    return {"filling": filling, "audience": {**(audience or {}), "columns": list(source.columns)}}


async def read_source(database: Collections, campaign: CampaignDocument, *, now: datetime) -> Source | None:
    """Return what a campaign that goes to a segment would write down now; None where its rows are there already."""
    audience = campaign["audience"]
    segment = audience.get("segment") if audience is not None else None
    if audience is None or segment is None or audience.get("fixed_at") is not None:
        return None
    return await _source(database, await _segment(database, campaign["workspace_id"], segment["id"], None), now, None)


async def fill_next(database: Database, campaign: CampaignDocument, *, now: datetime, together: int = TOGETHER) -> None:
    """Write the next recipients of a campaign down, of so many contacts; the last batch says that all are there."""
    await database.in_thread(partial(_fill_next, campaign, now, together))


async def _fill_next(campaign: CampaignDocument, now: datetime, together: int, database: Collections) -> None:
    filling, audience = campaign.get("filling"), campaign["audience"]
    if filling is None or audience is None:
        return
    at = Stage(campaign["workspace_id"], campaign["_id"], filling, audience)
    wanted = from_document(filling["wanted"], Wanted)
    batch = await next_batch(
        database, at.workspace_id, wanted, above=filling["above"], below=filling["below"], limit=together
    )
    rows = rows_of_batch(batch, filling["field_ids"], begin=audience["lines"])
    await database.transact_once(partial(_write, at, batch, rows, now, database))


async def _write(
    at: Stage,
    batch: Batch,
    rows: Sequence[CsvRow | RefusedRow],
    now: datetime,
    database: Collections,
    session: Session,
) -> None:
    good = [row for row in rows if isinstance(row, CsvRow)]
    refused = [row for row in rows if isinstance(row, RefusedRow)]
    own = {"_id": at.campaign_id, "workspace_id": at.workspace_id}
    place = {"filling.below": at.filling["below"], "filling.above": at.filling["above"]}
    still = {**own, "state": CampaignState.RUNNING.value, **place}
    touched = await database.campaigns.update_one(still, {"$inc": {"rounds": 1}}, session=session)
    if not touched.matched_count:
        return
    new = await _insert(database, at, good, session)
    twins = [RefusedRow(row.number, row.phone, TWIN) for place, row in enumerate(good) if place not in new]
    await _keep_errors(database, at, [*refused, *twins], session)
    added = _added(at.audience, [good[place] for place in sorted(new)], refused, twins)
    is_over = batch.last is None
    filling = {"filling": None} if is_over else {"filling.above": batch.last}
    audience = {**at.audience, **added, "fixed_at": now if is_over else None}
    await database.campaigns.update_one(own, {"$set": {**filling, "audience": audience}}, session=session)


async def _insert(database: Collections, at: Stage, rows: Sequence[CsvRow], session: Session) -> frozenset[int]:
    """Insert rows whose number is not there yet; return their places."""
    if not rows:
        return frozenset()
    inserts = [_insert_of(at, row) for row in rows]
    written = await database.campaign_recipients.bulk_write(inserts, ordered=True, session=session)
    return frozenset(written.upserted_ids or ())


def _insert_of(at: Stage, row: CsvRow) -> UpdateOne:
    name = row_name(at.audience["id"], row.phone)
    document = {"campaign_id": at.campaign_id, "row": row.number, "values": row.values}
    spelt = {} if name.endswith(row.phone) else {"phone": row.phone}
    own = {"_id": name, "workspace_id": at.workspace_id}
    return UpdateOne(own, {"$setOnInsert": document | spelt}, upsert=True)


async def _keep_errors(database: Collections, at: Stage, errors: Sequence[RefusedRow], session: Session) -> None:
    if errors and at.audience["rejected"] + at.audience["duplicates"] < ERRORS_KEPT:
        kept = error_documents(at.workspace_id, at.campaign_id, at.audience["id"], errors)
        await database.audience_errors.insert_many(kept, session=session)


def _added(
    audience: AudienceDocument, new: Sequence[CsvRow], refused: Sequence[RefusedRow], twins: Sequence[RefusedRow]
) -> dict[str, Any]:
    """Return an audience's numbers with those of a batch."""
    reasons = Counter(audience["reasons"]) + Counter(one.reason for one in (*refused, *twins))
    countries = Counter(audience["countries"]) + Counter(country_code(row.phone) for row in new)
    return {
        "lines": audience["lines"] + len(new) + len(refused) + len(twins),
        "accepted": audience["accepted"] + len(new),
        "rejected": audience["rejected"] + len(refused),
        "duplicates": audience["duplicates"] + len(twins),
        "reasons": dict(reasons.most_common()),
        "countries": dict(countries.most_common()),
    }


def rows_of_batch(batch: Batch, field_ids: Sequence[str], *, begin: int) -> list[CsvRow | RefusedRow]:
    """Return the rows of a batch's customers, numbered from `begin + 1`; who has no number is refused."""
    return [_row_of(one, field_ids, number) for number, one in enumerate(batch.customers, start=begin + 1)]


def _row_of(customer: Whole, field_ids: Sequence[str], number: int) -> CsvRow | RefusedRow:
    row = row_of_contact(customer.contact, "whatsapp", number)
    values = customer.contact.get("fields", {})
    if isinstance(row, RefusedRow):
        return row
    return row._replace(values=[*row.values, *(_text(values.get(id_)) for id_ in field_ids)])


def _text(value: FieldValue) -> str:
    """Return a value of a field as a message shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)


async def _source(database: Collections, segment: SegmentDocument, now: datetime, session: Session) -> Source:
    workspace_id, kept = segment["workspace_id"], segment["filter"]
    try:
        wanted = wanted_now(kept, await read_known(database, workspace_id, [kept], session=session), now)
    except ProblemError as problem:
        raise _unusable(problem.detail) from None
    fields = (await read_fields(database, workspace_id, session=session)).values()
    ordered = sorted((one for one in fields if one.key not in OWN_COLUMNS), key=lambda one: (one.order, one.id))
    return Source(
        wanted=wanted,
        field_ids=tuple(one.id for one in ordered),
        columns=(*OWN_COLUMNS, *(one.key for one in ordered)),
    )


async def _segment(database: Collections, workspace_id: str, segment_id: str, session: Session) -> SegmentDocument:
    own = {"_id": segment_id, "workspace_id": workspace_id}
    found = await database.segments.find_one(own, session=session)
    if found is None:
        raise _unusable("The segment was deleted: give the campaign other recipients.")
    return found


def _unusable(detail: str) -> ProblemError:
    return ProblemError("conflict", detail, extra={"reason": SEGMENT_UNUSABLE})
