"""What is hidden from masked roles, and what is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from inbox.views.masking import masked_json, masked_text

GROUP = "group:Y2FwaV9ncm91cDoxNTU1MDEwMDox"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+1 650 555-1234", "•••34"),
        ("call 0049 (0) 1512/3456789 now", "call •••89 now"),
        ("https://wa.me/16505551234", "https://wa.me/•••34"),
        ("invoice 16505551234.pdf", "invoice •••34.pdf"),
        ("invoice_16505551234.pdf", "invoice_•••34.pdf"),
        ("_+1 650 555 1234_ is mine", "_•••34_ is mine"),
        ("from 16505551234 to 16505559999.", "from •••34 to •••99."),
        ("write to maria.s@example.com, please", "write to •••, please"),
        ("<maria@example.com>", "<•••>"),
        # what is none
        ("order 1048233", "order 1048233"),
        ("scan_20261128.pdf", "scan_20261128.pdf"),
        ("2026-11-28 10:00", "2026-11-28 10:00"),
        ("01a2202f386d5e9a0b4c64e1", "01a2202f386d5e9a0b4c64e1"),
        ("12345678901234567890", "12345678901234567890"),
        ("at 10:30, 5 pieces", "at 10:30, 5 pieces"),
        ("", ""),
    ],
)
def test_numbers_and_addresses_are_hidden_in_texts(text: str, shown: str) -> None:
    assert masked_text(text) == shown
    assert masked_text(shown) == shown


@pytest.mark.parametrize("text", ["a", "1", "a@b", "1-", "_1", "(1", "a@bc.", "1 ("])
def test_long_words_of_customers_cost_what_they_are_long(text: str) -> None:
    """Each would take minutes if it cost the square of its length."""
    assert len(masked_text(text * 200_000 + "x")) <= len(text) * 200_000 + 1
    assert len(masked_text("a@" + text * 200_000)) <= len(text) * 200_000 + 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"kind": "whatsapp", "external_id": "16505551234"}, {"kind": "whatsapp", "external_id": "•••34"}),
        ({"kind": "whatsapp", "external_id": "+16505551234"}, {"kind": "whatsapp", "external_id": "•••34"}),
        # A group is shown as one.
        ({"kind": "whatsapp", "external_id": GROUP}, {"kind": "whatsapp", "external_id": GROUP}),
        ({"kind": "whatsapp", "external_id": "US.13491208"}, {"kind": "whatsapp", "external_id": "US.•••08"}),
        ({"kind": "telegram", "external_id": "1234567890"}, {"kind": "telegram", "external_id": "1234567890"}),
        ({"kind": "webchat", "external_id": "m@x.example"}, {"kind": "webchat", "external_id": "•••"}),
        ({"kind": "webchat", "external_id": "16505551234"}, {"kind": "webchat", "external_id": "•••34"}),
        ({"kind": "webchat", "external_id": "01a2202f386d"}, {"kind": "webchat", "external_id": "01a2202f386d"}),
        (
            {"type": "template", "name": "sale_20261128101500", "parameters": {"body": ["16505551234"]}},
            {"type": "template", "name": "sale_20261128101500", "parameters": {"body": ["•••34"]}},
        ),
        ({"wa_id": "16505551234", "group_id": "13849201938"}, {"wa_id": "•••34", "group_id": "13849201938"}),
        ({"id": "1" * 24, "queue_id": "01a2202f386d"}, {"id": "1" * 24, "queue_id": "01a2202f386d"}),
        ({"next_cursor": "12345678-12345678"}, {"next_cursor": "12345678-12345678"}),
        ({"provider_id": "wamid.HBgLMTY1MDU1NTEyMzQ="}, {"provider_id": None}),
        ({"provider_id": "12:34"}, {"provider_id": "12:34"}),
        ({"email": "ann@shop.example", "role": "operator"}, {"email": "ann@shop.example", "role": "operator"}),
        ({"emails": [{"email": "m@example.com"}]}, {"emails": [{"email": "•••"}]}),
        ({"seq": 3618743562240123, "phones": ["+16505551234"]}, {"seq": 3618743562240123, "phones": ["•••34"]}),
        ({"at": "2026-11-28T10:00:00.123456Z"}, {"at": "2026-11-28T10:00:00.123456Z"}),
    ],
)
def test_members_are_masked_as_what_they_are(value: dict[str, Any], shown: dict[str, Any]) -> None:
    assert msgspec.json.decode(masked_json(msgspec.json.encode({"items": [value]}))) == {"items": [shown]}
