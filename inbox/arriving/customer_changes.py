"""Changes of customers that providers report: a new id, a preference, a block. Many are written together.

None of it is an arrival: it changes the contact, and is shown where a conversation is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from inbox.arriving.addressed import CustomerChange
from inbox.arriving.arrivals import Arrival, identity_keys
from inbox.arriving.handovers import Handed, note_control
from inbox.arriving.inbound import (
    ControlChanged,
    IdentityChanged,
    MarketingPreferenceChanged,
    MessageReceived,
    ReachabilityChanged,
)
from inbox.contacts.contact_models import OptOutSource
from inbox.contacts.search_terms import FIELD, search_terms
from inbox.contacts.suppression import Said, Suppression, said_by
from inbox.contacts.whole_contacts import contacts_updated
from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import SystemContent
from inbox.storage.database import Collections, Session, UpdateOne, encode_document
from inbox.storage.documents import ContactDocument, ConversationDocument, Fields, with_fields
from inbox.stream.events import EventType, write_events
from inbox.views.contact_views import contact_brief

_REACHABILITY: Final = {
    False: SystemContent(code="blocked_by_customer", text="The customer has blocked this channel."),
    True: SystemContent(code="unblocked_by_customer", text="The customer lets this channel write again."),
}

_HANDED_TO_US: Final = "Another agent handed this chat over."
_TAKEN_FROM_US: Final = "Another agent answers in this chat now."


class Noted(msgspec.Struct):
    """What became of customers' changes, by their places in the batch.

    Attributes:
        unknown: Those whose customer is not known here.
        lines: What is to be shown of them where a conversation is open.
        unstorable: Those that no contact can take, and why.
        changed: The contacts that became different.
    """

    unknown: list[int] = []
    lines: dict[int, Arrival] = {}
    unstorable: dict[int, str] = {}
    changed: list[ContactDocument] = []


async def change_customers(
    database: Collections, changes: Sequence[CustomerChange], *, at: datetime, session: Session
) -> Noted:
    """Change contacts inside a transaction, with a fixed number of statements and one event a contact.

    The open conversation of a customer with a new id answers to that.
    """
    contacts = _Contacts(await _read(database, changes, session))
    outcome = Noted()
    moved: list[CustomerChange] = []
    handed: list[Handed] = []
    for place, change in enumerate(changes):
        contact = contacts.find(change.channel.workspace_id, _keys(change))
        if contact is None:
            if isinstance(change.event, ControlChanged) and change.event.ours:
                outcome.lines[place] = _handed_over(change, change.event)
            else:
                outcome.unknown.append(place)
            continue
        try:
            line = contacts.apply(contact, change, at)
        except Exception as error:  # whatever it is, only this one has it
            outcome.unstorable[place] = type(error).__name__
            continue
        if line is not None:
            outcome.lines[place] = line
        if isinstance(change.event, IdentityChanged) and contacts.owns(contact, change):
            moved.append(change)
        if isinstance(change.event, ControlChanged):
            handed.append(Handed(change.channel, contact["_id"], change.event))
    outcome.changed = [contact for contact, _ in contacts.changed]
    await _write(database, contacts, at, session)
    await _move_conversations(database, moved, at, session)
    await note_control(database, handed, at=at, session=session)
    return outcome


async def follow_preferences(
    suppression: Suppression,
    noted: Noted,
    changes: Sequence[CustomerChange],
    *,
    database: Collections,
    at: datetime,
    session: Session,
) -> None:
    """Let the suppression list say what customers said of marketing, also those whom nobody knows yet."""
    said = [one for one in changes if isinstance(one.event, MarketingPreferenceChanged)]
    if not said:
        return
    unknown = (_said(changes[place], at) for place in noted.unknown)
    told = (*said_by(noted.changed), *(one for one in unknown if one is not None))
    await suppression.follow_all(told, session=session, within=database)


def _said(change: CustomerChange, at: datetime) -> Said | None:
    """Return what a customer whom nobody knows said of marketing; None of other changes."""
    if not isinstance(change.event, MarketingPreferenceChanged):
        return None
    accepts = change.event.accepts_marketing
    source = None if accepts else OptOutSource.PROVIDER
    return Said(change.channel.workspace_id, _keys(change), accepts, source, at)


class _Contacts:
    """Contacts as they are read, and as they become."""

    def __init__(self, documents: Sequence[ContactDocument]) -> None:
        self._documents = {document["_id"]: document for document in documents}
        self._owners = {(d["workspace_id"], key): d["_id"] for d in documents for key in d["identity_keys"]}
        self._fields: dict[str, Fields] = {}

    @property
    def changed(self) -> list[tuple[ContactDocument, Fields]]:
        """The contacts that became different, each with the fields that it gets."""
        return [(self._documents[contact_id], fields) for contact_id, fields in self._fields.items()]

    def find(self, workspace_id: str, keys: Sequence[str]) -> ContactDocument | None:
        """Find a customer's contact as it is by now."""
        owner = next((self._owners[workspace_id, key] for key in keys if (workspace_id, key) in self._owners), None)
        return None if owner is None else self._documents[owner]

    def owns(self, contact: ContactDocument, change: CustomerChange) -> bool:
        """Tell whether a contact is known by the id that a change came with."""
        key = f"{change.channel.kind}:{change.event.customer.external_id}"
        return bool(self._owners.get((contact["workspace_id"], key)) == contact["_id"])

    def apply(self, contact: ContactDocument, change: CustomerChange, at: datetime) -> Arrival | None:
        """Take a change in; return what is to be shown of it. Raises whatever says that it could not be stored."""
        match change.event:
            case IdentityChanged() as event:
                self._change(contact, self._with_identity(contact, change.channel, event))
                return _line(change, event.provider_id, SystemContent(code="identity_changed", text=event.text))
            case MarketingPreferenceChanged() as event:
                self._change(contact, with_preference(contact, event, at))
                return None
            case ReachabilityChanged() as event:
                fields = with_reachability(contact, change.channel.id, event, at)
                self._change(contact, fields)
                known = contact.get("reachability", {}).get(change.channel.id)
                told_now = known is not None and known.get("by") == event.provider_id
                return _line(change, event.provider_id, _REACHABILITY[event.reachable]) if told_now else None
            case ControlChanged() as event:
                return _handed_over(change, event)

    def _change(self, contact: ContactDocument, fields: Fields) -> None:
        if not fields:
            return
        encode_document(fields)
        contact_brief(with_fields(contact, fields))
        cast(Fields, contact).update(fields)
        self._fields.setdefault(contact["_id"], {}).update(fields)
        self._owners |= {(contact["workspace_id"], key): contact["_id"] for key in fields.get("identity_keys", ())}

    def _with_identity(self, contact: ContactDocument, channel: ChannelRef, event: IdentityChanged) -> Fields:
        """Return the fields of a contact that is known by a new id too; what is another contact's stays theirs."""
        workspace_id = contact["workspace_id"]
        free = [k for k in identity_keys(channel, event.customer) if (workspace_id, k) not in self._owners]
        if not free:
            return {}
        known_by = {"identity_keys": [*contact["identity_keys"], *free]}
        keys = known_by | {FIELD: search_terms(with_fields(contact, known_by))}
        own = {"kind": channel.kind.value, "external_id": event.customer.external_id}
        if f"{channel.kind}:{event.customer.external_id}" not in free:
            return keys
        return keys | {"identities": [*contact["identities"], {**own, "aliases": list(event.customer.aliases)}]}


