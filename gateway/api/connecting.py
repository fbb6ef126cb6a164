"""Connecting a channel step by step: looked at with its provider, and done where a call can do it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from channels.abilities import ConnectsInSteps, DoesSteps
from channels.accounts import account_of
from gateway.api.call import Call, Route, Who
from inbox.channel.channel_directory import ChannelRecord
from inbox.channel.channel_models import HealthStatus
from inbox.channel.claims import CLAIMED_ELSEWHERE
from inbox.channel.connecting import ChannelConnecting, first_failing
from inbox.channel.connecting_models import Connecting, Step, StepAct, StepLook, StepRequest, StepState
from inbox.channel.connecting_rules import act_of
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError, not_found
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError

STEP_SECONDS: Final = 8.0
"""Below the time limit of a request, so that a silent provider is told apart from a slow server."""
_TAKEN: Final = "account_taken"


async def show_connecting(call: Call[None, None]) -> Connecting:
    """Show how far the connecting of a channel is, as the last check found it.

    Each step has a `state`, a stable `code`, what was found and what to do; `act` says that the gateway can do it.
    """
    return await _connecting(call).show(call.workspace_id, call.id, now=call.now)


async def check_connecting(call: Call[None, None]) -> Connecting:
    """Look at every step with the provider, which changes nothing there; the channel's `health` is noted too."""
    await _look(call, await _record(call))
    return await show_connecting(call)


async def do_step(call: Call[StepRequest, None]) -> Connecting:
    """Do a step that has an `act`. What the provider refuses is the step's outcome, not a problem.

    A step with `act.once` (registering a number) is noted before it is done. If its answer is lost it is `in_doubt`,
    and refused until a check has found out whether it happened.
    """
    record = await _record(call)
    act, connector = _checked(call, record)
    if act.once:
        await _connecting(call).begin(call.workspace_id, call.id, call.body.step, now=call.now)
    look = await _done(call, record, connector)
    if look is None and act.once:
        return await _shown(call)
    look = look or _unanswered(call.body.step)
    await _connecting(call).finish(call.workspace_id, call.id, look, now=call.now)
    if look.state is StepState.DONE:
        await _look(call, record)
    return await _shown(call)


def _connecting(call: Call[Any, None]) -> ChannelConnecting:
    return ChannelConnecting(call.database)


async def _shown(call: Call[Any, None]) -> Connecting:
    return await _connecting(call).show(call.workspace_id, call.id, now=call.now)


def _checked(call: Call[StepRequest, None], record: ChannelRecord) -> tuple[StepAct, DoesSteps]:
    """Return how the step is done, and by whom. Raises `ProblemError` where it can't be, or something is missing."""
    act = act_of(record.kind, call.body.step)
    connector = call.parts.channels.connectors.get(record.kind)
    if act is None or not isinstance(connector, DoesSteps):
        raise ProblemError(
            "unsupported_by_channel", f"The step {call.body.step} is none that the gateway does here: see its advice."
        )
    if "pin" in act.fields and call.body.pin is None:
        raise field_problem("/pin", "is needed for this step: six digits")
    return act, connector


async def _done(call: Call[StepRequest, None], record: ChannelRecord, connector: DoesSteps) -> StepLook | None:
    """Have the connector do the step; None where its outcome is unknown."""
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return await connector.do_step(call.body, account_of(record), _address(call, record))
    except (SendFailedError, TimeoutError):
        return None


def _unanswered(step: Step) -> StepLook:
    return StepLook(
        step=step,
        state=StepState.FAILING,
        code="provider_unreachable",
        detail="The provider's answer did not come.",
        advice="Check in a minute: if it was done, that shows.",
    )


async def _look(call: Call[Any, None], record: ChannelRecord) -> None:
    """Look at all steps and store what was found."""
    looked_at = call.now
    looks = await _asked(call, record)
    looks = await _with_health(call, record, looks)
    await _connecting(call).note_looks(call.workspace_id, call.id, looks, looked_at=looked_at, now=call.now)


async def _asked(call: Call[Any, None], record: ChannelRecord) -> Sequence[StepLook]:
    connector = call.parts.channels.connectors.get(record.kind)
    if not isinstance(connector, ConnectsInSteps):
        raise ProblemError("unsupported_by_channel", "This kind of channel has no steps to look at.")
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return await connector.look_at_steps(account_of(record), _address(call, record))
    except TimeoutError:
        return [_unanswered(Step.TOKEN)]


async def _with_health(call: Call[Any, None], record: ChannelRecord, looks: Sequence[StepLook]) -> Sequence[StepLook]:
    """Note the channel's health; where the account is another workspace's, that is the fault of its step."""
    if record.kind is ChannelKind.WEBCHAT:
        return looks
    failing = first_failing(looks)
    status = HealthStatus.OK if failing is None else HealthStatus.FAILING
    found = next((look.detail for look in looks if look.step in (Step.NUMBER, Step.TOKEN) and failing is None), None)
    detail = found if failing is None else " ".join(filter(None, (failing.detail, failing.advice)))
    channel = await call.parts.channels.store.record_health(
        call.workspace_id, record.id, status, detail, server=record.provider_base_url, now=call.now
    )
    if channel.health.detail != CLAIMED_ELSEWHERE:
        return looks
    first = looks[0].step
    taken = StepLook(step=first, state=StepState.FAILING, code=_TAKEN, detail=CLAIMED_ELSEWHERE)
    return [taken]


def _address(call: Call[Any, None], record: ChannelRecord) -> str:
    if record.kind is ChannelKind.WEBCHAT:
        return f"{call.parts.runtime.settings.public_url.rstrip('/')}/webchat/{record.id}/widget.js"
    return call.parts.channels.store.webhook_url(record.kind, record.id)


async def _record(call: Call[Any, None]) -> ChannelRecord:
    record = await call.parts.channels.directory.get(call.id)
    if record is None or record.workspace_id != call.workspace_id or record.deleted_at is not None:
        raise not_found("channel")
    return record


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/channels/{id}/connecting",
        handler=show_connecting,
        summary="Show how far a channel's connecting is",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        response=Connecting,
    ),
    Route(
        method="POST",
        path="/channels/{id}/connecting/check",
        handler=check_connecting,
        summary="Look at every step of connecting",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        response=Connecting,
        problems=("unsupported_by_channel",),
    ),
    Route(
        method="POST",
        path="/channels/{id}/connecting/steps",
        handler=do_step,
        summary="Do a step of connecting",
        tag="Channels",
        who=Who.ADMINISTRATORS,
        request=StepRequest,
        response=Connecting,
        problems=("unsupported_by_channel", "conflict", "step_in_doubt"),
        example={"step": "registered", "pin": "482913"},
    ),
)
