"""Keeps how far the connecting of a channel is; a step that must not be repeated is noted before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from inbox.channel.connecting_models import PLANS, Connecting, Step, StepLook, StepState
from inbox.channel.connecting_rules import connecting_of, merged, still_begun
from inbox.foundation.problems import ProblemError, not_found
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import Database, Session
from inbox.storage.documents import ChannelDocument, Condition, ConnectingDocument

QUERY_MS: Final = 2_000
_ARRIVED: Final = StepLook(
    step=Step.FIRST_MESSAGE, state=StepState.DONE, code="message_arrived", detail="A customer's message has arrived."
)
_NOBODY_WROTE: Final = StepLook(
    step=Step.FIRST_MESSAGE,
    state=StepState.WAITING,
    code="nobody_wrote",
    detail="No customer's message has arrived yet.",
    advice="Write to the account as a customer would, from a phone or a browser of your own.",
)


class ChannelConnecting:
    """How far channels are, of all workspaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def show(self, workspace_id: str, channel_id: str, *, now: datetime) -> Connecting:
        """Show what is known; whether a message has arrived is looked up. Raises `ProblemError` (`not_found`)."""
        channel = await self._find(workspace_id, channel_id)
        kind, stored = ChannelKind(channel["kind"]), channel.get("connecting", {})
        steps = merged(stored.get("steps", {}), [await self._first_message(channel)], kind, now)
        return connecting_of(channel_id, kind, {**stored, "steps": {**stored.get("steps", {}), **steps}})

    async def _first_message(self, channel: ChannelDocument) -> StepLook:
        """Look whether a customer has written: elsewhere only they begin conversations, on WhatsApp we do too."""
        wanted: Condition = {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"]}
        if channel["kind"] == ChannelKind.WHATSAPP:
            wanted = {**wanted, "window_expires_at": {"$exists": True}}
        found = await self._database.conversations.find_one(wanted, {"_id": 1}, max_time_ms=QUERY_MS)
        return _NOBODY_WROTE if found is None else _ARRIVED

    async def note_looks(
        self, workspace_id: str, channel_id: str, looks: Sequence[StepLook], *, looked_at: datetime, now: datetime
    ) -> None:
        """Store what a look at all steps found. Raises `ProblemError` (`not_found`)."""

        async def change(session: Session) -> None:
            channel = await self._find(workspace_id, channel_id, session=session)
            kind, stored = ChannelKind(channel["kind"]), channel.get("connecting", {})
            left = still_begun(stored.get("begun", {}), looks, looked_at)
            steps = merged(stored.get("steps", {}), [*looks, arrived], kind, now)
            await self._store(channel, {"steps": steps, "begun": left}, session)

        arrived = await self._first_message(await self._find(workspace_id, channel_id))
        await self._database.transaction(change)

    async def note_seen(self, workspace_id: str, channel_id: str, look: StepLook, *, now: datetime) -> None:
        """Store what was found of one step; what is done stays done. Nothing happens without the channel."""
        field = f"connecting.steps.{look.step.value}"
        wanted = {"_id": channel_id, "workspace_id": workspace_id, f"{field}.state": {"$ne": StepState.DONE.value}}
        kind = next(kind for kind, plans in PLANS.items() if any(plan.name is look.step for plan in plans))
        await self._database.channels.update_one(
            wanted, {"$set": {field: merged({}, [look], kind, now)[look.step.value]}}
        )

    async def begin(self, workspace_id: str, channel_id: str, step: Step, *, now: datetime) -> None:
        """Note that a step is about to be done that must not be repeated blindly.

        Raises:
            ProblemError: `conflict` where it is done; `step_in_doubt` where it was begun before and nobody knows how
                that ended; `not_found`.
        """

        async def change(session: Session) -> None:
            channel = await self._find(workspace_id, channel_id, session=session)
            stored = channel.get("connecting", {})
            if step.value in stored.get("begun", {}):
                raise ProblemError(
                    "step_in_doubt",
                    "This step was begun, and its answer is not known. Wait half a minute, then check the channel's "
                    "connecting: the provider is asked whether it happened.",
                )
            known = stored.get("steps", {}).get(step.value)
            if known is not None and known["state"] in (StepState.DONE, StepState.WAITING):
                raise ProblemError("conflict", "This step is done: check the channel's connecting for what is next.")
            begun = {**stored.get("begun", {}), step.value: now}
            await self._store(channel, {"steps": stored.get("steps", {}), "begun": begun}, session)

        await self._database.transaction(change)

    async def finish(self, workspace_id: str, channel_id: str, look: StepLook, *, now: datetime) -> None:
        """Store how a step ended. Raises `ProblemError` (`not_found`)."""

        async def change(session: Session) -> None:
            channel = await self._find(workspace_id, channel_id, session=session)
            kind, stored = ChannelKind(channel["kind"]), channel.get("connecting", {})
            begun = {name: at for name, at in stored.get("begun", {}).items() if name != look.step.value}
            steps = {**stored.get("steps", {}), **merged({}, [look], kind, now)}
            await self._store(channel, {"steps": steps, "begun": begun}, session)

        await self._database.transaction(change)

    async def _store(self, channel: ChannelDocument, connecting: ConnectingDocument, session: Session) -> None:
        of = {"_id": channel["_id"], "workspace_id": channel["workspace_id"]}
        await self._database.channels.update_one(of, {"$set": {"connecting": connecting}}, session=session)

    async def _find(self, workspace_id: str, channel_id: str, *, session: Session | None = None) -> ChannelDocument:
        live = {"_id": channel_id, "workspace_id": workspace_id, "deleted_at": None}
        found = await self._database.channels.find_one(live, session=session)
        if found is None:
            raise not_found("channel")
        return found


def first_failing(looks: Iterable[StepLook]) -> StepLook | None:
    """Return the first step that is not right."""
    return next((look for look in looks if look.state is StepState.FAILING), None)
