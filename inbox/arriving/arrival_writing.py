"""Everything that one transaction of arrivals inserts, gathered before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from inbox.arriving.arrivals import Place, new_contact, new_conversation, new_message, promise_into, windows_opened
from inbox.arriving.inbound import MessageReceived
from inbox.arriving.ingest_events import contact_updated, conversation_created, message_created
from inbox.arriving.reachability import TELL_OF_BLOCKS, heard_at, note_reached
from inbox.arriving.routing_cache import Route
from inbox.arriving.whereabouts import CustomerBatch
from inbox.arriving.wishes import Wish, note_wish, wishes
from inbox.channel.channel_ref import ChannelRef
from inbox.contacts.filling_terms import refill_terms
from inbox.files.file_models import pending_file
from inbox.messages.message_lookup import MessageKey
from inbox.storage.database import BlockingDatabase, Document, DocumentUnstorable, Session, encode_document
from inbox.stream.events import Event, insert_events


class Stored(msgspec.Struct, frozen=True):
    """What became of one arriving message.

    Attributes:
        fresh: False for a repeat of what was stored before.
        unstorable: Why the database can't hold it; None if it does.
    """

    fresh: bool
    unstorable: str | None = None


REPEAT = Stored(fresh=False)
_FRESH = Stored(fresh=True)


class _Rename(msgspec.Struct, frozen=True):
    workspace_id: str
    contact_id: str
    name: str


class ArrivalWriting:
    """Collects documents and events of customers' batches, then inserts them in one transaction.

    Attributes:
        outcomes: What becomes of each message if the transaction commits.
        last_seq: The highest place of a message.
        queue_ids: The queues for which conversations are opened.
    """

    def __init__(self, lane: str, at: datetime) -> None:
        self._lane = lane
        self.last_seq = 0
        self._at = at
        self._contacts: dict[str, Document] = {}
        self._contact_by_key: dict[tuple[str, str], Document] = {}
        self._renames: list[_Rename] = []
        self._wishes: list[Wish] = []
        self._conversations: list[Document] = []
        self._messages: list[object] = []
        self._files: list[Document] = []
        self._heard: dict[str, tuple[ChannelRef, dict[str, datetime]]] = {}
        self._events: list[Event] = []
        self.outcomes: dict[MessageKey, Stored] = {}
        self.queue_ids: set[str] = set()

    def add(self, batch: CustomerBatch, answered: Mapping[tuple[str, str], str]) -> None:
        """Add a customer's messages, with a new conversation where the batch has no route.

        A batch of which nothing can be stored opens nothing.
        """
        self.last_seq = max(self.last_seq, batch.last_seq)
        batch.target = batch.route
        opened = self._opened(batch) if batch.route is None else None
        stored = self._add_messages(batch, answered)
        if not stored:
            batch.target = batch.route
            return
        if opened and batch.contact:
            self._add_conversation(batch, opened, batch.contact, stored)
        self._add_heard(batch)
        self._add_rename(batch)
        if batch.target is not None:
            self._wishes += wishes(batch.arrivals, stored, batch.target.contact_id)
        self._events += [message_created(message, self._at) for message in stored]

    def insert(self, blocking: BlockingDatabase, session: Session) -> None:
        """Write it all inside a transaction."""
        if self._contacts:
            blocking.contacts.insert_many(list(self._contacts.values()), session=session)
        if self._conversations:
            blocking.conversations.insert_many(self._conversations, session=session)
        if self._messages:
            blocking.messages.insert_many(self._messages, session=session)
        if self._files:
            blocking.files.insert_many(self._files, session=session)
        for channel, accounts in self._heard.values():
            note_reached(blocking, channel, accounts, self._at, session)
        renamed = [self._rename(blocking, rename, session) for rename in self._renames]
        wished = [note_wish(blocking, wish, self._at, session) for wish in self._wishes]
        noted = [event for event in wished if event is not None]
        insert_events(blocking, [*self._events, *renamed, *noted], at=self._at, session=session)

    def _opened(self, batch: CustomerBatch) -> Document:
        """Make a conversation for the batch, and a contact where there is none yet."""
        first = batch.arrivals[0]
        keys = [(batch.key.workspace_id, key) for key in batch.identity_keys]
        made = next((self._contact_by_key[key] for key in keys if key in self._contact_by_key), None)
        known = None if batch.contact_is_new else batch.contact
        contact = known or made or new_contact(first.channel, first.event.customer, self._at)
        conversation = new_conversation(first.channel, contact, batch.key.external_id, self._at)
        promise_into(conversation, self._lane, batch.last_seq, windows_opened(batch.arrivals, self._at))
        batch.contact_is_new = known is None and made is None
        batch.contact = contact
        batch.target = Route(
            conversation_id=conversation["_id"],
            contact_id=contact["_id"],
            profile_name=contact.get("profile_name"),
        )
        return conversation

    def _add_messages(self, batch: CustomerBatch, answered: Mapping[tuple[str, str], str]) -> list[Document]:
        stored = []
        for arrival, seq in zip(batch.arrivals, batch.seqs, strict=True):
            message = new_message(arrival, _place(batch, seq, arrival.event.reply_to, answered), self._at)
            try:
                self._messages.append(encode_document(message))
            except DocumentUnstorable as error:
                self.outcomes[arrival.key] = Stored(fresh=True, unstorable=str(error))
                continue
            self.outcomes[arrival.key] = _FRESH
            stored.append(message)
            if (file := pending_file(message, self._at)) is not None:
                self._files.append(file)
        return stored

    def _add_conversation(
        self, batch: CustomerBatch, conversation: Document, contact: Document, stored: list[Document]
    ) -> None:
        if batch.contact_is_new:
            self._contacts[contact["_id"]] = contact
            self._contact_by_key |= {(batch.key.workspace_id, key): contact for key in batch.identity_keys}
        self._conversations.append(conversation)
        channel = batch.arrivals[0].channel
        if channel.queue_id is not None:
            self.queue_ids.add(channel.queue_id)
        self._events.append(conversation_created(conversation, contact, channel, stored, self._at))

    def _add_heard(self, batch: CustomerBatch) -> None:
        """Note from whom a channel has heard: whoever writes does not block it any more."""
        for arrival in batch.arrivals:
            channel, event = arrival.channel, arrival.event
            if channel.kind in TELL_OF_BLOCKS and isinstance(event, MessageReceived) and event.opens_window:
                accounts = self._heard.setdefault(channel.id, (channel, {}))[1]
                accounts[event.customer.external_id] = heard_at(event, self._at)

    def _add_rename(self, batch: CustomerBatch) -> None:
        """Note a new profile name."""
        target, name = batch.target, batch.profile_name
        if target is None or name is None or name == target.profile_name:
            return
        self._renames.append(_Rename(batch.key.workspace_id, target.contact_id, name))
        batch.target = msgspec.structs.replace(target, profile_name=name)

    def _rename(self, blocking: BlockingDatabase, rename: _Rename, session: Session) -> Event:
        """Store a new profile name; the name that people see follows it unless an operator changed it."""
        name = {"$literal": rename.name}
        untouched = {"$eq": [{"$ifNull": ["$name", None]}, {"$ifNull": ["$profile_name", None]}]}
        contact = blocking.contacts.find_one_and_update(
            {"_id": rename.contact_id, "workspace_id": rename.workspace_id},
            [
                {
                    "$set": {
                        "name": {"$cond": [untouched, name, "$name"]},
                        "profile_name": name,
                        "version": {"$add": ["$version", 1]},
                    }
                }
            ],
            session=session,
            return_document=True,
        )
        refill_terms(blocking, contact, session)
        return contact_updated(rename.workspace_id, contact, self._at)


def _place(batch: CustomerBatch, seq: int, reply_to: str | None, answered: Mapping[tuple[str, str], str]) -> Place:
    if batch.target is None:
        raise AssertionError("a batch has a target before its messages are placed")
    return Place(
        conversation_id=batch.target.conversation_id,
        contact_id=batch.target.contact_id,
        seq=seq,
        reply_to=answered.get((batch.key.channel_id, reply_to)) if reply_to else None,
    )
