"""Meta has two endpoints that send: one for marketing templates, one for everything else.

Source: marketing-messages/send-marketing-messages, Sep 2026; support/error-codes, 18 Jun 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from inbox.model.content import Content, TemplateContent
from inbox.sending.outbound import Certainty, SendFailedError

_MARKETING: Final = "marketing"


class Endpoint(StrEnum):
    """The last part of the address below the number."""

    MESSAGES = "messages"
    MARKETING = "marketing_messages"


_NAMES_THE_OTHER: Final[Mapping[tuple[Endpoint, str], Endpoint]] = {
    (Endpoint.MESSAGES, "131061"): Endpoint.MARKETING,
    (Endpoint.MESSAGES, "131063"): Endpoint.MARKETING,
    (Endpoint.MARKETING, "131055"): Endpoint.MESSAGES,
    (Endpoint.MARKETING, "134100"): Endpoint.MESSAGES,
}
"""Refusals that say that the template belongs to the other endpoint: it has another category by now."""


def endpoint_for(content: Content) -> Endpoint:
    """Return where a content goes, by the category that its template had when it was accepted."""
    is_marketing = isinstance(content, TemplateContent) and content.category == _MARKETING
    return Endpoint.MARKETING if is_marketing else Endpoint.MESSAGES


def other_endpoint(asked: Endpoint, content: Content, refused: SendFailedError) -> Endpoint | None:
    """Return the endpoint that a refusal names; None where it names none, or the message may have been taken."""
    if refused.certainty is not Certainty.NOT_SENT or not isinstance(content, TemplateContent):
        return None
    return _NAMES_THE_OTHER.get((asked, refused.error.provider_code or ""))
