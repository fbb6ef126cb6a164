"""Telegram's errors: what they mean, whether trying again helps, whether the customer may have the message."""

from __future__ import annotations

import pytest

from channels.telegram.errors import FAILURES, refusal, refusal_of
from inbox.sending.outbound import Certainty

ROWS = [
    (429, "Too Many Requests: retry after 7", "rate_limited", True),
    (401, "Unauthorized", "channel_credentials", False),
    # An unknown token has no methods.
    (404, "Not Found", "channel_credentials", False),
    (403, "Forbidden: bot was blocked by the user", "blocked_by_customer", False),
    (403, "Forbidden: user is deactivated", "undeliverable", False),
    (403, "Forbidden: bot can't initiate conversation with a user", "recipient_refused", False),
    (403, "Forbidden: bot was kicked from the supergroup chat", "undeliverable", False),
    (403, "Forbidden: something new", "channel_rights", False),
    (400, "Bad Request: chat not found", "undeliverable", False),
    (400, "Bad Request: not enough rights to send text messages to the chat", "channel_rights", False),
    (400, "Bad Request: message is not modified: specified new message content is the same", "not_modified", False),
    (400, "Bad Request: message can't be edited", "message_unchangeable", False),
    (400, "Bad Request: message to delete not found", "message_unchangeable", False),
    (400, "Bad Request: REACTION_INVALID", "content_refused", False),
    (400, "Bad Request: file is too big", "media_refused", False),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", "media_refused", False),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", "too_late", False),
    (400, "Bad Request: something new", "content_refused", False),
    (409, "Conflict: terminated by other getUpdates request", "channel_conflict", False),
    (413, "Request Entity Too Large", "media_refused", False),
    (500, "Internal Server Error: restart", "provider_unavailable", True),
    (418, "I'm a teapot", "provider_error", False),
]


@pytest.mark.parametrize(("status", "description", "code", "retryable"), ROWS)
def test_what_an_error_means(status: int, description: str, code: str, *, retryable: bool) -> None:
    failed = refusal(status, description)
    assert (failed.error.code, failed.error.retryable, failed.certainty) == (code, retryable, Certainty.NOT_SENT)
    assert (failed.error.provider_code, failed.error.provider_message) == (str(status), description)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_fault_of_the_server_may_have_sent_the_message(status: int) -> None:
    failed = refusal(status, "Bad Gateway")
    assert failed.certainty is Certainty.UNKNOWN
    assert not failed.error.retryable


def test_the_wait_that_telegram_asks_for_is_kept() -> None:
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 37}}
    assert refusal_of(body, 429).retry_after_seconds == 37


def test_what_never_left_is_tried_again_and_what_may_have_arrived_is_not() -> None:
    assert (FAILURES.never_sent().certainty, FAILURES.never_sent().error.retryable) == (Certainty.NOT_SENT, True)
    assert (FAILURES.lost_answer().certainty, FAILURES.lost_answer().error.retryable) == (Certainty.UNKNOWN, False)
