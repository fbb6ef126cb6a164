"""Counts who of an audience would get the message, and why the others would not, before a campaign starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from templates_hsm.campaigns.feed.decide import Decision, Deferred, Send, Skipped
from templates_hsm.campaigns.model.campaign_models import Forecast, LeftOut
from templates_hsm.campaigns.model.eligibility import EXPLANATIONS, Skip

MOST_LOOKED_AT = 100_000
"""Recipients: some seven seconds of a thread. The rest of a longer list is like its beginning, or not; we say so."""
TOGETHER = 1_000


class Outlook(msgspec.Struct, kw_only=True):
    """Counts of the decisions on the recipients that were checked."""

    checked: int = 0
    will_get: int = 0
    later: int = 0
    left_out: Counter[Skip] = msgspec.field(default_factory=Counter)

    def add(self, decisions: Sequence[Decision]) -> None:
        """Count further decisions."""
        self.checked += len(decisions)
        self.will_get += sum(isinstance(decision, Send) for decision in decisions)
        self.later += sum(isinstance(decision, Deferred) for decision in decisions)
        self.left_out.update(decision.reason for decision in decisions if isinstance(decision, Skipped))

    def told_in(self, forecast: Forecast) -> Forecast:
        """Return the forecast with these counts, the most frequent reason first."""
        left_out = [
            LeftOut(reason=reason.value, count=count, explanation=EXPLANATIONS[reason])
            for reason, count in self.left_out.most_common()
        ]
        return msgspec.structs.replace(
            forecast, checked=self.checked, will_get=self.will_get, later=self.later, left_out=tuple(left_out)
        )
