"""Finds contact and open conversation of many customers at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from inbox.arriving.arrivals import Arrival, identity_keys, ids_of
from inbox.arriving.inbound import Customer, MessageReceived
from inbox.arriving.routing_cache import Route, RouteKey, route_key
from inbox.contacts.joining import account_ids
from inbox.contacts.whole_contacts import read_wholes
from inbox.conversation.promises import MANY_LANES
from inbox.messages.message_lookup import MessageKey
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Collections
from inbox.storage.documents import ContactDocument, ConversationDocument


class CustomerArrivals(msgspec.Struct, frozen=True, kw_only=True):
    """The arrivals of one customer's account in a batch, each with its place.

    Attributes:
        key: The account that the first of them names.
        arrivals: In the order in which they came; at least one.
        last_seq: The place of the last arrival; the others come right before it.
    """

    key: RouteKey
    arrivals: Sequence[Arrival]
    last_seq: int

    @property
    def channel(self) -> ChannelRef:
        """Where they came."""
        return self.arrivals[0].channel

    @property
    def message_keys(self) -> list[MessageKey]:
        """What makes each of them unique."""
        return [arrival.key for arrival in self.arrivals]

    @property
    def seqs(self) -> range:
        """The place of each arrival, ascending."""
        return range(self.last_seq - len(self.arrivals) + 1, self.last_seq + 1)

    @property
    def customer(self) -> Customer:
        """The customer who wrote, with all ids of theirs that the arrivals name."""
        first = self.arrivals[0].event.customer
        ids = dict.fromkeys(name for arrival in self.arrivals for name in ids_of(arrival.event.customer))
        return msgspec.structs.replace(first, aliases=tuple(name for name in ids if name != first.external_id))

    @property
    def keys(self) -> set[RouteKey]:
        """Where the next arrivals of the same ids are looked for."""
        return {msgspec.structs.replace(self.key, external_id=a.event.customer.external_id) for a in self.arrivals}

    @property
    def identity_keys(self) -> list[str]:
        """The keys of the customer's contact."""
        return identity_keys(self.channel, self.customer)

    @property
    def contact_keys(self) -> list[tuple[str, str]]:
        """The same, each with the workspace."""
        return [(self.key.workspace_id, key) for key in self.identity_keys]

    @property
    def is_notice(self) -> bool:
        """Whether nobody wrote: notices open no conversation."""
        return all(isinstance(a.event, MessageReceived) and a.event.is_notice for a in self.arrivals)

    @property
    def is_standby(self) -> bool:
        """Whether another agent answers in the chat, as far as the arrivals tell."""
        return all(arrival.is_standby for arrival in self.arrivals)

    @property
    def referral(self) -> Mapping[str, str]:
        """What led the customer here, as the first message says that says so; empty where none does."""
        told = (one.event.referral for one in self.arrivals if isinstance(one.event, MessageReceived))
        return next((referral for referral in told if referral), {})

    @property
    def profile_name(self) -> str | None:
        """The newest name that the provider told."""
        return next((a.event.customer.name for a in reversed(self.arrivals) if a.event.customer.name), None)


