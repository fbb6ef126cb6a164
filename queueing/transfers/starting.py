"""Conversations that the business begins, with a template: assigned to whoever starts them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from inbox.arriving.arrivals import identity_keys, new_contact, new_conversation
from inbox.arriving.inbound import Customer
from inbox.arriving.openings import COUNT
from inbox.contacts.joining import account_ids, names_of
from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.phone_numbers import PhoneRefusedError, looks_like_phone, read_phone, read_possible_phone
from inbox.contacts.whole_contacts import read_wholes
from inbox.conversation.conversation_changes import view_of
from inbox.conversation.counters import count_moves
from inbox.conversation.moves import Moved, started
from inbox.conversation.routing_notes import STARTED, RoutingRule, routing_note, who
from inbox.files.uploads import keep_named
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.messages.append import NewMessages, append
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import Content
from inbox.people.access import Caller, CallerKind
from inbox.people.families import all_of, read_families
from inbox.sending.outgoing import author_of, outgoing_document, reply_row
from inbox.storage.database import Database, Session
from inbox.storage.documents import ContactDocument, IdentityDocument
from inbox.storage.sequence import SequenceClock
from inbox.views.conversation_views import ConversationView
from inbox.views.telling import conversation_created, message_created
from queueing.transfers.transfers import Transfers


class Starting:
    """Opens conversations towards customers, inside a transaction of the caller's."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock, transfers: Transfers) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence
        self._transfers = transfers

    async def start(
        self, caller: Caller, channel: ChannelRef, to: str, content: Content, *, session: Session
    ) -> ConversationView:
        """Open a conversation with its first message.

        Args:
            caller: Gets it, if a person.
            channel: Through which it goes.
            to: A phone number with country code, or a contact's id.
            content: What the customer gets first.
            session: Of the transaction.

        Raises:
            ProblemError: `invalid_request` at `/to`, `conversation_open` with its id, `operator_full`.
        """
        now = self._clock.now()
        customer, contact = await self._recipient(caller.workspace_id, channel, to, session)
        if contact is None:
            contact = new_contact(channel, customer, now)
            await self._database.contacts.insert_one(contact, session=session)
        await self._refuse_open(channel, contact, customer, session)
        await self._database.contacts.update_one(
            {"_id": contact["_id"], "workspace_id": contact["workspace_id"]}, {"$inc": {COUNT: 1}}, session=session
        )
        beginning = await self._begin(caller, channel, now, session)
        await count_moves(self._database, [beginning], caller.workspace_id, at=now, session=session)
        conversation = new_conversation(channel, contact, customer.external_id, now, beginning=beginning)
        if beginning.note is not None:
            conversation["routing_log"] = [beginning.note]
        message = outgoing_document(conversation, content, author_of(caller), self._sequence.next(), now)
        conversation["last_out_seq"] = message["seq"]
        (customer_known,) = await read_wholes(self._database, [contact], session=session)
        created = conversation_created(conversation, customer_known.contact, channel, [message], now)
        events = [created, message_created(message, now)]
        waiting = [reply_row(message)]
        new = NewMessages(messages=[message], waiting=waiting, conversations=[conversation], events=events)
        await keep_named(self._database, [message], session)
        await append(self._database, new, at=now, session=session)
        return await view_of(self._database, conversation, at=now, session=session)

    async def _begin(self, caller: Caller, channel: ChannelRef, now: datetime, session: Session) -> Moved:
        """Begin it for the caller; a program's waits for anyone, as in a channel without queue."""
        if caller.kind is not CallerKind.OPERATOR:
            return started(None, None, at=now)
        operator = await self._transfers.active_operator(caller.workspace_id, caller.id, session)
        await self._transfers.check_room(operator, session)
        note = routing_note(RoutingRule.ASSIGNMENT, STARTED, now, operator_id=caller.id, by=who(caller))
        return started(caller.id, channel.queue_id, at=now).noted(note)

    async def _recipient(
        self, workspace_id: str, channel: ChannelRef, to: str, session: Session
    ) -> tuple[Customer, ContactDocument | None]:
        """Find the customer's account, and the contact where there is one."""
        if not looks_like_phone(to):
            return await account_of(self._database, workspace_id, channel.kind, to, session=session)
        customer = _customer_of(to)
        keys = {"workspace_id": workspace_id, "identity_keys": {"$in": identity_keys(channel, customer)}}
        contact = await self._database.contacts.find_one(keys, session=session)
        if contact is None:
            return customer, None
        wanted = {customer.external_id, *customer.aliases}
        own = [i for i in contact["identities"] if not wanted.isdisjoint(names_of(i))]
        own.sort(key=lambda identity: identity["external_id"] not in wanted)
        return _account(own, channel.kind), contact

    async def _refuse_open(
        self, channel: ChannelRef, contact: ContactDocument, customer: Customer, session: Session
    ) -> None:
        ids = account_ids(contact, [customer.external_id, *customer.aliases])
        found = await self._database.conversations.find_one(
            {
                "workspace_id": channel.workspace_id,
                "channel_id": channel.id,
                "identity.external_id": {"$in": ids},
                "contact_id": contact["_id"],
                "open": True,
            },
            {"_id": 1},
            session=session,
        )
        if found is not None:
            raise conversation_open(found["_id"])


