"""Whether a customer has blocked the business: a state of the contact on each channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from inbox.arriving.inbound import MessageReceived
from inbox.contacts.whole_contacts import contacts_updated
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Collections, Session, UpdateOne
from inbox.storage.documents import ContactDocument, ReachabilityDocument
from inbox.stream.events import write_events

TELL_OF_BLOCKS: Final = frozenset({ChannelKind.TELEGRAM})
"""Whose providers say that a customer has blocked the business; on the others nobody is known to be out of reach."""
WHOLE_SECOND: Final = timedelta(seconds=1)


async def note_blocked(
    database: Collections, channel: ChannelRef, recipient: str, now: datetime, session: Session
) -> None:
    """Store with contacts that a send was refused because they blocked the channel, inside a transaction."""
    field = f"reachability.{channel.id}"
    contact = await database.contacts.find_one_and_update(
        {
            "workspace_id": channel.workspace_id,
            "identity_keys": f"{channel.kind}:{recipient}",
            f"{field}.reachable": {"$ne": False},
        },
        {"$set": {field: {"reachable": False, "at": now}}, "$inc": {"version": 1}},
        session=session,
        return_document=True,
    )
    if contact is not None:
        events = await contacts_updated(database, [contact], at=now, session=session)
        await write_events(database, events, at=now, session=session)


async def note_reached(
    database: Collections, channel: ChannelRef, accounts: Mapping[str, datetime], now: datetime, session: Session
) -> None:
    """Store with contacts that a channel reaches them again, inside a transaction.

    Args:
        database: The database.
        channel: Through which they wrote, or took a message.
        accounts: When each did so last; who blocked the channel after that is not reached.
        now: The time of the events.
        session: The transaction.
    """
    if channel.kind not in TELL_OF_BLOCKS or not accounts:
        return
    field = f"reachability.{channel.id}"
    blocked = {
        "workspace_id": channel.workspace_id,
        "identity_keys": {"$in": [f"{channel.kind}:{account}" for account in accounts]},
        f"{field}.reachable": False,
    }
    updates, reached = [], []
    for contact in await database.contacts.find(blocked, session=session).to_list(None):
        own = {key.partition(":")[2] for key in contact["identity_keys"]}
        at = max(when for account, when in accounts.items() if account in own)
        if at < contact["reachability"][channel.id]["at"]:
            continue
        known: ReachabilityDocument = {"reachable": True, "at": at}
        ours = {"_id": contact["_id"], "workspace_id": channel.workspace_id}
        updates.append(UpdateOne(ours, {"$set": {field: known}, "$inc": {"version": 1}}))
        changed: ContactDocument = {**contact, "reachability": {**contact["reachability"], channel.id: known}}
        reached.append(changed)
    if updates:
        await database.contacts.bulk_write(updates, ordered=False, session=session)
        events = await contacts_updated(database, reached, at=now, session=session)
        await write_events(database, events, at=now, session=session)


def heard_at(event: MessageReceived, now: datetime) -> datetime:
    """Return the latest moment at which a customer wrote: providers truncate times to whole seconds."""
    return min(now, event.provider_at + WHOLE_SECOND) if event.provider_at is not None else now
