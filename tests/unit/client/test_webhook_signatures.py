"""The client believes what the Standard Webhooks library signs, and nothing else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from messaging_gateway_client import SignatureError, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 24).decode()
BODY = '{"type": "message.created", "timestamp": "2026-05-27T10:00:00.123Z", "data": {"id": "m1"}}'
NOW = datetime(2026, 5, 27, 10, tzinfo=UTC)


def signed(body: str = BODY, *secrets: str) -> dict[str, str]:
    signatures = [Webhook(one).sign("e1", NOW, body) for one in secrets or (SECRET,)]
    seconds = str(int(NOW.timestamp()))
    return {"Webhook-Id": "e1", "Webhook-Timestamp": seconds, "Webhook-Signature": " ".join(signatures)}


def test_a_signed_event_is_read() -> None:
    event = verify_webhook(BODY.encode(), signed(), SECRET, now=NOW.timestamp())
    assert (event.id, event.type, event.data) == ("e1", "message.created", {"id": "m1"})


def test_while_a_secret_is_changed_either_is_right() -> None:
    both = signed(BODY, OTHER, SECRET)
    assert verify_webhook(BODY.encode(), both, SECRET, now=NOW.timestamp()).id == "e1"
    assert verify_webhook(BODY.encode(), signed(), [OTHER, SECRET], now=NOW.timestamp()).id == "e1"


@pytest.mark.parametrize(
    ("changed", "secret", "late"),
    [
        ({}, OTHER, 0),
        ({"Webhook-Id": "e2"}, SECRET, 0),
        ({"Webhook-Timestamp": str(int(NOW.timestamp()) + 1)}, SECRET, 0),
        ({"Webhook-Timestamp": "soon"}, SECRET, 0),
        ({"Webhook-Signature": ""}, SECRET, 0),
        ({"Webhook-Signature": "v1,"}, SECRET, 0),
        ({"Webhook-Signature": "v1,é"}, SECRET, 0),
        ({"Webhook-Signature": signed()["Webhook-Signature"].replace("v1,", "v2,")}, SECRET, 0),
        ({}, SECRET, 301),
        ({}, SECRET, -301),
        ({}, "whsec_no base64", 0),
    ],
)
def test_anything_else_is_refused(changed: dict[str, str], secret: str, late: int) -> None:
    with pytest.raises(SignatureError):
        verify_webhook(BODY.encode(), signed() | changed, secret, now=NOW.timestamp() + late)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify_webhook(BODY.replace("m1", "m2").encode(), signed(), SECRET, now=NOW.timestamp())
