"""Takes in what a business's phone app hands over: old conversations and contacts.

Nothing of it is news: no window opens, nobody is told or answered, no event is written for a message. An imported
conversation is born closed; its id follows from channel and customer, so that chunks in any order, and any number of
workers, find the same one. A message's place follows from its time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec

from inbox.arriving.arrivals import (
    Arrival,
    Place,
    check_names,
    identity_keys,
    new_contact,
    new_conversation,
    new_message,
)
from inbox.arriving.inbound import Customer, MessageEchoed, MessageReceived
from inbox.contacts.contact_models import Marketing, OptOutSource
from inbox.contacts.opt_out_words import wish_in
from inbox.contacts.search_terms import with_terms
from inbox.contacts.suppression import Suppression
from inbox.conversation.moves import recorded, stretched
from inbox.files.file_models import pending_file, with_own_file
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append
from inbox.messages.message_lookup import KEY_FIELDS, find_by_provider_id
from inbox.model.channel_ref import ChannelRef
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.model.content import UnsupportedContent
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Database, Session, encode_document, is_duplicate, is_transient
from inbox.storage.documents import ContactDocument, ConversationDocument, MessageDocument, with_fields

BATCH: Final = 200
"""Messages a transaction: a chunk has thousands, and others write meanwhile."""
ATTEMPTS: Final = 6
PLACES_A_SECOND: Final = 1000 << 11
"""As the sequence clock counts (`inbox.storage.sequence`)."""
IMPORTED: Final = close_by_rule(CloseReason.IMPORT)


class ImportedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """An old message.

    Attributes:
        status: Of the business's own ones.
    """

    event: MessageReceived | MessageEchoed
    status: MessageStatus = MessageStatus.RECEIVED


class ImportedThread(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what was said with one customer."""

    customer: Customer
    messages: tuple[ImportedMessage, ...]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the history has come."""

    percent: int
    done: bool


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What one notice hands over.

    Attributes:
        files: Messages whose file comes after them.
        declined: The business does not share its history.
    """

    threads: tuple[ImportedThread, ...] = ()
    contacts: tuple[Customer, ...] = ()
    files: tuple[ImportedMessage, ...] = ()
    progress: Progress | None = None
    declined: bool = False


