"""Decides on each due row: send, skip with a reason, or defer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from inbox.model.content import TemplateContent
from inbox.storage.documents import ContactDocument
from templates_hsm.campaigns.feed.versions import Versions
from templates_hsm.campaigns.model.campaign_models import Letter, QuietHours
from templates_hsm.campaigns.model.eligibility import Skip, Terms, skip_reason
from templates_hsm.campaigns.model.quiet_hours import quiet_until, zones_of
from templates_hsm.campaigns.model.versions import letter_of
from templates_hsm.parameters.header_files import Files
from templates_hsm.render.compose import ParametersDontFitError, compose

MAX_DETAIL_CHARS = 300


class RecipientRow(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient of the frozen audience.

    Attributes:
        id: The row's name.
        key: Names the one message that this row may have now: a retry has another.
        retry_of: The message that failed.
    """

    id: str
    key: str
    phone: str
    values: tuple[str, ...] = ()
    retry_of: str | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a row's customer.

    Attributes:
        contact: Who has the number.
        customer: The contact with all that were merged with it: whoever of them wants nothing speaks for all.
        sent_again: Somebody has sent the failed message of the row again by hand.
    """

    contact: ContactDocument | None = None
    customer: ContactDocument | None = None
    suppressed: bool = False
    sent_again: bool = False


class GotAs(NamedTuple):
    """Under which channel a contact remembers a campaign; who remembers it has got it, under whatever number."""

    channel_id: str
    campaign_id: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all rows of a campaign.

    Attributes:
        share: Of a hundred rows so many get variant B.
        language_at: Where among a row's values its language stands; a contact's stands in for one that is empty.
        once_as: It goes to customers, each once, not to numbers.
        files: Our own files that headers show.
    """

    a: Versions
    b: Versions | None = None
    share: int = 0
    language_at: int | None = None
    terms: Terms
    quiet_hours: QuietHours | None = None
    once_as: GotAs | None = None
    files: Files = {}


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Send this content to the row."""

    row: RecipientRow
    known: Known
    content: TemplateContent
    letter: Letter = Letter.A


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """Send nothing to the row, for this reason."""

    row: RecipientRow
    reason: Skip
    detail: str | None = None


class Deferred(msgspec.Struct, frozen=True, kw_only=True):
    """Decide on the row again at this time."""

    row: RecipientRow
    due_at: datetime


Decision = Send | Skipped | Deferred


def decide(row: RecipientRow, known: Known, plan: Plan, now: datetime) -> Decision:
    """Decide on one row."""
    if known.sent_again:
        return Skipped(row=row, reason=Skip.SENT_AGAIN)
    if plan.once_as is not None and row.retry_of is None and _has_got(known.customer, plan.once_as):
        return Skipped(row=row, reason=Skip.SAME_CUSTOMER)
    reason = skip_reason(known.customer, plan.terms, suppressed=known.suppressed, now=now)
    if reason is not None:
        return Skipped(row=row, reason=reason)
    if plan.quiet_hours is not None:
        due_at = quiet_until(now, zones_of(row.phone), plan.quiet_hours)
        if due_at is not None:
            return Deferred(row=row, due_at=due_at)
    letter = letter_of(row.id, plan.share) if plan.b is not None else Letter.A
    of_letter = plan.b if plan.b is not None and letter is Letter.B else plan.a
    version = of_letter.nearest(_language(row, known, plan))
    try:
        content = compose(
            version.template, version.definition, version.variables.fill(row.values), files=plan.files, now=now
        )
    except ParametersDontFitError as fault:
        detail = "; ".join(f"{one.pointer}: {one.message}" for one in fault.faults)
        return Skipped(row=row, reason=Skip.VALUES, detail=detail[:MAX_DETAIL_CHARS])
    return Send(row=row, known=known, content=content, letter=letter)


def once_a_customer(decisions: Sequence[Decision], plan: Plan) -> list[Decision]:
    """Skip those of a round who get the message under another number in the same round."""
    if plan.once_as is None:
        return list(decisions)
    written_to: set[str] = set()
    once: list[Decision] = []
    for decision in decisions:
        customer = decision.known.customer if isinstance(decision, Send) else None
        if customer is None or decision.row.retry_of is not None:
            once.append(decision)
            continue
        is_twin = customer["_id"] in written_to
        written_to.add(customer["_id"])
        once.append(Skipped(row=decision.row, reason=Skip.SAME_CUSTOMER) if is_twin else decision)
    return once


def _language(row: RecipientRow, known: Known, plan: Plan) -> str | None:
    place = plan.language_at
    told = row.values[place].strip() if place is not None and place < len(row.values) else ""
    return told or (known.customer.get("language") if known.customer is not None else None)


def _has_got(customer: ContactDocument | None, once_as: GotAs) -> bool:
    last = customer.get("campaigns", {}).get(once_as.channel_id) if customer is not None else None
    return last is not None and last["id"] == once_as.campaign_id
