"""Campaigns: made, changed, moved from state to state. Each change and its event are one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, cast

import msgspec

from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch, convert
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import store_as, to_document
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.audience.audience_store import forget_audiences
from templates_hsm.campaigns.audience.refused_lists import refuse_list
from templates_hsm.campaigns.audience.segment_rows import begin_filling, chosen_segment
from templates_hsm.campaigns.life.campaign_files import keep_files, leave_files
from templates_hsm.campaigns.life.check_campaign import check_campaign
from templates_hsm.campaigns.life.list_retention import check_list_kept
from templates_hsm.campaigns.model.campaign_models import (
    MAX_NAME_CHARS,
    Audience,
    Campaign,
    CampaignFields,
)
from templates_hsm.campaigns.model.campaign_moves import fields_after
from templates_hsm.campaigns.model.campaign_states import (
    EDITABLE,
    Action,
    CampaignState,
    after,
    sources,
)
from templates_hsm.campaigns.model.stop_rules import CHANNEL_DELETED
from templates_hsm.campaigns.outcome.retry_failed import RESUMABLE, retry_failed
from templates_hsm.campaigns.outcome.tally import campaign_view, counts_of, tally_of, tell
from templates_hsm.definition.template_definition import Template

_FIELDS: Final = CampaignFields.__struct_fields__
_COPY: Final = " (copy)"


class CampaignStore:
    """The campaigns of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, workspace_id: str, fields: CampaignFields, *, session: Session) -> Campaign:
        """Make a draft. Raises `ProblemError` (`invalid_request`)."""
        document: CampaignDocument = store_as(
            fields,
            id=new_id(),
            workspace_id=workspace_id,
            state=CampaignState.DRAFT.value,
            reason=None,
            audience=None,
            created_at=self._clock.now(),
        )
        await check_campaign(self._database, document, session)
        document["files"] = list(await keep_files(self._database, document, session))
        await self._database.campaigns.insert_one(document, session=session)
        return campaign_view(document)

    async def get(self, workspace_id: str, campaign_id: str) -> Campaign:
        """Get one campaign with its counts as they are now. Raises `ProblemError` (`not_found`)."""
        stored = await self.find(workspace_id, campaign_id)
        return campaign_view(stored, await counts_of(self._database, stored))

    async def copy(self, workspace_id: str, campaign_id: str, name: str | None, *, session: Session) -> Campaign:
        """Make a draft like another campaign: without its list, the consent of who was on it, its time and its past.

        A segment is taken along, as long as it can be used.

        Raises:
            ProblemError: `not_found`, `invalid_request` where what it names is not there any more.
        """
        stored = await self.find(workspace_id, campaign_id, session=session)
        own = {field: value for field, value in stored.items() if field in _FIELDS}
        called = name or f"{stored['name'][: MAX_NAME_CHARS - len(_COPY)]}{_COPY}"
        fields = convert({**own, "name": called, "schedule_at": None, "consent": None}, CampaignFields)
        made = await self.create(workspace_id, fields, session=session)
        audience = stored["audience"]
        segment = audience.get("segment") if audience is not None else None
        if segment is None:
            return made
        try:
            chosen = await chosen_segment(
                self._database, workspace_id, segment["id"], now=self._clock.now(), session=session
            )
        except ProblemError:
            return made
        ready = {"audience": to_document(chosen), "state": CampaignState.READY.value}
        await self._database.campaigns.update_one(
            {"_id": made.id, "workspace_id": workspace_id}, {"$set": ready}, session=session
        )
        return msgspec.structs.replace(made, audience=chosen, state=CampaignState.READY)

    async def patch(self, workspace_id: str, campaign_id: str, patch: Mapping[str, Any]) -> Campaign:
        """Change a campaign that was not started yet.

        Raises `ProblemError` (`not_found`, `conflict`, `invalid_request`).
        """

        async def change(stored: CampaignDocument, session: Session) -> dict[str, Any]:
            if CampaignState(stored["state"]) not in EDITABLE:
                raise ProblemError(
                    "conflict", "A campaign that was started can't be changed: cancel it and make another."
                )
            fields = apply_patch(
                {name: value for name, value in stored.items() if name in _FIELDS}, patch, CampaignFields
            )
            changed = to_document(fields)
            after_it = _changed(stored, changed)
            await check_campaign(self._database, after_it, session)
            files = await keep_files(self._database, after_it, session)
            left = set(stored.get("files", [])) - set(files)
            await leave_files(self._database, workspace_id, left, at=self._clock.now(), session=session)
            return {**changed, "files": list(files)}

        return await self._change(workspace_id, campaign_id, change)

    async def fill(self, workspace_id: str, campaign_id: str, audience: Audience) -> Campaign:
        """Give a campaign its audience, in place of an earlier one.

        Raises:
            ProblemError: `conflict` if it was started meanwhile, `invalid_request` if its variables don't fit the
                columns, or if no row of the list is a recipient.
        """
        now = self._clock.now()
        if not audience.accepted:
            stored = await self.find(workspace_id, campaign_id)
            after(CampaignState(stored["state"]), Action.FILL)
            raise await refuse_list(self._database, stored, audience, at=now)

        async def change(stored: CampaignDocument, session: Session) -> dict[str, Any]:
            state = after(CampaignState(stored["state"]), Action.FILL)
            filled = _changed(stored, {"audience": to_document(audience), "refused_list": None})
            await check_campaign(self._database, filled, session)
            await forget_audiences(self._database, stored, at=now, session=session)
            return {"audience": filled["audience"], "refused_list": None, "state": state.value, "counts": None}

        return await self._change(workspace_id, campaign_id, change)

    async def choose(self, workspace_id: str, campaign_id: str, segment_id: str) -> Campaign:
        """Have a campaign go to a segment, in place of an earlier list; who that is is written down at its start.

        Raises:
            ProblemError: `conflict` if it was started meanwhile, or the segment can't be used; `invalid_request` if
                the campaign's variables don't fit what is known of contacts.
        """
        now = self._clock.now()

        async def change(stored: CampaignDocument, session: Session) -> dict[str, Any]:
            state = after(CampaignState(stored["state"]), Action.FILL)
            audience = await chosen_segment(self._database, workspace_id, segment_id, now=now, session=session)
            filled = _changed(stored, {"audience": to_document(audience), "refused_list": None})
            await check_campaign(self._database, filled, session)
            await forget_audiences(self._database, stored, at=now, session=session)
            return {"audience": filled["audience"], "refused_list": None, "state": state.value, "counts": None}

        return await self._change(workspace_id, campaign_id, change)

    async def delete(self, workspace_id: str, campaign_id: str) -> None:
        """Delete a campaign that was never started; clients hear of it as `deleted`. Raises `ProblemError`."""
        now = self._clock.now()

        async def work(session: Session) -> None:
            stored = await self.find(workspace_id, campaign_id, session=session)
            state = after(CampaignState(stored["state"]), Action.DELETE)
            await forget_audiences(self._database, stored, at=now, session=session)
            await leave_files(self._database, workspace_id, stored.get("files", []), at=now, session=session)
            view = campaign_view(_changed(stored, {"state": state.value}))
            await tell(self._database, workspace_id, view, at=now, session=session)
            await self._database.campaigns.delete_one(
                {"_id": campaign_id, "workspace_id": workspace_id}, session=session
            )

        await self._database.transaction(work)

    async def act(self, workspace_id: str, campaign_id: str, action: Action, *, reason: str | None = None) -> Campaign:
        """Move a campaign to its next state. Starting and resuming check the template again.

        Raises:
            ProblemError: `not_found`, `conflict`, `invalid_request`.
        """

        async def change(stored: CampaignDocument, session: Session) -> dict[str, Any]:
            wanted = self._wanted(stored, action)
            state = after(CampaignState(stored["state"]), wanted)
            moved = fields_after(stored, state, reason=reason, at=self._clock.now())
            if state is CampaignState.RUNNING:
                moved |= await begin_filling(self._database, stored, now=self._clock.now(), session=session)
            if state in {CampaignState.RUNNING, CampaignState.SCHEDULED} and wanted is not Action.RETRY:
                checked = await check_campaign(self._database, _changed(stored, moved), session)
                _check_usable(checked.main)
                moved |= checked.frozen()
            return moved

        return await self._change(workspace_id, campaign_id, change)

    async def stop_all(self, workspace_id: str, channel_id: str) -> int:
        """Stop the running and scheduled campaigns of a deleted channel; return how many."""
        going = {"workspace_id": workspace_id, "channel_id": channel_id, "state": {"$in": sources(Action.STOP)}}
        found = await self._database.campaigns.find(going, {"_id": 1}).to_list(None)
        for campaign in found:
            await self.act(workspace_id, campaign["_id"], Action.STOP, reason=CHANNEL_DELETED)
        return len(found)

    async def resume(self, workspace_id: str, campaign_id: str) -> Campaign:
        """Resume a campaign; messages that failed for the reason that stopped it are sent again.

        Raises:
            ProblemError: as `act`.
        """
        stored = await self.find(workspace_id, campaign_id)
        after(CampaignState(stored["state"]), Action.RESUME)
        await retry_failed(self._database, workspace_id, campaign_id, now=self._clock.now(), codes=RESUMABLE)
        failures = (await tally_of(self._database, stored)).failures
        await self._database.campaigns.update_one(
            {"_id": campaign_id, "workspace_id": workspace_id},
            {"$set": {"forgiven": {"tried": failures.tried, "failed": failures.failed}}},
        )
        return await self._act_on_retried(workspace_id, campaign_id, Action.RESUME)

    async def retry(self, workspace_id: str, campaign_id: str) -> Campaign:
        """Send again what failed and may be retried. Raises `ProblemError` as `act`."""
        stored = await self.find(workspace_id, campaign_id)
        check_list_kept(stored)
        after(CampaignState(stored["state"]), Action.RETRY)
        await retry_failed(self._database, workspace_id, campaign_id, now=self._clock.now())
        return await self._act_on_retried(workspace_id, campaign_id, Action.RETRY)

    async def _act_on_retried(self, workspace_id: str, campaign_id: str, action: Action) -> Campaign:
        """Move a campaign whose rows wait for a retry; if it was cancelled meanwhile, these rows stay failed."""
        try:
            return await self.act(workspace_id, campaign_id, action)
        except ProblemError:
            cancelled = {"_id": campaign_id, "workspace_id": workspace_id, "state": CampaignState.CANCELLED.value}
            await self._database.campaigns.update_one(cancelled, {"$set": {"unsettled": True}})
            raise

    async def find(self, workspace_id: str, campaign_id: str, *, session: Session = None) -> CampaignDocument:
        """Find a stored campaign. Raises `ProblemError` (`not_found`)."""
        found: CampaignDocument | None = await self._database.campaigns.find_one(
            {"_id": campaign_id, "workspace_id": workspace_id}, session=session
        )
        if found is None:
            raise not_found("campaign")
        return found

    def _wanted(self, stored: CampaignDocument, action: Action) -> Action:
        """Return the action that is meant: starting before `schedule_at` is scheduling."""
        at = stored.get("schedule_at")
        later = action is Action.START and at is not None and at > self._clock.now()
        return Action.SCHEDULE if later else action

    async def _change(
        self,
        workspace_id: str,
        campaign_id: str,
        change: Callable[[CampaignDocument, Session], Awaitable[dict[str, Any]]],
    ) -> Campaign:
        """Change a campaign with its event, which has the last known counts; then count anew.

        Counting a million messages takes longer than a transaction may rest, and a pause must not wait for it.
        """

        async def work(session: Session) -> CampaignDocument:
            stored = await self.find(workspace_id, campaign_id, session=session)
            changed = await change(stored, session)
            await self._database.campaigns.update_one(
                {"_id": campaign_id, "workspace_id": workspace_id}, {"$set": changed}, session=session
            )
            after_it = _changed(stored, changed)
            await tell(self._database, workspace_id, campaign_view(after_it), at=self._clock.now(), session=session)
            return after_it

        return await self._counted(await self._database.transaction(work))

    async def _counted(self, campaign: CampaignDocument) -> Campaign:
        """Show a campaign with its counts as they are now, and tell of them where others were told."""
        workspace_id, counts = campaign["workspace_id"], await counts_of(self._database, campaign)

        async def work(session: Session) -> Campaign:
            stored = await self.find(workspace_id, campaign["_id"], session=session)
            view = campaign_view(stored, counts)
            if to_document(view.counts) != stored["counts"]:
                await tell(self._database, workspace_id, view, at=self._clock.now(), session=session)
            return view

        return await self._database.transaction(work)


def _check_usable(templates: Sequence[Template]) -> None:
    """Refuse templates that can't be sent. Raises `ProblemError` (`conflict`)."""
    for template in templates:
        if not template.usable:
            told = f"The template “{template.name}” can't be sent now. {template.reason or ''}"
            raise ProblemError("conflict", told.strip())


def _changed(stored: CampaignDocument, changes: Mapping[str, Any]) -> CampaignDocument:
    return cast(CampaignDocument, {**stored, **changes})
