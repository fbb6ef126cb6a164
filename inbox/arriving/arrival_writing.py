"""Everything that one transaction of arrivals inserts, gathered before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from inbox.arriving.arrivals import (
    Place,
    new_contact,
    new_conversation,
    new_message,
    promise_into,
    times_raised,
)
from inbox.arriving.early import Told
from inbox.arriving.inbound import MessageReceived
from inbox.arriving.openings import open_alone, opening
from inbox.arriving.reachability import TELL_OF_BLOCKS, heard_at, note_reached
from inbox.arriving.renames import Rename, store_name
from inbox.arriving.routing_cache import Route
from inbox.arriving.whereabouts import CustomerBatch
from inbox.arriving.wishes import Wish, noted_wish, those_meant, wishes
from inbox.bots.turn_rows import turns_of
from inbox.contacts.filling_terms import terms_update
from inbox.contacts.suppression import Suppression, said_by
from inbox.contacts.whole_contacts import contacts_updated
from inbox.conversation.moves import recorded
from inbox.files.file_models import pending_file
from inbox.messages.append import NewMessages, append
from inbox.messages.message_lookup import MessageKey
from inbox.model.channel_ref import ChannelRef
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.storage.database import (
    Collections,
    DocumentUnstorableError,
    Session,
    UpdateOne,
    WriteConflictError,
    encode_document,
    post,
)
from inbox.storage.documents import (
    BotTurnDocument,
    ContactDocument,
    ConversationDocument,
    FileDocument,
    MessageDocument,
)
from inbox.stream.events import Event
from inbox.views.telling import conversation_created, message_created


class Stored(msgspec.Struct, frozen=True):
    """What became of one arriving message.

    Attributes:
        fresh: False for a repeat of what was stored before.
        unstorable: Why the database can't hold it; None if it does.
        nowhere: It is a notice, and no conversation is open in which to show it: it was not stored.
    """

    fresh: bool
    unstorable: str | None = None
    nowhere: bool = False


BLOCKED: Final = close_by_rule(CloseReason.CONTACT_BLOCKED)
"""What a blocked customer writes is kept in a conversation that never opens."""
REPEAT = Stored(fresh=False)
_FRESH = Stored(fresh=True)
_NOWHERE = Stored(fresh=True, nowhere=True)


class _Built(NamedTuple):
    """A message's document with what is written beside it."""

    message: MessageDocument
    encoded: Any
    told: Event
    file: FileDocument | None


