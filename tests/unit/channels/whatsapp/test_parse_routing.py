"""What Meta tells where several agents answer in one chat."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from channels.whatsapp.parse import parse_webhook
from inbox.arriving.inbound import (
    ControlChanged,
    DeliveryStatus,
    InboundEvent,
    MessageEchoed,
    MessageReceived,
    ProviderNotice,
    StatusChanged,
    Undeciphered,
)
from inbox.model.content import TextContent

CUSTOMER = "491701234567"
NUMBER = {"phone_number_id": "700100", "display_phone_number": "49301234567"}
CONTACTS = [{"wa_id": CUSTOMER, "user_id": "DE.a1", "profile": {"name": "Ann"}}]
WRITTEN = {"id": "wamid.1", "from": CUSTOMER, "timestamp": "1780000000", "type": "text", "text": {"body": "hi"}}
ECHO = {"id": "wamid.2", "to": CUSTOMER, "timestamp": "1780000001", "type": "text", "text": {"body": "hello"}}
STATUS = {"id": "wamid.2", "status": "delivered", "timestamp": "1780000002", "recipient_id": CUSTOMER}


def read(field: str, value: Any) -> list[InboundEvent]:
    entry = {"id": "1", "changes": [{"field": field, "value": value}]}
    return list(parse_webhook(msgspec.json.encode({"object": "whatsapp_business_account", "entry": [entry]})))


@pytest.mark.parametrize("inside", [True, False])
def test_standby_says_what_is_written_and_that_another_answers(inside: bool) -> None:
    lists: dict[str, Any] = {"messages": [WRITTEN], "message_echoes": [ECHO], "statuses": [STATUS]}
    value: dict[str, Any] = {"metadata": NUMBER, "standby": lists}
    (lists if inside else value)["contacts"] = CONTACTS
    status, received, echoed = sorted(read("standby", value), key=lambda event: type(event).__name__, reverse=True)
    assert isinstance(received, MessageReceived)
    assert (received.standby, received.account_key, received.content) == (True, "700100", TextContent(text="hi"))
    assert (received.customer.name, received.customer.aliases) == ("Ann", ("DE.a1",))
    assert isinstance(echoed, MessageEchoed)
    assert (echoed.standby, echoed.content, echoed.customer.external_id) == (True, TextContent(text="hello"), CUSTOMER)
    assert isinstance(status, StatusChanged)
    assert (status.provider_id, status.status) == ("wamid.2", DeliveryStatus.DELIVERED)


def test_an_ordinary_message_is_for_us() -> None:
    (event,) = read("messages", {"metadata": NUMBER, "messages": [WRITTEN]})
    assert isinstance(event, MessageReceived)
    assert not event.standby


def handover(type_: str = "control_passed", **more: Any) -> dict[str, Any]:
    return {
        "type": type_,
        "recipient": NUMBER,
        "sender": {"phone_number": f"+{CUSTOMER}"},
        "timestamp": "1780000000",
        **more,
    }


def test_a_chat_is_handed_to_us_with_what_was_said() -> None:
    context = {"type": "summary", "summary": {"text": "Wants a refund."}}
    roles = {"previous_owner_role": "ai_agent", "new_owner_role": "escalation"}
    (event,) = read("messaging_handovers", handover(control_passed={**roles, "conversation_context": context}))
    assert isinstance(event, ControlChanged)
    assert (event.ours, event.before, event.after, event.summary) == (True, "ai_agent", "escalation", "Wants a refund.")
    assert (event.account_key, event.customer.external_id) == ("700100", CUSTOMER)
    assert event.provider_at is not None


def test_a_chat_is_taken_from_us() -> None:
    (event,) = read("messaging_handovers", handover("control_taken", control_taken={"new_owner_role": "escalation"}))
    assert isinstance(event, ControlChanged)
    assert (event.ours, event.after, event.summary) == (False, "escalation", None)


def test_a_customer_without_a_phone_is_handed_over_too() -> None:
    (event,) = read("messaging_handovers", handover(sender={"user_id": "DE.a1"}, control_passed={}))
    assert isinstance(event, ControlChanged)
    assert event.customer.external_id == "DE.a1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("messaging_handovers", handover("control_sold")),
        ("messaging_handovers", handover(sender=None)),
        ("messaging_handovers", handover(sender={})),
        ("messaging_handovers", {"type": 5}),
        ("standby", {"metadata": NUMBER, "standby": {}}),
        ("standby", {"metadata": NUMBER}),
        ("standby", {"metadata": NUMBER, "standby": [WRITTEN]}),
    ],
)
def test_what_is_not_understood_is_kept(field: str, value: Any) -> None:
    (event,) = read(field, value)
    assert isinstance(event, ProviderNotice)
    assert event.topic == field


def test_a_broken_item_hurts_no_other() -> None:
    value = {"metadata": NUMBER, "standby": {"messages": [{"id": 5}, WRITTEN]}}
    broken, whole = read("standby", value)
    assert isinstance(broken, Undeciphered)
    assert isinstance(whole, MessageReceived)
