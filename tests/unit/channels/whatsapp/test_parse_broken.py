"""What is broken: refused when it is no envelope, otherwise kept by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels.contract import WebhookRejectedError
from channels.whatsapp.parse import MAX_UPDATES, parse_webhook
from inbox.arriving.inbound import InboundEvent, MessageReceived, ProviderNotice, StatusChanged, Undeciphered
from inbox.model.content import TextContent, UnsupportedContent

GOOD = {"id": "wamid.good", "from": "491701234567", "type": "text", "text": {"body": "Good"}}


def envelope(value: object) -> bytes:
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }
    return json.dumps(body).encode()


def parsed(*messages: object) -> list[InboundEvent]:
    return list(parse_webhook(envelope({"messages": list(messages)})))


def text(body: object, **more: object) -> dict[str, Any]:
    return {**GOOD, "id": "wamid.bad", "text": {"body": body}, **more}


REFUSED = [
    (b"", "an empty body"),
    (b"{", "cut off"),
    (b"\xff\xfe", "no text at all"),
    (b"null", "JSON, but no object"),
    (b"[]", "a list"),
    (b'{"object":"page","entry":[]}', "another product of Meta's"),
    (b'{"object":"whatsapp_business_account"}', "no entries"),
    (b'{"object":"whatsapp_business_account","entry":{}}', "entries that are no list"),
    (b'{"object":1,"entry":[]}', "an object that is no word"),
    (b"[" * 200_000, "a nesting bomb"),
    (b'{"object":"whatsapp_business_account","entry":' + b"[" * 200_000, "a nesting bomb inside"),
    (b'{"a":' * 100_000, "a nesting bomb of objects"),
]


@pytest.mark.parametrize(("body", "why"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_is_no_envelope_is_the_callers_fault(body: bytes, why: str) -> None:
    with pytest.raises(WebhookRejectedError) as caught:
        parse_webhook(body)

    assert caught.value.status == 400


def test_an_envelope_without_changes_is_fine() -> None:
    assert list(parse_webhook(b'{"object":"whatsapp_business_account","entry":[]}')) == []


def test_a_thousand_updates_are_taken_and_one_more_is_not() -> None:
    assert len(parsed(*[GOOD] * MAX_UPDATES)) == MAX_UPDATES
    with pytest.raises(WebhookRejectedError) as caught:
        parsed(*[GOOD] * (MAX_UPDATES + 1))
    assert caught.value.status == 413


def test_updates_are_counted_over_all_entries() -> None:
    value = {"messages": [GOOD] * 400}
    changes = [{"field": "messages", "value": value}] * 3
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()

    with pytest.raises(WebhookRejectedError) as caught:
        parse_webhook(body)
    assert caught.value.status == 413


REPAIRED = [
    # Half an emoji, as phones cut them.
    (rb'"x\ud83d"', "x\ufffd"),
    (rb'"\udc00x"', "\ufffdx"),
    # Halves the wrong way round are two broken characters.
    (rb'"\udc00\ud83d"', "\ufffd\ufffd"),
    (rb'"a\u0000b"', "ab"),
    (b'"a\x00b"', "ab"),
    # A raw line break inside a string.
    (b'"a\nb"', "a\nb"),
    # Bytes that are no UTF-8, and a surrogate written as UTF-8.
    (b'"x\xff"', "x\ufffd"),
    (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd"),
    # Numbers that no database holds stay readable.
    (b"12345678901234567890", "12345678901234567890"),
    # A good one with an escape that only looks like NUL.
    (rb'"C:\\u0000"', r"C:\u0000"),
    (rb'"\ud83d\ude00"', "😀"),
]


@pytest.mark.parametrize(("body", "expected"), REPAIRED, ids=[repr(row[0]) for row in REPAIRED])
def test_a_broken_text_is_repaired_and_its_neighbour_untouched(body: bytes, expected: str) -> None:
    raw = envelope({"messages": [text("HERE"), GOOD]}).replace(b'"HERE"', body)

    bad, good = parse_webhook(raw)

    assert isinstance(bad, MessageReceived)
    assert bad.content == TextContent(text=expected)
    assert isinstance(good, MessageReceived)
    assert good.content == TextContent(text="Good")


def test_a_byte_order_mark_is_skipped() -> None:
    (event,) = parse_webhook(b"\xef\xbb\xbf" + envelope({"messages": [GOOD]}))

    assert isinstance(event, MessageReceived)


# The sender and the id can be read, the content cannot: people see that something came.
MALFORMED: list[dict[str, Any]] = [
    text(["not", "a", "text"]),
    text(None),
    text("x" * 65_537),
    {**GOOD, "text": "a word"},
    {**GOOD, "type": "location", "location": {"latitude": 91, "longitude": 0}},
    {**GOOD, "type": "image", "image": {"mime_type": "image/jpeg"}},
    {**GOOD, "type": "order", "order": {"catalog_id": "1", "product_items": [{"quantity": 2**63}]}},
    {**GOOD, "type": ["a", "list"]},
    {**GOOD, "context": {"id": 7}},
]


@pytest.mark.parametrize("message", MALFORMED, ids=lambda message: str(message)[-60:])
def test_an_unreadable_content_is_shown_as_unsupported(message: dict[str, Any]) -> None:
    bad, good = parsed(message, GOOD)

    assert isinstance(bad, MessageReceived)
    assert isinstance(bad.content, UnsupportedContent)
    assert json.loads(bad.raw) == message
    assert isinstance(good, MessageReceived)
    assert isinstance(good.content, TextContent)


# Nothing says from whom or which: a dead letter, which holds up nothing.
UNDECIPHERED: list[object] = [
    7,
    None,
    "text",
    [],
    {},
    {"id": 5, "from": "491701234567", "type": "text"},
    {"id": "", "from": "491701234567", "type": "text"},
    {"id": "x" * 513, "from": "491701234567", "type": "text"},
    {"id": "wamid.nobody", "type": "text", "text": {"body": "Hi"}},
    {"id": "wamid.bad", "from": {"phone": 1}, "type": "text"},
    {"id": "wamid.long", "from": "4" * 300, "type": "text", "text": {"body": "Hi"}},
]


@pytest.mark.parametrize("message", UNDECIPHERED, ids=lambda message: str(message)[:60])
def test_a_message_of_nobody_is_kept_raw(message: object) -> None:
    bad, good = parsed(message, GOOD)

    assert isinstance(bad, Undeciphered)
    assert json.loads(bad.raw) == message
    assert isinstance(good, MessageReceived)


def test_a_broken_contact_hides_neither_message_nor_the_other_contact() -> None:
    value = {
        "metadata": {"phone_number_id": "700"},
        "contacts": [5, {"profile": {"name": "Anna"}, "wa_id": "491701234567"}],
        "messages": [GOOD],
    }

    (event,) = parse_webhook(envelope(value))

    assert isinstance(event, MessageReceived)
    assert (event.customer.name, event.account_key) == ("Anna", "700")


def test_a_list_that_is_none_hurts_no_other_list() -> None:
    value = {"metadata": "broken", "messages": 5, "statuses": [{"id": "wamid.out", "status": "sent"}]}

    bad, good = parse_webhook(envelope(value))

    assert isinstance(bad, Undeciphered)
    assert isinstance(good, StatusChanged)


def test_a_status_with_unreadable_details_still_counts() -> None:
    value = {"statuses": [{"id": "wamid.out", "status": "read", "pricing": "free", "errors": "none"}]}

    (event,) = parse_webhook(envelope(value))

    assert isinstance(event, StatusChanged)
    assert event.status == "read"


@pytest.mark.parametrize("status", [5, {}, {"id": "x"}, {"id": "x", "status": 1}], ids=str)
def test_an_unreadable_status_is_kept_raw(status: object) -> None:
    (event,) = parse_webhook(envelope({"statuses": [status]}))

    assert isinstance(event, Undeciphered)


def test_broken_entries_and_changes_hurt_no_other() -> None:
    good_change = {"field": "messages", "value": {"messages": [GOOD]}}
    entries = [5, {"changes": 5}, {"id": [], "changes": [5, {"field": "account_alerts"}, good_change]}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()

    kinds = [type(event).__name__ for event in parse_webhook(body)]

    assert kinds == ["Undeciphered"] * 4 + ["MessageReceived"]


@pytest.mark.parametrize("value", [5, "x", [], None], ids=str)
def test_a_value_that_is_no_object_is_kept_raw(value: object) -> None:
    (event,) = parse_webhook(envelope(value))

    assert isinstance(event, Undeciphered | ProviderNotice)
    assert json.loads(event.raw) == value
