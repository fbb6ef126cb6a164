"""Plans what one transaction of arrivals writes, from what is known of their customers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from inbox.arriving.arrivals import (
    Place,
    ids_of,
    new_contact,
    new_conversation,
    new_message,
    promise_into,
    times_raised,
)
from inbox.arriving.inbound import MessageReceived
from inbox.arriving.openings import opening
from inbox.arriving.reachability import TELL_OF_BLOCKS, heard_at
from inbox.arriving.renames import Rename
from inbox.arriving.routing_cache import Route
from inbox.arriving.whereabouts import CustomerArrivals, Whereabouts
from inbox.arriving.wishes import Wish, wishes
from inbox.bots.turn_rows import turns_of
from inbox.contacts.joining import account_ids
from inbox.conversation.moves import recorded
from inbox.files.file_models import pending_file
from inbox.messages.message_lookup import MessageKey
from inbox.model.channel_ref import ChannelRef
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.storage.database import DocumentUnstorableError, UpdateOne, WriteConflictError, encode_document
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

MadeContacts = dict[tuple[str, str], ContactDocument]
"""Contacts that the plan makes, by workspace and key of an identity: another channel's arrivals may be the same
person's."""


class Circumstances(NamedTuple):
    """What is the same for all customers of a plan.

    Attributes:
        answered: Our ids of messages that arrivals reply to, by channel and provider's id.
        writer: Whose promises a new conversation begins with.
        at: Now.
    """

    answered: Mapping[tuple[str, str], str]
    writer: str
    at: datetime


class PlannedMessage(NamedTuple):
    """A message's document, encoded too, with what is written beside it."""

    message: MessageDocument
    encoded: Any
    told: Event
    file: FileDocument | None


class PlannedOpening(NamedTuple):
    """A conversation that is opened.

    Attributes:
        contact: Whose it is.
        contact_is_new: Whether the contact is stored with it.
    """

    conversation: ConversationDocument
    contact: ContactDocument
    contact_is_new: bool
    created: Event


class CustomerPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is written of one customer's arrivals.

    Attributes:
        outcomes: What becomes of each message if the transaction commits.
        target: Where the messages go; None where none can be stored.
        opened: The conversation that is opened for them; None where one is open.
        reopens: What the contact, as it was read, notes of the opening; None where there was none.
    """

    customer: CustomerArrivals
    outcomes: Mapping[MessageKey, Stored]
    target: Route | None = None
    messages: Sequence[PlannedMessage] = ()
    opened: PlannedOpening | None = None
    reopens: UpdateOne | None = None

    @property
    def documents(self) -> list[MessageDocument]:
        """The messages, in their order."""
        return [one.message for one in self.messages]

    @property
    def is_shown(self) -> bool:
        """Whether anybody is told: not of what a blocked customer writes."""
        return self.opened is None or self.opened.conversation["open"]

    @property
    def events(self) -> list[Event]:
        """What is told: first of the conversation that opens."""
        if not self.is_shown:
            return []
        created = [] if self.opened is None else [self.opened.created]
        return [*created, *(one.told for one in self.messages)]

    @property
    def turns(self) -> list[BotTurnDocument]:
        """What the channel's bot is to answer."""
        return turns_of(self.customer.channel, self.documents) if self.is_shown else []

    @property
    def wishes(self) -> list[Wish]:
        """What the customer says about marketing messages."""
        target = self.target
        return [] if target is None else list(wishes(self.customer.arrivals, self.documents, target.contact_id))

    @property
    def rename(self) -> Rename | None:
        """The customer's new profile name; None where it is the known one."""
        target, name = self.target, self.customer.profile_name
        if target is None or name is None or name == target.profile_name:
            return None
        return Rename(self.customer.key.workspace_id, target.contact_id, name)

    @property
    def route(self) -> Route | None:
        """Where the customer's next messages are looked for first."""
        rename = self.rename
        if self.target is None or rename is None:
            return self.target
        return msgspec.structs.replace(self.target, profile_name=rename.name)

    @property
    def queue_id(self) -> str | None:
        """The queue that has something to route now."""
        channel = self.customer.channel
        waits = self.opened is not None and self.is_shown and channel.bot_id is None and not self.customer.is_standby
        return channel.queue_id if waits else None


class ArrivalPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What one transaction writes: the plans of several customers."""

    customers: Sequence[CustomerPlan]
    at: datetime

    @property
    def writing(self) -> list[CustomerPlan]:
        """Those of whom something is stored."""
        return [one for one in self.customers if one.target is not None]

    @property
    def outcomes(self) -> dict[MessageKey, Stored]:
        """What becomes of each message if the transaction commits."""
        return {key: outcome for one in self.customers for key, outcome in one.outcomes.items()}

    @property
    def stored_keys(self) -> list[MessageKey]:
        """The messages that are inserted."""
        return [key for key, outcome in self.outcomes.items() if outcome == _FRESH]

    @property
    def channels(self) -> dict[str, ChannelRef]:
        """The channels of the messages, by id."""
        return {one.customer.key.channel_id: one.customer.channel for one in self.writing}

    @property
    def last_seq(self) -> int:
        """The highest place of a message."""
        return max((one.customer.last_seq for one in self.writing), default=0)

    @property
    def queue_ids(self) -> set[str]:
        """The queues for which conversations are opened."""
        return {one.queue_id for one in self.writing if one.queue_id is not None}

    @property
    def openings(self) -> list[PlannedOpening]:
        """The conversations that are opened."""
        return [one.opened for one in self.writing if one.opened is not None]

    @property
    def reopens(self) -> list[UpdateOne]:
        """What known contacts note of the openings: once each, whatever opens for them."""
        noted = {
            one.opened.contact["_id"]: one.reopens
            for one in self.writing
            if one.opened is not None and one.reopens is not None
        }
        return list(noted.values())

    @property
    def heard(self) -> list[tuple[ChannelRef, dict[str, datetime]]]:
        """From whom channels have heard, and when last: whoever writes does not block them any more."""
        heard: dict[str, tuple[ChannelRef, dict[str, datetime]]] = {}
        for channel, account, at in (one for plan in self.writing for one in _heard(plan.customer, self.at)):
            heard.setdefault(channel.id, (channel, {}))[1][account] = at
        return list(heard.values())


def plan_arrivals(
    customers: Sequence[CustomerArrivals], found: Sequence[Whereabouts], given: Circumstances
) -> ArrivalPlan:
    """Plan what is written of customers' arrivals, with a new conversation where none was found.

    Args:
        customers: Each once.
        found: Where each of them is, in the same order.
        given: What is the same for all.

    Raises:
        WriteConflictError: where two of them turn out to be one account, for which only one conversation may open:
            each is to be written by itself.
    """
    made: MadeContacts = {}
    plans = []
    for customer, where in zip(customers, found, strict=True):
        plan = _planned(customer, where, made, given)
        plans.append(plan)
        if plan.opened is not None and plan.opened.contact_is_new:
            made |= dict.fromkeys(customer.contact_keys, plan.opened.contact)
    opened = [_account(plan.customer, plan.opened.contact) for plan in plans if plan.opened is not None]
    if len(set(opened)) < len(opened):
        raise WriteConflictError("two ids of one account came at once, and nothing that came names them together")
    return ArrivalPlan(customers=plans, at=given.at)


def _account(customer: CustomerArrivals, contact: ContactDocument) -> tuple[str, str, frozenset[str]]:
    """Name the account of a contact for which a conversation opens, whichever of its ids came."""
    return customer.key.channel_id, contact["_id"], frozenset(account_ids(contact, ids_of(customer.customer)))


def _planned(customer: CustomerArrivals, where: Whereabouts, made: MadeContacts, given: Circumstances) -> CustomerPlan:
    """Plan one customer's arrivals.

    Of whom nothing can be stored nothing opens, nor where nobody wrote.
    """
    if where.route is None and customer.is_notice:
        return CustomerPlan(customer=customer, outcomes=dict.fromkeys(customer.message_keys, _NOWHERE))
    try:
        if where.route is not None:
            messages, outcomes = _messages(customer, where.route, given)
            target = where.route if messages else None
            return CustomerPlan(customer=customer, outcomes=outcomes, target=target, messages=messages)
        return _with_opening(customer, where, made, given)
    except Exception as error:  # whatever it is, only this customer has it
        return CustomerPlan(customer=customer, outcomes=dict.fromkeys(customer.message_keys, _unstorable(error)))


def _with_opening(
    customer: CustomerArrivals, where: Whereabouts, made: MadeContacts, given: Circumstances
) -> CustomerPlan:
    """Plan a conversation too, and a contact where there is none yet."""
    known = where.contact
    before = known or next((made[key] for key in customer.contact_keys if key in made), None)
    contact = before or new_contact(customer.channel, customer.customer, given.at)
    conversation = _conversation(customer, contact, given)
    target = Route(
        conversation_id=conversation["_id"], contact_id=contact["_id"], profile_name=contact.get("profile_name")
    )
    messages, outcomes = _messages(customer, target, given)
    if not messages:
        return CustomerPlan(customer=customer, outcomes=outcomes)
    encode_document(conversation)
    if before is None:
        encode_document(contact)
    shown, documents = where.shown or contact, [one.message for one in messages]
    created = conversation_created(conversation, shown, customer.channel, documents, given.at)
    return CustomerPlan(
        customer=customer,
        outcomes=outcomes,
        target=target,
        messages=messages,
        opened=PlannedOpening(conversation, contact, before is None, created),
        reopens=None if known is None else opening(known),
    )


def _conversation(customer: CustomerArrivals, contact: ContactDocument, given: Circumstances) -> ConversationDocument:
    channel, at = customer.channel, given.at
    beginning = recorded(BLOCKED, channel.queue_id, at=at) if contact.get("blocked") else None
    account, standby = customer.key.external_id, customer.is_standby
    conversation = new_conversation(channel, contact, account, at, beginning=beginning, standby=standby)
    if referral := customer.referral:
        conversation["referral"] = dict(referral)
    promise_into(conversation, given.writer, customer.last_seq, times_raised(customer.arrivals, at))
    return conversation


def _messages(
    customer: CustomerArrivals, target: Route, given: Circumstances
) -> tuple[list[PlannedMessage], dict[MessageKey, Stored]]:
    """Make the documents of a customer's messages; one that can't be stored is left out."""
    messages, outcomes = [], {}
    for arrival, seq in zip(customer.arrivals, customer.seqs, strict=True):
        try:
            message = new_message(arrival, _place(customer, target, seq, arrival.event.reply_to, given), given.at)
            told = message_created(message, given.at)
            one = PlannedMessage(message, encode_document(message), told, pending_file(message, given.at))
        except Exception as error:  # whatever it is, only this message has it
            outcomes[arrival.key] = _unstorable(error)
            continue
        outcomes[arrival.key] = _FRESH
        messages.append(one)
    return messages, outcomes


def _place(customer: CustomerArrivals, target: Route, seq: int, reply_to: str | None, given: Circumstances) -> Place:
    return Place(
        conversation_id=target.conversation_id,
        contact_id=target.contact_id,
        seq=seq,
        reply_to=given.answered.get((customer.key.channel_id, reply_to)) if reply_to else None,
    )


def _heard(customer: CustomerArrivals, at: datetime) -> Iterator[tuple[ChannelRef, str, datetime]]:
    for arrival in customer.arrivals:
        channel, event = arrival.channel, arrival.event
        if channel.kind in TELL_OF_BLOCKS and isinstance(event, MessageReceived) and event.opens_window:
            yield channel, event.customer.external_id, heard_at(event, at)


def _unstorable(error: Exception) -> Stored:
    reason = str(error) if isinstance(error, DocumentUnstorableError) else type(error).__name__
    return Stored(fresh=True, unstorable=reason)
