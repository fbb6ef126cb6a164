"""Steps that look through places where a person stands in raw bytes or as somebody typed them, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from inbox.channel.provider_tasks import TaskKind
from inbox.erasing.erasing_tools import Came, Tools, after, person_in
from inbox.erasing.person import Marks
from inbox.storage.documents import Condition, ErasureDocument, SavedViewDocument, SegmentDocument

PAGE: Final = 500
"""Of documents with up to 8 kB each."""


async def erase_dead_letters(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away items that could not be read and in which the person is named."""
    dead_letters = tools.database.dead_letters
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    later: Condition = {**own, "_id": {"$gt": erasure["mark"] or ""}}
    page = await dead_letters.find(later, {"raw": 1}).sort("_id", 1).limit(PAGE).to_list(None)
    marks = Marks(person_in(erasure))
    ids = [one["_id"] for one in page if marks.in_bytes(bytes(one.get("raw", b"")))]
    gone = await dead_letters.delete_many({**own, "_id": {"$in": ids}}) if ids else None
    return _came(page, "_id", dead_letters=gone.deleted_count if gone else 0)


async def erase_notices(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away providers' news in which the person is named."""
    notices = tools.database.notices
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    later: Condition = {**own, "key": {"$gt": erasure["mark"] or ""}}
    page = await notices.find(later, {"raw": 1, "key": 1}).sort("key", 1).limit(PAGE).to_list(None)
    marks = Marks(person_in(erasure))
    ids = [one["_id"] for one in page if marks.in_bytes(bytes(one["raw"]))]
    gone = await notices.delete_many({**own, "_id": {"$in": ids}}) if ids else None
    return _came(page, "key", notices=gone.deleted_count if gone else 0)


async def erase_early_events(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away what was told of messages that never came, on every channel."""
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    channels = await tools.database.channels.find(own, {"_id": 1}).sort("_id", 1).to_list(None)
    marks = Marks(person_in(erasure))
    for channel in channels:
        if erasure["mark"] is not None and f"{channel['_id']};" <= erasure["mark"]:
            continue
        start = max(erasure["mark"] or "", f"{channel['_id']}:")
        later: Condition = {**own, "_id": after(channel["_id"], start)}
        page = await tools.database.early_events.find(later).sort("_id", 1).limit(PAGE).to_list(None)
        if page:
            ids = [one["_id"] for one in page if marks.in_bytes(_flat(one["event"]))]
            gone = await tools.database.early_events.delete_many({**own, "_id": {"$in": ids}})
            return Came(mark=page[-1]["_id"], counts={"early_events": gone.deleted_count})
    return Came()


async def erase_audit_reasons(tools: Tools, erasure: ErasureDocument) -> Came:
    """Blank out what administrators gave as a reason where it is about the person; the entry stays."""
    audit, person = tools.database.audit, person_in(erasure)
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    later: Condition = {**own, "_id": {"$gt": erasure["mark"] or ""}}
    page = await audit.find(later, {"reason": 1, "object_id": 1}).sort("_id", 1).limit(PAGE).to_list(None)
    marks = Marks(person)
    ids = [
        one["_id"]
        for one in page
        if one["reason"] and (one["object_id"] in person["contact_ids"] or marks.in_text(one["reason"]))
    ]
    changed = await audit.update_many({**own, "_id": {"$in": ids}}, {"$set": {"reason": None}}) if ids else None
    return _came(page, "_id", audit=changed.modified_count if changed else 0)


async def erase_views(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away saved views and segments that are about the person: their filter names them."""
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    contact_ids, marks = person_in(erasure)["contact_ids"], Marks(person_in(erasure))
    found: list[SavedViewDocument] = await tools.database.views.find(own, {"filter": 1}).to_list(None)
    ids = [
        view["_id"]
        for view in found
        if view["filter"].get("contact_id") in contact_ids or marks.in_text(view["filter"].get("q"))
    ]
    gone = await tools.database.views.delete_many({**own, "_id": {"$in": ids}})
    return Came(counts={"views": gone.deleted_count, "segments": await _erase_segments(tools, own, marks)})


async def _erase_segments(tools: Tools, own: Condition, marks: Marks) -> int:
    """Take away segments with a condition that names the person; return how many."""
    found: list[SegmentDocument] = await tools.database.segments.find(own, {"filter": 1}).to_list(None)
    ids = [
        segment["_id"]
        for segment in found
        if any(isinstance(one["value"], str) and marks.in_text(one["value"]) for one in segment["filter"]["fields"])
    ]
    gone = await tools.database.segments.delete_many({**own, "_id": {"$in": ids}})
    return gone.deleted_count


async def erase_provider_tasks(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away what providers were still to be told of the person's accounts, but for what makes them forget it."""
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    channels = [one["_id"] for one in await tools.database.channels.find(own, {"_id": 1}).to_list(None)]
    ids = [account["external_id"] for account in person_in(erasure)["accounts"]]
    theirs: Condition = {**own, "channel_id": {"$in": channels}, "to": {"$in": ids}}
    theirs["kind"] = {"$ne": TaskKind.FORGET.value}
    gone = await tools.database.provider_tasks.delete_many(theirs)
    return Came(counts={"provider_tasks": gone.deleted_count})


async def erase_charge_reports(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away what a provider told of prices and the ledger has not taken up within a minute."""
    ids = [account["external_id"] for account in person_in(erasure)["accounts"]]
    theirs: Condition = {"workspace_id": erasure["workspace_id"], "recipient": {"$in": ids}}
    gone = await tools.database.charge_reports.delete_many(theirs)
    return Came(counts={"charge_reports": gone.deleted_count})


def _came(page: Sequence[Any], field: str, **counts: int) -> Came:
    return Came(mark=page[-1][field] if page else None, counts=counts)


def _flat(event: object) -> bytes:
    """Return a told event as bytes to search; raw bytes within it come first, for JSON would encode them."""
    raw = event.get("raw") if isinstance(event, dict) else None
    return bytes(raw or b"") + msgspec.json.encode(event)
