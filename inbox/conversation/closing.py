"""Closes conversations inside a transaction, each only if it is unchanged since it was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from inbox.conversation.cues import insert_cues
from inbox.conversation.moves import TAKEN_BACK_WITHIN, closed
from inbox.conversation.moving import cues_of, store_moves
from inbox.model.close_reasons import Close, CloseReason
from inbox.storage.database import Collections, Session, UpdateMany
from inbox.storage.documents import ConversationDocument

_WINDOWS: Final = ("window_expires_at", "free_entry_expires_at")


async def close_unchanged(
    database: Collections, seen: Sequence[ConversationDocument], close: Close, *, at: datetime, session: Session
) -> frozenset[str]:
    """Close those of `seen` that are still in the version that was seen; return their ids.

    Args:
        database: Where they are.
        seen: Open conversations of one workspace, with their promises settled.
        close: Who closes them, and why.
        at: The time of the close.
        session: The transaction.
    """
    unchanged = await _unchanged(database, seen, session)
    if not unchanged:
        return frozenset()
    await _keep_windows(database, unchanged, at, session)
    await _keep_operators(database, unchanged, session)
    moves = [closed(conversation, close, at=at) for conversation in unchanged]
    await store_moves(database, moves, at=at, session=session)
    due_at = at + TAKEN_BACK_WITHIN if close.reason is CloseReason.OPERATOR else at
    await insert_cues(database, cues_of(moves, at), due_at=due_at, session=session)
    return frozenset(conversation["_id"] for conversation in unchanged)


async def _unchanged(
    database: Collections, seen: Sequence[ConversationDocument], session: Session
) -> list[ConversationDocument]:
    """Read those again that no message and no other change has touched; whoever touches one now starts us again."""
    found = await database.conversations.find(
        {"_id": {"$in": [c["_id"] for c in seen]}, "workspace_id": seen[0]["workspace_id"], "open": True},
        session=session,
    ).to_list(None)
    versions = {conversation["_id"]: conversation["version"] for conversation in seen}
    return [conversation for conversation in found if versions[conversation["_id"]] == conversation["version"]]


async def _keep_windows(
    database: Collections, conversations: Sequence[ConversationDocument], at: datetime, session: Session
) -> None:
    """Let reply windows survive: the identity's next conversation on this channel takes them over."""
    alike: dict[tuple[tuple[str, datetime], ...], list[str]] = {}
    for conversation in conversations:
        windows = tuple(
            (f"windows.{conversation['channel_id']}.{field}", conversation[field])
            for field in _WINDOWS
            if conversation.get(field) is not None and conversation[field] > at
        )
        if windows:
            alike.setdefault(windows, []).append(conversation["contact_id"])
    workspace_id = conversations[0]["workspace_id"]
    updates = [
        UpdateMany({"_id": {"$in": contact_ids}, "workspace_id": workspace_id}, {"$max": dict(windows)})
        for windows, contact_ids in alike.items()
    ]
    if updates:
        await database.contacts.bulk_write(updates, ordered=False, session=session)


async def _keep_operators(
    database: Collections, conversations: Sequence[ConversationDocument], session: Session
) -> None:
    """Remember who had the customer's last conversation, for queues that prefer the same operator."""
    contacts: dict[str, list[str]] = {}
    for conversation in conversations:
        if conversation["operator_id"] is not None:
            contacts.setdefault(conversation["operator_id"], []).append(conversation["contact_id"])
    workspace_id = conversations[0]["workspace_id"]
    updates = [
        UpdateMany({"_id": {"$in": ids}, "workspace_id": workspace_id}, {"$set": {"last_operator_id": operator_id}})
        for operator_id, ids in contacts.items()
    ]
    if updates:
        await database.contacts.bulk_write(updates, ordered=False, session=session)