def _handed_over(change: CustomerChange, event: ControlChanged) -> Arrival:
    """Make the line of a handover. One to us is an arrival: a customer waits, also where no conversation is open."""
    code, words = ("control_passed", _HANDED_TO_US) if event.ours else ("control_taken", _TAKEN_FROM_US)
    data = {"before": event.before, "after": event.after}
    content = SystemContent(
        code=code, text=event.summary or words, data={name: word for name, word in data.items() if word}
    )
    line = _line(change, event.provider_id, content)
    received = msgspec.structs.replace(cast(MessageReceived, line.event), is_notice=not event.ours)
    return msgspec.structs.replace(line, event=received)


def with_preference(contact: ContactDocument, event: MarketingPreferenceChanged, now: datetime) -> Fields:
    """Return the fields that a preference changes; nothing if a newer one is there."""
    at = event.provider_at or now
    known = contact.get("marketing")
    if known is not None and known["at"] > at:
        return {}
    return {"marketing": {"accepts": event.accepts_marketing, "at": at, "source": "provider"}}


def with_reachability(contact: ContactDocument, channel_id: str, event: ReachabilityChanged, now: datetime) -> Fields:
    """Return the fields that a block or its end changes; nothing if that is known, or something newer is.

    Who was never known to block is reachable: nothing has to be noted for that. `by` names what said so: its repeat
    shows what a crash left unshown.
    """
    at = event.provider_at or now
    channels = contact.get("reachability", {})
    known = channels.get(channel_id)
    if known is None and event.reachable:
        return {}
    if known is not None and (known["reachable"] == event.reachable or known["at"] >= at):
        return {}
    news = {"reachable": event.reachable, "at": at, "by": event.provider_id}
    return {"reachability": {**channels, channel_id: news}}


