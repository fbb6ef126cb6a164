"""Who may get a campaign's message: rules over what is known of a recipient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from templates_hsm.campaigns.model.campaign_models import FrequencyCap


class Skip(StrEnum):
    """Why a recipient gets nothing."""

    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    FREQUENCY_CAP = "frequency_cap"
    BLOCKED = "blocked"
    VALUES = "values_dont_fit"
    CANCELLED = "cancelled"
    OFFER = "offer_ended"


EXPLANATIONS: Final[Mapping[Skip, str]] = {
    Skip.OPTED_OUT: "The customer wants no marketing messages.",
    Skip.NO_CONSENT: "No consent to marketing messages is recorded for this customer.",
    Skip.FREQUENCY_CAP: "The customer has had as many marketing messages lately as the campaign allows.",
    Skip.BLOCKED: "The contact is blocked.",
    Skip.VALUES: "The row's values do not fit the template.",
    Skip.OFFER: "The offer had ended before this message could be sent.",
    Skip.CANCELLED: "The campaign was cancelled before this message was sent.",
}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """On what terms a campaign writes.

    Attributes:
        marketing: Whether its template is a marketing one: only these need consent.
        needs_consent: Whether the workspace asks for recorded consent.
        list_consent: Whether everybody on the list has given it.
    """

    marketing: bool
    needs_consent: bool = True
    list_consent: bool = False
    frequency_cap: FrequencyCap | None = None


def skip_reason(contact: Mapping[str, Any] | None, terms: Terms, *, suppressed: bool, now: datetime) -> Skip | None:
    """Say why a recipient gets nothing; None if they may be written to.

    Args:
        contact: The stored contact, None for somebody who is none yet.
        terms: The campaign's.
        suppressed: Whether the suppression list names them.
        now: The current time.
    """
    known = contact or {}
    if known.get("blocked"):
        return Skip.BLOCKED
    if not terms.marketing:
        return None
    if suppressed or not known.get("marketing", {"accepts": True})["accepts"]:
        return Skip.OPTED_OUT
    if terms.needs_consent and not terms.list_consent and not known.get("consent"):
        return Skip.NO_CONSENT
    cap = terms.frequency_cap
    if cap is not None and _lately(known, now - timedelta(days=cap.days)) >= cap.messages:
        return Skip.FREQUENCY_CAP
    return None


def _lately(contact: Mapping[str, Any], since: datetime) -> int:
    return sum(at > since for at in contact.get("marketing_sent", ()))
