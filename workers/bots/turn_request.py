"""What a bot is told when it is its turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.bots.told_turns import BotRequest, PostedTurn
from inbox.conversation.conversation_reading import read_conversation
from inbox.storage.database import Database
from inbox.storage.documents import BotDocument, BotTurnDocument, Condition, ConversationDocument
from inbox.views.message_views import message_view

MESSAGES_SHOWN: Final = 50
"""Of those since the last answer, the newest ones; the bot can read the others."""


async def turn_request(
    database: Database, bot: BotDocument, turn: BotTurnDocument, conversation: ConversationDocument, *, now: datetime
) -> bytes:
    """Return the body of a request, still without links to files."""
    workspace_id, id_ = turn["workspace_id"], turn["conversation_id"]
    view = await read_conversation(database, workspace_id, id_, now=now)
    if view is None:
        raise AssertionError("a conversation stays")
    since: Condition = {
        "workspace_id": workspace_id,
        "conversation_id": id_,
        "seq": {"$gt": conversation["bot"]["answered_seq"]},
        "void": {"$exists": False},
    }
    newest = await database.messages.find(since).sort("seq", -1).limit(MESSAGES_SHOWN).to_list(None)
    messages = [message_view(message) for message in reversed(newest)]
    data = BotRequest(
        conversation=view,
        messages=messages,
        seen_seq=max([int(turn["seq"]), *(message.seq for message in messages)]),
        answer_by=now + timedelta(seconds=bot["answer_seconds"]),
    )
    return msgspec.json.encode(PostedTurn(timestamp=turn["at"], data=data))
