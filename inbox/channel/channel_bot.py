"""A channel and its bot: the bot exists, and one that loses the channel hands over what it holds there."""

from __future__ import annotations

from typing import Final

from inbox.channel.channel_queue import lock_routing
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Session
from inbox.storage.documents import ChannelDocument, Condition

LIVE: Final[Condition] = {"deleted_at": None}


async def check_channel_bot(
    database: Database, workspace_id: str, bot_id: str | None, *, session: Session | None
) -> None:
    """Check the bot of a channel about to be saved. Raises `ProblemError` (`invalid_request`)."""
    if bot_id is None:
        return
    await lock_routing(database, workspace_id, session=session)
    wanted: Condition = {"_id": bot_id, "workspace_id": workspace_id, **LIVE}
    if await database.bots.find_one(wanted, {"_id": 1}, session=session) is None:
        raise field_problem("/bot_id", "there is no such bot")


async def release_from_bot(
    database: Database, workspace_id: str, before: ChannelDocument, bot_id: str | None, *, session: Session
) -> None:
    """Have the bot that a channel had hand over what it holds there."""
    had = before.get("bot_id")
    if had is not None and had != bot_id:
        await ask_release(database, workspace_id, had, session=session)


async def ask_release(database: Database, workspace_id: str, bot_id: str, *, session: Session) -> None:
    """Have a worker look at what a bot holds: it may not be the bot's any more."""
    wanted: Condition = {"_id": bot_id, "workspace_id": workspace_id}
    await database.bots.update_one(wanted, {"$set": {"release": new_id()}}, session=session)
