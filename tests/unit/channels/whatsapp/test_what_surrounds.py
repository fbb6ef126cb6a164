"""What Meta tells beside a message's words, and messages of shapes that only some senders use."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from channels.whatsapp.parse import parse_webhook
from inbox.arriving.inbound import InboundEvent, MessageReceived, ProviderNotice
from inbox.model.content import ButtonsContent, ChoiceContent, Content, SystemContent, TextContent, VoiceContent

CUSTOMER = "491701234567"


def read(**value: Any) -> InboundEvent:
    metadata = {"phone_number_id": "700100200300"}
    change = {"field": "messages", "value": {"metadata": metadata, **value}}
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    (event,) = parse_webhook(msgspec.json.encode(body))
    return event


def received(type_: str = "text", **parts: Any) -> MessageReceived:
    text = {"text": {"body": "hello"}} if type_ == "text" else {}
    message = {"id": "wamid.1", "from": CUSTOMER, "timestamp": "1780000000", "type": type_, **text, **parts}
    event = read(messages=[message])
    assert isinstance(event, MessageReceived)
    return event


# (parts of the message, the referral)
REFERRALS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {}),
    ({"referral": {"ctwa_clid": "Af-1", "source_type": "ad"}}, {"ctwa_clid": "Af-1", "source_type": "ad"}),
    # What is newer than this version reaches the field too; what is no word does not.
    ({"referral": {"ad_set": 7, "image": {"id": "9"}, "list": [1], "flag": True}}, {"ad_set": "7", "image": "9"}),
    (
        {"context": {"referred_product": {"catalog_id": "1", "product_retailer_id": "p"}}},
        {"catalog_id": "1", "product_retailer_id": "p"},
    ),
    ({"referral": {"body": "x" * 5_000}}, {"body": "x" * 2_048}),
]


@pytest.mark.parametrize(("parts", "referral"), REFERRALS)
def test_what_led_the_customer_here(parts: dict[str, Any], referral: dict[str, str]) -> None:
    event = received(**parts)
    assert event.referral == referral
    assert event.content == TextContent(text="hello")


@pytest.mark.parametrize(
    ("name", "told"), [("forwarded", "somebody"), ("frequently_forwarded", "somebody"), ("id", None)]
)
def test_words_that_are_passed_on(name: str, told: str | None) -> None:
    context = {name: "wamid.0" if name == "id" else True}
    assert received(context=context).forwarded_from == told


VOICE = {"id": "9", "mime_type": "audio/ogg"}
FLOW = {"type": "nfm_reply", "nfm_reply": {"response_json": '{"street": "Main 1", "flow_token": "f7"}', "name": "flow"}}
# (type, its parts, what it is)
KINDS: list[tuple[str, dict[str, Any], type[Content]]] = [
    ("voice", {"voice": VOICE}, VoiceContent),
    ("voice", {"audio": VOICE}, VoiceContent),
    ("interactive", {"interactive": FLOW}, ChoiceContent),
    # An interactive message itself, as the business's phone app echoes it.
    ("interactive", {"interactive": {"type": "button", "body": {"text": "Which?"}, "action": {}}}, TextContent),
]

# (type, action, what stands on the buttons)
OWN_BUTTONS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("button", {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}, {"type": "url"}]}, ["Yes"]),
    ("voice_call", {"name": "voice_call", "parameters": {"display_text": "Call us"}}, ["Call us"]),
    ("voice_call", {"name": "voice_call"}, ["Call"]),
    ("call_permission_request", {"name": "call_permission_request"}, ["Allow calls"]),
]


@pytest.mark.parametrize(("kind", "action", "titles"), OWN_BUTTONS)
def test_buttons_that_the_business_sent_elsewhere_are_kept(
    kind: str, action: dict[str, Any], titles: list[str]
) -> None:
    content = received("interactive", interactive={"type": kind, "body": {"text": "Hello"}, "action": action}).content
    assert isinstance(content, ButtonsContent)
    assert (content.text, [button.title for button in content.buttons]) == ("Hello", titles)


# (the answer's JSON, as people read it)
FORMS = [
    ('{"days": ["Mon", "Tue"], "news": true, "none": null}', "days: Mon, Tue\nnews: yes\nnone: "),
    ('{"address": {"street": "Main 1", "zip": 10115, "floor": null}}', "address: street: Main 1; zip: 10115"),
    ('{"rooms": [{"name": "A", "beds": 2}, {"name": "B", "beds": 1}]}', "rooms: name: A; beds: 2, name: B; beds: 1"),
    ('{"price": 12.5, "no": false, "nothing": []}', "price: 12.5\nno: no\nnothing: "),
]


@pytest.mark.parametrize(("response_json", "lines"), FORMS)
def test_a_form_is_read_by_people_not_as_json(response_json: str, lines: str) -> None:
    reply = {"type": "nfm_reply", "nfm_reply": {"response_json": response_json}}
    content = received("interactive", interactive=reply).content
    assert isinstance(content, ChoiceContent)
    assert content.description == lines


@pytest.mark.parametrize(("type_", "parts", "kind"), KINDS)
def test_kinds_of_some_senders(type_: str, parts: dict[str, Any], kind: type[Content]) -> None:
    assert isinstance(received(type_, **parts).content, kind)


def test_a_form_that_was_filled_in_is_a_choice_with_its_fields() -> None:
    content = received("interactive", interactive=FLOW).content
    assert isinstance(content, ChoiceContent)
    assert (content.id, content.title, content.description) == ("f7", "flow", "street: Main 1")
    assert content.data["response_json"] == FLOW["nfm_reply"]["response_json"]  # type: ignore[index]


def paid(status: str, **payment: Any) -> InboundEvent:
    head = {"id": "wamid.1", "recipient_id": CUSTOMER, "timestamp": "1780000000", "type": "payment"}
    return read(statuses=[{**head, "status": status, "payment": {"reference_id": "o1", **payment}}])


# (status, amount, currency, the sentence)
PAYMENTS: list[tuple[str, dict[str, int] | None, str, str]] = [
    ("captured", {"value": 21_000, "offset": 100}, "INR", "The payment of 210.00 INR for order o1 arrived."),
    ("pending", {"value": 500, "offset": 1}, "JPY", "The payment of 500 JPY for order o1 is pending."),
    ("failed", {"value": 1_234, "offset": 1_000}, "BHD", "The payment of 1.234 BHD for order o1 failed."),
    ("captured", {"value": 1, "offset": 0}, "INR", "The payment of 1 INR for order o1 arrived."),
    ("of_tomorrow", None, "", "The payment for order o1 of_tomorrow."),
]


@pytest.mark.parametrize(("status", "amount", "currency", "sentence"), PAYMENTS)
def test_a_payment_is_a_line_and_no_status(
    status: str, amount: dict[str, int] | None, currency: str, sentence: str
) -> None:
    event = paid(status, amount=amount, currency=currency)
    assert isinstance(event, MessageReceived)
    assert isinstance(event.content, SystemContent)
    assert (event.content.code, event.content.text) == ("payment", sentence)
    assert (event.customer.external_id, event.reply_to, event.opens_window) == (CUSTOMER, "wamid.1", False)


@pytest.mark.parametrize("amount", [7, {"value": -1}, {"value": 2**70}])
def test_a_payment_of_another_shape_is_still_none_of_the_statuses(amount: object) -> None:
    event = paid("failed", amount=amount)
    assert isinstance(event, MessageReceived)


def test_a_payment_of_nobody_is_a_notice() -> None:
    event = read(statuses=[{"id": "wamid.1", "status": "failed", "type": "payment"}])
    assert isinstance(event, ProviderNotice)


def test_a_number_that_was_asked_for_is_the_customers_own() -> None:
    phones = [{"phone": "+49 170 1234567", "type": "CELL"}]
    card = {"name": {"formatted_name": "Ann"}, "phones": phones}
    message = {"id": "wamid.1", "from_user_id": "DE.a1", "timestamp": "1780000000", "type": "contacts"}
    event = read(messages=[{**message, "contacts": [{**card, "origin": "contact_request"}]}])
    assert isinstance(event, MessageReceived)
    assert (event.customer.external_id, event.customer.aliases) == ("491701234567", ("DE.a1",))
    other = read(messages=[{**message, "contacts": [{**card, "origin": "other"}]}])
    assert isinstance(other, MessageReceived)
    assert (other.customer.external_id, other.customer.aliases) == ("DE.a1", ())
