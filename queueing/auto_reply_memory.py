"""What a customer of a channel has been told automatically, kept with the contact: for the hour and for the silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from inbox.database import Database, Document, Session, UpdateOne
from inbox.views import AuthorKind
from queueing.auto_reply_rules import MAX_TURNS, RULES
from queueing.settings_models import Occasion

PEOPLE = (AuthorKind.OPERATOR.value, AuthorKind.EXTERNAL.value)
"""Whose message ends the silence: operators, here or on the business's own phone."""


class Turn(msgspec.Struct, frozen=True):
    """An automatic text that was sent: its conversation and its place there."""

    conversation_id: str
    seq: int


class Memory:
    """What one contact was told on one channel.

    Attributes:
        turns: The latest automatic turns, at most as many as count.
    """

    def __init__(self, contact: Document, channel_id: str) -> None:
        stored = contact.get("auto", {}).get(channel_id, {})
        self.contact = contact
        self.channel_id = channel_id
        self.told: dict[str, datetime] = dict(stored.get("told", {}))
        self.turns = [Turn(t["conversation_id"], int(t["seq"])) for t in stored.get("turns", ())]
        self.changed = False

    def told_at(self, occasion: Occasion) -> datetime | None:
        """Give the time of the last text of this occasion."""
        return self.told.get(occasion.value)

    def note(self, occasion: Occasion, turn: Turn, at: datetime) -> None:
        """Remember a text that is being sent."""
        self.told[occasion.value] = at
        if RULES[occasion].turn:
            self.turns = [*self.turns, turn][-MAX_TURNS:]
        self.changed = True

    @property
    def update(self) -> UpdateOne:
        """The change of the contact."""
        stored = {"told": self.told, "turns": [msgspec.to_builtins(turn) for turn in self.turns]}
        return UpdateOne(
            {"_id": self.contact["_id"], "workspace_id": self.contact["workspace_id"]},
            {"$set": {f"auto.{self.channel_id}": stored}},
        )


async def forget_answered(
    database: Database, memories: Iterable[Memory], coming: Counter[int], *, session: Session
) -> None:
    """Drop the turns before a person's last message, where the count could matter.

    Args:
        database: Where messages are.
        memories: What customers were told.
        coming: How many texts may be added to each memory (by its `id()`).
        session: The transaction.
    """
    near = [m for m in memories if m.turns and len(m.turns) + coming[id(m)] > MAX_TURNS]
    if not near:
        return
    newest = await _last_of_people(database, near, session)
    for memory in near:
        memory.turns = [turn for turn in memory.turns if turn.seq > newest[memory.contact["_id"]]]


async def _last_of_people(database: Database, near: Sequence[Memory], session: Session) -> defaultdict[str, int]:
    """Give the place of the last message that a person wrote to each contact since the first of its turns.

    Ids sort by time: what came before the conversation of the first turn can't be meant.
    """
    since = {memory.contact["_id"]: memory.turns[0] for memory in near}
    condition = {
        "workspace_id": {"$in": list({memory.contact["workspace_id"] for memory in near})},
        "contact_id": {"$in": list(since)},
        "_id": {"$gte": min(turn.conversation_id for turn in since.values())},
    }
    found = database.conversations.find(condition, {"contact_id": 1}, session=session)
    contact_of = {conversation["_id"]: conversation["contact_id"] async for conversation in found}
    written = {
        "conversation_id": {"$in": list(contact_of)},
        "seq": {"$gt": min(turn.seq for turn in since.values())},
        "author.kind": {"$in": list(PEOPLE)},
    }
    newest: defaultdict[str, int] = defaultdict(int)
    async for message in database.messages.find(written, {"conversation_id": 1, "seq": 1}, session=session):
        contact_id = contact_of[message["conversation_id"]]
        newest[contact_id] = max(newest[contact_id], int(message["seq"]))
    return newest
