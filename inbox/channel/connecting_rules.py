"""How far a channel's connecting is: rules over what looks have found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.channel.connecting_models import (
    FIRST_MESSAGE,
    PLANS,
    SETTLED,
    Connecting,
    ConnectingStep,
    Step,
    StepAct,
    StepLook,
    StepPlan,
    StepState,
)
from inbox.model.channel_kind import ChannelKind
from inbox.storage.documents import ChannelDocument, ConnectingDocument, Fields, StepDocument

SETTLES_WITHIN: Final = timedelta(seconds=30)
"""A provider has carried out by then what it was asked, or never will: requests end after 10 seconds."""
_DOUBT: Final = "The answer to this step was lost: it may have happened."
_DOUBT_ADVICE: Final = "Wait half a minute, then check: the provider is asked whether it happened. Do nothing before."


def connecting_of(channel_id: str, kind: ChannelKind, stored: ConnectingDocument) -> Connecting:
    """Show how far a channel is."""
    steps = tuple(_shown(plan, stored) for plan in plans_of(kind))
    left = next((step.name for step in steps if step.state not in SETTLED), None)
    return Connecting(channel_id=channel_id, kind=kind, steps=steps, next=left, done=left is None)


def plans_of(kind: ChannelKind) -> tuple[StepPlan, ...]:
    """Return the steps of a kind; of one without a row only the last."""
    return PLANS.get(kind, (FIRST_MESSAGE,))


def act_of(kind: ChannelKind, step: Step) -> StepAct | None:
    """Return how the gateway does a step; None where it can't, or the kind has no such step."""
    return next((plan.act for plan in plans_of(kind) if plan.name is step), None)


def merged(
    steps: Mapping[str, StepDocument], looks: Iterable[StepLook], kind: ChannelKind, now: datetime
) -> dict[str, StepDocument]:
    """Put what was found into what is known. Steps that were not reached are open again.

    What customers and pages have shown stays: a look at the provider knows nothing of it.
    """
    known = {name: step for name, step in steps.items() if name in _LASTING and _stays(name, step)}
    found = {look.step.value: _stored(look, now) for look in looks}
    both = {**found, **known}
    return {plan.name.value: both[plan.name.value] for plan in plans_of(kind) if plan.name.value in both}


def looked_at_anew(channel: ChannelDocument) -> Fields:
    """Return the change that forgets what looks found, after the credentials were changed; what was begun stays."""
    stored = channel.get("connecting")
    if stored is None:
        return {}
    done = {name: step for name, step in stored.get("steps", {}).items() if name in _LASTING and _is_done(step)}
    return {"connecting": {**stored, "steps": done}}


def _stays(name: str, step: StepDocument) -> bool:
    """Return whether what is known stays, whatever a look at the provider finds."""
    if step["state"] == StepState.WAITING:
        return name in ASKED_FOR
    return step["state"] not in (StepState.OPEN, StepState.NOT_NEEDED) or step["code"] == "history_declined"


def _is_done(step: StepDocument) -> bool:
    return step["state"] == StepState.DONE


def still_begun(begun: Mapping[str, datetime], looks: Sequence[StepLook], looked_at: datetime) -> dict[str, datetime]:
    """Return the steps whose outcome stays unknown after a look that began at `looked_at`.

    A look that finds a step done settles it. One that does not, settles it only if the request must have ended before.
    """
    states = {look.step.value: look.state for look in looks}

    def settled(step: str, at: datetime) -> bool:
        state = states.get(step)
        if step in ASKED_FOR:
            return False
        return state in SETTLED or (state is not None and looked_at - at >= SETTLES_WITHIN)

    return {step: at for step, at in begun.items() if not settled(step, at)}


ASKED_FOR: Final = frozenset({Step.CONTACTS, Step.HISTORY})
"""What no look can find: only what comes shows that it was asked for."""
_LASTING: Final = frozenset({Step.PAGE, Step.FIRST_MESSAGE}) | ASKED_FOR
"""What was seen once stays seen, whatever a look at the provider finds."""


def _stored(look: StepLook, now: datetime) -> StepDocument:
    return {
        "state": look.state.value,
        "code": look.code,
        "detail": look.detail,
        "advice": look.advice,
        "copy": look.copy,
        "at": now,
    }


def _shown(plan: StepPlan, stored: ConnectingDocument) -> ConnectingStep:
    begun_at = stored.get("begun", {}).get(plan.name.value)
    if begun_at is not None:
        return ConnectingStep(
            name=plan.name,
            title=plan.title,
            state=StepState.IN_DOUBT,
            code="answer_lost",
            detail=_DOUBT,
            advice=_DOUBT_ADVICE,
            at=begun_at,
            act=plan.act,
        )
    found = stored.get("steps", {}).get(plan.name.value)
    if found is None:
        return ConnectingStep(name=plan.name, title=plan.title, state=StepState.OPEN, act=plan.act)
    return ConnectingStep(
        name=plan.name,
        title=plan.title,
        state=StepState(found["state"]),
        code=found["code"],
        detail=found["detail"],
        advice=found["advice"],
        copy=found.get("copy"),
        at=found["at"],
        act=plan.act,
    )