def _line(change: CustomerChange, provider_id: str, content: SystemContent) -> Arrival:
    event = change.event
    return Arrival(
        channel=change.channel,
        event=MessageReceived(
            customer=event.customer,
            provider_id=provider_id,
            content=content,
            provider_at=event.provider_at,
            opens_window=False,
            is_notice=True,
            raw=event.raw,
        ),
    )


def _keys(change: CustomerChange) -> list[str]:
    """Name the keys by which the contact is found: before all others the id that it had."""
    own = identity_keys(change.channel, change.event.customer)
    if isinstance(change.event, IdentityChanged):
        return [f"{change.channel.kind}:{change.event.previous}", *own]
    return own


async def _read(database: Collections, changes: Sequence[CustomerChange], session: Session) -> list[ContactDocument]:
    keys: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        keys[change.channel.workspace_id] += _keys(change)
    wanted = [{"workspace_id": w, "identity_keys": {"$in": own}} for w, own in keys.items()]
    if not wanted:
        return []
    found: list[ContactDocument] = await database.contacts.find({"$or": wanted}, session=session).to_list(None)
    return found


async def _write(database: Collections, contacts: _Contacts, at: datetime, session: Session) -> None:
    changed = contacts.changed
    if not changed:
        return
    updates = [
        UpdateOne(
            {"_id": contact["_id"], "workspace_id": contact["workspace_id"]}, {"$set": fields, "$inc": {"version": 1}}
        )
        for contact, fields in changed
    ]
    await database.contacts.bulk_write(updates, ordered=False, session=session)
    events = await contacts_updated(database, [contact for contact, _ in changed], at=at, session=session)
    await write_events(database, events, at=at, session=session)


async def _move_conversations(
    database: Collections, changes: Sequence[CustomerChange], at: datetime, session: Session
) -> None:
    """Have the open conversations of customers' old ids answer to the new ones, unless these have one of their own."""
    opened = await _read_open(database, changes, session)
    moved: dict[str, dict[str, Change]] = defaultdict(dict)
    for change in changes:
        event, channel = change.event, change.channel
        if not isinstance(event, IdentityChanged):
            continue
        new = event.customer.external_id
        conversation = opened.get((channel.id, event.previous))
        if conversation is None or (channel.id, new) in opened:
            continue
        identity = {"identity": {"kind": channel.kind.value, "external_id": new}}
        opened[channel.id, new] = opened.pop((channel.id, event.previous))
        moved[channel.workspace_id][conversation["_id"]] = Change(conversation, identity)
    for of_workspace in moved.values():
        await change_conversations(
            database, list(of_workspace.values()), EventType.CONVERSATION_UPDATED, at=at, session=session
        )


async def _read_open(
    database: Collections, changes: Sequence[CustomerChange], session: Session
) -> dict[tuple[str, str], ConversationDocument]:
    """Read the open conversations of old and new ids, by channel and id."""
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for change in changes:
        if isinstance(change.event, IdentityChanged):
            own = {change.event.previous, change.event.customer.external_id}
            ids[change.channel.workspace_id, change.channel.id] |= own
    wanted: list[dict[str, Any]] = [
        {"workspace_id": w, "channel_id": c, "identity.external_id": {"$in": list(own)}, "open": True}
        for (w, c), own in ids.items()
    ]
    if not wanted:
        return {}
    found = await database.conversations.find({"$or": wanted}, session=session).to_list(None)
    return {(c["channel_id"], c["identity"]["external_id"]): c for c in found}
