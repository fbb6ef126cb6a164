"""Finds contact and open conversation of many customers at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from inbox.arriving.arrivals import Arrival, identity_keys, ids_of
from inbox.arriving.inbound import Customer, MessageReceived
from inbox.arriving.routing_cache import Route, RouteKey, route_key
from inbox.contacts.joining import account_ids
from inbox.contacts.whole_contacts import read_wholes
from inbox.conversation.promises import MANY_LANES
from inbox.storage.database import Collections
from inbox.storage.documents import ContactDocument, ConversationDocument


class CustomerBatch:
    """The arrivals of one customer's account in a batch, and where they go.

    Attributes:
        last_seq: The place of the last arrival; the others come right before it.
        route: The open conversation that was found; None where one must be opened.
        target: Where the messages are put: the route, or the conversation that is opened.
        contact: The contact's document, where it was read or made.
        contact_is_new: Whether this batch made the contact.
        customer_known: The contact as it is shown: with those that it was merged with.
    """

    def __init__(self, key: RouteKey) -> None:
        self.key = key
        self.arrivals: list[Arrival] = []
        self.last_seq = 0
        self.route: Route | None = None
        self.target: Route | None = None
        self.contact: ContactDocument | None = None
        self.contact_is_new = False
        self.customer_known: ContactDocument | None = None

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
        return identity_keys(self.arrivals[0].channel, self.customer)

    @property
    def is_notice(self) -> bool:
        """Whether nobody wrote: such a batch opens no conversation."""
        return all(isinstance(a.event, MessageReceived) and a.event.is_notice for a in self.arrivals)

    @property
    def is_standby(self) -> bool:
        """Whether another agent answers in the chat, as far as the batch knows."""
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


def by_customer(arrivals: Sequence[Arrival]) -> list[CustomerBatch]:
    """Group arrivals by person: ids that one arrival names together are one person's."""
    same: dict[RouteKey, RouteKey] = {}

    def first_of(key: RouteKey) -> RouteKey:
        while same.setdefault(key, key) != key:
            key = same[key]
        return key

    for arrival in arrivals:
        own = route_key(arrival.channel, arrival.event.customer.external_id)
        for alias in arrival.event.customer.aliases:
            same[first_of(route_key(arrival.channel, alias))] = first_of(own)
    batches: dict[RouteKey, CustomerBatch] = {}
    for arrival in arrivals:
        key = route_key(arrival.channel, arrival.event.customer.external_id)
        batches.setdefault(first_of(key), CustomerBatch(key)).arrivals.append(arrival)
    return list(batches.values())


async def look_up(batches: Sequence[CustomerBatch], database: Collections) -> list[ConversationDocument]:
    """Read contacts and open conversations from the database into `batches`.

    Returns:
        Those of the conversations in which many processes have left promises (`inbox.conversation.promises`).
    """
    for batch in batches:
        batch.route = batch.contact = None
    contacts = await _contacts(database, batches)
    for batch in batches:
        owned = (contacts.get((batch.key.workspace_id, key)) for key in batch.identity_keys)
        batch.contact = next((contact for contact in owned if contact is not None), None)
    await _read_customers(batches, database)
    known = [batch for batch in batches if batch.contact is not None]
    routes = await _open_routes(database, known) if known else {}
    for batch in known:
        batch.route = _own_route(batch, routes)
    return [conversation for conversation in routes.values() if len(conversation.get("promised", ())) > MANY_LANES]


async def _read_customers(batches: Sequence[CustomerBatch], database: Collections) -> None:
    known = {batch.contact["_id"]: batch.contact for batch in batches if batch.contact is not None}
    wholes = zip(known, await read_wholes(database, list(known.values())), strict=True)
    customers = {contact_id: one.contact for contact_id, one in wholes}
    for batch in batches:
        batch.customer_known = None if batch.contact is None else customers[batch.contact["_id"]]


async def _contacts(
    database: Collections, batches: Sequence[CustomerBatch]
) -> Mapping[tuple[str, str], ContactDocument]:
    keys: dict[str, list[str]] = defaultdict(list)
    for batch in batches:
        keys[batch.key.workspace_id] += batch.identity_keys
    found = database.contacts.find(
        {"$or": [{"workspace_id": w, "identity_keys": {"$in": wanted}} for w, wanted in keys.items()]}
    )
    return {(c["workspace_id"], key): c for c in await found.to_list(None) for key in c["identity_keys"]}


async def _open_routes(
    database: Collections, batches: Sequence[CustomerBatch]
) -> Mapping[tuple[str, str, str], ConversationDocument]:
    contact_ids: dict[str, set[str]] = defaultdict(set)
    for batch in batches:
        if batch.contact is not None:
            contact_ids[batch.key.workspace_id].add(batch.contact["_id"])
    found = database.conversations.find(
        {
            "$or": [
                {"workspace_id": w, "contact_id": {"$in": list(ids)}, "open": True} for w, ids in contact_ids.items()
            ]
        },
        {"workspace_id": 1, "channel_id": 1, "identity": 1, "promised": 1},
    )
    return {(c["workspace_id"], c["channel_id"], c["identity"]["external_id"]): c for c in await found.to_list(None)}


def _own_route(batch: CustomerBatch, routes: Mapping[tuple[str, str, str], ConversationDocument]) -> Route | None:
    """Choose the conversation of the customer's own account; an alias is the same account."""
    if batch.contact is None:
        return None
    for external_id in account_ids(batch.contact, ids_of(batch.customer)):
        conversation = routes.get((batch.key.workspace_id, batch.key.channel_id, external_id))
        if conversation is not None:
            return Route(
                conversation_id=conversation["_id"],
                contact_id=batch.contact["_id"],
                profile_name=batch.contact.get("profile_name"),
            )
    return None
