"""The ways in which a send does not succeed, besides the provider saying so: how certain that is, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import Certainty, SendFailedError


class Failures(NamedTuple):
    """The failures of one provider's calls.

    Attributes:
        provider: Its name, for operators.
        advice: What an operator can do about a message that may have been sent.
    """

    provider: str
    advice: str = "Ask the customer before you send it again."

    def never_sent(self) -> SendFailedError:
        """No connection: nothing was written."""
        return SendFailedError(
            ProviderError(
                code="provider_unreachable",
                explanation=f"{self.provider}'s server could not be reached. The message is tried again.",
                retryable=True,
            )
        )

    def lost_answer(self, status: int | None = None) -> SendFailedError:
        """The request was written, and no answer came that says what became of it."""
        return SendFailedError(
            ProviderError(
                code="answer_lost",
                explanation=f"{self.provider} may have the message, but its answer was lost. {self.advice}",
                provider_code=f"http_{status}" if status is not None else None,
            ),
            certainty=Certainty.UNKNOWN,
        )

    def endless_answer(self, certainty: Certainty = Certainty.UNKNOWN) -> SendFailedError:
        """The answer is longer than any of the provider's: it was not read to its end, and asking again is no use."""
        return SendFailedError(
            ProviderError(
                code="answer_too_large",
                explanation=f"The answer is far longer than {self.provider}'s are and was not read. "
                "Check the channel's provider_base_url: another program may be answering there.",
            ),
            certainty=certainty,
        )


def refused_before_sending(code: str, explanation: str) -> SendFailedError:
    """Our own refusal: sending again cannot help until somebody changes something."""
    return SendFailedError(ProviderError(code=code, explanation=explanation))
