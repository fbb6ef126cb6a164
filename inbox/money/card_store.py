"""Rate cards: kept for good, as messages name the one they were priced by; a newer one of the same date counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError, not_found
from inbox.money.card_models import RateCard, RateCardRates, UploadedCard
from inbox.money.card_reading import ReadCard
from inbox.money.markets import ALL_OTHERS
from inbox.money.price_rules import Rate, Why, amount_text, card_categories
from inbox.people.access import Caller
from inbox.people.accounts import get_workspace
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, Fields, RateCardDocument
from inbox.storage.time_limits import READ_MS

MAX_CARDS: Final = 200
"""Of a workspace: four a year for ten channels and five years. All of one, 10 kB each, are read to price a batch."""


async def keep_card(
    database: Database, caller: Caller, card: ReadCard, channel_id: str | None, *, now: datetime, session: Session
) -> UploadedCard:
    """Keep a card, and have messages without a price that it may be for looked at again.

    Raises:
        ProblemError: `not_found` for a channel that is not there, `conflict` where there are too many cards.
    """
    zone = (await get_workspace(database, caller.workspace_id, session=session)).settings.time_zone
    document = _document(caller, card, channel_id, zone, now)
    await _check(database, caller.workspace_id, channel_id, session)
    await database.rate_cards.insert_one(document, session=session)
    await write_audit(database, caller, AuditNote(Act.RATE_CARD_UPLOADED, document["_id"]), at=now, session=session)
    return UploadedCard(**_facts(document), rates=_rates(document), unread=card.unread)


async def list_cards(database: Database, workspace_id: str, *, limit: int, cursor: str | None) -> Page[RateCard]:
    """List cards, what counts last first."""
    condition: Condition = {"workspace_id": workspace_id}
    after = decode_cursor(cursor, tuple[datetime, str])
    if after is not None:
        at, card_id = after
        condition["$or"] = [{"effective_at": {"$lt": at}}, {"effective_at": at, "_id": {"$lt": card_id}}]
    order = [("effective_at", -1), ("_id", -1)]
    found = database.rate_cards.find(condition, max_time_ms=READ_MS).sort(order).limit(limit + 1)
    cards = [_shown(card) for card in await found.to_list(None)]
    return cut_page(cards, limit, lambda card: (card.effective_at, card.id))


async def get_card(database: Database, workspace_id: str, card_id: str) -> RateCardRates:
    """Return a card with its rates. Raises `ProblemError` (`not_found`)."""
    found = await database.rate_cards.find_one({"_id": card_id, "workspace_id": workspace_id})
    if found is None:
        raise not_found("rate card")
    return _with_rates(found)


async def read_cards(database: Database, workspace_ids: Collection[str]) -> Cards:
    """Read all cards of some workspaces."""
    wanted: Condition = {"workspace_id": {"$in": list(workspace_ids)}}
    found = database.rate_cards.find(wanted, max_time_ms=READ_MS).sort([("effective_at", -1), ("_id", -1)])
    return Cards(await found.to_list(None))


class Cards:
    """Finds rates in cards that were read."""

    def __init__(self, newest_first: Sequence[RateCardDocument]) -> None:
        self._cards = newest_first

    def card_for(self, workspace_id: str, channel_id: str, at: datetime) -> RateCardDocument | None:
        """Return the card that counts for a channel at a time: its own before one for all channels."""
        counting = [c for c in self._cards if c["workspace_id"] == workspace_id and c["effective_at"] <= at]
        own = next((card for card in counting if card["channel_id"] == channel_id), None)
        return own or next((card for card in counting if card["channel_id"] is None), None)

    def by_id(self, card_id: str | None) -> RateCardDocument | None:
        """Return a card that a message was priced by."""
        return next((card for card in self._cards if card["_id"] == card_id), None)


def rate_in(card: RateCardDocument | None, market: str | None, category: str | None) -> Rate | Why:
    """Return a card's rate, or why there is none. A market that the card does not name has that of all others."""
    if card is None:
        return Why.NO_RATE_CARD
    of_market = card["rates"].get(market or "", card["rates"].get(ALL_OTHERS, {}))
    found = next((of_market[name] for name in card_categories(category) if name in of_market), None)
    return Why.NO_RATE if found is None else Rate(found, card["currency"], card["_id"])


async def _check(database: Database, workspace_id: str, channel_id: str | None, session: Session) -> None:
    if channel_id is not None:
        wanted = {"_id": channel_id, "workspace_id": workspace_id, "deleted_at": None}
        if await database.channels.find_one(wanted, {"_id": 1}, session=session) is None:
            raise not_found("channel")
    own: Condition = {"workspace_id": workspace_id}
    if await database.rate_cards.count_documents(own, limit=MAX_CARDS, session=session) >= MAX_CARDS:
        raise ProblemError("conflict", f"A workspace has at most {MAX_CARDS} rate cards.")


def _document(caller: Caller, card: ReadCard, channel_id: str | None, zone: str, now: datetime) -> RateCardDocument:
    effective_at = _begins(card.effective_date, zone)
    return {
        "_id": new_id(),
        "workspace_id": caller.workspace_id,
        "channel_id": channel_id,
        "currency": card.currency,
        "effective_at": effective_at,
        "created_at": now,
        "created_by": f"{caller.kind}:{caller.id}",
        "rates": {market: dict(rates) for market, rates in card.rates.items()},
        "reprice_after": effective_at,
    }


def _begins(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _shown(card: RateCardDocument) -> RateCard:
    return RateCard(**_facts(card))


def _with_rates(card: RateCardDocument) -> RateCardRates:
    return RateCardRates(**_facts(card), rates=_rates(card))


def _rates(card: RateCardDocument) -> dict[str, dict[str, str]]:
    return {
        market: {category: amount_text(rate) for category, rate in of_market.items()}
        for market, of_market in card["rates"].items()
    }


def _facts(card: RateCardDocument) -> Fields:
    names = ("channel_id", "currency", "effective_at", "created_at", "created_by")
    return {"id": card["_id"], "markets": len(card["rates"]), **{name: card[name] for name in names}}  # type: ignore[literal-required]
