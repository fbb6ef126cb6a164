"""A budget a month for a channel's marketing: a warning before it is spent, a notice when it is, a stop if wished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from inbox.foundation.clock import Clock
from inbox.foundation.problems import not_found
from inbox.money.card_models import Amount, Currency
from inbox.money.ledger import time_zones
from inbox.money.price_rules import MARKETING, MILLIONTHS, Basis, amount_text
from inbox.people.access import Action, Caller, check_may
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session
from inbox.storage.documents import BudgetDocument, Condition
from inbox.storage.isolation import Isolated
from inbox.storage.time_limits import READ_MS
from inbox.stream.events import Event, EventType, write_events

PERCENT: Final = 100
USUAL_WARNING: Final = 80
TOGETHER: Final = 500
"""Budgets looked at with one query; a channel has at most one."""


class BudgetFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A budget to set.

    Attributes:
        monthly_amount: For messages of the category marketing that are delivered in a calendar month of the
            workspace's time zone; null takes the budget away.
        currency: Of the amount; messages that are paid in another one don't count.
        warn_at_percent: At which part of it `budget.warning` comes.
        stops: Campaigns with marketing templates pause when it is spent. Replies to customers never stop.
    """

    monthly_amount: Amount | None
    currency: Currency
    warn_at_percent: Annotated[int, Meta(ge=1, le=PERCENT)] = USUAL_WARNING
    stops: bool = False

    def __post_init__(self) -> None:
        """Refuse a budget of nothing."""
        if self.monthly_amount is not None and not millionths(self.monthly_amount):
            raise ValueError("`monthly_amount` must be more than 0, or null for no budget")


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's budget and what of it is spent.

    Attributes:
        month: The current one, `2026-11`.
        spent: Of this month in the budget's currency; messages on their way are not in it yet.
        unknown: Marketing messages of this month without a price: they are in no sum.
    """

    channel_id: str
    monthly_amount: str | None
    currency: str | None
    warn_at_percent: int
    stops: bool
    month: str
    spent: str
    unknown: int


class BudgetLevel(StrEnum):
    """How far a budget is spent."""

    WARNING = "warning"
    SPENT = "spent"


class BudgetNotice(msgspec.Struct, frozen=True, kw_only=True):
    """The data of `budget.warning`: once a month for each level."""

    channel_id: str
    level: BudgetLevel
    month: str
    monthly_amount: str
    spent: str
    currency: str
    stops: bool


class Spent(NamedTuple):
    """What a channel's marketing cost in a month: by currency, and how many messages have no price."""

    amounts: Mapping[str, int]
    unknown: int


def millionths(amount: str) -> int:
    """Return the millionths of a decimal that `Amount` let through."""
    whole, _, rest = amount.partition(".")
    return int(whole) * MILLIONTHS + int(rest.ljust(6, "0") or 0)


def level_of(budget: BudgetDocument, spent: int) -> BudgetLevel | None:
    """Return how far a budget is spent; None below the warning."""
    if spent >= budget["monthly_amount"]:
        return BudgetLevel.SPENT
    is_near = spent * PERCENT >= budget["monthly_amount"] * budget["warn_at_percent"]
    return BudgetLevel.WARNING if is_near else None


async def get_budget(database: Database, caller: Caller, channel_id: str, *, now: datetime) -> Budget:
    """Return a channel's budget. Raises `ProblemError` (`forbidden` below managers, `not_found`)."""
    check_may(caller, Action.READ_COSTS)
    workspace_id = caller.workspace_id
    await _check_channel(database, workspace_id, channel_id)
    budget = await database.budgets.find_one({"_id": channel_id, "workspace_id": workspace_id})
    month = await _month(database, workspace_id, now)
    spent = await _spent(database, workspace_id, channel_id, month)
    amount = spent.amounts.get(budget["currency"], 0) if budget else 0
    return _shown(channel_id, budget, month, amount, spent.unknown)


async def put_budget(
    database: Database, caller: Caller, channel_id: str, fields: BudgetFields, *, now: datetime
) -> Budget:
    """Set a channel's budget, or take it away; it is looked at anew. Raises `ProblemError` (`not_found`)."""
    own = {"_id": channel_id, "workspace_id": caller.workspace_id}

    async def change(session: Session) -> None:
        await _check_channel(database, caller.workspace_id, channel_id, session)
        await database.budgets.delete_one(own, session=session)
        if fields.monthly_amount is not None:
            await database.budgets.insert_one(_document(caller, channel_id, fields), session=session)
        note = AuditNote(Act.BUDGET_CHANGED, channel_id)
        await write_audit(database, caller, note, at=now, session=session)

    await database.transaction(change)
    return await get_budget(database, caller, channel_id, now=now)


