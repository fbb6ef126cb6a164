"""Decides on each due row: send, skip with a reason, or defer. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.model.content import TemplateContent
from inbox.storage.documents import ContactDocument
from templates_hsm.campaigns.feed.variables import Variables
from templates_hsm.campaigns.model.campaign_models import QuietHours
from templates_hsm.campaigns.model.eligibility import Skip, Terms, skip_reason
from templates_hsm.campaigns.model.quiet_hours import quiet_until, zones_of
from templates_hsm.definition.template_definition import Definition, Template
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


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all rows of a campaign."""

    template: Template
    definition: Definition
    variables: Variables
    terms: Terms
    quiet_hours: QuietHours | None = None


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Send this content to the row."""

    row: RecipientRow
    known: Known
    content: TemplateContent


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
    reason = skip_reason(known.customer, plan.terms, suppressed=known.suppressed, now=now)
    if reason is not None:
        return Skipped(row=row, reason=reason)
    if plan.quiet_hours is not None:
        due_at = quiet_until(now, zones_of(row.phone), plan.quiet_hours)
        if due_at is not None:
            return Deferred(row=row, due_at=due_at)
    try:
        content = compose(plan.template, plan.definition, plan.variables.fill(row.values), now=now)
    except ParametersDontFitError as fault:
        detail = "; ".join(f"{one.pointer}: {one.message}" for one in fault.faults)
        return Skipped(row=row, reason=Skip.VALUES, detail=detail[:MAX_DETAIL_CHARS])
    return Send(row=row, known=known, content=content)
