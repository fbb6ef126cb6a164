"""Attempts end: with the provider's answer, without any because a sender died, or before they went out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from inbox.arriving.reachability import note_blocked, note_reached
from inbox.foundation.structs import to_document
from inbox.model.control import NOT_IN_CONTROL
from inbox.model.statuses import MessageStatus
from inbox.sending.channel_work import ChannelWork
from inbox.sending.delivery_rules import end_of, ended_fields, is_noted, stays_due
from inbox.sending.outbound import BLOCKED_BY_CUSTOMER
from inbox.sending.retry_rules import LOST_ANSWER, Verdict, judge
from inbox.sending.uploading import INTERRUPTED
from inbox.storage.documents import Fields, MessageDocument

SETTLED_AT_ONCE: Final = 500
"""More than a sender can have on the wire."""
_UNCLAIMED: Final[Fields] = {"sender": "", "uploading": ""}


async def end_attempts(work: ChannelWork, verdicts: Mapping[str, Verdict]) -> None:
    """Write the ends of attempts; those that change alike with one statement.

    An end that was written before is left alone: what followed from it has gone on meanwhile. Nor is it told again:
    a transaction that tells of a message without changing it meets nobody, and may tell what it read after others
    have told what is newer.
    """
    found = await work.read(verdicts.keys())
    noted = {message["_id"] for message in found if is_noted(message, verdicts[message["_id"]])}
    messages = [message for message in found if message["_id"] not in noted]
    verdicts = {message_id: verdict for message_id, verdict in verdicts.items() if message_id not in noted}
    await _note_customers(work, messages, verdicts)
    alike: dict[str, tuple[Fields, Fields, list[MessageDocument]]] = {}
    for message in messages:
        verdict = verdicts[message["_id"]]
        fields, end = ended_fields(message, verdict), end_of(verdict, work.now)
        alike.setdefault(repr((fields, end)), (fields, end, []))[2].append(message)
    for fields, end, some in alike.values():
        provider_ids = {m["_id"]: m.get("provider_id") or verdicts[m["_id"]].provider_id for m in some}
        for message in some:
            message["provider_id"] = provider_ids[message["_id"]]
        await work.change(some, _ending(fields, end, provider_ids), fields)
    await _let_rows_go(work, messages, verdicts)


async def settle_orphans(work: ChannelWork) -> int:
    """Turn what another sender left `sending` into `unknown`; return how many.

    What was still uploading its file is certainly not sent: it is tried again.
    """
    claimed = {**work.of_channel, "sender": {"$exists": True, "$ne": work.sender}}
    rows = await work.database.outbox.find(claimed, session=work.session).limit(SETTLED_AT_ONCE).to_list(None)
    uploading = {row["_id"] for row in rows if row.get("uploading")}
    sending = await work.read([row["_id"] for row in rows], status=MessageStatus.SENDING.value)
    again = [message for message in sending if message["_id"] in uploading]
    await end_attempts(work, {m["_id"]: judge(INTERRUPTED, attempts=len(m["attempts"]), now=work.now) for m in again})
    lost = [message for message in sending if message["_id"] not in uploading]
    await work.change(lost, {"$set": _UNKNOWN}, _UNKNOWN)
    await work.forget({row["_id"] for row in rows} - {message["_id"] for message in again})
    return len(lost)


async def give_back(work: ChannelWork, message_ids: Sequence[str]) -> int:
    """Queue messages again whose attempts may have been recorded but never began; return how many."""
    ours = {"_id": {"$in": list(message_ids)}, **work.of_channel, "sender": work.sender}
    rows = await work.database.outbox.find(ours, {"_id": 1}, session=work.session).to_list(None)
    found = await work.read([row["_id"] for row in rows], status=MessageStatus.SENDING.value)
    queued = {"status": MessageStatus.QUEUED.value}
    await work.change(found, {"$set": queued, "$pop": {"attempts": 1}}, queued)
    await work.update_rows((message["_id"] for message in found), {"$unset": _UNCLAIMED})
    return len(found)


_UNKNOWN: Final[Fields] = {"status": MessageStatus.UNKNOWN.value, "error": to_document(LOST_ANSWER)}


async def _note_customers(
    work: ChannelWork, messages: Sequence[MessageDocument], verdicts: Mapping[str, Verdict]
) -> None:
    """Note with contacts what the answers say of them."""
    for message in messages:
        error = verdicts[message["_id"]].error
        if error is not None and error.code == BLOCKED_BY_CUSTOMER:
            await note_blocked(work.database, work.channel, message["to"], work.now, work.session)
        if error is not None and error.code == NOT_IN_CONTROL:
            await _note_other_agent(work, message["conversation_id"])
    reached = {m["to"]: work.now for m in messages if verdicts[m["_id"]].status is MessageStatus.SENT}
    await note_reached(work.database, work.channel, reached, work.now, work.session)


async def _note_other_agent(work: ChannelWork, conversation_id: str) -> None:
    """Note in a conversation that another agent answers there, of whom the provider had not told."""
    own = {"_id": conversation_id, "workspace_id": work.channel.workspace_id, "open": True}
    seen = {"$max": {"control.agent_at": work.now}, "$inc": {"version": 1}}
    await work.database.conversations.update_one(own, seen, session=work.session)


async def _let_rows_go(work: ChannelWork, messages: Sequence[MessageDocument], verdicts: Mapping[str, Verdict]) -> None:
    """Delete the rows of what has ended; those of the others wait for their next attempt."""
    again = {m["_id"]: verdicts[m["_id"]].next_attempt_at for m in messages if stays_due(m, verdicts[m["_id"]])}
    await work.forget(verdicts.keys() - again.keys())
    for at in set(again.values()):
        ids = [message_id for message_id, own in again.items() if own == at]
        await work.update_rows(ids, {"$set": {"next_attempt_at": at}, "$unset": _UNCLAIMED})


def _ending(fields: Fields, end: Fields, provider_ids: Mapping[str, str | None]) -> list[Fields]:
    """Make the one statement that ends attempts alike, each with its own provider's id."""
    changed: Fields = {name: {"$literal": value} for name, value in fields.items()}
    changed["ends"] = {"$concatArrays": [{"$ifNull": ["$ends", []]}, [{"$literal": end}]]}
    known = {message_id: name for message_id, name in provider_ids.items() if name is not None}
    if known:
        place = {"$indexOfArray": [list(known), "$_id"]}
        own = {
            "$cond": [{"$gte": [place, 0]}, {"$arrayElemAt": [{"$literal": list(known.values())}, place]}, "$$REMOVE"]
        }
        changed["provider_id"] = {"$ifNull": ["$provider_id", own]}
    return [{"$set": changed}]
