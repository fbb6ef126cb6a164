"""Delivery statuses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.whatsapp.parse import parse_webhook
from inbox.arriving.inbound import DeliveryStatus, StatusChanged

FIXTURES = Path(__file__).parents[3] / "fixtures" / "whatsapp"


def status(name: str) -> StatusChanged:
    (event,) = parse_webhook((FIXTURES / f"{name}.json").read_bytes())
    assert isinstance(event, StatusChanged)
    return event


WORDS = [
    ("status_sent", DeliveryStatus.SENT),
    ("status_delivered", DeliveryStatus.DELIVERED),
    ("status_read", DeliveryStatus.READ),
    # A voice note that was listened to has been read.
    ("status_played", DeliveryStatus.READ),
    ("status_failed", DeliveryStatus.FAILED),
]


@pytest.mark.parametrize(("name", "word"), WORDS, ids=[row[0] for row in WORDS])
def test_a_word_becomes_our_status(name: str, word: DeliveryStatus) -> None:
    event = status(name)

    assert (event.status, event.provider_id, event.recipient) == (word, "wamid.out", "491701234567")
    assert event.provider_at == datetime.fromtimestamp(1_780_000_001, UTC)


def test_the_price_is_kept_as_strings() -> None:
    assert status("status_sent").pricing == {
        "category": "service",
        "type": "free_customer_service",
        "pricing_model": "PMP",
        "billable": "false",
    }


@pytest.mark.parametrize(
    ("pricing", "told"),
    [
        (b'"cost":{"amount":0.031,"currency":"EUR"}', {"cost_amount": "0.031", "cost_currency": "EUR"}),
        (b'"cost":{"amount":"0.031","currency":"EUR"}', {"cost_amount": "0.031", "cost_currency": "EUR"}),
        (b'"subtype":"paid_exempt"', {"subtype": "paid_exempt"}),
        (b'"cost":"free"', {"cost": "free"}),
        (b'"cost":[1]', {}),
        (b'"cost":{"amount":{},"currency":true}', {}),
        (b'"subtype":{"is":"new"}', {}),
        (b'"of_next_year":[{}]', {}),
        (b'"of_next_year":"gold","\xc2\xa7":"x"', {"of_next_year": "gold"}),
        (b'"billable":"maybe","category":7', {"billable": "maybe", "category": "7"}),
        (b'"category":["holiday"],"pricing_model":null', {}),
    ],
)
def test_an_odd_price_costs_a_status_nothing_else(pricing: bytes, told: dict[str, str]) -> None:
    item = b'{"id":"wamid.out","status":"sent","timestamp":"1780000001","biz_opaque_callback_data":"ours","pricing":{'
    value = b'{"metadata":{"phone_number_id":"1"},"statuses":[' + item + pricing + b',"type":"regular"}}]}'
    (event,) = parse_webhook(
        b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":' + value + b"}]}]}"
    )
    assert isinstance(event, StatusChanged)
    assert (event.tracker, event.pricing) == ("ours", {**told, "type": "regular"})


def test_a_price_stays_where_the_rest_of_a_status_is_odd() -> None:
    item = (
        b'{"id":"wamid.out","status":"delivered","recipient_id":[],"pricing":{"type":"regular","category":"service"}}'
    )
    (event,) = parse_webhook(
        b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"statuses":['
        + item
        + b"]}}]}]}"
    )
    assert isinstance(event, StatusChanged)
    assert event.pricing == {"type": "regular", "category": "service"}


ENTRY = b'"origin":{"type":"referral_conversion"}'


@pytest.mark.parametrize(
    ("conversation", "until"),
    [
        (b'{"id":"1","expiration_timestamp":"1780600000",' + ENTRY + b"}", 1_780_600_000),
        (b'{"id":"1","expiration_timestamp":1780600000,' + ENTRY + b"}", 1_780_600_000),
        # Before Graph 24 there was one for every kind.
        (b'{"id":"1","expiration_timestamp":"1780600000","origin":{"type":"service"}}', None),
        (b'{"id":"1",' + ENTRY + b"}", None),
        (b'{"expiration_timestamp":"soon",' + ENTRY + b"}", None),
        (b'{"expiration_timestamp":"1780600000","origin":"ad"}', None),
        (b'"no object"', None),
    ],
)
def test_how_long_all_is_free_after_an_advertisement_is_metas_word(conversation: bytes, until: int | None) -> None:
    item = b'{"id":"wamid.out","status":"sent","timestamp":"1780000001","conversation":' + conversation + b"}"
    (event,) = parse_webhook(
        b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"statuses":['
        + item
        + b"]}}]}]}"
    )
    assert isinstance(event, StatusChanged)
    assert event.free_entry_until == (datetime.fromtimestamp(until, UTC) if until else None)


def test_our_message_id_comes_back() -> None:
    assert status("status_with_tracker").tracker == "01J0MESSAGE"


def test_a_failure_is_explained() -> None:
    error = status("status_failed").error

    assert error is not None
    assert (error.code, error.provider_code, error.retryable) == ("window_closed", "131047", False)
    assert error.provider_message == "More than 24 hours have passed"


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        (b'"errors":[{"title":"Something"}]', "Something"),
        (b'"errors":[{"message":"Something else","error_data":{"details":"The details"}}]', "The details"),
        (b'"errors":[]', None),
        (b'"errors":null', None),
        (b'"errors":"no list"', None),
        (b'"pricing":null', None),
    ],
)
def test_a_failure_without_a_code_has_an_explanation_and_what_words_there_are(errors: bytes, words: str | None) -> None:
    item = b'{"id":"wamid.out","status":"failed","timestamp":"1780000001",' + errors + b"}"
    value = b'{"metadata":{"phone_number_id":"1"},"statuses":[' + item + b"]}"
    change = b'{"changes":[{"field":"messages","value":' + value + b"}]}"
    (event,) = parse_webhook(b'{"object":"whatsapp_business_account","entry":[' + change + b"]}")
    assert isinstance(event, StatusChanged)
    assert event.error is not None
    assert (event.error.code, event.error.provider_code, event.error.provider_message) == (
        "provider_error",
        None,
        words,
    )
    assert event.error.explanation


def test_a_failure_without_a_phone_names_the_user_id() -> None:
    assert status("status_of_user_without_phone").recipient == "US.A1b2C3"
