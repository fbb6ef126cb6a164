"""Proof that a webhook call came from Telegram: the token that we gave it when we registered the address."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from channels.contract import WebhookRejectedError

SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header


def verify_secret(headers: Mapping[str, str], credentials: Mapping[str, str]) -> None:
    """Compare the token in constant time.

    Args:
        headers: Names in lower case.
        credentials: With `secret_token`.

    Raises:
        WebhookRejectedError: 401 when the header is missing or wrong, or has other characters than ASCII.

    Source: https://core.telegram.org/bots/api#setwebhook, `secret_token`.
    """
    given = headers.get(SECRET_HEADER)
    if given is None:
        raise WebhookRejectedError(401, "The X-Telegram-Bot-Api-Secret-Token header is missing.")
    expected = credentials.get("secret_token", "")
    same = hmac.compare_digest(_bytes(expected), _bytes(given))
    if not expected or not same:
        raise WebhookRejectedError(
            401, "The secret token does not match. Check the channel, which registers its webhook address anew."
        )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