class HistoryImport:
    """Stores what is handed over to one channel; all of it may be repeated."""

    def __init__(self, database: Database, channel: ChannelRef, suppression: Suppression, now: datetime) -> None:
        self._database = database
        self._suppression = suppression
        self._channel = channel
        self._now = now

    async def take(self, imported: Imported) -> int:
        """Store contacts, threads and files; return how many messages were new."""
        for customer in imported.contacts:
            await self._again(partial(self._name, customer))
        new = 0
        for thread in imported.threads:
            for start in range(0, len(thread.messages), BATCH):
                part = msgspec.structs.replace(thread, messages=thread.messages[start : start + BATCH])
                new += await self._again(partial(self._thread, part))
        for message in imported.files:
            await self._file(message)
        return new

    async def _again(self, work: Callable[[int], Awaitable[int | None]]) -> int:
        """Repeat what met another writer, or a place that is taken."""
        for attempt in range(ATTEMPTS):
            try:
                return await work(attempt) or 0
            except Exception as error:
                if attempt == ATTEMPTS - 1 or not (is_duplicate(error) or is_transient(error)):
                    raise
        raise AssertionError("unreachable")

    async def _name(self, customer: Customer, _attempt: int) -> None:
        """Make a contact, or name one that has no name; a name that people or the customer gave stays."""

        async def work(session: Session) -> None:
            known = await self._contact(customer, session)
            if known is None:
                await self._database.contacts.insert_one(
                    new_contact(self._channel, customer, self._now), session=session
                )
            elif not known.get("name"):
                named = with_terms(with_fields(known, {"name": customer.name}))
                change = {"name": customer.name, "search_terms": named.get("search_terms", [])}
                of = {"_id": known["_id"], "workspace_id": self._channel.workspace_id}
                await self._database.contacts.update_one(of, {"$set": change, "$inc": {"version": 1}}, session=session)

        await self._database.transaction(work)

    async def _contact(self, customer: Customer, session: Session) -> ContactDocument | None:
        keys = {"$in": identity_keys(self._channel, customer)}
        of = {"workspace_id": self._channel.workspace_id, "identity_keys": keys}
        found: ContactDocument | None = await self._database.contacts.find_one(of, session=session)
        return found

    async def _thread(self, thread: ImportedThread, salt: int) -> int:
        fresh = await self._fresh(thread.messages)
        if not fresh:
            return 0

        async def work(session: Session) -> None:
            contact = await self._contact(thread.customer, session)
            if contact is None:
                contact = new_contact(self._channel, thread.customer, self._now)
                await self._database.contacts.insert_one(contact, session=session)
            id_ = conversation_id(self._channel.id, contact["_id"])
            messages = [self._message(one, contact, id_, place, salt) for place, one in enumerate(fresh)]
            await self._note_conversation(contact, thread.customer, id_, messages, session)
            files = [file for message in messages if (file := pending_file(message, self._now)) is not None]
            new = NewMessages(messages=messages, files=files, events=())
            await append(self._database, new, at=self._now, session=session)
            await self._heed_opt_out(contact, fresh, session)

        await self._database.transaction(work)
        return len(fresh)

    async def _heed_opt_out(
        self, contact: ContactDocument, messages: Sequence[ImportedMessage], session: Session
    ) -> None:
        """Heed it where the last keyword of a customer asked for no marketing; an old opt-in is not taken for one."""
        said = opted_out_at(messages)
        known = contact.get("marketing")
        if said is None or (known is not None and known["at"] >= said):
            return
        marketing = to_document(Marketing(accepts=False, at=said, source=OptOutSource.KEYWORD))
        of = {"_id": contact["_id"], "workspace_id": contact["workspace_id"]}
        update = {"$set": {"marketing": marketing}, "$inc": {"version": 1}}
        await self._database.contacts.update_one(of, update, session=session)
        await self._suppression.follow(with_fields(contact, {"marketing": marketing}), session=session)

    async def _fresh(self, messages: Sequence[ImportedMessage]) -> list[ImportedMessage]:
        """Return those that are not here yet and can be stored, each once, the oldest first."""
        by_id = {one.event.provider_id: one for one in messages if self._is_storable(one)}
        keys = [self._arrival(one).key for one in by_id.values()]
        known = await find_by_provider_id(self._database, keys, KEY_FIELDS)
        here = {message["provider_id"] for message in known}
        fresh = [one for id_, one in by_id.items() if id_ not in here]
        return sorted(fresh, key=lambda one: one.event.provider_at or self._now)

    def _is_storable(self, message: ImportedMessage) -> bool:
        try:
            arrival = self._arrival(message)
            check_names(arrival)
            encode_document(
                new_message(arrival, Place(conversation_id="", contact_id="", seq=0, reply_to=None), self._now)
            )
        except Exception:  # whatever it is, only this message has it; its bytes stay with the notice
            return False
        return True

    def _arrival(self, message: ImportedMessage) -> Arrival:
        return Arrival(channel=self._channel, event=message.event)

    def _message(
        self, message: ImportedMessage, contact: ContactDocument, id_: str, place: int, salt: int
    ) -> MessageDocument:
        at = message.event.provider_at or self._now
        seq = place_of(at, message.event.provider_id, place, salt)
        where = Place(conversation_id=id_, contact_id=contact["_id"], seq=seq, reply_to=None)
        stored = new_message(self._arrival(message), where, self._now)
        return with_fields(stored, {"status": message.status.value, "created_at": at})

    async def _note_conversation(
        self,
        contact: ContactDocument,
        customer: Customer,
        id_: str,
        messages: Sequence[MessageDocument],
        session: Session,
    ) -> None:
        """Make the conversation that never opens, or stretch it over older and newer messages."""
        times = [message["created_at"] for message in messages]
        born = recorded(IMPORTED, self._channel.queue_id, at=min(times))
        made: ConversationDocument = new_conversation(
            self._channel, contact, customer.external_id, min(times), beginning=born
        )
        lowered, raised = stretched(times)
        raised["read_seq"] = max(message["seq"] for message in messages)
        moving = {"_id", "opened_at", "closed_at", "active_at", "read_seq", "campaign_id", "workspace_id"}
        fixed = {name: value for name, value in made.items() if name not in moving}
        await self._database.conversations.update_one(
            {"_id": id_, "workspace_id": self._channel.workspace_id},
            {"$setOnInsert": fixed, "$min": lowered, "$max": raised},
            upsert=True,
            session=session,
        )

    async def _file(self, message: ImportedMessage) -> None:
        """Put the file into the message that came without it."""
        if not self._is_storable(message):
            return
        found = await find_by_provider_id(self._database, [self._arrival(message).key], {})
        stored = found[0] if found else None
        if stored is None or stored["content"].get("type") != _PLACEHOLDER:
            return
        content = to_document(with_own_file(message.event.content))
        filled = with_fields(stored, {"content": content})

        async def work(session: Session) -> None:
            of = {"_id": stored["_id"], "workspace_id": stored["workspace_id"], "content.type": _PLACEHOLDER}
            changed = await self._database.messages.update_one(of, {"$set": {"content": content}}, session=session)
            file = pending_file(filled, self._now)
            if changed.modified_count and file is not None:
                await self._database.files.insert_one(file, session=session)

        await self._database.transaction(work)


_PLACEHOLDER: Final = str(UnsupportedContent.__struct_config__.tag)


def opted_out_at(messages: Sequence[ImportedMessage]) -> datetime | None:
    """Return when a customer's last keyword asked for no marketing; None where none did, or a later one takes it."""
    wishes = [
        (one.event.provider_at, accepts)
        for one in messages
        if isinstance(one.event, MessageReceived)
        and one.event.provider_at is not None
        and (accepts := wish_in(one.event.content)) is not None
    ]
    at, accepts = max(wishes, default=(None, True))
    return None if accepts else at


def conversation_id(channel_id: str, contact_id: str) -> str:
    """Return the id of what was imported of a customer: as old as the channel, so below all that came since."""
    return channel_id[:12] + sha256(f"{channel_id}:{contact_id}".encode()).hexdigest()[:12]


def place_of(at: datetime, provider_id: str, place: int, salt: int) -> int:
    """Return an old message's place: by its second, then by where it stood, then by its id."""
    second = int(at.astimezone(UTC).timestamp()) * PLACES_A_SECOND
    mixed = int(sha256(f"{provider_id}:{salt}".encode()).hexdigest()[:8], 16)
    return second + (min(place, 999) << 11) + mixed % (1 << 11)
