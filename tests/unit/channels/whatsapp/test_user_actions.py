"""What customers do with marketing messages: each action is a notice of its own, whatever stands beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from channels.whatsapp.parse import parse_item_again, parse_webhook
from inbox.arriving.clicks import USER_ACTIONS
from inbox.arriving.inbound import ProviderNotice

CLICK = {
    "action_type": "marketing_messages_link_click",
    "timestamp": "1764300000",
    "marketing_messages_link_click_data": {"click_component": "cta", "click_id": "c1", "tracking_token": "t"},
}
SEEN = {**CLICK, "action_type": "landing_page_view"}


def webhook(actions: Any) -> bytes:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "123"}, "user_actions": actions}
    change = {"field": "messages", "value": value}
    return msgspec.json.encode({"object": "whatsapp_business_account", "entry": [{"id": "9", "changes": [change]}]})


def test_each_action_is_a_notice_about_its_number() -> None:
    events = parse_webhook(webhook([CLICK, SEEN, {"action_type": "something new"}]))
    assert all(isinstance(event, ProviderNotice) for event in events)
    assert [(event.topic, event.account_key) for event in events if isinstance(event, ProviderNotice)] == [
        (USER_ACTIONS, "123")
    ] * 3
    assert [msgspec.json.decode(event.raw) for event in events[:2]] == [CLICK, SEEN]


def test_an_action_is_read_again_by_itself() -> None:
    (event,) = parse_item_again(msgspec.json.encode(CLICK), "123")
    assert isinstance(event, ProviderNotice)
    assert event.topic == USER_ACTIONS
