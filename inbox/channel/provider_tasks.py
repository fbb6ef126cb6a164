"""Small things to tell a provider that may be told twice: a read receipt, a reaction, an edit, a deletion.

They are kept until the provider has taken them, tried again on errors, and given up after some
attempts: nobody waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, cast

import msgspec
import structlog

from inbox.foundation.clock import Clock
from inbox.foundation.structs import from_document
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import Content
from inbox.storage.database import (
    ASCENDING,
    Database,
    Session,
    UpdateOne,
    encode_document,
    is_duplicate,
    is_transient,
)
from inbox.storage.documents import Condition, ConversationDocument, Fields, MessageDocument, ProviderTaskDocument
from inbox.storage.setting_apart import write_setting_apart

MAX_ATTEMPTS: Final = 5
FORGET_ATTEMPTS: Final = 60
"""Two days of the longest pause: that a customer is forgotten matters more than a read receipt."""
CLAIM: Final = timedelta(seconds=60)
"""Longer than any call: who claimed a task and is gone does not tell it any more."""
_FIRST_PAUSE: Final = timedelta(seconds=2)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_UNCLAIMED: Final = {"$unset": {"claimed_until": ""}}

_log = structlog.get_logger()


class TaskKind(StrEnum):
    """Kinds of provider task."""

    READ = "read"
    REACT = "react"
    ACKNOWLEDGE = "acknowledge"
    EDIT = "edit"
    DELETE = "delete"
    BLOCK = "block"
    UNBLOCK = "unblock"
    FORGET = "forget"
    """Of an erased customer: the provider takes the account out of what it keeps for the business."""


class ProviderTask(msgspec.Struct, frozen=True, kw_only=True):
    """One call to a provider that is safe to repeat.

    Attributes:
        to: The customer's id at the provider.
        provider_id: The message that is meant; for an acknowledgement, the provider's handle; empty for a block.
        part_ids: The provider's further messages for the same message of ours.
        message_id: Our id of the message that an edit, a deletion or a reaction is about.
        content: What an edited message says now.
        before: The fields of an edited message as the customer has it.
        revision: Changes when the task is replaced by a newer one while it is being done.
    """

    id: str
    workspace_id: str
    channel_id: str
    kind: TaskKind
    to: str
    provider_id: str
    emoji: str = ""
    part_ids: tuple[str, ...] = ()
    message_id: str = ""
    content: Content | None = None
    before: Fields | None = None
    revision: datetime
    attempts: int = 0


async def read_receipt(
    database: Database, conversation: ConversationDocument, message: MessageDocument, *, at: datetime, session: Session
) -> None:
    """Make the task that marks `message` and all before it as read at the customer's."""
    if message.get("provider_id"):
        task = _task(TaskKind.READ, conversation, message, at)
        await _put(database, f"read:{conversation['_id']}", task, session)


async def reaction(
    database: Database,
    conversation: ConversationDocument,
    message: MessageDocument,
    emoji: str,
    *,
    at: datetime,
    session: Session,
) -> None:
    """Make the task that reacts to `message`; an empty `emoji` removes the reaction."""
    task = _task(TaskKind.REACT, conversation, message, at) | {"emoji": emoji, "message_id": message["_id"]}
    await _put(database, f"react:{message['_id']}", task, session)


async def edited(
    database: Database,
    conversation: ConversationDocument,
    message: MessageDocument,
    *,
    before: Fields,
    at: datetime,
    session: Session,
) -> None:
    """Make the task that shows the customer the new content of `message`; a newer edit replaces it."""
    task = _task(TaskKind.EDIT, conversation, message, at) | {
        "message_id": message["_id"],
        "content": message["content"],
        "before": await _first_before(database, message, before, session),
    }
    await _put(database, f"edit:{message['_id']}", task, session)


async def deleted(
    database: Database, conversation: ConversationDocument, message: MessageDocument, *, at: datetime, session: Session
) -> None:
    """Make the task that deletes `message` with all its parts at the customer's; it replaces a pending edit."""
    await database.provider_tasks.delete_one(
        {"_id": f"edit:{message['_id']}", "workspace_id": message["workspace_id"]}, session=session
    )
    task = _task(TaskKind.DELETE, conversation, message, at)
    task |= {"message_id": message["_id"], "part_ids": message.get("part_ids", [])}
    await _put(database, f"delete:{message['_id']}", task, session)


