"""What a provider said went wrong, in our words and in its own."""

from __future__ import annotations

import msgspec


class ProviderError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a message failed, for people and programs.

    Attributes:
        code: Our stable word, such as `window_closed` or `rate_limited`.
        explanation: A sentence for the operator that says what to do.
        retryable: Whether sending again can help.
        provider_code: The provider's own number or word, as text.
        provider_message: The provider's own text, shortened to 500 characters.
    """

    code: str
    explanation: str
    retryable: bool = False
    provider_code: str | None = None
    provider_message: str | None = None
