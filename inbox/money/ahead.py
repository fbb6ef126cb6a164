"""What a message would cost if it were sent now: to a conversation, or to whom nobody writes yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from inbox.model.channel_kind import CHARGED_KINDS, ChannelKind
from inbox.money.ahead_rules import Priced, Standing, free_replies_left, price_ahead
from inbox.money.card_store import rate_in, read_cards
from inbox.money.markets import market_of
from inbox.money.price_rules import Basis, Price, amount_text
from inbox.people.accounts import get_workspace
from inbox.storage.database import Database
from inbox.storage.documents import Condition, ConversationDocument, RateCardDocument
from inbox.storage.time_limits import READ_MS

_REPLIES: Final = ("service", "group_service")
"""Categories of the provider's that count towards the replies without charge."""


class PriceAhead(msgspec.Struct, frozen=True, kw_only=True):
    """What one message would cost.

    Attributes:
        basis: `estimated` by a rate card, `free`, or `unknown`.
        why: Why it is free or unknown.
        amount: A decimal; null while it is unknown, which is not 0.
    """

    basis: Basis
    why: str | None = None
    amount: str | None = None
    currency: str | None = None
    rate_card_id: str | None = None


class PricesAhead(msgspec.Struct, frozen=True, kw_only=True):
    """What a message would cost now, by what it is.

    Attributes:
        market: The customer's country calling code; null where it is not known.
        free_replies_left: Replies that are still free this month, by our count; null where none are charged.
        service: A reply within the reply window: text, files, buttons.
        utility: A template of this category, or a utility message without a template.
        marketing: A template of this category.
        authentication: A template of this category.
    """

    channel_id: str
    market: str | None
    free_replies_left: int | None
    service: PriceAhead
    utility: PriceAhead
    marketing: PriceAhead
    authentication: PriceAhead


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Who would get the message, and by which channel.

    Attributes:
        address: The provider's id of the customer, None where it is not known.
        free_until: The end of the time without charge that an advertisement began.
    """

    workspace_id: str
    channel_id: str
    kind: ChannelKind
    address: str | None
    free_until: datetime | None = None


def recipient_of(conversation: ConversationDocument) -> Recipient:
    """Return who gets what is written in a conversation."""
    return Recipient(
        workspace_id=conversation["workspace_id"],
        channel_id=conversation["channel_id"],
        kind=ChannelKind(conversation["channel_kind"]),
        address=conversation["identity"]["external_id"],
        free_until=conversation.get("free_entry_expires_at"),
    )


async def prices_ahead(database: Database, recipient: Recipient, *, now: datetime) -> PricesAhead:
    """Return what a message to a recipient would cost now, by its category."""
    is_charged = recipient.kind in CHARGED_KINDS
    card = await _card(database, recipient, now) if is_charged else None
    standing = Standing(
        is_charged=is_charged,
        in_free_entry=recipient.free_until is not None and now < recipient.free_until,
        free_replies_left=await _free_replies(database, recipient, now) if is_charged else 0,
        market=market_of(recipient.address),
    )
    return PricesAhead(
        channel_id=recipient.channel_id,
        market=standing.market,
        free_replies_left=standing.free_replies_left if is_charged else None,
        **_by_category(card, standing),
    )


def _by_category(card: RateCardDocument | None, standing: Standing) -> Mapping[str, PriceAhead]:
    return {
        category.value: _shown(price_ahead(category, rate_in(card, standing.market, category.value), standing))
        for category in Priced
    }


def _shown(price: Price) -> PriceAhead:
    return PriceAhead(
        basis=price.basis,
        why=price.why,
        amount=None if price.amount is None else amount_text(price.amount),
        currency=price.currency,
        rate_card_id=price.rate.card_id if price.rate else None,
    )


async def _card(database: Database, recipient: Recipient, now: datetime) -> RateCardDocument | None:
    cards = await read_cards(database, {recipient.workspace_id})
    return cards.card_for(recipient.workspace_id, recipient.channel_id, now)


async def _free_replies(database: Database, recipient: Recipient, now: datetime) -> int:
    """Count the month's replies of a number, those of other systems on it, too."""
    zone = (await get_workspace(database, recipient.workspace_id)).settings.time_zone
    first = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    condition: Condition = {
        "workspace_id": recipient.workspace_id,
        "day": {"$gte": str(first)},
        "channel_id": recipient.channel_id,
        "category": {"$in": list(_REPLIES)},
    }
    is_charged = {"$cond": [{"$eq": ["$basis", Basis.FREE.value]}, 0, "$messages"]}
    sums = {"_id": None, "replies": {"$sum": "$messages"}, "charged": {"$sum": is_charged}}
    pipeline = [{"$match": condition}, {"$group": sums}]
    found = await database.cost_cells.aggregate(pipeline, maxTimeMS=READ_MS).to_list(None)
    return free_replies_left(found[0]["replies"], found[0]["charged"]) if found else free_replies_left(0, 0)