async def blocks(
    database: Database, conversations: Sequence[ConversationDocument], *, blocked: bool, at: datetime, session: Session
) -> None:
    """Make the tasks that block customers' accounts at their providers, or unblock them; the last wish counts."""
    kind = TaskKind.BLOCK if blocked else TaskKind.UNBLOCK
    for conversation in conversations:
        task = _empty_task(kind, conversation, at) | {"provider_id": ""}
        account = f"{conversation['channel_id']}:{conversation['identity']['external_id']}"
        await _put(database, f"block:{account}", task, session)


async def forgets(
    database: Database, workspace_id: str, channel_ids: Sequence[str], accounts: Sequence[str], *, at: datetime
) -> None:
    """Make the tasks by which providers forget an erased customer's accounts; asked again, they are the same ones."""
    tasks = [
        UpdateOne(
            {"_id": f"forget:{channel_id}:{to}", "workspace_id": workspace_id},
            {"$setOnInsert": _forget(channel_id, to, at)},
            upsert=True,
        )
        for channel_id in channel_ids
        for to in accounts
    ]
    if tasks:
        await database.provider_tasks.bulk_write(tasks, ordered=False)


async def _first_before(database: Database, message: MessageDocument, before: Fields, session: Session) -> Fields:
    """Return what the customer sees now: the content before the first of the edits that were not sent yet."""
    pending = await database.provider_tasks.find_one(
        {"_id": f"edit:{message['_id']}", "workspace_id": message["workspace_id"]}, {"before": 1}, session=session
    )
    first: Fields = before if pending is None else pending["before"]
    return first


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """A pressed button that the provider expects us to acknowledge.

    Attributes:
        to: The customer's id at the provider.
        handle: The provider's name of the press.
    """

    channel: ChannelRef
    to: str
    handle: str


class AcknowledgementIngest:
    """Stores tasks that acknowledge pressed buttons, a batch at a time; made for `GroupCommit`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, presses: Sequence[Press]) -> Sequence[Exception | None]:
        """Store the tasks. A repeated press stores one more, which is harmless; one that can't be stored is skipped."""
        return await write_setting_apart(presses, self._write_together, _set_aside, check=self._task)

    async def _write_together(self, presses: Sequence[Press]) -> Sequence[None]:
        tasks = [cast(Fields, self._task(press)) for press in presses]
        updates = [
            UpdateOne({"_id": task.pop("_id"), "workspace_id": task["workspace_id"]}, {"$set": task}, upsert=True)
            for task in tasks
        ]
        await self._database.provider_tasks.bulk_write(updates, ordered=False)
        return [None] * len(presses)

    def _task(self, press: Press) -> ProviderTaskDocument:
        """Make a task. Raises `DocumentUnstorableError`."""
        task = _acknowledgement(press.channel, press.to, press.handle, self._clock.now())
        encode_document(task)
        return task


def _set_aside(press: Press, error: Exception) -> Exception | None:
    """Leave out a task that can't be stored: its message arrived all the same, the button stays without a tick."""
    if is_transient(error) or is_duplicate(error):
        return error
    _log.warning("a press is not acknowledged", channel_id=press.channel.id, error=type(error).__name__)
    return None


def _forget(channel_id: str, to: str, at: datetime) -> Fields:
    return {
        "channel_id": channel_id,
        "kind": TaskKind.FORGET.value,
        "to": to,
        "provider_id": "",
        "revision": at,
        "attempts": 0,
        "due_at": at,
    }


def _acknowledgement(channel: ChannelRef, to: str, handle: str, at: datetime) -> ProviderTaskDocument:
    return {
        "_id": f"acknowledge:{channel.id}:{handle}",
        "workspace_id": channel.workspace_id,
        "channel_id": channel.id,
        "kind": TaskKind.ACKNOWLEDGE.value,
        "to": to,
        "provider_id": handle,
        "revision": at,
        "attempts": 0,
        "due_at": at,
    }