class ArrivalWriting:
    """Collects documents and events of customers' batches, then inserts them in one transaction.

    Attributes:
        outcomes: What becomes of each message if the transaction commits.
        last_seq: The highest place of a message.
        queue_ids: The queues for which conversations are opened.
        channels: The channels of the messages, by id.
        told_early: What was told of the messages before they came; known once they are stored.
    """

    def __init__(self, writer: str, at: datetime, suppression: Suppression) -> None:
        self._suppression = suppression
        self._writer = writer
        self.last_seq = 0
        self._at = at
        self._contacts: dict[str, ContactDocument] = {}
        self._contact_by_key: dict[tuple[str, str], ContactDocument] = {}
        self._renames: list[Rename] = []
        self._wishes: list[Wish] = []
        self._openings: dict[str, UpdateOne] = {}
        self._conversations: list[ConversationDocument] = []
        self._messages: list[Any] = []
        self._files: list[FileDocument] = []
        self._heard: dict[str, tuple[ChannelRef, dict[str, datetime]]] = {}
        self._turns: list[BotTurnDocument] = []
        self._events: list[Event] = []
        self.outcomes: dict[MessageKey, Stored] = {}
        self.queue_ids: set[str] = set()
        self.channels: dict[str, ChannelRef] = {}
        self.told_early: list[Told] = []

    @property
    def stored_keys(self) -> list[MessageKey]:
        """The messages that are inserted."""
        return [key for key, outcome in self.outcomes.items() if outcome == _FRESH]

    def add(self, batch: CustomerBatch, answered: Mapping[tuple[str, str], str]) -> None:
        """Add a customer's messages, with a new conversation where the batch has no route.

        A batch of which nothing can be stored opens nothing, nor does one in which nobody wrote.
        """
        if batch.route is None and batch.is_notice:
            batch.target = None
            self.outcomes |= {arrival.key: _NOWHERE for arrival in batch.arrivals}
            return
        batch.target = batch.route
        try:
            opened = self._opened(batch) if batch.route is None else None
            built = self._built(batch, answered)
            created = self._created(batch, opened, built) if opened and built else None
        except Exception as error:  # whatever it is, only this customer has it
            self.outcomes |= {arrival.key: _unstorable(error) for arrival in batch.arrivals}
            built, opened, created = [], None, None
        if not built:
            batch.target = None
            return
        self.channels[batch.key.channel_id] = batch.arrivals[0].channel
        self.last_seq = max(self.last_seq, batch.last_seq)
        if opened and created:
            self._add_conversation(batch, opened, created)
        self._add_heard(batch)
        self._add_rename(batch)
        if batch.target is not None:
            messages = [one.message for one in built]
            self._wishes += wishes(batch.arrivals, messages, batch.target.contact_id)
        self._messages += [one.encoded for one in built]
        self._files += [one.file for one in built if one.file is not None]
        if opened is None or opened["open"]:
            self._events += [one.told for one in built]
            self._turns += turns_of(batch.arrivals[0].channel, [one.message for one in built])

    async def insert(self, database: Collections, session: Session) -> None:
        """Write it all inside a transaction."""
        if self._contacts:
            await post(database.contacts.insert_many(list(self._contacts.values()), session=session))
        if self._turns:
            await post(database.bot_turns.insert_many(self._turns, session=session))
        if self._conversations:
            await open_alone(database, list(self._openings.values()), session)
        for channel, accounts in self._heard.values():
            await note_reached(database, channel, accounts, self._at, session)
        renamed = await self._change_contacts(database, session)
        new = NewMessages(
            messages=self._messages,
            conversations=self._conversations,
            files=self._files,
            events=[*self._events, *renamed],
        )
        await append(database, new, at=self._at, session=session)

    async def _change_contacts(self, database: Collections, session: Session) -> list[Event]:
        """Store new names and wishes, and tell of each contact that became different."""
        meant = await those_meant(database, self._wishes, self._at, session)
        updates = [*map(store_name, self._renames), *(noted_wish(wish, self._at) for wish in meant)]
        if not updates:
            return []
        written = await database.contacts.bulk_write(updates, session=session)
        if written.matched_count < len(updates):
            raise WriteConflictError("a contact went into another one meanwhile")
        changed = {rename.contact_id: rename.workspace_id for rename in self._renames}
        changed |= {wish.contact_id: wish.workspace_id for wish in meant}
        condition = {"_id": {"$in": list(changed)}, "workspace_id": {"$in": list(set(changed.values()))}}
        found = await database.contacts.find(condition, session=session).to_list(None)
        if self._renames:
            terms = [terms_update(contact) for contact in found]
            await post(database.contacts.bulk_write(terms, ordered=False, session=session))
        wished = {wish.contact_id for wish in meant}
        told = said_by(contact for contact in found if contact["_id"] in wished)
        await self._suppression.follow_all(told, session=session, within=database)
        return await contacts_updated(database, found, at=self._at, session=session)

    def _opened(self, batch: CustomerBatch) -> ConversationDocument:
        """Make a conversation for the batch, and a contact where there is none yet."""
        first = batch.arrivals[0]
        keys = [(batch.key.workspace_id, key) for key in batch.identity_keys]
        made = next((self._contact_by_key[key] for key in keys if key in self._contact_by_key), None)
        known = None if batch.contact_is_new else batch.contact
        contact = known or made or new_contact(first.channel, batch.customer, self._at)
        beginning = recorded(BLOCKED, first.channel.queue_id, at=self._at) if contact.get("blocked") else None
        account, standby = batch.key.external_id, batch.is_standby
        conversation = new_conversation(first.channel, contact, account, self._at, beginning=beginning, standby=standby)
        if referral := batch.referral:
            conversation["referral"] = dict(referral)
        promise_into(conversation, self._writer, batch.last_seq, times_raised(batch.arrivals, self._at))
        batch.contact_is_new = known is None and made is None
        batch.contact = contact
        if known is not None:
            self._openings[known["_id"]] = opening(known)
        batch.target = Route(
            conversation_id=conversation["_id"],
            contact_id=contact["_id"],
            profile_name=contact.get("profile_name"),
        )
        return conversation

    def _built(self, batch: CustomerBatch, answered: Mapping[tuple[str, str], str]) -> list[_Built]:
        """Make the documents of a customer's messages; one that can't be stored is left out."""
        built = []
        for arrival, seq in zip(batch.arrivals, batch.seqs, strict=True):
            try:
                message = new_message(arrival, _place(batch, seq, arrival.event.reply_to, answered), self._at)
                told = message_created(message, self._at)
                one = _Built(message, encode_document(message), told, pending_file(message, self._at))
            except Exception as error:  # whatever it is, only this message has it
                self.outcomes[arrival.key] = _unstorable(error)
                continue
            self.outcomes[arrival.key] = _FRESH
            built.append(one)
        return built

    def _created(self, batch: CustomerBatch, conversation: ConversationDocument, built: list[_Built]) -> Event:
        """Tell of a conversation that is opened.

        Raises `DocumentUnstorableError` where it, or its contact, can't be.
        """
        if batch.contact is None:
            raise AssertionError("a conversation is opened with its contact")
        encode_document(conversation)
        if batch.contact_is_new:
            encode_document(batch.contact)
        channel, messages = batch.arrivals[0].channel, [one.message for one in built]
        shown = batch.contact if batch.contact_is_new else batch.customer_known or batch.contact
        return conversation_created(conversation, shown, channel, messages, self._at)

    def _add_conversation(self, batch: CustomerBatch, conversation: ConversationDocument, created: Event) -> None:
        """Add a conversation; of one that a blocked customer would have opened nobody is told."""
        if batch.contact_is_new and batch.contact is not None:
            self._contacts[batch.contact["_id"]] = batch.contact
            self._contact_by_key |= {(batch.key.workspace_id, key): batch.contact for key in batch.identity_keys}
        self._conversations.append(conversation)
        if not conversation["open"]:
            return
        channel = batch.arrivals[0].channel
        if channel.queue_id is not None and channel.bot_id is None and not batch.is_standby:
            self.queue_ids.add(channel.queue_id)
        self._events.append(created)

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
        self._renames.append(Rename(batch.key.workspace_id, target.contact_id, name))
        batch.target = msgspec.structs.replace(target, profile_name=name)


def _unstorable(error: Exception) -> Stored:
    reason = str(error) if isinstance(error, DocumentUnstorableError) else type(error).__name__
    return Stored(fresh=True, unstorable=reason)


def _place(batch: CustomerBatch, seq: int, reply_to: str | None, answered: Mapping[tuple[str, str], str]) -> Place:
    if batch.target is None:
        raise AssertionError("a batch has a target before its messages are placed")
    return Place(
        conversation_id=batch.target.conversation_id,
        contact_id=batch.target.contact_id,
        seq=seq,
        reply_to=answered.get((batch.key.channel_id, reply_to)) if reply_to else None,
    )
