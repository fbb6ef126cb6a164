"""A provider's failure as the outcome of a step of connecting, where the step has no word of its own for it."""

from __future__ import annotations

from typing import Final

from inbox.channel.connecting_models import Step, StepLook, StepState
from inbox.sending.outbound import RATE_LIMITED, SendFailedError

_LATER: Final = frozenset({"provider_unreachable", "answer_lost", "provider_unavailable"})


def failed_step(step: Step, failed: SendFailedError, provider: str) -> StepLook:
    """Say that a step could not be looked at, or was refused, and what to do."""
    error = failed.error
    if error.code in _LATER:
        detail, advice = f"{provider} could not be reached, or has a fault.", "Check again in a minute."
        return StepLook(step=step, state=StepState.FAILING, code="provider_unreachable", detail=detail, advice=advice)
    if error.code == RATE_LIMITED:
        detail, advice = f"{provider} was asked too often.", "Check again in an hour."
        return StepLook(step=step, state=StepState.FAILING, code="provider_busy", detail=detail, advice=advice)
    words = f"{provider} says: {error.provider_message}" if error.provider_message else f"{provider} refuses it."
    return StepLook(
        step=step, state=StepState.FAILING, code=error.code, detail=words, advice=_ADVICE.get(error.code, _OTHERWISE)
    )


_ADVICE: Final = {
    "channel_credentials": "Enter the credentials anew.",
    "channel_rights": "Grant the token the rights it lacks, then enter the new token.",
    "answer_too_large": "Check the channel's provider_base_url: another program may be answering there.",
}
_OTHERWISE: Final = "Read the provider's words, put it right there, then check again."