def _task(kind: TaskKind, conversation: ConversationDocument, message: MessageDocument, at: datetime) -> Fields:
    return {**_empty_task(kind, conversation, at), "provider_id": message["provider_id"]}


def _empty_task(kind: TaskKind, conversation: ConversationDocument, at: datetime) -> Fields:
    return {
        "workspace_id": conversation["workspace_id"],
        "channel_id": conversation["channel_id"],
        "kind": kind.value,
        "to": conversation["identity"]["external_id"],
        "emoji": "",
        "revision": at,
        "attempts": 0,
        "due_at": at,
    }


async def _put(database: Database, task_id: str, task: Fields, session: Session) -> None:
    """Store a task in place of an older one about the same thing; whoever has claimed that one does this one next."""
    await database.provider_tasks.update_one({"_id": task_id}, {"$set": task}, upsert=True, session=session)


async def due_channels(database: Database, now: datetime) -> list[str]:
    """Return the channels with tasks that are due (a sweep's query, across all workspaces)."""
    found: list[str] = await database.provider_tasks.distinct("channel_id", _due(now))
    return found


async def is_any_task(database: Database) -> bool:
    """Tell whether there is any task at all, across all workspaces: done ones are deleted."""
    return await database.provider_tasks.find_one({}, {"_id": 1}) is not None


async def claim_task(database: Database, channel_id: str, now: datetime) -> ProviderTask | None:
    """Claim the task of a channel that has waited longest; None if none is due.

    Nobody else tells it until the claim runs out, also not what takes its place meanwhile: of two edits the newer one
    comes second. One that can't be read is given up: nobody waits for it.
    """
    while True:
        found: ProviderTaskDocument | None = await database.provider_tasks.find_one_and_update(
            {**_due(now), "channel_id": channel_id},
            {"$set": {"claimed_until": now + CLAIM}},
            sort=[("due_at", ASCENDING)],
        )
        if found is None:
            return None
        try:
            return from_document({**found, "id": found["_id"]}, ProviderTask)
        except (KeyError, ValueError) as error:
            _log.error("a task can't be read", task_id=found["_id"], channel_id=channel_id, exc_info=error)
            await database.provider_tasks.delete_one({"_id": found["_id"], "channel_id": channel_id})


def _due(now: datetime) -> Condition:
    return {"due_at": {"$lte": now}, "claimed_until": {"$not": {"$gt": now}}}


async def task_done(database: Database, task: ProviderTask) -> None:
    """Delete a task that was done, unless a newer one has replaced it: that one becomes due."""
    own = {"_id": task.id, "workspace_id": task.workspace_id}
    gone = await database.provider_tasks.delete_one({**own, "revision": task.revision})
    if not gone.deleted_count:
        await database.provider_tasks.update_one(own, _UNCLAIMED)


async def task_failed(
    database: Database, task: ProviderTask, now: datetime, *, retryable: bool, wait: timedelta | None = None
) -> bool:
    """Try a task again later, or give it up; tell whether it was given up.

    Args:
        database: Where the tasks are.
        task: The one that failed.
        now: The current time.
        retryable: Whether the provider may take it later.
        wait: How long the provider asks to wait, where it says so; such a wait uses up no attempt.
    """
    most = FORGET_ATTEMPTS if task.kind is TaskKind.FORGET else MAX_ATTEMPTS
    if not retryable or task.attempts + 1 >= most:
        await task_done(database, task)
        return True
    pause = min(_FIRST_PAUSE * 2**task.attempts, _LONGEST_PAUSE) if wait is None else wait
    own = {"_id": task.id, "workspace_id": task.workspace_id}
    later = {"$set": {"due_at": now + pause}, "$inc": {"attempts": int(wait is None)}, **_UNCLAIMED}
    postponed = await database.provider_tasks.update_one({**own, "revision": task.revision}, later)
    if not postponed.matched_count:
        await database.provider_tasks.update_one(own, _UNCLAIMED)
    return False
