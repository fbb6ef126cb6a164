"""Messages to browsers: encrypted and signed as the RFCs say."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from channels.web_push import PushOrder, PushSigner, PushTarget, encrypted, push_headers
from inbox.push.push_key import key_pair
from inbox.push.push_models import decoded

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
# Source: RFC 8291, section 5 and appendix A.
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
WORDS = b"When I grow up, I want to be a watermelon"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
TARGET = PushTarget(
    endpoint="https://push.example.com:8443/send/x", p256dh=decoded(RECEIVER_PUBLIC), auth=decoded(AUTH)
)


def test_the_vector_of_the_rfc() -> None:
    sender = key_pair(decoded(SENDER)).private

    body = encrypted(WORDS, TARGET, salt=decoded(SALT), private=sender)

    assert base64.urlsafe_b64encode(body).decode().rstrip("=") == BODY


def test_each_message_has_a_key_and_a_salt_of_its_own() -> None:
    bodies = [encrypted(WORDS, TARGET) for _ in range(2)]

    assert bodies[0][:16] != bodies[1][:16]
    assert bodies[0][21:86] != bodies[1][21:86]
    receiver = key_pair(decoded(RECEIVER)).private
    for body in bodies:
        assert http_ece.decrypt(body, private_key=receiver, auth_secret=decoded(AUTH), version="aes128gcm") == WORDS


def test_who_sends_is_signed_for_the_one_push_service() -> None:
    pair = key_pair(decoded(SENDER))
    signer = PushSigner(private=pair.private, public_text=pair.public_text, contact="https://desk.example.com")

    headers = push_headers(signer, TARGET.endpoint, PushOrder(ttl_seconds=60, topic="t"), NOW)

    scheme, _, rest = headers["Authorization"].partition(" ")
    shown = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(shown["k"]))
    claims = jwt.decode(
        shown["t"],
        public,
        algorithms=["ES256"],
        audience="https://push.example.com:8443",
        options={"verify_exp": False},
    )
    assert claims["sub"] == "https://desk.example.com"
    assert NOW.timestamp() < claims["exp"] <= (NOW + timedelta(hours=24)).timestamp()
    assert {name: headers[name] for name in ("TTL", "Urgency", "Topic", "Content-Encoding")} == {
        "TTL": "60",
        "Urgency": "high",
        "Topic": "t",
        "Content-Encoding": "aes128gcm",
    }
