"""What the linter's rules work with, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from templates_hsm.definition.template_definition import Category, Component, Definition, TextPart

OVERVIEW: Final = "templates/overview, 5 May 2026"
COMPONENTS: Final = "templates/components, 5 May 2026"
REVIEW: Final = "templates/template-review"
CATEGORIES: Final = "templates/template-categorization"
AUTHENTICATION: Final = "templates/authentication-templates"
ONE_TAP: Final = "templates/authentication-templates/autofill-button-authentication-templates, 4 Nov 2025"
ZERO_TAP: Final = "templates/authentication-templates/zero-tap-authentication-templates"
CAROUSEL: Final = "templates/marketing-templates/media-card-carousel-templates, 24 Jun 2026"
OFFER: Final = "templates/marketing-templates/limited-time-offer-templates, 4 Nov 2025"
CALLS: Final = "calling/call-button-messages-deep-links, 2026"
TTL: Final = "templates/time-to-live, 30 Sep 2026"
MARKETING_MESSAGES: Final = "marketing-messages/send-marketing-messages, Sep 2026"
"""Pages below `developers.facebook.com/documentation/business-messaging/whatsapp/`."""


class Severity(StrEnum):
    """`error`: Meta rejects it; `warning`: it may be rejected or do harm."""

    ERROR = "error"
    WARNING = "warning"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a rule found.

    Attributes:
        code: The rule's, stable.
        pointer: JSON pointer into the template.
        message: What is wrong and what to do.
        source: Meta's page and its date.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    source: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A template as the rules see it.

    Attributes:
        category: None where it is none of Meta's.
        ttl_seconds: How long Meta tries to deliver a message; None: as long as it does by itself.
        max_price_per_1000: In the smallest unit of the account's currency.
    """

    name: str
    language: str
    category: Category | None
    components: tuple[Component, ...]
    definition: Definition
    ttl_seconds: int | None = None
    max_price_per_1000: int | None = None

    def texts(self) -> Iterator[TextPart]:
        """Yield every text that a person wrote and that may have variables: header and body, also of the cards."""
        if self.definition.is_code:
            return
        for holder in self.definition.holders:
            if holder.header is not None and holder.header.text is not None:
                yield holder.header.text
            if holder.body is not None:
                yield holder.body


Check = Callable[[Facts], Iterator[str]]
"""Finds the places of what is wrong: from the components on, or from the template where they begin with a name."""


class Rule(NamedTuple):
    """A row of the linter."""

    code: str
    message: str
    source: str
    check: Check
    severity: Severity = Severity.ERROR
