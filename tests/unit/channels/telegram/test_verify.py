"""Who may deliver an update."""

from __future__ import annotations

import pytest

from channels.contract import WebhookRejectedError
from channels.telegram.verify import verify_secret

RIGHT = {"secret_token": "a1b2"}


def test_the_channels_token_is_accepted() -> None:
    verify_secret({"x-telegram-bot-api-secret-token": "a1b2"}, RIGHT)


@pytest.mark.parametrize(
    ("headers", "credentials"),
    [
        ({}, RIGHT),
        ({"x-telegram-bot-api-secret-token": ""}, RIGHT),
        ({"x-telegram-bot-api-secret-token": "a1b3"}, RIGHT),
        ({"x-telegram-bot-api-secret-token": "a1b2 "}, RIGHT),
        # Python's comparison of texts refuses these with an error of its own.
        ({"x-telegram-bot-api-secret-token": "ключ"}, RIGHT),
        ({"x-telegram-bot-api-secret-token": "\udcff"}, RIGHT),
        # A channel without a token lets nobody in, also not with an empty one.
        ({"x-telegram-bot-api-secret-token": ""}, {}),
        ({"x-telegram-bot-api-secret-token": ""}, {"secret_token": ""}),
    ],
)
def test_anything_else_is_refused(headers: dict[str, str], credentials: dict[str, str]) -> None:
    with pytest.raises(WebhookRejectedError) as refused:
        verify_secret(headers, credentials)
    assert refused.value.status == 401
