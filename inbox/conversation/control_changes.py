"""What a handover, or an act of ours, changes in a conversation."""

from __future__ import annotations

from datetime import datetime

from inbox.storage.documents import ControlDocument, ConversationDocument, Fields


def with_control(conversation: ConversationDocument, *, ours: bool, at: datetime) -> Fields:
    """Return the fields that say who answers from a moment on; nothing if something newer is known."""
    control: ControlDocument = {**conversation.get("control", {})}
    known = control.get("ours_at") if ours else control.get("agent_at")
    if known is not None and known >= at:
        return {}
    if ours:
        control["ours_at"] = at
    else:
        control["agent_at"] = at
    return {"control": control}
