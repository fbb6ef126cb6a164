"""What becomes of a message after an attempt to send it: computed from values, carried out elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus
from inbox.sending.outbound import RATE_LIMITED, Certainty, Holds, SendFailedError, SendReceipt

MAX_ATTEMPTS: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(minutes=5)
"""Eight attempts with pauses of 1, 2, 4 … 64 s take some two minutes: longer, and the operator should know."""


PATIENT_ATTEMPTS: Final = 30
"""Where the provider says each time how long to wait, it will take the message: a flood passes."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The message's next state.

    Attributes:
        attempt: Which of the message's attempts it is about, counted from 1.
        part_ids: The provider's further messages for this one, as far as they are known.
        outcome: For the record of the attempt: `sent`, `refused` or `unknown`.
        next_attempt_at: When to try again, where the status is `queued`.
        endpoint: Which of the provider's endpoints took it.
    """

    attempt: int
    status: MessageStatus
    outcome: str
    provider_id: str | None = None
    part_ids: tuple[str, ...] = ()
    error: ProviderError | None = None
    next_attempt_at: datetime | None = None
    endpoint: str | None = None


def judge(result: SendReceipt | SendFailedError, *, attempts: int, now: datetime) -> Verdict:
    """Decide what follows from an attempt.

    Only a refusal that is certain, and that may pass, is tried again; what the provider may have is not.

    Args:
        result: What the connector gave or raised.
        attempts: Attempts made so far, this one included.
        now: When the answer came.
    """
    if isinstance(result, SendReceipt):
        return Verdict(
            attempt=attempts,
            status=MessageStatus.SENT,
            outcome="sent",
            provider_id=result.provider_id,
            part_ids=result.part_ids,
            endpoint=result.endpoint,
        )
    first, *others = result.sent_parts or (None,)
    sent = Verdict(
        attempt=attempts,
        status=MessageStatus.FAILED,
        outcome="refused",
        error=result.error,
        provider_id=first,
        part_ids=tuple(part for part in others if part),
    )
    if result.certainty is Certainty.UNKNOWN:
        return msgspec.structs.replace(sent, status=MessageStatus.UNKNOWN, outcome="unknown")
    most = MAX_ATTEMPTS if result.retry_after_seconds is None else PATIENT_ATTEMPTS
    if not result.error.retryable or attempts >= most:
        return sent
    return msgspec.structs.replace(
        sent,
        status=MessageStatus.QUEUED,
        next_attempt_at=now + pause(attempts, result.retry_after_seconds),
    )


def pause(attempts: int, asked_seconds: float | None) -> timedelta:
    """Return the wait before the next attempt: what the provider asks for, otherwise doubled each time."""
    if asked_seconds is not None:
        return timedelta(seconds=asked_seconds)
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


def held_back(seconds: float) -> SendFailedError:
    """Say that a message goes back into the line: the provider has just asked for a pause of everything."""
    explanation = "The provider asked for a pause before this message went out. It is sent after it."
    error = ProviderError(code=RATE_LIMITED, explanation=explanation, retryable=True)
    return SendFailedError(error, retry_after_seconds=seconds, holds=Holds.CHANNEL)


BROKEN_CONTRACT: Final = ProviderError(
    code="internal",
    explanation="The gateway failed while sending: it is not known whether the customer has the message.",
)
UNREADABLE: Final = ProviderError(
    code="internal", explanation="The gateway can't read this message any more. Nothing was sent: write it anew."
)
WINDOW_CLOSED: Final = ProviderError(
    code="window_closed",
    explanation="The 24-hour window closed before the message could be sent. Send an approved template.",
)
LOST_ANSWER: Final = ProviderError(
    code="answer_lost",
    explanation="The message may have reached the customer, but the answer was lost. It is not sent again by itself.",
)
"""Why a message is `unknown` whose sender died."""
