"""What led a customer here: an advertisement, a post, a product. Meta's own facts as strings.

Source: webhooks/reference/messages (`referral`, `context.referred_product`), 21 May 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from channels.json_repair import clean_text
from channels.whatsapp.message_shapes import Message

AD_SOURCE: Final = "ad"
"""`referral.source_type` of a click-to-WhatsApp advertisement; a post on a page is `post`."""
MAX_FACTS: Final = 32
"""Meta has a dozen."""
MAX_FACT_CHARS: Final = 2_048
"""As long as the longest addresses that browsers take."""


def referral_of(message: Message) -> dict[str, str]:
    """Return what led the customer here; empty where a message names nothing."""
    product = message.context.referred_product if message.context is not None else None
    return _facts({**(message.referral or {}), **(product or {})})


def is_ad(referral: Mapping[str, str]) -> bool:
    """Tell an advertisement from a post. Only advertisements carry a click id, whatever their source is called."""
    return referral.get("source_type") == AD_SOURCE or "ctwa_clid" in referral


def _facts(told: Mapping[str, object]) -> dict[str, str]:
    """Take the facts that are words; of a part with several (`welcome_message`) the one that can be read."""
    facts: dict[str, str] = {}
    for name, value in list(told.items())[:MAX_FACTS]:
        word = _word(value.get("text", value.get("id"))) if isinstance(value, dict) else _word(value)
        if word:
            facts[clean_text(name)[:MAX_FACT_CHARS]] = word
    return facts


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_text(str(value))[:MAX_FACT_CHARS]
