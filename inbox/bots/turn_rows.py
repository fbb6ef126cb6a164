"""What bots are to answer: a row for each customer's message of a channel with a bot.

A row is written with its message, so that no crash loses a turn, and inserted only, so that arrivals meet nobody.
Whoever finds that its conversation is with people by now takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.model.authors import Direction
from inbox.model.channel_ref import ChannelRef
from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import (
    BotDocument,
    BotTurnDocument,
    Condition,
    ConversationDocument,
    Fields,
    MessageDocument,
)

QUERY_MS: Final = 2_000
"""Each is a range of an index."""


def turns_of(channel: ChannelRef, messages: Sequence[MessageDocument]) -> list[BotTurnDocument]:
    """Make the rows of messages that arrived on a channel; none without a bot, and none for what is no message."""
    bot_id = channel.bot_id
    if bot_id is None:
        return []
    return [
        {
            "_id": message["_id"],
            "workspace_id": message["workspace_id"],
            "bot_id": bot_id,
            "conversation_id": message["conversation_id"],
            "seq": message["seq"],
            "at": message["created_at"],
            "due_at": message["created_at"],
            "tries": 0,
        }
        for message in messages
        if message["direction"] == Direction.IN.value and not message.get("is_notice") and not message.get("standby")
    ]


async def bots_with_work(database: Database, now: datetime) -> set[str]:
    """Return the ids of bots with something due, and of those that may have to hand over."""
    due: list[str] = await database.bot_turns.distinct("bot_id", {"due_at": {"$lte": now}})
    released: list[str] = await database.bots.distinct("_id", {"release": {"$type": "string"}})
    return {*due, *released}


async def next_due(database: Database) -> datetime | None:
    """Return when a row of any bot is due next; None where none waits."""
    first = await database.bot_turns.find_one({}, {"due_at": 1}, sort=[("due_at", 1)])
    return None if first is None else first["due_at"]


async def due_turns(database: Database, bot_id: str, *, count: int, now: datetime) -> list[BotTurnDocument]:
    """Return rows of a bot that are due, the longest due first."""
    due: Condition = {"bot_id": bot_id, "due_at": {"$lte": now}}
    return await database.bot_turns.find(due, max_time_ms=QUERY_MS).sort("due_at", 1).limit(count).to_list(None)


async def newest_turn(database: Database, turn: BotTurnDocument) -> BotTurnDocument | None:
    """Return the newest row of a row's conversation; None where it is gone by now."""
    same: Condition = {"workspace_id": turn["workspace_id"], "conversation_id": turn["conversation_id"]}
    return await database.bot_turns.find_one(same, sort=[("seq", -1)])


async def forget_turns(
    database: Collections, conversation: ConversationDocument, *, up_to: int | None = None, session: Session
) -> None:
    """Take the rows of a conversation away: all of them, or those up to a place."""
    rows: Condition = {"workspace_id": conversation["workspace_id"], "conversation_id": conversation["_id"]}
    if up_to is not None:
        rows["seq"] = {"$lte": up_to}
    await database.bot_turns.delete_many(rows, session=session)


async def put_off_turns(
    database: Collections, conversation: ConversationDocument, due_at: datetime, *, session: Session
) -> None:
    """Have the rows of a conversation looked at again at a time."""
    rows: Condition = {"workspace_id": conversation["workspace_id"], "conversation_id": conversation["_id"]}
    await database.bot_turns.update_many(rows, {"$set": {"due_at": due_at}}, session=session)


async def note_told(database: Database, turn: BotTurnDocument, *, at: datetime, answer_seconds: int) -> None:
    """Wait for the answer to a row; earlier messages of the conversation are answered with it."""
    told: Fields = {"told_at": at, "due_at": at + timedelta(seconds=answer_seconds)}
    await database.bot_turns.update_one({"_id": turn["_id"]}, {"$set": told})
    await forget_earlier(database, turn)


async def note_try(database: Database, turn: BotTurnDocument, due_at: datetime) -> None:
    """Have a bot that is away asked again later; earlier messages of the conversation wait with the row."""
    rows = _up_to(turn, "$lte")
    await database.bot_turns.update_many(rows, {"$set": {"due_at": due_at, "tries": turn["tries"] + 1}})


async def forget_earlier(database: Database, turn: BotTurnDocument, *, itself: bool = False) -> None:
    """Take away the rows of earlier messages of the same conversation, and the row itself where asked for."""
    await database.bot_turns.delete_many(_up_to(turn, "$lte" if itself else "$lt"))


def _up_to(turn: BotTurnDocument, how: str) -> Condition:
    own: Condition = {"workspace_id": turn["workspace_id"], "conversation_id": turn["conversation_id"]}
    return {**own, "seq": {how: turn["seq"]}}


async def held_elsewhere(
    database: Database, bot: BotDocument, channel_ids: Iterable[str], *, count: int
) -> list[ConversationDocument]:
    """Return conversations that a bot holds on other channels than these."""
    held: Condition = {
        "workspace_id": bot["workspace_id"],
        "bot.id": bot["_id"],
        "state": ConversationState.BOT.value,
        "channel_id": {"$nin": list(channel_ids)},
    }
    return await database.conversations.find(held, max_time_ms=QUERY_MS).limit(count).to_list(None)


async def end_release(database: Database, bot: BotDocument) -> None:
    """Note that a bot holds nothing any more that it should not; a deleted one goes. Not if it was asked anew."""
    as_seen: Condition = {"_id": bot["_id"], "workspace_id": bot["workspace_id"], "release": bot.get("release")}
    if bot["deleted_at"] is not None:
        await database.bots.delete_one(as_seen)
        return
    await database.bots.update_one(as_seen, {"$unset": {"release": ""}})
