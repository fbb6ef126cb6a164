"""Direct utility messages: who may send them, and what is remembered of a provider's no."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from inbox.channel.channel_directory import ChannelRecord
from inbox.conversation.control import check_control
from inbox.foundation.problems import ProblemError
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TemplateContent
from inbox.model.content_rules import content_invalid
from inbox.model.direct_utility import (
    DIRECT_UNAVAILABLE,
    REFUSAL_COUNTS_FOR,
    DirectUtility,
    is_refused,
    may_go_directly,
)
from inbox.model.reply_window import may_write_freely
from inbox.sending.outgoing import check_window
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import ConversationDocument


def admit(
    conversation: ConversationDocument, content: Content, asked: DirectUtility | None, *, refused: bool, now: datetime
) -> DirectUtility | None:
    """Say how a message goes: directly where that was asked for and the window is closed, otherwise as a reply.

    Args:
        conversation: Where it goes.
        content: What it says.
        asked: What its author wants if the window is closed.
        refused: The provider has said that the channel may not.
        now: The current time.

    Raises:
        ProblemError: `window_closed`, `not_in_control`, `content_invalid`, `direct_unavailable`.
    """
    is_free = may_write_freely(
        ChannelKind(conversation["channel_kind"]), conversation.get("window_expires_at"), now
    ) or isinstance(content, TemplateContent)
    if asked is None or is_free:
        check_window(conversation, content, now)
        return None
    check_control(conversation, now)
    if not may_go_directly(content):
        raise content_invalid("/type", "Without a template only a text goes outside of the window, also with buttons.")
    if refused:
        raise ProblemError(
            DIRECT_UNAVAILABLE,
            "WhatsApp does not let this number send utility messages without a template: send a template, or hold the "
            "reply until the customer answers.",
            extra={"templates": []},
        )
    return asked


async def refused_among(
    database: Collections,
    workspace_ids: Sequence[str],
    channel_ids: Iterable[str],
    now: datetime,
    *,
    session: Session | None = None,
) -> frozenset[str]:
    """Return the channels, of those asked for, that the provider has refused within a day."""
    condition = {
        "_id": {"$in": list(channel_ids)},
        "workspace_id": {"$in": list(workspace_ids)},
        "direct_refused_until": {"$gt": now},
    }
    found = await database.channels.find(condition, {"_id": 1}, session=session).to_list(None)
    return frozenset(channel["_id"] for channel in found)


async def is_offered(database: Database, conversation: ConversationDocument, content: Content, now: datetime) -> bool:
    """Tell whether a message that the window keeps back could go directly."""
    if not may_go_directly(content):
        return False
    channel = await database.channels.find_one(
        {"_id": conversation["channel_id"], "workspace_id": conversation["workspace_id"]}, {"direct_refused_until": 1}
    )
    return channel is not None and not is_refused(channel.get("direct_refused_until"), now)


async def remember_refusal(database: Database, channel: ChannelRecord, now: datetime) -> None:
    """Remember for a day that the provider refuses such messages."""
    await database.channels.update_one(
        {"_id": channel.id, "workspace_id": channel.workspace_id},
        {"$set": {"direct_refused_until": now + REFUSAL_COUNTS_FOR}},
    )
