"""Handovers between the agents in a chat: noted in the customer's open conversation, with an event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from inbox.arriving.inbound import ControlChanged
from inbox.conversation.control_changes import with_control
from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.model.channel_ref import ChannelRef
from inbox.model.reply_window import time_or
from inbox.storage.database import Collections, Session
from inbox.storage.documents import ConversationDocument
from inbox.stream.events import EventType


class Handed(NamedTuple):
    """A handover of a customer's chat on a channel."""

    channel: ChannelRef
    contact_id: str
    event: ControlChanged


async def note_control(database: Collections, handed: Sequence[Handed], *, at: datetime, session: Session) -> None:
    """Note who answers now, with one event for each conversation that hears something new."""
    opened = await _read_open(database, handed, session)
    changed: dict[str, dict[str, Change]] = defaultdict(dict)
    for one in handed:
        conversation = opened.get((one.channel.id, one.contact_id))
        if conversation is None:
            continue
        before = changed[one.channel.workspace_id].get(conversation["_id"])
        known = conversation if before is None else before.after
        fields = with_control(known, ours=one.event.ours, at=time_or(one.event.provider_at, at))
        if fields:
            changed[one.channel.workspace_id][conversation["_id"]] = Change(conversation, fields)
    for of_workspace in changed.values():
        await change_conversations(
            database, list(of_workspace.values()), EventType.CONTROL_CHANGED, at=at, session=session
        )


async def _read_open(
    database: Collections, handed: Sequence[Handed], session: Session
) -> dict[tuple[str, str], ConversationDocument]:
    wanted: list[dict[str, Any]] = [
        {"workspace_id": one.channel.workspace_id, "contact_id": one.contact_id, "open": True} for one in handed
    ]
    if not wanted:
        return {}
    found = await database.conversations.find({"$or": wanted}, session=session).to_list(None)
    return {(c["channel_id"], c["contact_id"]): c for c in found}
