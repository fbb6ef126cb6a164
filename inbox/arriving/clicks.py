"""Clicks on links of marketing messages, as the provider tells of them: when and where, not who and on which message.

They arrive as notices; a sweep makes a row of each, named by the click, so that what is told twice counts once, and
whoever is killed between leaves a notice that is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from inbox.storage.database import BulkWriteError, Database
from inbox.storage.documents import LinkClickDocument, NoticeDocument

USER_ACTIONS: Final = "user_actions"
"""The topic of these notices."""
PAGE_SEEN: Final = "landing_page_view"
LINK_CLICKED: Final = "marketing_messages_link_click"
KINDS: Final = frozenset({LINK_CLICKED, PAGE_SEEN})
TOGETHER: Final = 500
MAX_CLICK_CHARS: Final = 512
"""Of a click's name; Meta's have some hundred."""
_DUPLICATE: Final = 11000


class _Where(msgspec.Struct, frozen=True):
    click_id: str = ""


class _Action(msgspec.Struct, frozen=True):
    """What a notice says, as far as it counts."""

    action_type: str
    timestamp: str | int
    marketing_messages_link_click_data: _Where = _Where()


async def take_clicks(database: Database, *, now: datetime) -> bool:
    """Make rows of the clicks that were told of, across all workspaces; tell whether there were any."""
    waiting = {"topic": USER_ACTIONS, "handled_at": None}
    notices = await database.notices.find(waiting).sort("_id", 1).limit(TOGETHER).to_list(None)
    rows = [row for notice in notices if (row := _row(notice)) is not None]
    if rows:
        await _insert(database, rows)
    if notices:
        ids = {"_id": {"$in": [one["_id"] for one in notices]}, "workspace_id": {"$in": _workspaces(notices)}}
        await database.notices.update_many(ids, {"$set": {"handled_at": now}})
    return bool(notices)


async def _insert(database: Database, rows: Sequence[LinkClickDocument]) -> None:
    """Insert rows that are not there yet."""
    try:
        await database.link_clicks.insert_many(rows, ordered=False)
    except BulkWriteError as error:
        if any(item["code"] != _DUPLICATE for item in error.details["writeErrors"]):
            raise


def _workspaces(notices: Sequence[NoticeDocument]) -> list[str]:
    return list({notice["workspace_id"] for notice in notices})


def _row(notice: NoticeDocument) -> LinkClickDocument | None:
    """Return the row of a click; None for what is none that we know."""
    try:
        action = msgspec.json.decode(bytes(notice["raw"]), type=_Action)
        at = datetime.fromtimestamp(int(action.timestamp), UTC)
    except (msgspec.DecodeError, UnicodeError, ValueError, OverflowError, OSError):
        return None
    if action.action_type not in KINDS:
        return None
    told = action.marketing_messages_link_click_data.click_id
    click = told if 0 < len(told) <= MAX_CLICK_CHARS else notice["_id"]
    return {
        "_id": f"{notice['channel_id']}:{action.action_type}:{click}",
        "workspace_id": notice["workspace_id"],
        "channel_id": notice["channel_id"],
        "kind": action.action_type,
        "at": at,
    }
