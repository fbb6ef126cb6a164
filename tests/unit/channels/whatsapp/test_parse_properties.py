"""Whatever stands inside an envelope: values or a refusal, and every value can be stored."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import Any

import bson
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.contract import WebhookRejectedError
from channels.whatsapp.message_shapes import MessageShape
from channels.whatsapp.parse import MESSAGE_FIELDS, parse_webhook
from channels.whatsapp.webhook_shapes import StatusShape
from inbox.model.content import Content

# Lone surrogates and NUL included: `json.dumps` writes them as escapes.
WORDS = st.text(st.characters(codec=None), max_size=20)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.integers(2**60, 2**80), st.just("491701234567")
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=8
)
NAMES = [field.encode_name for shape in (MessageShape, StatusShape) for field in msgspec.structs.fields(shape)]
KINDS = ["text", "image", "location", "contacts", "interactive", "order", "reaction", "edit", "revoke", "system"]
PARTS = st.one_of(
    JSON,
    st.fixed_dictionaries(
        {},
        optional={
            "id": SCALARS,
            "body": SCALARS,
            "type": st.sampled_from([*KINDS, "nfm_reply", "user_changed_number"]),
            "wa_id": SCALARS,
            "emoji": SCALARS,
            "message_id": WORDS,
            "original_message_id": WORDS,
            "latitude": SCALARS,
            "longitude": SCALARS,
            "name": JSON,
            "nfm_reply": st.fixed_dictionaries({"response_json": WORDS | JSON.map(json.dumps)}),
            "message": JSON,
            "product_items": JSON,
            "catalog_id": WORDS,
        },
    ),
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NAMES, PARTS),
        "id": WORDS,
        "from": st.just("491701234567") | SCALARS,
        "type": st.sampled_from(KINDS) | SCALARS,
        "status": st.sampled_from(["sent", "failed"]) | SCALARS,
        "text": st.fixed_dictionaries({"body": WORDS}),
        "value": st.sampled_from(["stop", "resume"]) | SCALARS,
    },
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.fixed_dictionaries({"phone_number_id": SCALARS}) | JSON,
        "contacts": st.lists(st.fixed_dictionaries({}, optional={"wa_id": SCALARS, "profile": JSON})) | JSON,
        **{
            name: st.lists(ITEMS, max_size=3) | JSON
            for name in ("messages", "statuses", "message_echoes", "user_preferences", "errors")
        },
    },
)
CHANGES = st.fixed_dictionaries({"field": st.sampled_from(sorted(MESSAGE_FIELDS)) | WORDS, "value": VALUES | JSON})
ENTRIES = st.fixed_dictionaries({"id": SCALARS, "changes": st.lists(CHANGES, max_size=3)})


def storable(value: Any) -> Any:
    """Write a value as the database would get it: enums as text, the rest as BSON's own types."""
    return msgspec.to_builtins(value, builtin_types=(bytes, datetime), enc_hook=str)


@settings(max_examples=150, deadline=None)
@given(st.lists(ENTRIES | JSON, max_size=3))
def test_anything_inside_an_envelope_becomes_storable_values(entries: list[Any]) -> None:
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()

    for event in parse_webhook(body):
        bson.encode(storable(event))
        if (content := getattr(event, "content", None)) is not None:
            assert msgspec.json.decode(msgspec.json.encode(content), type=Content) == content


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_other_body_is_refused_or_read(body: bytes) -> None:
    with suppress(WebhookRejectedError):
        parse_webhook(body)
