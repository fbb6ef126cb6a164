"""Costs as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.money.price_rules import Basis

LONGEST_SPAN: Final = timedelta(days=400)
"""A year and a month, as of the other reports."""
USUAL_SPAN: Final = timedelta(days=30)


class CostsBy(StrEnum):
    """What has a row of its own."""

    NOTHING = "nothing"
    DAY = "day"
    CHANNEL = "channel"
    QUEUE = "queue"
    OPERATOR = "operator"
    CAMPAIGN = "campaign"
    CATEGORY = "category"
    OCCASION = "occasion"
    ENDPOINT = "endpoint"
    MARKET = "market"


class CostFormat(StrEnum):
    """How costs are answered."""

    JSON = "json"
    CSV = "csv"


class CostQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which messages: those delivered on days of the workspace's time zone, both included; else of the last 30 days."""

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None
    group_by: CostsBy = CostsBy.NOTHING
    channel_id: Annotated[str, Meta(max_length=64)] | None = None
    format: CostFormat = CostFormat.JSON

    def __post_init__(self) -> None:
        """Refuse spans that end before they begin, or are too long."""
        if self.from_ is not None and self.to is not None:
            if self.from_ > self.to:
                raise ValueError("`from` must not be after `to`")
            if self.to - self.from_ > LONGEST_SPAN:
                raise ValueError(f"`from` must be at most {LONGEST_SPAN.days} days before `to`")


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """An amount; a decimal in a text, so that nobody rounds it."""

    currency: str
    amount: str


class CostRow(msgspec.Struct, frozen=True, kw_only=True):
    """Costs of one day, channel and so on.

    Attributes:
        key: The id, day, category, occasion or calling code; empty for what has none.
        name: What it is called now; null for what has no name or is not there any more.
        messages: That were delivered.
        charged: Of these, those with a price; `free` and `unknown` are the others.
        costs: In each currency. What is unknown is in none of them.
    """

    key: str
    name: str | None
    messages: int
    charged: int
    free: int
    unknown: int
    costs: Sequence[Money]


class CostReport(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What messages cost. The newest seconds may be missing: prices come with the delivery."""

    from_: date
    to: date
    group_by: CostsBy
    rows: Sequence[CostRow]
    total: CostRow


class MessagePrice(msgspec.Struct, frozen=True, kw_only=True):
    """What a message cost, and how that is known.

    Attributes:
        basis: `estimated` by a rate card, `reported` by the provider, `free`, or `unknown`; also `unknown` while the
            provider has told nothing.
        why: Why it is free or unknown: the provider's word, or one of ours.
        amount: A decimal; null while it is unknown.
        endpoint: Which of the provider's endpoints took it: `messages` or `marketing_messages`.
        market: Country calling code.
        told: What the provider told with each status.
    """

    basis: Basis
    why: str | None = None
    amount: str | None = None
    currency: str | None = None
    category: str | None = None
    endpoint: str | None = None
    market: str | None = None
    rate_card_id: str | None = None
    delivered_at: datetime | None = None
    told: dict[str, dict[str, str]] = {}
