"""Rows of the ledger and the sums over it: how told facts and a card make a row, and what a new row adds. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

import msgspec

from inbox.money.card_store import Cards, rate_in
from inbox.money.price_rules import Price, Told, price_of
from inbox.storage.documents import ChargeDocument, CostCellDocument


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message belongs: for whom it is counted. All None of a message that is not ours."""

    message_id: str | None = None
    conversation_id: str | None = None
    queue_id: str | None = None
    operator_id: str | None = None
    campaign_id: str | None = None
    occasion: str | None = None
    endpoint: str | None = None
    market: str | None = None


class Named(NamedTuple):
    """Which message of whom a row is about."""

    workspace_id: str
    channel_id: str
    provider_id: str

    @property
    def row_id(self) -> str:
        """The id of its row."""
        return f"{self.channel_id}:{self.provider_id}"


class Sum(NamedTuple):
    """Messages and their amount, in millionths."""

    messages: int
    amount: int


def told_in(row: ChargeDocument | None) -> Told:
    """Return what a row was made from."""
    if row is None:
        return Told()
    return Told(sent_at=row["sent_at"], delivered_at=row["delivered_at"], pricing=row["told"])


def make_row(
    named: Named, told: Told, origin: Origin, *, before: ChargeDocument | None, cards: Cards, zone: ZoneInfo
) -> ChargeDocument:
    """Make the row of a message.

    Args:
        named: Which message.
        told: All that is known of it, with what is new.
        origin: Where it belongs; what a row has of this stays.
        before: The row as it was. The card that it was priced by stays, unless the delivery was earlier than known.
        cards: Of the workspace.
        zone: The workspace's time zone.
    """
    belongs = _belongs(before, origin)
    price = _price(named, told, belongs.market, before=before, cards=cards)
    day = {} if told.delivered_at is None else {"day": told.delivered_at.astimezone(zone).date().isoformat()}
    row = {
        "_id": named.row_id,
        **named._asdict(),
        **msgspec.structs.asdict(belongs),
        "sent_at": told.sent_at,
        "delivered_at": told.delivered_at,
        "told": {status: dict(pricing) for status, pricing in told.pricing.items()},
        **day,
        "category": told.deciding.get("category"),
        "basis": price.basis.value,
        **({"why": str(price.why)} if price.why else {}),
        "amount": price.amount,
        "currency": price.currency,
        "rate": price.rate.amount if price.rate else None,
        "card_id": price.rate.card_id if price.rate else None,
    }
    return cast(ChargeDocument, row)


def _price(named: Named, told: Told, market: str | None, *, before: ChargeDocument | None, cards: Cards) -> Price:
    is_same_time = before is not None and before["delivered_at"] == told.delivered_at
    kept = cards.by_id(before["card_id"]) if before is not None and is_same_time else None
    at: datetime | None = told.delivered_at
    card = kept or (cards.card_for(named.workspace_id, named.channel_id, at) if at is not None else None)
    return price_of(told, market, rate_in(card, market, told.deciding.get("category")))


def _belongs(before: ChargeDocument | None, origin: Origin) -> Origin:
    """Return where a message belongs: what was found first stays, and what was not found then is added."""
    if before is None:
        return origin
    known = _origin_of(before)
    first, second = (origin, known) if known.message_id is None else (known, origin)
    return first if first.market else msgspec.structs.replace(first, market=second.market)


def _origin_of(row: ChargeDocument) -> Origin:
    return Origin(**{name: row[name] for name in Origin.__struct_fields__})  # type: ignore[literal-required]


def cell_changes(
    changes: Iterable[tuple[ChargeDocument | None, ChargeDocument]],
) -> Mapping[str, tuple[CostCellDocument, Sum]]:
    """Return what changed rows add to the sums: cell's id → the cell without its sums, and what it gets."""
    messages: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    cells: dict[str, CostCellDocument] = {}
    for before, after in changes:
        for row, sign in ((before, -1), (after, 1)):
            cell = _cell_of(row)
            if row is not None and cell is not None:
                cells[cell["_id"]] = cell
                messages[cell["_id"]] += sign
                amounts[cell["_id"]] += sign * (row["amount"] or 0)
    sums = {name: Sum(messages[name], amounts[name]) for name in cells}
    return {name: (cells[name], added) for name, added in sums.items() if added != Sum(0, 0)}


_OF_CELL = (
    *("workspace_id", "day", "channel_id", "queue_id", "operator_id", "campaign_id", "occasion"),
    *("endpoint", "market"),
    *("category", "currency", "basis"),
)


def _cell_of(row: ChargeDocument | None) -> CostCellDocument | None:
    """Return the cell that a row counts in; None of what was not delivered."""
    if row is None or "day" not in row:
        return None
    parts = {name: row[name] for name in _OF_CELL}  # type: ignore[literal-required]
    name = "|".join("" if part is None else str(part) for part in parts.values())
    return cast(CostCellDocument, {"_id": name, **parts, "messages": 0, "amount": 0})
