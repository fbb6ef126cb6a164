"""A step that takes away exports with the person in them."""

from __future__ import annotations

from inbox.erasing.erasing_tools import Came, Tools, person_in
from inbox.exporting.export_files import drop_files
from inbox.exporting.export_models import ExportKind
from inbox.storage.documents import Condition, ErasureDocument


async def erase_exports(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away exports of the person and of the whole workspace, also those that are being made.

    New ones wait until the person is erased (`inbox.exporting.export_steps`).
    """
    workspace_id = erasure["workspace_id"]
    theirs: Condition = {"contact_ids": {"$in": person_in(erasure)["contact_ids"]}}
    holding: Condition = {"workspace_id": workspace_id, "$or": [{"kind": ExportKind.WORKSPACE.value}, theirs]}
    gone = await tools.database.exports.delete_many({**holding, "requested_at": {"$lte": erasure["requested_at"]}})
    await drop_files(tools.database, tools.store, workspace_id)
    return Came(counts={"exports": gone.deleted_count})
