"""Meta's error codes as of 2026: for each, whether it is tried again, where and when, and what an operator reads."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from channels.whatsapp.endpoints import Endpoint, other_endpoint
from channels.whatsapp.errors import RETRY_AFTER_SECONDS, directly_refused, provider_error
from inbox.model.content import TemplateContent
from inbox.sending.outbound import Certainty, SendFailedError

NEVER: Final = "never"
BY_BACKOFF: Final = "when the next try is due"
THERE: Final = "at once, at the other endpoint"
NOT_DIRECTLY: Final = "not without a template, for a day"


class Row(NamedTuple):
    """A code, our name for it, when it is tried again, and words that the operator reads."""

    code: str
    ours: str
    again: str | float
    reads: str
    asked: Endpoint = Endpoint.MESSAGES


ROWS: Final = [
    Row("131042", "payment_required", NEVER, "payment problem"),
    Row("131044", "payment_required", NEVER, "payment problem"),
    Row("131049", "marketing_refused", NEVER, "at least 24 hours"),
    Row("131050", "marketing_refused", NEVER, "Send no more"),
    Row("131055", "template_refused", THERE, "Synchronise the templates", Endpoint.MARKETING),
    Row("131056", "rate_limited", 4.0, "in a few seconds"),
    Row("131060", "undeliverable", NEVER, "look at the phone"),
    Row("131061", "template_refused", THERE, "highest price"),
    Row("131062", "recipient_refused", NEVER, "phone number"),
    Row("131063", "marketing_unavailable", THERE, "Sign their terms"),
    # The other endpoint has refused it as well: it is not sent to and fro.
    Row("131063", "marketing_unavailable", NEVER, "Sign their terms", Endpoint.MARKETING),
    Row("131064", "messaging_limit", NEVER, "tomorrow"),
    Row("131065", "template_refused", NEVER, "without one"),
    Row("131070", "not_in_control", NEVER, "Take control"),
    Row("132021", "template_refused", NEVER, "has this name"),
    Row("134100", "template_refused", THERE, "Synchronise the templates", Endpoint.MARKETING),
    Row("134101", "template_syncing", 120.0, "10 minutes", Endpoint.MARKETING),
    Row("134102", "template_refused", NEVER, "choose another", Endpoint.MARKETING),
    Row("138000", "content_refused", NEVER, "without what is about calls"),
    Row("138006", "recipient_refused", NEVER, "without what is about calls"),
    Row("138009", "recipient_refused", NEVER, "another day"),
    Row("138017", "content_refused", NEVER, "permits calls already"),
    Row("139200", "account_locked", NOT_DIRECTLY, "account quality page"),
    Row("100", "content_refused", NOT_DIRECTLY, "Change it"),
    Row("2494191", "not_in_control", NEVER, "hand it over"),
    Row("130429", "rate_limited", BY_BACKOFF, "more slowly"),
    Row("132069", "rate_limited", BY_BACKOFF, "flow"),
]


def refused(code: str) -> SendFailedError:
    return SendFailedError(provider_error(code, "in Meta's words"), certainty=Certainty.NOT_SENT)


def when_again(row: Row) -> str | float:
    """Say when a message is tried again, asking everything that decides on it."""
    error = refused(row.code)
    template = TemplateContent(name="sale", language="en", category="marketing")
    if other_endpoint(row.asked, template, error) is not None:
        return THERE
    if directly_refused(error).error.code == "direct_unavailable":
        return NOT_DIRECTLY
    if not error.error.retryable:
        return NEVER
    return RETRY_AFTER_SECONDS.get(row.code, BY_BACKOFF)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.asked}")
def test_a_code_is_tried_again_when_it_helps_and_says_what_to_do(row: Row) -> None:
    error = provider_error(row.code, None)
    assert (error.code, when_again(row)) == (row.ours, row.again)
    assert row.reads in error.explanation
