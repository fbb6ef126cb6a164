"""Meta's codes in our words."""

from __future__ import annotations

import pytest

from channels.whatsapp.errors import MAX_PROVIDER_MESSAGE_CHARS, MEANINGS, meaning_of, provider_error

ROWS: list[tuple[int | str, str, bool]] = [
    (131047, "window_closed", False),
    (131026, "undeliverable", False),
    # Meta and the user: neither is helped by trying again.
    (131049, "marketing_refused", False),
    (131050, "marketing_refused", False),
    # Slow down.
    (130429, "rate_limited", True),
    (131048, "rate_limited", True),
    (131056, "rate_limited", True),
    (80007, "rate_limited", True),
    (4, "rate_limited", True),
    # Payment, limits and agents, as of 2026.
    (131042, "payment_required", False),
    (131044, "payment_required", False),
    (131062, "recipient_refused", False),
    (131064, "messaging_limit", False),
    (2494191, "not_in_control", False),
    # The number, its rights and its registration.
    (3, "channel_rights", False),
    (33, "channel_not_found", False),
    (131005, "channel_rights", False),
    (131037, "channel_rights", False),
    (131045, "channel_not_registered", False),
    (133000, "channel_not_registered", False),
    (133010, "channel_not_registered", False),
    # Who gets it.
    (130472, "undeliverable", False),
    (130497, "country_restricted", False),
    (131021, "recipient_refused", False),
    (131030, "recipient_refused", False),
    (137000, "recipient_refused", False),
    # What is sent.
    (100, "content_refused", False),
    (131008, "content_refused", False),
    (131009, "content_refused", False),
    (131051, "content_refused", False),
    (131052, "media_refused", False),
    (131053, "media_refused", False),
    (132008, "template_mismatch", False),
    (132068, "content_refused", False),
    (135000, "content_refused", False),
    # What passes.
    (131057, "provider_unavailable", True),
    (132069, "rate_limited", True),
    (133004, "provider_unavailable", True),
    # Templates.
    (132000, "template_mismatch", False),
    (132001, "template_missing", False),
    (132005, "template_mismatch", False),
    (132007, "template_refused", False),
    (132012, "template_mismatch", False),
    (132015, "template_paused", False),
    (132016, "template_disabled", False),
    # A template code of the range without a row.
    (132004, "template_refused", False),
    # Of marketing messages, prices, direct messages and several agents.
    (131055, "template_refused", False),
    (131061, "template_refused", False),
    (131063, "marketing_unavailable", False),
    (131065, "template_refused", False),
    (131070, "not_in_control", False),
    (132021, "template_refused", False),
    (134100, "template_refused", False),
    (134101, "template_syncing", True),
    (134102, "template_refused", False),
    (139200, "account_locked", False),
    # Of messages about calls, and of first contacts with a number that the phone app uses too.
    (131060, "undeliverable", False),
    (138000, "content_refused", False),
    (138006, "recipient_refused", False),
    (138009, "recipient_refused", False),
    (138017, "content_refused", False),
    # The token.
    (190, "channel_credentials", False),
    (0, "channel_credentials", False),
    # Rights.
    (10, "channel_rights", False),
    (200, "channel_rights", False),
    (299, "channel_rights", False),
    (300, "provider_error", False),
    # Locked.
    (368, "account_locked", False),
    (131031, "account_locked", False),
    # Try again.
    (131000, "provider_unavailable", True),
    (131016, "provider_unavailable", True),
    (1, "provider_unavailable", True),
    (2, "provider_unavailable", True),
    (500, "provider_unavailable", True),
    (503, "provider_unavailable", True),
    # Codes come as text, too.
    ("131047", "window_closed", False),
    # What nobody knows is not tried again.
    (999_999, "provider_error", False),
    (-1, "provider_error", False),
    ("nonsense", "provider_error", False),
    ("٣", "provider_error", False),
    (10**30, "provider_error", False),
    ("5" * 6000, "provider_error", False),
]


@pytest.mark.parametrize(("provider_code", "code", "retryable"), ROWS, ids=[str(row[0])[:40] for row in ROWS])
def test_a_code_has_our_meaning(provider_code: int | str, code: str, retryable: bool) -> None:
    meaning = meaning_of(provider_code)

    assert (meaning.code, meaning.retryable) == (code, retryable)


def test_every_code_has_its_row() -> None:
    assert MEANINGS.keys() <= {str(row[0]) for row in ROWS}


def test_every_explanation_is_a_sentence_that_says_what_to_do() -> None:
    for meaning in MEANINGS.values():
        assert meaning.explanation[0].isupper()
        assert meaning.explanation.endswith(".")
        assert len(meaning.explanation) > 30


def test_metas_text_is_kept_and_shortened() -> None:
    error = provider_error(131047, "x" * 1000)

    assert error.provider_code == "131047"
    assert error.provider_message == "x" * MAX_PROVIDER_MESSAGE_CHARS
