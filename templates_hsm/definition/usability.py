"""Whether a template can be sent, and if not, why: one row for each status.

Source: templates/overview, 5 May 2026; templates/template-quality and template-pausing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from templates_hsm.definition.template_definition import Quality, TemplateStatus

_S = TemplateStatus


class Usability(NamedTuple):
    """Whether a template can be sent; `reason` says why not, or what threatens it."""

    usable: bool
    reason: str | None = None


_REASONS: Final[Mapping[TemplateStatus, str]] = {
    _S.DRAFT: "It is a draft: submit it to WhatsApp first.",
    _S.PENDING: "WhatsApp is reviewing it; this takes minutes, at most 24 hours.",
    _S.REJECTED: "WhatsApp rejected it.",
    _S.IN_APPEAL: "WhatsApp is looking at your appeal.",
    _S.PAUSED: "WhatsApp paused it, since customers reported or blocked it: for 3 hours, the second time for 6.",
    _S.DISABLED: "WhatsApp disabled it, since customers reported or blocked it again and again: write a new one.",
    _S.LIMIT_EXCEEDED: "The business account has more templates than WhatsApp allows: delete some.",
    _S.LOCKED: "WhatsApp locked it.",
    _S.ARCHIVED: "WhatsApp archived it, since it was not sent for 12 months.",
    _S.PENDING_DELETION: "It is being deleted.",
    _S.DELETED: "It was deleted at WhatsApp.",
    _S.UNKNOWN: "WhatsApp gave it a status that this version does not know.",
}
_GENERATED: Final = (
    "WhatsApp made it of messages that were sent without a template: only such messages use it, and it can't be "
    "changed or deleted."
)
_LOW_QUALITY: Final = "Customers report or block it often: WhatsApp may pause it soon."


def usability(
    status: TemplateStatus,
    *,
    quality: Quality = Quality.UNKNOWN,
    said: str | None = None,
    unknown: tuple[str, ...] = (),
    generated: bool = False,
) -> Usability:
    """Decide whether a template can be sent.

    Args:
        status: Its status.
        quality: A low one is a warning: it can still be sent.
        said: Meta's own reason, such as `INVALID_FORMAT`.
        unknown: Parts of it that this version does not know.
        generated: WhatsApp made it of messages without a template.
    """
    if status is not TemplateStatus.APPROVED:
        reason = _REASONS[status]
        return Usability(False, f"{reason} WhatsApp's reason: {said}." if said else reason)
    if generated:
        return Usability(False, _GENERATED)
    if unknown:
        return Usability(False, f"It has {', '.join(unknown)}, which this version does not know.")
    return Usability(True, _LOW_QUALITY if quality is Quality.RED else None)
