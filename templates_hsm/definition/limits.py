"""Meta's limits on templates, each with the page it comes from.

Pages are below `developers.facebook.com/documentation/business-messaging/whatsapp/`, with the date they carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MAX_NAME_CHARS: Final = 512
"""Of `[a-z0-9_]`. Source: templates/overview, 5 May 2026."""
MAX_HEADER_CHARS: Final = 60
MAX_BODY_CHARS: Final = 1024
MAX_FOOTER_CHARS: Final = 60
MAX_BUTTONS: Final = 10
MAX_LABEL_CHARS: Final = 25
MAX_URL_BUTTONS: Final = 2
MAX_URL_CHARS: Final = 2000
MAX_PHONE_BUTTONS: Final = 1
MAX_PHONE_CHARS: Final = 20
MAX_COPY_CODE_CHARS: Final = 15
"""Source: templates/components, 5 May 2026. Header and body are counted with their values filled in."""
MAX_CODE_CHARS: Final = 15
"""Of a one-time password. Source: templates/authentication-templates."""
MAX_APPS: Final = 5
SIGNATURE_CHARS: Final = 11
"""Of the apps that may take a code. Source: templates/authentication-templates (autofill button), 4 Nov 2025."""
MIN_CARDS: Final = 2
MAX_CARDS: Final = 10
MAX_CARD_BODY_CHARS: Final = 160
MAX_CARD_BUTTONS: Final = 2
"""Source: templates/marketing-templates/media-card-carousel-templates, 24 Jun 2026."""
MAX_OFFER_CHARS: Final = 16
MAX_OFFER_BODY_CHARS: Final = 600
"""Source: templates/marketing-templates/limited-time-offer-templates, 4 Nov 2025."""
MIN_EXPIRATION_MINUTES: Final = 1
MAX_EXPIRATION_MINUTES: Final = 90
"""Source: templates/authentication-templates."""
MAX_SPACES: Final = 4
"""Consecutive ones in a value; more, a newline or a tab: error 132018. Source: templates/components, 5 May 2026."""

TTL_SECONDS: Final[Mapping[str, tuple[int, int]]] = {
    "authentication": (30, 900),
    "utility": (30, 12 * 3600),
    "marketing": (12 * 3600, 30 * 24 * 3600),
}
"""How long Meta can be asked to try a delivery, by category. Source: templates/time-to-live, 30 Sep 2026."""
MAX_PRICE: Final = 2**53
"""JavaScript's exact integers; Meta names no highest price of its own."""


def chars(text: str) -> int:
    """Count a text's characters for Meta's limits, in UTF-16 units.

    Meta's pages don't say how an emoji counts. One outside of the basic plane counts as two here, as in Meta's
    own editor; that is never less than Meta may count, so that nothing passes here and fails there.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