async def is_spent(database: Database, workspace_id: str, channel_id: str, *, now: datetime) -> bool:
    """Tell whether a channel's marketing has to stop for this month."""
    own: Condition = {"_id": channel_id, "workspace_id": workspace_id, "stops": True}
    budget = await database.budgets.find_one(own, {"spent_month": 1})
    month = budget.get("spent_month") if budget is not None else None
    return month is not None and month == await _month(database, workspace_id, now)


class BudgetKeeper:
    """Looks at budgets, and tells once a month that one is nearly spent, and that it is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looking = Isolated("budgets")

    async def look(self) -> None:
        """Look at all budgets."""
        last = ""
        while True:
            found = self._database.budgets.find({"_id": {"$gt": last}}).sort("_id", 1).limit(TOGETHER)
            budgets = await found.to_list(None)
            await self._looking.each(budgets, self._look_at)
            if len(budgets) < TOGETHER:
                return
            last = budgets[-1]["_id"]

    async def _look_at(self, budget: BudgetDocument) -> None:
        month = await _month(self._database, budget["workspace_id"], self._clock.now())
        spent = await _spent(self._database, budget["workspace_id"], budget["_id"], month)
        amount = spent.amounts.get(budget["currency"], 0)
        level = level_of(budget, amount)
        if level is not None and budget.get(_TOLD[level]) != month:
            await self._tell(budget, level, month, amount)

    async def _tell(self, budget: BudgetDocument, level: BudgetLevel, month: str, spent: int) -> None:
        """Note the month and write the event together, unless another worker did or the budget is another by now."""
        field = _TOLD[level]
        as_seen = {"workspace_id": budget["workspace_id"], "monthly_amount": budget["monthly_amount"]}
        notice = _notice(budget, level, month, spent)
        now = self._clock.now()

        async def tell(session: Session) -> None:
            condition = {"_id": budget["_id"], **as_seen, field: {"$ne": month}}
            noted = await self._database.budgets.update_one(condition, {"$set": {field: month}}, session=session)
            if noted.matched_count:
                event = Event(workspace_id=budget["workspace_id"], type=EventType.BUDGET_WARNING, at=now, data=notice)
                await write_events(self._database, [event], at=now, session=session)

        await self._database.transaction(tell)


_TOLD: Final[Mapping[BudgetLevel, str]] = {BudgetLevel.WARNING: "warned_month", BudgetLevel.SPENT: "spent_month"}


async def _check_channel(database: Database, workspace_id: str, channel_id: str, session: Session = None) -> None:
    wanted = {"_id": channel_id, "workspace_id": workspace_id, "deleted_at": None}
    if await database.channels.find_one(wanted, {"_id": 1}, session=session) is None:
        raise not_found("channel")


async def _month(database: Database, workspace_id: str, now: datetime) -> str:
    zone = (await time_zones(database, {workspace_id}))[workspace_id]
    return now.astimezone(zone).strftime("%Y-%m")


async def _spent(database: Database, workspace_id: str, channel_id: str, month: str) -> Spent:
    """Return what a channel's marketing cost in a month."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    condition: Condition = {
        "workspace_id": workspace_id,
        "day": {"$gte": str(first), "$lt": str(after)},
        "channel_id": channel_id,
        "category": {"$in": sorted(MARKETING)},
    }
    sums = {"amount": {"$sum": "$amount"}, "messages": {"$sum": "$messages"}}
    group = {"_id": {"currency": "$currency", "basis": "$basis"}, **sums}
    found = await database.cost_cells.aggregate([{"$match": condition}, {"$group": group}], maxTimeMS=READ_MS).to_list(
        None
    )
    amounts: Counter[str] = Counter()
    for one in found:
        amounts[one["_id"].get("currency") or ""] += one["amount"]
    return Spent(amounts, sum(one["messages"] for one in found if one["_id"]["basis"] == Basis.UNKNOWN.value))


def _document(caller: Caller, channel_id: str, fields: BudgetFields) -> BudgetDocument:
    return {
        "_id": channel_id,
        "workspace_id": caller.workspace_id,
        "currency": fields.currency,
        "monthly_amount": millionths(fields.monthly_amount or "0"),
        "warn_at_percent": fields.warn_at_percent,
        "stops": fields.stops,
    }


def _shown(channel_id: str, budget: BudgetDocument | None, month: str, spent: int, unknown: int) -> Budget:
    return Budget(
        channel_id=channel_id,
        monthly_amount=None if budget is None else amount_text(budget["monthly_amount"]),
        currency=None if budget is None else budget["currency"],
        warn_at_percent=USUAL_WARNING if budget is None else budget["warn_at_percent"],
        stops=budget is not None and budget["stops"],
        month=month,
        spent=amount_text(spent),
        unknown=unknown,
    )


def _notice(budget: BudgetDocument, level: BudgetLevel, month: str, spent: int) -> BudgetNotice:
    return BudgetNotice(
        channel_id=budget["_id"],
        level=level,
        month=month,
        monthly_amount=amount_text(budget["monthly_amount"]),
        spent=amount_text(spent),
        currency=budget["currency"],
        stops=budget["stops"],
    )
