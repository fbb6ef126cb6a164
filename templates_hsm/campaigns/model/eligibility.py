"""Who may get a campaign's message: consent, opt-outs, blocks and caps. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from inbox.contacts.suppression import has_opted_out
from inbox.storage.documents import ContactDocument
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
    SENT_AGAIN = "sent_again"
    SAME_CUSTOMER = "same_customer"


EXPLANATIONS: Final[Mapping[Skip, str]] = {
    Skip.OPTED_OUT: "The customer wants no marketing messages.",
    Skip.NO_CONSENT: "No consent to marketing messages is recorded for this customer.",
    Skip.FREQUENCY_CAP: "The customer has had as many marketing messages lately as the campaign allows.",
    Skip.BLOCKED: "The contact is blocked.",
    Skip.VALUES: "The row's values do not fit the template.",
    Skip.OFFER: "The offer had ended before this message could be sent.",
    Skip.SENT_AGAIN: "Somebody sent the failed message again by hand.",
    Skip.SAME_CUSTOMER: "The customer got the message under another number.",
    Skip.CANCELLED: "The campaign was cancelled before this message was sent.",
}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign requires of its recipients.

    Attributes:
        marketing: Whether its template is a marketing one: only these need consent.
        needs_consent: Whether the workspace asks for recorded consent.
        list_consent: Whether everybody on the list has given it.
    """

    marketing: bool
    needs_consent: bool = True
    list_consent: bool = False
    frequency_cap: FrequencyCap | None = None


def skip_reason(contact: ContactDocument | None, terms: Terms, *, suppressed: bool, now: datetime) -> Skip | None:
    """Return why a recipient is skipped; None if they may be written to.

    Args:
        contact: The stored contact, None for somebody who is none yet.
        terms: The campaign's.
        suppressed: Whether the suppression list names them.
        now: The current time.
    """
    if contact is not None and contact.get("blocked"):
        return Skip.BLOCKED
    if not terms.marketing:
        return None
    if suppressed or (contact is not None and has_opted_out(contact)):
        return Skip.OPTED_OUT
    if terms.needs_consent and not terms.list_consent and not (contact and contact.get("consent")):
        return Skip.NO_CONSENT
    cap = terms.frequency_cap
    if cap is not None and contact and _lately(contact, now - timedelta(days=cap.days)) >= cap.messages:
        return Skip.FREQUENCY_CAP
    return None


def _lately(contact: ContactDocument, since: datetime) -> int:
    return sum(at > since for at in contact.get("marketing_sent", ()))
