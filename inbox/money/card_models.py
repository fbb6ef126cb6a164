"""Rate cards as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page
from inbox.foundation.patterns import END

Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}" + END, examples=["USD"])]
Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,7}(\.[0-9]{1,6})?" + END, examples=["0.0625"])]
"""A decimal, so that nobody rounds it."""


class CardQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file does not say of itself.

    Attributes:
        effective_date: From when its rates count, in the workspace's time zone; else the file's column says it.
        currency: Of the rates; else the file's column says it.
        channel_id: For this channel only, whose account is paid in another currency or has other terms.
    """

    effective_date: date | None = None
    currency: Currency | None = None
    channel_id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class RateCard(msgspec.Struct, frozen=True, kw_only=True):
    """A rate card: the version by which a message was priced stays named at the message.

    Attributes:
        channel_id: The only channel that it is for; null for all that have none of their own.
        effective_at: From when it counts.
        markets: How many calling codes have a rate.
    """

    id: str
    channel_id: str | None
    currency: str
    effective_at: datetime
    created_at: datetime
    created_by: str
    markets: int


class RateCardPage(Page[RateCard], frozen=True, kw_only=True):
    """Rate cards, what counts last first."""


class RateCardRates(RateCard, frozen=True, kw_only=True):
    """A rate card with its rates: calling code (`*`: all others) → category → amount a message."""

    rates: Mapping[str, Mapping[str, str]]


class UnreadRow(msgspec.Struct, frozen=True):
    """A row of the file that is in no card, and why."""

    row: int
    reason: str


class UploadedCard(RateCardRates, frozen=True, kw_only=True):
    """What was read from the file; `unread` are rows that were not, the first hundred of them."""

    unread: Sequence[UnreadRow]
