"""Names of one message, by each id of its customer."""

from __future__ import annotations

import pytest

from inbox.messages.id_spellings import carries_customer, spellings

PHONE, USER = "16505550001", "US.14421573985407747"
BY_PHONE = "wamid.HBgLMTY1MDU1NTAwMDEVAgASGCAwMTIzNDU2Nzg5QUJDREVGMDEyMzQ1Njc4OUFCQ0RFRgA="
BY_USER = "wamid.HBgUVVMuMTQ0MjE1NzM5ODU0MDc3NDcVAgASGCAwMTIzNDU2Nzg5QUJDREVGMDEyMzQ1Njc4OUFCQ0RFRgA="


@pytest.mark.parametrize(
    ("known", "other"), [(BY_PHONE, BY_USER), (BY_USER, BY_PHONE), (BY_PHONE.rstrip("="), BY_USER)]
)
def test_a_message_has_a_name_for_each_id(known: str, other: str) -> None:
    assert spellings(known, [PHONE, USER, USER]) == (other,)


def test_nobody_elses_message_is_named() -> None:
    assert spellings(BY_PHONE, [PHONE]) == ()
    assert spellings(BY_PHONE, []) == ()
    assert BY_PHONE not in spellings(BY_PHONE, ["16505550002"])


@pytest.mark.parametrize(
    "provider_id",
    [
        "",
        "wamid.",
        "wamid.ID",
        "wamid.xyz=",
        "wamid.gBEGkYiEB1VXAglK1ZEqA1YKPrU=",
        "12:7",
        "wamid.HBgL",
        "wamid.é",
        "HBgLMTY",
    ],
)
def test_other_ids_have_one_name(provider_id: str) -> None:
    assert spellings(provider_id, [PHONE, USER]) == ()
    assert not carries_customer(provider_id)


def test_ids_that_are_too_long_for_a_record_make_no_name() -> None:
    assert spellings(BY_PHONE, ["x" * 128]) == ()