async def known_contact(database: Database, channel: ChannelRef, to: str) -> str | None:
    """Return the id of the contact that a recipient is, None for somebody new. Raises `ProblemError` at `/to`."""
    if not looks_like_phone(to):
        return to
    keys = identity_keys(channel, _customer_of(to))
    found = await database.contacts.find_one(
        {"workspace_id": channel.workspace_id, "identity_keys": {"$in": keys}}, {"_id": 1}
    )
    return None if found is None else str(found["_id"])


async def account_of(
    database: Database, workspace_id: str, kind: ChannelKind, contact_id: str, *, session: Session | None = None
) -> tuple[Customer, ContactDocument]:
    """Find an account of a contact, or of one that it was merged with. Raises `ProblemError` at `/to`."""
    named = {"_id": contact_id, "workspace_id": workspace_id}
    contact = await database.contacts.find_one(named, session=session)
    if contact is None:
        raise field_problem("/to", "there is no such contact, and it is no phone number with country code")
    (customer,) = await read_wholes(database, [contact], session=session)
    own = next((one for one in (contact, *customer.parts) if _has_account(one, kind)), contact)
    return _account(own["identities"], kind), own


def recipient_id(to: str) -> str:
    """Return a phone number as the provider has it. Raises `ProblemError` at `/to`."""
    return _customer_of(to).external_id


def recipient_keys(channel: ChannelRef, to: str) -> tuple[str, ...]:
    """Return the accounts that a phone number stands for. Raises `ProblemError` at `/to`."""
    return tuple(identity_keys(channel, _customer_of(to)))


async def find_open(database: Database, channel: ChannelRef, to: str) -> str | None:
    """Find the open conversation that made another start fail: both came at the same moment."""
    contact_id = await known_contact(database, channel, to)
    known = [] if contact_id is None else [contact_id]
    key = {"contact_id": {"$in": all_of(await read_families(database, channel.workspace_id, known))}}
    found = await database.conversations.find_one(
        {"workspace_id": channel.workspace_id, "channel_id": channel.id, **key, "open": True}, {"_id": 1}
    )
    return None if found is None else str(found["_id"])


def conversation_open(conversation_id: str) -> ProblemError:
    """Say that there is one already."""
    return ProblemError(
        "conversation_open",
        "The customer has an open conversation on this channel: write there.",
        extra={"conversation_id": conversation_id},
    )


def _customer_of(phone: str) -> Customer:
    for read in (read_phone, read_possible_phone):
        try:
            digits = read(phone)
        except PhoneRefusedError as refused:
            reason = str(refused)
        else:
            return Customer(external_id=digits, aliases=phone_aliases(digits))
    raise field_problem("/to", reason)


def _has_account(contact: ContactDocument, kind: ChannelKind) -> bool:
    return any(identity["kind"] == kind.value for identity in contact["identities"])


def _account(identities: Iterable[IdentityDocument], kind: ChannelKind) -> Customer:
    """Choose the account of a contact on a kind of channel; the first one where there are several."""
    for identity in identities:
        if identity["kind"] == kind.value:
            return Customer(external_id=identity["external_id"], aliases=tuple(identity.get("aliases", ())))
    raise field_problem("/to", "the contact has no account on this channel: give a phone number with +")
