"""Keeps the ledger: takes what providers told, a batch a transaction, and prices again what a new card may price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from inbox.model.authors import AuthorKind
from inbox.model.occasions import occasion_of_cue
from inbox.money.card_store import read_cards
from inbox.money.ledger_rules import Named, Origin, Sum, cell_changes, make_row, told_in
from inbox.money.markets import market_of
from inbox.money.price_rules import SENT, Told, told_with
from inbox.storage.database import Collections, Database, ReplaceOne, Session, UpdateOne
from inbox.storage.documents import ChargeDocument, ChargeReportDocument, CostCellDocument, Fields, MessageDocument
from inbox.storage.isolation import Isolated

BATCH: Final = 500
"""Reports taken together: some 50 ms, and far below MongoDB's limits of a transaction."""
_OF_MESSAGE: Final[Fields] = dict.fromkeys(
    ("workspace_id", "conversation_id", "author", "campaign_id", "cue_id", "endpoint", "pricing", "to"), 1
)


class LedgerKeeper:
    """Puts reports into the ledger. Any number may do it at once: a report is taken by one transaction only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taking = Isolated("ledger")

    async def keep_up(self) -> bool:
        """Take the oldest reports; tell whether there were any."""
        found = self._database.charge_reports.find(self._taking.among({})).sort("_id", 1).limit(BATCH)
        reports = await found.to_list(None)
        await self._taking.together(reports, self._take)
        return bool(reports)

    async def _take(self, reports: Sequence[ChargeReportDocument]) -> None:
        workspaces = {report["workspace_id"] for report in reports}
        cards, zones = await read_cards(self._database, workspaces), await time_zones(self._database, workspaces)
        messages = await _messages(self._database, reports)
        origins = await _origins(self._database, reports, messages)
        ids = [report["_id"] for report in reports]

        async def take(session: Session) -> None:
            waiting = await self._database.charge_reports.find({"_id": {"$in": ids}}, session=session).to_list(None)
            before = await _rows(self._database, {_named(report) for report in waiting}, session)
            after = [
                make_row(
                    named,
                    _told(before.get(named.row_id), of_message, messages),
                    origins.get(named, Origin()),
                    before=before.get(named.row_id),
                    cards=cards,
                    zone=zones[named.workspace_id],
                )
                for named, of_message in _by_message(waiting).items()
            ]
            await write_rows(self._database, [(before.get(row["_id"]), row) for row in after], session)
            await self._database.charge_reports.delete_many({"_id": {"$in": ids}}, session=session)

        await self._database.transaction(take)


async def write_rows(
    database: Collections, changes: Sequence[tuple[ChargeDocument | None, ChargeDocument]], session: Session
) -> None:
    """Replace rows, and add to the sums what that changes."""
    if not changes:
        return
    rows = [
        ReplaceOne({"_id": row["_id"], "workspace_id": row["workspace_id"]}, row, upsert=True) for _, row in changes
    ]
    await database.charges.bulk_write(rows, ordered=False, session=session)
    cells = [_added(cell, more) for cell, more in cell_changes(changes).values()]
    if cells:
        await database.cost_cells.bulk_write(cells, ordered=False, session=session)


def _added(cell: CostCellDocument, more: Sum) -> UpdateOne:
    facts = {name: value for name, value in cell.items() if name not in {"_id", "messages", "amount"}}
    return UpdateOne(
        {"_id": cell["_id"], "workspace_id": cell["workspace_id"]},
        {"$inc": more._asdict(), "$setOnInsert": facts},
        upsert=True,
    )


def _named(report: ChargeReportDocument) -> Named:
    return Named(report["workspace_id"], report["channel_id"], report["provider_id"])


def _by_message(reports: Iterable[ChargeReportDocument]) -> Mapping[Named, Sequence[ChargeReportDocument]]:
    found: dict[Named, list[ChargeReportDocument]] = defaultdict(list)
    for report in reports:
        found[_named(report)].append(report)
    return found


def _told(
    row: ChargeDocument | None, reports: Sequence[ChargeReportDocument], messages: Mapping[str, MessageDocument]
) -> Told:
    """Add reports to what a row was made from, and what the message itself keeps of its price."""
    told = told_in(row)
    for report in reports:
        told = told_with(told, report["status"], report["at"], report["pricing"])
    kept = next((m["pricing"] for r in reports if (m := messages.get(r["message_id"] or "")) and "pricing" in m), {})
    return told if told.deciding or not kept else msgspec.structs.replace(told, pricing={SENT: kept})


async def _rows(database: Collections, named: Collection[Named], session: Session) -> dict[str, ChargeDocument]:
    ids, workspaces = [one.row_id for one in named], list({one.workspace_id for one in named})
    found = database.charges.find({"_id": {"$in": ids}, "workspace_id": {"$in": workspaces}}, session=session)
    return {row["_id"]: row for row in await found.to_list(None)}


async def time_zones(database: Database, workspace_ids: Collection[str]) -> dict[str, ZoneInfo]:
    """Return the time zones of workspaces."""
    found = database.workspaces.find({"_id": {"$in": list(workspace_ids)}}, {"settings.time_zone": 1})
    zones = {one["_id"]: one.get("settings", {}).get("time_zone", "UTC") async for one in found}
    return {workspace_id: ZoneInfo(zones.get(workspace_id, "UTC")) for workspace_id in workspace_ids}


async def _origins(
    database: Database, reports: Sequence[ChargeReportDocument], messages: Mapping[str, MessageDocument]
) -> Mapping[Named, Origin]:
    """Return where messages belong, as far as they are ours."""
    workspaces = list({report["workspace_id"] for report in reports})
    conversations = {message["conversation_id"] for message in messages.values()}
    wanted = {"_id": {"$in": list(conversations)}, "workspace_id": {"$in": workspaces}}
    queues = {c["_id"]: c.get("queue_id") async for c in database.conversations.find(wanted, {"queue_id": 1})}
    origins: dict[Named, Origin] = {}
    for report in reports:
        message = messages.get(report["message_id"] or "")
        named = _named(report)
        known = origins.get(named)
        if known is None or known.market is None or known.message_id is None:
            origins[named] = _origin(report, message, queues)
    return origins


async def _messages(database: Database, reports: Sequence[ChargeReportDocument]) -> dict[str, MessageDocument]:
    ids = [report["message_id"] for report in reports if report["message_id"] is not None]
    workspaces = list({report["workspace_id"] for report in reports})
    wanted = {"_id": {"$in": ids}, "workspace_id": {"$in": workspaces}}
    return {message["_id"]: message for message in await database.messages.find(wanted, _OF_MESSAGE).to_list(None)}


def _origin(report: ChargeReportDocument, message: MessageDocument | None, queues: Mapping[str, str | None]) -> Origin:
    market = market_of(report["recipient"])
    if message is None:
        return Origin(market=market)
    author = message["author"]
    cue_id = message.get("cue_id")
    is_operators = author["kind"] == AuthorKind.OPERATOR.value
    return Origin(
        message_id=message["_id"],
        conversation_id=message["conversation_id"],
        queue_id=queues.get(message["conversation_id"]),
        operator_id=author["id"] if is_operators else None,
        campaign_id=message.get("campaign_id"),
        occasion=occasion_of_cue(cue_id) if cue_id else None,
        endpoint=message.get("endpoint"),
        market=market or market_of(message.get("to")),
    )
