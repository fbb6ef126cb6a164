"""The ways in which a send does not succeed, besides Meta saying so."""

from __future__ import annotations

from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import Certainty, Holds, SendFailedError

TOO_MANY_REQUESTS = 429


def never_sent() -> SendFailedError:
    """No connection: nothing was written."""
    return SendFailedError(
        ProviderError(
            code="provider_unreachable",
            explanation="WhatsApp's server could not be reached. The message is tried again.",
            retryable=True,
        )
    )


def lost_answer(status: int | None = None) -> SendFailedError:
    """The request was written, and no answer came that says what became of it."""
    return SendFailedError(
        ProviderError(
            code="answer_lost",
            explanation="WhatsApp may have the message, but its answer was lost. "
            "Wait for the delivery status, or ask the customer before you send it again.",
            provider_code=f"http_{status}" if status is not None else None,
        ),
        certainty=Certainty.UNKNOWN,
    )


def endless_answer(certainty: Certainty = Certainty.UNKNOWN) -> SendFailedError:
    """The answer is longer than any of Meta's: it was not read to its end, and asking again brings no other."""
    return SendFailedError(
        ProviderError(
            code="answer_too_large",
            explanation="The answer is far longer than WhatsApp's are and was not read. "
            "Check the channel's provider_base_url: another program may be answering there.",
        ),
        certainty=certainty,
    )


def turned_away(status: int, retry_after_seconds: float | None) -> SendFailedError:
    """A 4xx without Meta's error, as proxies and wrong addresses give: nothing was carried out."""
    too_many = status == TOO_MANY_REQUESTS
    return SendFailedError(
        ProviderError(
            code="rate_limited" if too_many else "provider_error",
            explanation="The server refused the message without WhatsApp's reason. Check the channel's settings.",
            retryable=too_many,
            provider_code=f"http_{status}",
        ),
        retry_after_seconds=retry_after_seconds,
        holds=Holds.CHANNEL if too_many else Holds.RECIPIENT,
    )


def refused_before_sending(code: str, explanation: str) -> SendFailedError:
    """Our own refusal: sending again cannot help until somebody changes something."""
    return SendFailedError(ProviderError(code=code, explanation=explanation))
