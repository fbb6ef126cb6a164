"""What getWebhookInfo tells of a channel's health."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.contract import ChannelAccount
from channels.telegram.registration import WebhookInfo, fault_of
from inbox.channel.channel_models import Updates
from inbox.model.channel_kind import ChannelKind

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OURS = "https://inbox.example/webhooks/telegram/c1"


def account(updates: Updates = Updates.WEBHOOK) -> ChannelAccount:
    return ChannelAccount(id="c1", workspace_id="w", kind=ChannelKind.TELEGRAM, credentials={}, updates=updates)


def info(**fields: object) -> WebhookInfo:
    return WebhookInfo(**{"url": OURS, **fields})  # type: ignore[arg-type]


def ago(**time: float) -> int:
    return int((NOW - timedelta(**time)).timestamp())


@pytest.mark.parametrize(
    "told",
    [
        info(),
        # Updates may wait for a moment.
        info(pending_update_count=3),
        # An error of yesterday, and all has arrived since.
        info(last_error_date=ago(hours=24), last_error_message="Connection refused"),
    ],
)
def test_healthy(told: WebhookInfo) -> None:
    assert fault_of(told, account(), NOW) is None


@pytest.mark.parametrize(
    ("told", "advice"),
    [
        (info(url=""), "no webhook address"),
        (info(url="https://another.example/bot"), "another program"),
        (info(url="https://inbox.example/webhooks/telegram/c2"), "another program"),
        (info(last_error_date=ago(minutes=1), last_error_message="SSL error"), "SSL error"),
        # It is old, but what failed still waits.
        (info(last_error_date=ago(hours=5), last_error_message="503", pending_update_count=9), "9 wait"),
    ],
)
def test_faults_say_what_to_do(told: WebhookInfo, advice: str) -> None:
    fault = fault_of(told, account(), NOW)
    assert fault is not None
    assert advice in fault
    assert fault.endswith(".")


def test_a_polled_bot_needs_no_webhook() -> None:
    assert fault_of(info(url=""), account(Updates.POLLING), NOW) is None
