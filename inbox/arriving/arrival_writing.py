"""Writes what was planned of arrivals, inside of one transaction."""

from __future__ import annotations

from inbox.arriving.arrival_plan import ArrivalPlan
from inbox.arriving.openings import open_alone
from inbox.arriving.reachability import note_reached
from inbox.arriving.renames import store_name
from inbox.arriving.wishes import noted_wish, those_meant
from inbox.contacts.filling_terms import terms_update
from inbox.contacts.suppression import Suppression, said_by
from inbox.contacts.whole_contacts import contacts_updated
from inbox.messages.append import NewMessages, append
from inbox.storage.database import Collections, Session, WriteConflictError, post
from inbox.stream.events import Event


async def write_arrivals(database: Collections, plan: ArrivalPlan, suppression: Suppression, session: Session) -> None:
    """Write all that a plan names.

    Raises:
        WriteConflictError: where a contact is not any more as it was read.
    """
    customers, openings = plan.writing, plan.openings
    contacts = [one.contact for one in openings if one.contact_is_new]
    if contacts:
        await post(database.contacts.insert_many(contacts, session=session))
    turns = [turn for one in customers for turn in one.turns]
    if turns:
        await post(database.bot_turns.insert_many(turns, session=session))
    if openings:
        await open_alone(database, plan.reopens, session)
    for channel, accounts in plan.heard:
        await note_reached(database, channel, accounts, plan.at, session)
    changed = await _change_contacts(database, plan, suppression, session)
    new = NewMessages(
        messages=[message.encoded for one in customers for message in one.messages],
        conversations=[one.conversation for one in openings],
        files=[message.file for one in customers for message in one.messages if message.file is not None],
        events=[*(event for one in customers for event in one.events), *changed],
    )
    await append(database, new, at=plan.at, session=session)


async def _change_contacts(
    database: Collections, plan: ArrivalPlan, suppression: Suppression, session: Session
) -> list[Event]:
    """Store new names and wishes, and tell of each contact that became different."""
    renames = [one.rename for one in plan.writing if one.rename is not None]
    meant = await those_meant(database, [wish for one in plan.writing for wish in one.wishes], plan.at, session)
    updates = [*map(store_name, renames), *(noted_wish(wish, plan.at) for wish in meant)]
    if not updates:
        return []
    written = await database.contacts.bulk_write(updates, session=session)
    if written.matched_count < len(updates):
        raise WriteConflictError("a contact went into another one meanwhile")
    changed = {rename.contact_id: rename.workspace_id for rename in renames}
    changed |= {wish.contact_id: wish.workspace_id for wish in meant}
    condition = {"_id": {"$in": list(changed)}, "workspace_id": {"$in": list(set(changed.values()))}}
    found = await database.contacts.find(condition, session=session).to_list(None)
    if renames:
        terms = [terms_update(contact) for contact in found]
        await post(database.contacts.bulk_write(terms, ordered=False, session=session))
    wished = {wish.contact_id for wish in meant}
    told = said_by(contact for contact in found if contact["_id"] in wished)
    await suppression.follow_all(told, session=session, within=database)
    return await contacts_updated(database, found, at=plan.at, session=session)
