"""A customer who blocks the business: a state of the contact on a channel, shown where a conversation is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from inbox.arriving.arrivals import Arrival, identity_keys
from inbox.arriving.inbound import MessageReceived, ReachabilityChanged
from inbox.arriving.ingest_events import contact_updated
from inbox.channel.channel_kind import ChannelKind
from inbox.channel.channel_ref import ChannelRef
from inbox.messages.content import SystemContent
from inbox.storage.database import BlockingDatabase, Database, Document, Session
from inbox.stream.events import insert_events, write_events

TELL_OF_BLOCKS: Final = frozenset({ChannelKind.TELEGRAM})
"""Whose providers say that a customer has blocked the business; on the others nobody is known to be out of reach."""
WHOLE_SECOND: Final = timedelta(seconds=1)
_SHOWN: Final = {
    False: SystemContent(code="blocked_by_customer", text="The customer has blocked this channel."),
    True: SystemContent(code="unblocked_by_customer", text="The customer lets this channel write again."),
}


async def note_reachability(
    database: Database, channel: ChannelRef, event: ReachabilityChanged, now: datetime
) -> Arrival | None:
    """Note on the contact whether a channel can write to it; an older report changes nothing.

    Returns:
        What to show in the open conversation; None where there is none, since nobody wrote.
    """
    at = event.provider_at or now

    async def work(session: Session) -> bool:
        contact = await _note(database, channel, event, at, session)
        if contact is None:
            return False
        told = contact_updated(channel.workspace_id, contact, now)
        await write_events(database, [told], at=now, session=session)
        return await _has_open(database, channel, event, session)

    return _shown(channel, event) if await database.transaction(work) else None


async def _note(
    database: Database, channel: ChannelRef, event: ReachabilityChanged, at: datetime, session: Session
) -> Document | None:
    """Change the contact; None where there is none, or where it says so already or something newer."""
    field = f"reachability.{channel.id}"
    news = {"$or": [{field: {"$exists": False}}, {f"{field}.at": {"$lt": at}}]}
    changed: Document | None = await database.contacts.find_one_and_update(
        {
            "workspace_id": channel.workspace_id,
            "identity_keys": {"$in": identity_keys(channel, event.customer)},
            f"{field}.reachable": {"$ne": event.reachable},
            **(news if not event.reachable else {f"{field}.at": {"$lt": at}}),
        },
        {"$set": {field: {"reachable": event.reachable, "at": at}}, "$inc": {"version": 1}},
        session=session,
        return_document=True,
    )
    return changed


async def _has_open(database: Database, channel: ChannelRef, event: ReachabilityChanged, session: Session) -> bool:
    opened = {
        "workspace_id": channel.workspace_id,
        "channel_id": channel.id,
        "identity.external_id": event.customer.external_id,
        "open": True,
    }
    return await database.conversations.find_one(opened, {"_id": 1}, session=session) is not None


def _shown(channel: ChannelRef, event: ReachabilityChanged) -> Arrival:
    return Arrival(
        channel=channel,
        event=MessageReceived(
            customer=event.customer,
            provider_id=event.provider_id,
            content=_SHOWN[event.reachable],
            provider_at=event.provider_at,
            opens_window=False,
            raw=event.raw,
        ),
    )


def note_blocked(
    blocking: BlockingDatabase, channel: ChannelRef, recipient: str, now: datetime, session: Session
) -> None:
    """Note on a contact that a channel was told to be blocked when it wrote to them, inside a transaction."""
    field = f"reachability.{channel.id}"
    contact = blocking.contacts.find_one_and_update(
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
        insert_events(blocking, [contact_updated(channel.workspace_id, contact, now)], at=now, session=session)


def note_reached(
    blocking: BlockingDatabase, channel: ChannelRef, accounts: Mapping[str, datetime], now: datetime, session: Session
) -> None:
    """Note that a channel reaches customers again who had blocked it, inside a transaction.

    Args:
        blocking: The database.
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
    for contact in list(blocking.contacts.find(blocked, session=session)):
        own = {key.partition(":")[2] for key in contact["identity_keys"]}
        at = max(when for account, when in accounts.items() if account in own)
        if at < contact["reachability"][channel.id]["at"]:
            continue
        known = {"reachable": True, "at": at}
        update = {"$set": {field: known}, "$inc": {"version": 1}}
        ours = {"_id": contact["_id"], "workspace_id": channel.workspace_id}
        blocking.contacts.update_one(ours, update, session=session)
        changed = contact | {"reachability": contact["reachability"] | {channel.id: known}}
        insert_events(blocking, [contact_updated(channel.workspace_id, changed, now)], at=now, session=session)


def heard_at(event: MessageReceived, now: datetime) -> datetime:
    """Say when a customer wrote at the latest: providers cut their times to whole seconds."""
    return min(now, event.provider_at + WHOLE_SECOND) if event.provider_at is not None else now
