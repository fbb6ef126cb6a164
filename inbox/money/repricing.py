"""Looks once more at messages without a price when a new card may have one: a batch at a time, from its date on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from inbox.money.card_store import Cards, read_cards
from inbox.money.ledger import BATCH, time_zones, write_rows
from inbox.money.ledger_rules import Named, Origin, make_row, told_in
from inbox.money.price_rules import Basis
from inbox.storage.database import Database, Session
from inbox.storage.documents import ChargeDocument, Condition, RateCardDocument
from inbox.storage.documents.collections import Update
from inbox.storage.isolation import Isolated

CARDS: Final = 20
"""Looked at in one turn."""
_ORDER: Final = (("delivered_at", 1), ("_id", 1))


class Repricer:
    """Prices what had no price. Any number may do it at once: two that meet wait for each other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._repricing = Isolated("repricing")

    async def reprice(self) -> bool:
        """Take the next messages for each new card; tell whether there is more to do."""
        waiting: Condition = {"reprice_after": {"$exists": True}}
        found = self._database.rate_cards.find(self._repricing.among(waiting)).sort("reprice_after", 1).limit(CARDS)
        cards = await found.to_list(None)
        await self._repricing.each(cards, self._for_card)
        return bool(cards)

    async def _for_card(self, card: RateCardDocument) -> None:
        """Price a batch and note how far this came, in one transaction."""
        condition = _unpriced(card)
        cards = await read_cards(self._database, {card["workspace_id"]})
        zone = (await time_zones(self._database, {card["workspace_id"]}))[card["workspace_id"]]

        async def price(session: Session) -> None:
            found = self._database.charges.find(condition, session=session).sort(_ORDER).limit(BATCH)
            rows = await found.to_list(None)
            changes = [(row, _priced(row, cards, zone)) for row in rows]
            await write_rows(self._database, [change for change in changes if change[0] != change[1]], session)
            own = {"_id": card["_id"], "workspace_id": card["workspace_id"]}
            await self._database.rate_cards.update_one(own, _noted(rows), session=session)

        await self._database.transaction(price)


def _unpriced(card: RateCardDocument) -> Condition:
    """Return which messages come next for a card: those without a price, from where the last batch ended."""
    after, last_id = card["reprice_after"], card.get("reprice_after_id", "")
    return {
        "workspace_id": card["workspace_id"],
        "basis": Basis.UNKNOWN.value,
        "delivered_at": {"$gte": after},
        "$or": [{"delivered_at": {"$gt": after}}, {"delivered_at": after, "_id": {"$gt": last_id}}],
    }


def _priced(row: ChargeDocument, cards: Cards, zone: ZoneInfo) -> ChargeDocument:
    named = Named(row["workspace_id"], row["channel_id"], row["provider_id"])
    return make_row(named, told_in(row), Origin(), before=row, cards=cards, zone=zone)


def _noted(rows: Sequence[ChargeDocument]) -> Update:
    """Return what to note at the card: where to go on, or that it is done."""
    if len(rows) < BATCH:
        return {"$unset": {"reprice_after": "", "reprice_after_id": ""}}
    return {"$set": {"reprice_after": rows[-1]["delivered_at"], "reprice_after_id": rows[-1]["_id"]}}
