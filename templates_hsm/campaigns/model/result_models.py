"""What a campaign achieved, as the API shows it and as it is added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.money.cost_models import Money
from inbox.money.price_rules import Basis, amount_text
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.definition.template_definition import TemplateName

USUAL_DAYS: Final = 3
"""As long as a conversation that a customer opens names the campaign."""
MOST_DAYS: Final = 30


class ResultFormat(StrEnum):
    """How results are answered."""

    JSON = "json"
    CSV = "csv"


class AnswerQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers, pressed buttons and opt-outs count for so many days after a message."""

    answer_days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] = USUAL_DAYS


class ResultQuery(AnswerQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, and how it is answered."""

    format: ResultFormat = ResultFormat.JSON


class Responses(msgspec.Struct, frozen=True, kw_only=True):
    """What came back.

    Attributes:
        answered: Customers who wrote, or pressed a button, after their message.
        pressed: Of these, those who pressed a button of the message itself.
        opted_out: Customers who opted out after their message.
        charged: Delivered messages with a price; `free` and `unknown` are the others.
        costs: In each currency. What is unknown is in none of them.
    """

    answered: int
    pressed: int
    opted_out: int
    charged: int
    free: int
    unknown: int
    costs: tuple[Money, ...] = ()


class VariantResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the messages of a variant, or of all.

    Attributes:
        variant: Null for all together.
        template: As the campaign, or its variant, names it.
        messages: That were made; each later step counts in the earlier ones: read ≤ delivered ≤ sent.
        withheld: Were not sent after all: the customer opted out, or the campaign was cancelled.
        responses: Null until they are counted.
    """

    variant: Letter | None
    template: TemplateName
    messages: int
    waiting: int
    sent: int
    delivered: int
    read: int
    failed: int
    unknown: int
    withheld: int
    responses: Responses | None = None


class LinkClicks(msgspec.Struct, frozen=True, kw_only=True):
    """Clicks on links of marketing messages; the provider says neither whose nor on which message.

    Attributes:
        clicked: Links that were clicked, each click once.
        pages_seen: Of these, whose page was seen in the messenger's own browser.
    """

    clicked: int
    pages_seen: int


class CampaignResults(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign achieved.

    Attributes:
        counted_at: As of when the responses are; null where they are not counted yet.
        is_counting: They are being counted anew: ask again.
        variants: One without variants, otherwise A and B.
        link_clicks: On the number, from the start to a week after the end; null where another campaign of the number
            was about at that time, since nobody says on which one's message a click was.
    """

    answer_days: int
    counted_at: datetime | None
    is_counting: bool
    total: VariantResult
    variants: tuple[VariantResult, ...]
    link_clicks: LinkClicks | None = None


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, added up; amounts in millionths, by currency."""

    answered: int = 0
    pressed: int = 0
    opted_out: int = 0
    by_basis: dict[str, int] = {}
    amounts: dict[str, int] = {}

    def __add__(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return Sums(
            answered=self.answered + other.answered,
            pressed=self.pressed + other.pressed,
            opted_out=self.opted_out + other.opted_out,
            by_basis=_together(self.by_basis, other.by_basis),
            amounts=_together(self.amounts, other.amounts),
        )

    def shown(self) -> Responses:
        """Return them as the API shows them."""
        free, unknown = (self.by_basis.get(basis.value, 0) for basis in (Basis.FREE, Basis.UNKNOWN))
        return Responses(
            answered=self.answered,
            pressed=self.pressed,
            opted_out=self.opted_out,
            charged=sum(self.by_basis.values()) - free - unknown,
            free=free,
            unknown=unknown,
            costs=tuple(Money(currency=name, amount=amount_text(self.amounts[name])) for name in sorted(self.amounts)),
        )


def all_together(sums: Iterable[Sums]) -> Sums:
    """Add sums up."""
    total = Sums()
    for one in sums:
        total += one
    return total


def _together(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return dict(Counter(one) + Counter(other))
