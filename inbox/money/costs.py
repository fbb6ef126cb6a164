"""What messages cost: sums of the ledger's cells, and the price of one message."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from inbox.foundation.problems import ProblemError
from inbox.foundation.spreadsheets import harmless
from inbox.money.cost_models import (
    LONGEST_SPAN,
    USUAL_SPAN,
    CostQuery,
    CostReport,
    CostRow,
    CostsBy,
    MessagePrice,
    Money,
)
from inbox.money.price_rules import DELIVERED, SENT, Basis, Why, amount_text
from inbox.people.access import Action, Caller, check_may
from inbox.people.accounts import get_workspace
from inbox.storage.database import Database
from inbox.storage.documents import Condition, MessageDocument
from inbox.storage.time_limits import READ_MS, told_when_too_slow
from inbox.views.masking import masked_text

TOO_BROAD: Final = "Adding this up took too long: choose a shorter span."
_FIELDS: Final[Mapping[CostsBy, str]] = {
    CostsBy.DAY: "day",
    CostsBy.CHANNEL: "channel_id",
    CostsBy.QUEUE: "queue_id",
    CostsBy.OPERATOR: "operator_id",
    CostsBy.CAMPAIGN: "campaign_id",
    CostsBy.CATEGORY: "category",
    CostsBy.OCCASION: "occasion",
    CostsBy.ENDPOINT: "endpoint",
    CostsBy.MARKET: "market",
}
_NAMES: Final[Mapping[CostsBy, str]] = {
    CostsBy.CHANNEL: "channels",
    CostsBy.QUEUE: "queues",
    CostsBy.OPERATOR: "operators",
    CostsBy.CAMPAIGN: "campaigns",
}


async def report_costs(database: Database, caller: Caller, query: CostQuery, *, now: datetime) -> CostReport:
    """Report costs of a workspace.

    Raises:
        ProblemError: `forbidden` below managers, `too_broad`.
    """
    check_may(caller, Action.READ_COSTS)
    first, last = await _days(database, caller.workspace_id, query, now)
    with told_when_too_slow(TOO_BROAD):
        sums = await _sums(database, caller.workspace_id, query, first, last)
    names = await _names(database, caller.workspace_id, query.group_by, {one.key for one in sums})
    rows = [_row(key, names.get(key), of_key) for key, of_key in sorted(_by_key(sums).items())]
    return CostReport(from_=first, to=last, group_by=query.group_by, rows=rows, total=_row("", None, sums))


async def price_of_message(database: Database, message: MessageDocument) -> MessagePrice:
    """Return what a message of the workspace cost."""
    row_id = f"{message['channel_id']}:{message.get('provider_id')}"
    row = await database.charges.find_one({"_id": row_id, "workspace_id": message["workspace_id"]})
    if row is None:
        return _without_row(message)
    return MessagePrice(
        basis=Basis(row["basis"]),
        why=row.get("why"),
        amount=None if row["amount"] is None else amount_text(row["amount"]),
        currency=row["currency"],
        category=row["category"],
        endpoint=row["endpoint"],
        market=row["market"],
        rate_card_id=row["card_id"],
        delivered_at=row["delivered_at"],
        told=row["told"],
    )


def _without_row(message: MessageDocument) -> MessagePrice:
    """Return the price of a message that is not in the ledger: nothing while it is only sent."""
    told = message.get("pricing")
    if told is None or message["status"] in DELIVERED:
        return MessagePrice(basis=Basis.UNKNOWN, why=Why.NOTHING_TOLD)
    return MessagePrice(
        basis=Basis.FREE,
        why=Why.NOT_DELIVERED,
        amount=amount_text(0),
        category=told.get("category"),
        endpoint=message.get("endpoint"),
        told={SENT: told},
    )


def as_csv(report: CostReport, *, is_masked: bool = False) -> str:
    """Write a report as CSV with a header: a line for each row and currency; where masked without numbers."""
    said = masked_text if is_masked else str
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow((report.group_by.value, "name", "messages", "charged", "free", "unknown", "currency", "amount"))
    for row in report.rows:
        counts = (row.messages, row.charged, row.free, row.unknown)
        for money in row.costs or (Money(currency="", amount=""),):
            writer.writerow(
                (harmless(said(row.key)), harmless(said(row.name or "")), *counts, money.currency, money.amount)
            )
    return written.getvalue()


class _Sum(NamedTuple):
    """Messages with the same key, basis and currency."""

    key: str
    basis: str
    currency: str | None
    messages: int
    amount: int


async def _days(database: Database, workspace_id: str, query: CostQuery, now: datetime) -> tuple[date, date]:
    """Return the first and the last day. Raises `ProblemError` (`too_broad`)."""
    zone = (await get_workspace(database, workspace_id)).settings.time_zone
    last = query.to or max(now.astimezone(ZoneInfo(zone)).date(), query.from_ or date.min)
    first = query.from_ or date.fromordinal(max(1, last.toordinal() - USUAL_SPAN.days))
    if last - first > LONGEST_SPAN:
        raise ProblemError("too_broad", f"`from` must be at most {LONGEST_SPAN.days} days before `to`.")
    return first, last


async def _sums(database: Database, workspace_id: str, query: CostQuery, first: date, last: date) -> list[_Sum]:
    """Add cells up by key, basis and currency."""
    condition: Condition = {"workspace_id": workspace_id, "day": {"$gte": str(first), "$lte": str(last)}}
    if query.channel_id is not None:
        condition["channel_id"] = query.channel_id
    field = _FIELDS.get(query.group_by)
    group = {"key": f"${field}" if field else None, "basis": "$basis", "currency": "$currency"}
    sums = {"messages": {"$sum": "$messages"}, "amount": {"$sum": "$amount"}}
    pipeline = [{"$match": condition}, {"$group": {"_id": group, **sums}}]
    found = await database.cost_cells.aggregate(pipeline, maxTimeMS=READ_MS).to_list(None)
    return [_sum(one["_id"], one["messages"], one["amount"]) for one in found if one["messages"]]


def _sum(group: Mapping[str, str | None], messages: int, amount: int) -> _Sum:
    return _Sum(group.get("key") or "", group["basis"] or "", group.get("currency"), messages, amount)


def _by_key(sums: Iterable[_Sum]) -> Mapping[str, list[_Sum]]:
    rows: dict[str, list[_Sum]] = defaultdict(list)
    for one in sums:
        rows[one.key].append(one)
    return rows


async def _names(database: Database, workspace_id: str, group_by: CostsBy, keys: set[str]) -> Mapping[str, str]:
    collection = _NAMES.get(group_by)
    if collection is None:
        return {}
    wanted: Condition = {"workspace_id": workspace_id, "_id": {"$in": [key for key in keys if key]}}
    found = getattr(database, collection).find(wanted, {"name": 1}, max_time_ms=READ_MS)
    return {document["_id"]: document["name"] async for document in found}


def _row(key: str, name: str | None, sums: Sequence[_Sum]) -> CostRow:
    counts: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for one in sums:
        counts[one.basis] += one.messages
        if one.currency is not None:
            amounts[one.currency] += one.amount
    free, unknown = counts[Basis.FREE], counts[Basis.UNKNOWN]
    return CostRow(
        key=key,
        name=name,
        messages=counts.total(),
        charged=counts.total() - free - unknown,
        free=free,
        unknown=unknown,
        costs=[Money(currency=currency, amount=amount_text(amounts[currency])) for currency in sorted(amounts)],
    )
