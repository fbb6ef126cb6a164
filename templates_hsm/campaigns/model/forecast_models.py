"""What a campaign will take, as the API shows it before the start."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.money.card_costs import CardCost
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.definition.template_definition import TemplateName


class ForecastAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What only the business knows.

    Attributes:
        messaging_limit: New customers in 24 hours that Meta allows the business: 250, 2,000, 10,000, 100,000.
        prices: Price of a message by country calling code; `*` is for the others.
    """

    messaging_limit: Annotated[int, Meta(ge=1)] | None = None
    prices: dict[str, Annotated[float, Meta(ge=0)]] = {}


class LeftOutRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of those who would get nothing."""

    phone: str
    detail: str | None = None


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Recipients who would get nothing now, for one reason; `first` are some of them."""

    reason: str
    count: int
    explanation: str
    first: tuple[LeftOutRow, ...] = ()


class VersionOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """Those who would get one version of the message now: a variant in a language.

    Attributes:
        by_card: What they cost by the rate card; null without one.
    """

    variant: Letter
    template: TemplateName
    recipients: int
    by_card: CardCost | None = None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign will take: time, days, money, recipients.

    Attributes:
        rate_per_second: What limits the speed, a fifth kept for replies.
        seconds: Without quiet hours.
        days: By the messaging limit: on how many days it has to be sent.
        cost: By the prices in the request, null without them; recipients in countries without a price are in
            `unpriced`.
        by_card: By the workspace's rate card of the day on which it starts; null without one. Like time and `cost` it
            counts all but those who were looked at and would get nothing.
        checked: Recipients who were looked at one by one, as they are at the campaign's start: the first
            100,000 of a long list.
        is_all: False where a segment has more contacts than can be looked at for an answer: all numbers are then of
            those who were.
        will_get: Those of them to whom it would go.
        versions: Those to whom it would go now, by variant and language; of those who were checked.
        later: Those of them to whom it would go when their quiet hours are over.
        left_out: The others, by reason; of a segment also contacts who are no recipients, since they have no number.
    """

    recipients: int
    rate_per_second: float
    seconds: int
    days: int = 1
    limited_by: str
    cost: float | None = None
    unpriced: int = 0
    by_card: CardCost | None = None
    checked: int = 0
    is_all: bool = True
    will_get: int = 0
    versions: tuple[VersionOutlook, ...] = ()
    later: int = 0
    left_out: tuple[LeftOut, ...] = ()