class Whereabouts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a customer before their messages are written.

    Attributes:
        route: The open conversation that was found; None where one must be opened.
        contact: The contact's document as it was read; None of a new customer, and behind a remembered route.
        shown: The contact as it is shown: with those that it was merged with.
        is_promised: Whether the conversation has promised to take the messages.
    """

    route: Route | None = None
    contact: ContactDocument | None = None
    shown: ContactDocument | None = None
    is_promised: bool = False


class LookedUp(NamedTuple):
    """What a look into the database found.

    Attributes:
        found: Where each customer is.
        crowded: Those of the conversations in which many processes have left promises
            (`inbox.conversation.promises`).
    """

    found: list[Whereabouts]
    crowded: list[ConversationDocument]


def by_customer(arrivals: Sequence[Arrival], reserve: Callable[[int], int]) -> list[CustomerArrivals]:
    """Group arrivals by person: ids that one arrival names together are one person's.

    Args:
        arrivals: In their order.
        reserve: Reserves so many places, and returns the last of them.
    """
    same: dict[RouteKey, RouteKey] = {}

    def first_of(key: RouteKey) -> RouteKey:
        while same.setdefault(key, key) != key:
            key = same[key]
        return key

    for arrival in arrivals:
        own = route_key(arrival.channel, arrival.event.customer.external_id)
        for alias in arrival.event.customer.aliases:
            same[first_of(route_key(arrival.channel, alias))] = first_of(own)
    groups: dict[RouteKey, tuple[RouteKey, list[Arrival]]] = {}
    for arrival in arrivals:
        key = route_key(arrival.channel, arrival.event.customer.external_id)
        groups.setdefault(first_of(key), (key, []))[1].append(arrival)
    last = reserve(max(len(own) for _, own in groups.values()))
    return [CustomerArrivals(key=key, arrivals=own, last_seq=last) for key, own in groups.values()]


async def look_up(customers: Sequence[CustomerArrivals], database: Collections) -> LookedUp:
    """Read customers' contacts and open conversations."""
    owners = await _contacts(database, customers)
    contacts = [next((owners[key] for key in one.contact_keys if key in owners), None) for one in customers]
    known = {contact["_id"]: contact for contact in contacts if contact is not None}
    shown = await _shown(database, known)
    routes = await _open_routes(database, known.values()) if known else {}
    found = [
        Whereabouts()
        if contact is None
        else Whereabouts(route=_own_route(one, contact, routes), contact=contact, shown=shown[contact["_id"]])
        for one, contact in zip(customers, contacts, strict=True)
    ]
    return LookedUp(found, [one for one in routes.values() if len(one.get("promised", ())) > MANY_LANES])


async def _shown(database: Collections, known: Mapping[str, ContactDocument]) -> Mapping[str, ContactDocument]:
    wholes = zip(known, await read_wholes(database, list(known.values())), strict=True)
    return {contact_id: one.contact for contact_id, one in wholes}


async def _contacts(
    database: Collections, customers: Sequence[CustomerArrivals]
) -> Mapping[tuple[str, str], ContactDocument]:
    keys: dict[str, list[str]] = defaultdict(list)
    for one in customers:
        keys[one.key.workspace_id] += one.identity_keys
    found = database.contacts.find(
        {"$or": [{"workspace_id": w, "identity_keys": {"$in": wanted}} for w, wanted in keys.items()]}
    )
    return {(c["workspace_id"], key): c for c in await found.to_list(None) for key in c["identity_keys"]}


async def _open_routes(
    database: Collections, contacts: Iterable[ContactDocument]
) -> Mapping[tuple[str, str, str], ConversationDocument]:
    contact_ids: dict[str, list[str]] = defaultdict(list)
    for contact in contacts:
        contact_ids[contact["workspace_id"]].append(contact["_id"])
    found = database.conversations.find(
        {"$or": [{"workspace_id": w, "contact_id": {"$in": ids}, "open": True} for w, ids in contact_ids.items()]},
        {"workspace_id": 1, "channel_id": 1, "identity": 1, "promised": 1},
    )
    return {(c["workspace_id"], c["channel_id"], c["identity"]["external_id"]): c for c in await found.to_list(None)}


def _own_route(
    customer: CustomerArrivals, contact: ContactDocument, routes: Mapping[tuple[str, str, str], ConversationDocument]
) -> Route | None:
    """Choose the conversation of the customer's own account; an alias is the same account."""
    key = customer.key
    for external_id in account_ids(contact, ids_of(customer.customer)):
        conversation = routes.get((key.workspace_id, key.channel_id, external_id))
        if conversation is not None:
            return Route(
                conversation_id=conversation["_id"],
                contact_id=contact["_id"],
                profile_name=contact.get("profile_name"),
            )
    return None
