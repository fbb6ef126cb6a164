"""Who a visitor is: only what was signed by the site's secret, or by us for this channel, counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.webchat import limits
from channels.webchat.identity import (
    IdentityRefusedError,
    check_identity,
    check_visitor_token,
    new_visitor,
    visitor_token,
)
from inbox.foundation.secret_box import SecretBox
from tests.integration.webchat.visitors import SECRET, identity

NOW = datetime.now(UTC)
KEYS = {"identity_secret": SECRET}
BOX = SecretBox(SecretBox.new_key())
sign, vouches = BOX.signature, BOX.vouches


def test_a_signed_identity_is_taken() -> None:
    visitor = check_identity(identity(name=" Kerry\u202e\n", email="kerry@shop.example"), KEYS, NOW)
    assert (visitor.id, visitor.name, visitor.email) == ("u_customer-7", "Kerry", "kerry@shop.example")
    assert not visitor.anonymous


def test_the_subject_may_name_the_visitor() -> None:
    assert check_identity(identity(id=None, sub="12"), KEYS, NOW).id == "u_12"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (identity("another secret"), "identity_invalid"),
        (identity(algorithm="none"), "identity_invalid"),
        (identity(algorithm="HS512"), "identity_invalid"),
        (identity().rpartition(".")[0] + ".", "identity_invalid"),
        (identity("", algorithm="none"), "identity_invalid"),
        (identity(id=None), "identity_invalid"),
        (identity(id=""), "identity_invalid"),
        (identity(id=7), "identity_invalid"),
        (identity(id="x" * 129), "identity_invalid"),
        (identity(exp=None), "identity_invalid"),
        (identity(nbf=time.time() + 3600), "identity_invalid"),
        (identity(exp=time.time() - 3600), "identity_expired"),
        ("", "identity_invalid"),
        ("a.b.c", "identity_invalid"),
        ("é.é.é", "identity_invalid"),
        ("....", "identity_invalid"),
        ("\udcff.b.AAAA", "identity_invalid"),  # bytes of a header that are no UTF-8
    ],
)
def test_what_does_not_hold_is_refused(token: str, code: str) -> None:
    with pytest.raises(IdentityRefusedError) as refused:
        check_identity(token, KEYS, NOW)
    assert refused.value.code == code


def test_while_a_secret_is_replaced_both_are_good() -> None:
    keys: dict[str, Any] = {"identity_secret": "the new one", "identity_secret_previous": SECRET}
    assert check_identity(identity(SECRET), keys, NOW) == check_identity(identity("the new one"), keys, NOW)


def test_a_browser_is_known_again_on_its_channel_only() -> None:
    visitor = new_visitor()
    token = visitor_token(visitor, "c1", sign, NOW)
    assert check_visitor_token(token, "c1", vouches, NOW) == visitor
    assert visitor.anonymous
    with pytest.raises(IdentityRefusedError):
        check_visitor_token(token, "c2", vouches, NOW)


@pytest.mark.parametrize(
    "change", [lambda t: "v_" + t, lambda t: t[:-1], lambda t: t.replace(".", ".1", 1), lambda _: ""]
)
def test_a_changed_browser_token_is_refused(change: Any) -> None:
    with pytest.raises(IdentityRefusedError):
        check_visitor_token(change(visitor_token(new_visitor(), "c1", sign, NOW)), "c1", vouches, NOW)


def test_nobody_becomes_somebody_whom_the_site_knows_by_a_browser_token() -> None:
    issued = int(NOW.timestamp())
    forged = f"u_customer-7.{issued}.{sign(f'webchat:c1:u_customer-7:{issued}')}"
    with pytest.raises(IdentityRefusedError):
        check_visitor_token(forged, "c1", vouches, NOW)


def test_a_browser_that_stayed_away_too_long_begins_anew() -> None:
    token = visitor_token(new_visitor(), "c1", sign, NOW)
    with pytest.raises(IdentityRefusedError) as refused:
        check_visitor_token(token, "c1", vouches, NOW + timedelta(days=limits.ANONYMOUS_DAYS, seconds=2))
    assert refused.value.code == "identity_expired"
