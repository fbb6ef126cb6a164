"""The outcomes of a step of connecting, and that of a provider's failure where the step has no word for it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.channel.connecting_models import Step, StepLook, StepState
from inbox.sending.outbound import RATE_LIMITED, SendFailedError

_LATER: Final = frozenset({"provider_unreachable", "answer_lost", "provider_unavailable"})


def done(
    step: Step, code: str, detail: str, *, copy: str | None = None, expires_at: datetime | None = None
) -> StepLook:
    """Return that a step is done."""
    return StepLook(step=step, state=StepState.DONE, code=code, detail=detail, copy=copy, expires_at=expires_at)


def undone(step: Step, code: str, detail: str, advice: str, *, copy: str | None = None) -> StepLook:
    """Return that a step is still to be done."""
    return StepLook(step=step, state=StepState.OPEN, code=code, detail=detail, advice=advice, copy=copy)


def waiting(step: Step, code: str, detail: str, advice: str, *, copy: str | None = None) -> StepLook:
    """Return that somebody else has to do something."""
    return StepLook(step=step, state=StepState.WAITING, code=code, detail=detail, advice=advice, copy=copy)


def failing(step: Step, code: str, detail: str, advice: str, *, copy: str | None = None) -> StepLook:
    """Return what is wrong with a step, and what to do."""
    return StepLook(step=step, state=StepState.FAILING, code=code, detail=detail, advice=advice, copy=copy)


def not_needed(step: Step, code: str, detail: str) -> StepLook:
    """Return that a step is not needed for this channel."""
    return StepLook(step=step, state=StepState.NOT_NEEDED, code=code, detail=detail)


def failed_step(step: Step, failed: SendFailedError, provider: str) -> StepLook:
    """Say that a step could not be looked at, or was refused, and what to do."""
    error = failed.error
    if error.code in _LATER:
        detail, advice = f"{provider} could not be reached, or has a fault.", "Check again in a minute."
        return failing(step, "provider_unreachable", detail, advice)
    if error.code == RATE_LIMITED:
        detail, advice = f"{provider} was asked too often.", "Check again in an hour."
        return failing(step, "provider_busy", detail, advice)
    words = f"{provider} says: {error.provider_message}" if error.provider_message else f"{provider} refuses it."
    return failing(step, error.code, words, _ADVICE.get(error.code, _OTHERWISE))


_ADVICE: Final = {
    "channel_credentials": "Enter the credentials anew.",
    "channel_rights": "Grant the token the rights it lacks, then enter the new token.",
    "answer_too_large": "Check the channel's provider_base_url: another program may be answering there.",
}
_OTHERWISE: Final = "Read the provider's words, put it right there, then check again."
