"""Attempts begin: what may not go out any more is ended or put off, the others are claimed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
import structlog

from inbox.conversation.control import LOST_CONTROL, is_others
from inbox.files.named_files import files_to_give
from inbox.foundation.ids import new_id
from inbox.model.direct_utility import DirectUtility
from inbox.model.provider_error import ProviderError
from inbox.model.reply_window import WINDOWED_KINDS, may_write_freely
from inbox.model.statuses import MessageStatus
from inbox.sending.channel_work import ChannelWork
from inbox.sending.delivery_rules import failure
from inbox.sending.gate import Gate, Postponed, Withheld
from inbox.sending.outbound import OutboundMessage
from inbox.sending.retry_rules import UNREADABLE, WINDOW_CLOSED
from inbox.storage.documents import MessageDocument
from inbox.views.message_views import content_of

_log = structlog.get_logger()


class Attempted(msgspec.Struct, frozen=True, kw_only=True):
    """A message whose attempt is recorded: it may go out now.

    Attributes:
        upload_mark: What the outbox says as long as its file is still to be given to the provider: if we die before
            that is taken away, nothing was sent. None where there is no file to give.
    """

    message: OutboundMessage
    conversation_id: str
    attempts: int
    upload_mark: str | None = None


async def begin_attempts(
    work: ChannelWork, message_ids: Sequence[str], *, gate: Gate, uploads: bool
) -> list[Attempted]:
    """Record that attempts begin; return the messages to send.

    Args:
        work: The transaction.
        message_ids: Of the outbox.
        gate: A last look at messages before they go out.
        uploads: Files are given to the provider before the message that names them.
    """
    queued = await work.read(message_ids, status=MessageStatus.QUEUED.value)
    await work.forget(set(message_ids) - {message["_id"] for message in queued})
    attempted = {message["_id"]: read for message in queued if (read := _attempted(message)) is not None}
    await work.end([m for m in queued if m["_id"] not in attempted], failure(UNREADABLE))
    queued = [message for message in queued if message["_id"] in attempted]
    refused = await _refused(work, queued)
    for error in (LOST_CONTROL, WINDOW_CLOSED):
        await work.end([m for m in queued if refused.get(m["_id"]) is error], failure(error))
    queued = [message for message in queued if message["_id"] not in refused]
    held = await _hold_back(work, queued, gate)
    begun = [message for message in queued if message["_id"] not in held]
    await _claim(work, begun)
    marked = await _mark_uploads(work, [attempted[m["_id"]] for m in begun]) if uploads else {}
    return [msgspec.structs.replace(attempted[m["_id"]], upload_mark=marked.get(m["_id"])) for m in begun]


async def _claim(work: ChannelWork, messages: Sequence[MessageDocument]) -> None:
    sending = {"status": MessageStatus.SENDING.value}
    attempt = {"attempts": {"started_at": work.now}}
    await work.change(messages, {"$set": sending, "$push": attempt}, sending)
    await work.update_rows((message["_id"] for message in messages), {"$set": {"sender": work.sender}})


async def _mark_uploads(work: ChannelWork, attempts: Sequence[Attempted]) -> dict[str, str]:
    """Mark the attempts whose file the provider may not have; return the mark by message."""
    named = {attempt.message.id: ids for attempt in attempts if (ids := files_to_give(attempt.message.content))}
    if not named:
        return {}
    known = await _files_with_handle(work, {file_id for ids in named.values() for file_id in ids})
    mark = new_id()
    marked = {message_id: mark for message_id, ids in named.items() if not known.issuperset(ids)}
    await work.update_rows(marked, {"$set": {"uploading": mark}})
    return marked


async def _files_with_handle(work: ChannelWork, file_ids: Collection[str]) -> set[str]:
    """Tell which files the provider has for good; one that it will forget may have to be given to it again."""
    place = f"handles.{work.channel.id}"
    condition = {
        "_id": {"$in": list(file_ids)},
        "workspace_id": work.channel.workspace_id,
        f"{place}.handle": {"$type": "string"},
        "$or": [{f"{place}.expires_at": None}, {f"{place}.expires_at": {"$gt": work.now}}],
    }
    found = await work.database.files.find(condition, {"_id": 1}, session=work.session).to_list(None)
    return {file["_id"] for file in found}


async def _hold_back(work: ChannelWork, messages: Sequence[MessageDocument], gate: Gate) -> frozenset[str]:
    """Ask the gate; end or postpone what it holds back, and name it."""
    verdicts = await gate(messages, work.now, work.database, work.session)
    alike: dict[Withheld | Postponed, list[MessageDocument]] = {}
    for message in messages:
        if message["_id"] in verdicts:
            alike.setdefault(verdicts[message["_id"]], []).append(message)
    for verdict, held in alike.items():
        if isinstance(verdict, Withheld):
            await work.end(held, failure(verdict.error) | {"withheld": True})
        else:
            until = {"next_attempt_at": verdict.until, "set_aside_until": verdict.until}
            await work.update_rows((message["_id"] for message in held), {"$set": until})
    return frozenset(verdicts)


async def _refused(work: ChannelWork, messages: Sequence[MessageDocument]) -> Mapping[str, ProviderError]:
    """Find messages that must not go any more, with the reason: another agent answers, or the window has closed.

    Templates are the provider's to refuse: campaigns, which are nearly all of them, need no look at conversations.
    """
    kind = work.channel.kind
    free = [message for message in messages if message["content"]["type"] != "template"]
    if kind not in WINDOWED_KINDS or not free:
        return {}
    ids = list({message["conversation_id"] for message in free})
    found = await work.database.conversations.find(
        {"_id": {"$in": ids}, "workspace_id": work.channel.workspace_id},
        {"window_expires_at": 1, "control": 1},
        session=work.session,
    ).to_list(None)
    known = {conversation["_id"]: conversation for conversation in found}
    refused: dict[str, ProviderError] = {}
    for message in free:
        conversation = known.get(message["conversation_id"])
        if conversation is not None and is_others(conversation, work.now):
            refused[message["_id"]] = LOST_CONTROL
            continue
        ends = None if conversation is None else conversation.get("window_expires_at")
        if "direct_utility" not in message and not may_write_freely(kind, ends, work.now):
            refused[message["_id"]] = WINDOW_CLOSED
    return refused


def _attempted(message: MessageDocument) -> Attempted | None:
    """Make what goes out of a stored message; None where it can't be read, which must not stop its channel."""
    try:
        return Attempted(
            message=OutboundMessage(
                id=message["_id"],
                to=message["to"],
                content=content_of(message),
                reply_to=message.get("reply_to_provider_id"),
                sent_parts=_sent_parts(message),
                direct=_direct(message),
            ),
            conversation_id=message["conversation_id"],
            attempts=len(message["attempts"]) + 1,
        )
    except (KeyError, TypeError, ValueError) as error:
        _log.error("a message can't be read", message_id=message["_id"], exc_info=error)
        return None


def _direct(message: MessageDocument) -> DirectUtility | None:
    stored = message.get("direct_utility")
    return None if stored is None else msgspec.convert(stored, DirectUtility)


def _sent_parts(message: MessageDocument) -> tuple[str, ...]:
    """Name what an earlier attempt got through: a message that is queued again has a provider's id only then."""
    first = message.get("provider_id")
    return (first, *message.get("part_ids", ())) if first else ()
