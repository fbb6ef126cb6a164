"""Counts who of an audience would get the message, and why the others would not, before a campaign starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from inbox.contacts.phone_numbers import country_code
from templates_hsm.campaigns.feed.decide import Decision, Deferred, RecipientRow, Send, Skipped
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.campaigns.model.eligibility import EXPLANATIONS, Skip
from templates_hsm.campaigns.model.forecast_models import Forecast, LeftOut, LeftOutRow
from templates_hsm.definition.template_definition import TemplateName

MOST_LOOKED_AT = 100_000
"""Recipients: some seven seconds of a thread. The rest of a longer list is like its beginning, or not; we say so."""
TOGETHER = 1_000
MOST_SECONDS = 20.0
"""Of one forecast; on a busy machine fewer recipients are looked at."""


NO_NUMBER: Final = "no_number"
FIRST: Final = 5
"""Recipients that each reason shows: enough to see what is meant."""


class VersionFor(NamedTuple):
    """A version of the message, and a country of those who get it."""

    letter: Letter
    template: TemplateName
    country: str


class Outlook(msgspec.Struct, kw_only=True):
    """Counts of the decisions on the recipients that were checked.

    Attributes:
        looked_at: Rows, or contacts of a segment, that were read.
        is_all: Nothing is left to look at.
        versions: Who would get which version, by country calling code.
        without_number: Contacts of a segment who can't be recipients.
        seen: Names of rows that are not written down yet, each counted once.
        left_out_countries: Recipients who would get nothing, by country calling code.
        countries: Those recipients by country calling code; None where all are written down.
    """

    checked: int = 0
    looked_at: int = 0
    is_all: bool = False
    will_get: int = 0
    later: int = 0
    versions: Counter[VersionFor] = msgspec.field(default_factory=Counter)
    left_out: Counter[Skip] = msgspec.field(default_factory=Counter)
    first: dict[Skip, list[LeftOutRow]] = msgspec.field(default_factory=dict)
    left_out_countries: Counter[str] = msgspec.field(default_factory=Counter)
    without_number: int = 0
    seen: set[str] = msgspec.field(default_factory=set)
    countries: Counter[str] | None = None

    def unseen(self, rows: Sequence[RecipientRow]) -> list[RecipientRow]:
        """Return rows that were not counted yet, and count them by country."""
        new = {row.id: row for row in rows if row.id not in self.seen}
        self.seen.update(new)
        self.countries = (self.countries or Counter()) + Counter(country_code(row.phone) for row in new.values())
        return list(new.values())

    def add(self, decisions: Sequence[Decision]) -> None:
        """Count further decisions."""
        self.checked += len(decisions)
        sends = [decision for decision in decisions if isinstance(decision, Send)]
        self.will_get += len(sends)
        self.versions.update(_version(send) for send in sends)
        self.later += sum(isinstance(decision, Deferred) for decision in decisions)
        for decision in decisions:
            if isinstance(decision, Skipped):
                self._leave_out(decision)

    def _leave_out(self, decision: Skipped) -> None:
        self.left_out[decision.reason] += 1
        self.left_out_countries[country_code(decision.row.phone)] += 1
        first = self.first.setdefault(decision.reason, [])
        if len(first) < FIRST:
            first.append(LeftOutRow(phone=f"+{decision.row.phone}", detail=decision.detail))

    def told_in(self, forecast: Forecast) -> Forecast:
        """Return the forecast with these counts, the most frequent reason first."""
        left_out = [
            LeftOut(reason=reason.value, count=count, explanation=EXPLANATIONS[reason], first=tuple(self.first[reason]))
            for reason, count in self.left_out.most_common()
        ]
        if self.without_number:
            told = "The contact has no number at WhatsApp, and is no recipient."
            left_out.append(LeftOut(reason=NO_NUMBER, count=self.without_number, explanation=told))
        return msgspec.structs.replace(
            forecast,
            checked=self.checked,
            is_all=self.countries is None or self.is_all,
            will_get=self.will_get,
            later=self.later,
            left_out=tuple(left_out),
        )


def _version(send: Send) -> VersionFor:
    template = TemplateName(name=send.content.name, language=send.content.language)
    return VersionFor(send.letter, template, country_code(send.row.phone))
