"""Who may deliver a webhook, and who may register its address."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from channels.contract import ChannelAccount, InboundRequest, WebhookRejectedError
from channels.whatsapp.connector import WhatsAppConnector
from inbox.model.channel_kind import ChannelKind

BODY = '{"object":"whatsapp_business_account","text":"zażółć"}'.encode()
SECRET = "app-secret"
PREVIOUS = "old-secret"


def account(**credentials: str) -> ChannelAccount:
    return ChannelAccount(id="c", workspace_id="w", kind=ChannelKind.WHATSAPP, credentials=credentials)


def signed(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(headers: dict[str, str], body: bytes = BODY, **credentials: str) -> None:
    request = InboundRequest(headers=headers, body=body)
    WhatsAppConnector().verify(request, account(**(credentials or {"app_secret": SECRET})))


def test_the_published_vector_is_accepted() -> None:
    # RFC 4231, test case 2: a vector that is not computed by the code under test.
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    verify({"x-hub-signature-256": f"sha256={digest}"}, body=b"what do ya want for nothing?", app_secret="Jefe")


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS])
def test_two_secrets_are_valid_during_a_rotation(secret: str) -> None:
    verify({"x-hub-signature-256": signed(secret)}, app_secret=SECRET, app_secret_previous=PREVIOUS)


WRONG = [
    ({}, "no header"),
    ({"x-hub-signature-256": ""}, "an empty header"),
    ({"x-hub-signature-256": signed(SECRET).removeprefix("sha256=")}, "no prefix"),
    ({"x-hub-signature-256": signed(SECRET).replace("sha256=", "sha1=")}, "another algorithm"),
    ({"x-hub-signature-256": signed(SECRET)[:-1]}, "a digit short"),
    ({"x-hub-signature-256": signed(SECRET)[:-2]}, "a byte short"),
    ({"x-hub-signature-256": "sha256=" + "z" * 64}, "no hex digits"),
    ({"x-hub-signature-256": "sha256=" + "ä" * 64}, "not even ASCII"),
    ({"x-hub-signature-256": "sha256=" + "\udce4" * 64}, "bytes that are no text"),
    ({"x-hub-signature-256": "sha256=" + "٣" * 64}, "digits of another script"),
    ({"x-hub-signature-256": signed("guess")}, "another secret"),
    ({"x-hub-signature-256": signed(SECRET, BODY + b" ")}, "another body"),
    # The old SHA-1 header alone proves nothing.
    ({"x-hub-signature": "sha1=" + "0" * 40}, "the old header"),
]


@pytest.mark.parametrize(("headers", "why"), WRONG, ids=[row[1] for row in WRONG])
def test_anything_else_is_refused(headers: dict[str, str], why: str) -> None:
    with pytest.raises(WebhookRejectedError) as caught:
        verify(headers)

    assert caught.value.status == 401
    assert SECRET not in str(caught.value)


def test_the_previous_secret_is_refused_after_the_rotation() -> None:
    with pytest.raises(WebhookRejectedError):
        verify({"x-hub-signature-256": signed(PREVIOUS)})


def test_a_channel_without_a_secret_accepts_nothing() -> None:
    # An HMAC with an empty key is easy to make.
    with pytest.raises(WebhookRejectedError):
        verify({"x-hub-signature-256": signed("")}, app_secret="")


def challenge(query: dict[str, str], **credentials: str) -> str:
    request = InboundRequest(headers={}, body=b"", query=query)
    return WhatsAppConnector().challenge(request, account(**(credentials or {"verify_token": "guard"})))


def test_the_challenge_is_given_back() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "guard", "hub.challenge": "1158201444"}

    assert challenge(query) == "1158201444"


NO_CHALLENGE = [
    ({}, 400, "nothing asked"),
    ({"hub.mode": "subscribe", "hub.verify_token": "guard"}, 400, "no challenge"),
    ({"hub.mode": "unsubscribe", "hub.verify_token": "guard", "hub.challenge": "1"}, 400, "another mode"),
    ({"hub.mode": "subscribe", "hub.challenge": "1"}, 401, "no token"),
    ({"hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "1"}, 401, "a wrong token"),
    ({"hub.mode": "subscribe", "hub.verify_token": "gärd\udcff", "hub.challenge": "1"}, 401, "not ASCII"),
]


@pytest.mark.parametrize(("query", "status", "why"), NO_CHALLENGE, ids=[row[2] for row in NO_CHALLENGE])
def test_a_wrong_question_gets_no_answer(query: dict[str, str], status: int, why: str) -> None:
    with pytest.raises(WebhookRejectedError) as caught:
        challenge(query)

    assert caught.value.status == status


def test_an_empty_token_is_no_token() -> None:
    with pytest.raises(WebhookRejectedError):
        challenge({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}, verify_token="")
