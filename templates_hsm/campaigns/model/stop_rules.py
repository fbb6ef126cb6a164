"""When a campaign stops by itself, and for which reason. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from templates_hsm.campaigns.model.campaign_models import StopRule
from templates_hsm.definition.template_definition import Category, Template, TemplateStatus

STATUS_REASONS: Final[Mapping[TemplateStatus, str]] = {
    TemplateStatus.PAUSED: "template_paused",
    TemplateStatus.DISABLED: "template_disabled",
    TemplateStatus.DELETED: "template_deleted",
    TemplateStatus.PENDING_DELETION: "template_deleted",
    TemplateStatus.PENDING: "template_edited",
}
"""A template that is reviewed again was changed."""
ERROR_REASONS: Final[Mapping[str, str]] = {
    "template_paused": "template_paused",
    "template_disabled": "template_disabled",
    "template_missing": "template_deleted",
    "template_mismatch": "template_edited",
    "template_refused": "template_disabled",
    "channel_credentials": "channel_credentials",
    "channel_rights": "channel_rights",
    "channel_not_registered": "channel_not_registered",
    "account_locked": "account_locked",
    "payment_required": "payment_required",
    "marketing_unavailable": "marketing_unavailable",
    "messaging_limit": "messaging_limit",
}
"""Our codes of provider errors that the next message would meet too."""
BUDGET_SPENT: Final = "budget_spent"
CHANNEL_DELETED: Final = "channel_deleted"
CHANNEL_DISABLED: Final = "channel_disabled"
TOO_MANY_FAILURES: Final = "too_many_failures"


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """The template as it was when the campaign was started."""

    template_id: str
    category: Category
    fingerprint: str


class FailureTally(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages were tried, how many failed, and the error codes."""

    tried: int
    failed: int
    codes: frozenset[str] = frozenset()


def freeze(template: Template) -> Frozen:
    """Return what a campaign keeps of its template at the start."""
    return Frozen(template_id=template.id, category=template.category, fingerprint=fingerprint(template.components))


def fingerprint(components: Any) -> str:
    """Return a hash of a template's components."""
    return hashlib.sha256(msgspec.json.encode(components, order="deterministic")).hexdigest()[:32]


def stop_reason(template: Template | None, frozen: Frozen, failures: FailureTally, rule: StopRule) -> str | None:
    """Return why a campaign has to stop; None if it goes on."""
    return _template_reason(template, frozen) or _failure_reason(failures, rule)


def _template_reason(template: Template | None, frozen: Frozen) -> str | None:
    if template is None or template.id != frozen.template_id:
        return "template_deleted"
    if not template.usable:
        return STATUS_REASONS.get(template.status, "template_unusable")
    if template.category is not frozen.category:
        return "template_recategorised"
    return None if fingerprint(template.components) == frozen.fingerprint else "template_edited"


def _failure_reason(failures: FailureTally, rule: StopRule) -> str | None:
    known = next((ERROR_REASONS[code] for code in sorted(failures.codes) if code in ERROR_REASONS), None)
    if known is not None:
        return known
    too_many = failures.tried >= rule.after and failures.failed > rule.failed_share * failures.tried
    return TOO_MANY_FAILURES if too_many else None
