"""Files that campaigns show in headers: kept for as long as the campaign names them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from inbox.files.file_models import FileState, file_of
from inbox.foundation.decoding import field_problem
from inbox.model.template_files import files_of_values
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from templates_hsm.parameters.faults import Fault
from templates_hsm.parameters.header_files import Files, check_files


async def keep_files(database: Database, campaign: CampaignDocument, session: Session) -> Sequence[str]:
    """Check the files that a campaign's variables name, and have the sweep of unused files pass them over.

    Returns:
        Their ids.

    Raises:
        ProblemError: `invalid_request` at the first that is not there, or that its header can't show.
    """
    ids = sorted({one.id for _, values in _values(campaign) for one in files_of_values(values)})
    if not ids:
        return []
    wanted = {"_id": {"$in": ids}, "workspace_id": campaign["workspace_id"], "state": FileState.STORED.value}
    await database.files.update_many(wanted, {"$unset": {"unnamed": ""}}, session=session)
    found = await database.files.find(wanted, session=session).to_list(None)
    for fault in _faults(campaign, {document["_id"]: file_of(document) for document in found}):
        raise field_problem(fault.pointer, fault.message)
    return ids


async def leave_files(
    database: Database, workspace_id: str, ids: Collection[str], *, at: datetime, session: Session
) -> None:
    """Note that a campaign names files no more: the sweep deletes those that nobody else names."""
    if ids:
        left = {"unnamed": True, "was_named": True, "unnamed_until": at}
        named = {"_id": {"$in": list(ids)}, "workspace_id": workspace_id}
        await database.files.update_many(named, {"$set": left}, session=session)


def _faults(campaign: CampaignDocument, files: Files) -> Iterator[Fault]:
    for pointer, values in _values(campaign):
        yield from (fault.below(pointer) for fault in check_files(values, files))


def _values(campaign: CampaignDocument) -> list[tuple[str, dict[str, object]]]:
    variant = campaign.get("variant")
    further = variant["variables"] if variant is not None else None
    return [("/variables", campaign["variables"] or {}), ("/variant/variables", further or {})]
