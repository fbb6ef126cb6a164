"""Indexes of bots and of what they are to be told."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DUE, IS_STRING, Index, Table

_IN_TURN: Final = {"workspace_id": "w", "conversation_id": "c"}

BOTS: Final[Table] = {
    "bots": (
        Index("by_workspace", "workspace_id _id", "inbox.bots.bot_store", {"workspace_id": "w", "_id": {"$gt": "a"}}),
        Index("to_release", "release", "inbox.bots.turn_rows", {"release": IS_STRING}, partial={"release": IS_STRING}),
    ),
    "bot_turns": (
        Index("due", "due_at bot_id", "inbox.bots.turn_rows", {"due_at": DUE}),
        Index("of_bot", "bot_id due_at", "inbox.bots.turn_rows", {"bot_id": "b", "due_at": DUE}),
        Index("of_conversation", "workspace_id conversation_id seq", "inbox.bots.turn_rows", _IN_TURN),
    ),
}
