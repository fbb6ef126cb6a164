"""What Meta's notices about accounts mean: one row a notice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from channels.whatsapp.account_news import TOPICS, read_account_news

AT = datetime(2026, 11, 28, 10, tzinfo=UTC)


def read(topic: str, value: Any) -> Any:
    return read_account_news(topic, msgspec.json.encode(value), AT)


def removed(reason: str) -> dict[str, Any]:
    return {"event": "PARTNER_REMOVED", "disconnection_info": {"reason": reason, "initiated_by": "USER"}}


@pytest.mark.parametrize(
    ("value", "code", "stops"),
    [
        ({"event": "ACCOUNT_OFFBOARDED"}, "offboarded", True),
        (removed("CHANGE_NUMBER"), "partner_removed", True),
        (removed("SOMETHING_NEW"), "partner_removed", True),
        ({"event": "PARTNER_REMOVED"}, "partner_removed", True),
        ({"event": "PARTNER_APP_UNINSTALLED"}, "app_uninstalled", True),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": "odd"}, "restricted", False),
        ({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}}, "violation", False),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, "account_disabled", True),
        (
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}},
            "disable_scheduled",
            False,
        ),
        ({"event": "ACCOUNT_DELETED"}, "account_deleted", True),
    ],
)
def test_an_account_update_raises_a_trouble_with_advice(value: dict[str, Any], code: str, stops: bool) -> None:
    (trouble,) = read("account_update", value).raised
    assert (trouble.code, trouble.stops, trouble.since) == (code, stops, AT)
    assert trouble.detail
    assert trouble.advice


def test_a_restriction_says_for_what_and_until_when() -> None:
    value = {
        "event": "ACCOUNT_RESTRICTION",
        "violation_info": {"violation_type": "DIRECT_SEND_UTILITY_MISUSE"},
        "restriction_info": [{"restriction_type": "RESTRICTED_DIRECT_SEND", "expiration": "1796000000"}],
    }
    (trouble,) = read("account_update", value).raised
    assert "RESTRICTED_DIRECT_SEND" in trouble.detail
    assert "DIRECT_SEND_UTILITY_MISUSE" in trouble.detail
    assert trouble.until == datetime.fromtimestamp(1796000000, UTC)


@pytest.mark.parametrize(
    ("topic", "value", "settled"),
    [
        ("account_update", {"event": "ACCOUNT_RECONNECTED"}, "offboarded"),
        ("account_update", {"event": "PARTNER_ADDED"}, "partner_removed"),
        (
            "account_update",
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}},
            "account_disabled",
        ),
        ("phone_number_quality_update", {"event": "UNFLAGGED"}, "quality_low"),
        ("phone_number_quality_update", {"event": "UPGRADE"}, "limit_lowered"),
        ("phone_number_name_update", {"decision": "APPROVED"}, "name_rejected"),
        ("account_review_update", {"decision": "APPROVED"}, "account_rejected"),
    ],
)
def test_what_is_over_is_settled(topic: str, value: dict[str, Any], settled: str) -> None:
    news = read(topic, value)
    assert settled in news.settled
    assert news.raised == ()


def test_a_number_is_named_by_its_digits_and_its_limit_is_known() -> None:
    value = {"display_phone_number": "+1 555-078-3881", "event": "DOWNGRADE", "current_limit": "TIER_1K"}
    news = read("phone_number_quality_update", value)
    assert (news.of_number, news.facts.messaging_limit) == ("15550783881", "TIER_1K")
    assert [one.code for one in news.raised] == ["limit_lowered"]
    assert "TIER_1K" in news.raised[0].detail


@pytest.mark.parametrize("limit", [250, "TIER_2K"])
def test_a_limit_comes_as_a_number_or_as_a_word(limit: object) -> None:
    news = read("business_capability_update", {"max_daily_conversation_per_phone": limit})
    assert news.facts.messaging_limit == str(limit)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"event":[]}', b'{"event":{"a":1},"decision":7}', b"\xff"])
def test_nothing_odd_breaks_a_reader(topic: str, raw: bytes) -> None:
    news = read_account_news(topic, raw, AT)
    assert news is None or news.raised == ()


def test_an_unknown_event_says_nothing() -> None:
    assert read("account_update", {"event": "SOMETHING_OF_2027"}) is None
