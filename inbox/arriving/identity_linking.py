"""Links the ids that a provider names together: one contact owns all ids of a person.

A customer may be known by a phone number first and by another id later, or the other way round, and a message,
a report or an answer may be the first to name both. Contacts that turn out to be one person are joined: what
they have is kept, the stricter wish about marketing holds, and conversations keep the account that they are with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
from cachetools import LRUCache

from inbox.arriving.arrivals import identity_keys
from inbox.arriving.inbound import Customer
from inbox.contacts.joining import account_ids, joined, with_ids
from inbox.contacts.search_terms import FIELD, search_terms
from inbox.contacts.whole_contacts import contacts_updated
from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.conversation.conversations import Conversations
from inbox.foundation.clock import Clock
from inbox.model.channel_ref import ChannelRef
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.storage.database import (
    Collections,
    Database,
    Session,
    UpdateOne,
    WriteConflictError,
    is_duplicate,
    is_transient,
    is_unavailable,
    post,
)
from inbox.storage.documents import ContactDocument, ConversationDocument, Fields, with_fields
from inbox.storage.setting_apart import write_setting_apart
from inbox.stream.events import EventType, write_events

CACHED: Final = 50_000
"""Accounts that this process knows to be linked: some 300 bytes each."""
ATTEMPTS: Final = 10
"""To join contacts while their customer writes, or another process joins them too."""
ATTEMPTS_TOGETHER: Final = 3
_WHAT_IDS_ARE: Final[Fields] = {"identity_keys": 1, "identities": 1}

MERGED: Final = close_by_rule(CloseReason.MERGED)
"""Why a conversation ends whose customer has another one on the same channel."""


class Named(msgspec.Struct, frozen=True):
    """A customer whom a provider named by more than one id, on a channel."""

    channel: ChannelRef
    customer: Customer

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids of the account, the one to answer to first."""
        return (self.customer.external_id, *self.customer.aliases)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which contacts own the ids."""
        return tuple(identity_keys(self.channel, self.customer))


class IdentityLinking:
    """Links ids in batches; made for `GroupCommit`, one batch at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._conversations = Conversations(database, clock)
        self._linked: LRUCache[tuple[str, tuple[str, ...]], None] = LRUCache(CACHED)

    def is_news(self, named: Named) -> bool:
        """Return whether this process has not seen these ids with one contact yet."""
        return (named.channel.workspace_id, named.keys) not in self._linked

    async def write(self, batch: Sequence[Named]) -> Sequence[Exception | None]:
        """Let each contact own the ids that are named with one of its own.

        Returns:
            For each, why it is to be tried again; None where it is done, where nobody has any of the ids, and
            where no contact could have them.

        Raises:
            PyMongoError: if the database is away; the provider repeats.
        """
        return await write_setting_apart(batch, self._write_together, _set_aside, check=_check_ids)

    async def _write_together(self, batch: Sequence[Named]) -> Sequence[Exception | None]:
        owners = await self._owners(batch, self._database, fields={"workspace_id": 1, **_WHAT_IDS_ARE})
        once = {(named.channel.workspace_id, named.keys): named for named in batch}.values()
        known = [named for named in once if owners.of(named)]
        for named in await self._named_further([one for one in known if owners.has_news_in(one)], owners):
            await self._link(named)
        for named in known:
            self._remember(named)
        return [None] * len(batch)

    async def _owners(
        self, batch: Sequence[Named], database: Collections, *, fields: Fields | None = None, session: Session = None
    ) -> _Owners:
        """Read who owns the ids."""
        keys: dict[str, set[str]] = defaultdict(set)
        for named in batch:
            keys[named.channel.workspace_id].update(named.keys)
        any_of = {"$or": [{"workspace_id": w, "identity_keys": {"$in": list(own)}} for w, own in keys.items()]}
        return _Owners(await database.contacts.find(any_of, fields, session=session).to_list(None))

    async def _named_further(self, batch: Sequence[Named], owners: _Owners) -> Sequence[Named]:
        """Let contacts own further ids in one transaction for all; return those that have to be linked one by one.

        That is what most links are: a campaign's customers are known by their numbers, and the first status of each
        names another id.
        """
        simple = owners.simple_among(batch)
        if len(simple) < 2:
            return batch
        try:
            done = await self._database.batch_transaction(partial(self._name_once, simple), attempts=ATTEMPTS_TOGETHER)
        except Exception as error:
            if is_unavailable(error):
                raise
            return batch  # one of them meets others, or can't be stored: each alone
        return [named for named in batch if named not in done]

    async def _name_once(self, simple: Sequence[Named], database: Collections, session: Session) -> frozenset[Named]:
        """Name further ids of contacts, where it is as simple as it looked; return those that are done."""
        now = self._clock.now()
        owners = await self._owners(simple, database, session=session)
        done = owners.simple_among(simple)
        changed = [_with_terms(contact, named) for named in done for contact in owners.of(named)]
        updates = [
            UpdateOne({"_id": contact["_id"], "workspace_id": contact["workspace_id"]}, {"$set": fields})
            for contact, fields in changed
            if fields
        ]
        if updates:
            await post(database.contacts.bulk_write(updates, ordered=False, session=session))
            after = [with_fields(contact, fields) for contact, fields in changed if fields]
            told = await contacts_updated(database, after, at=now, session=session)
            await write_events(database, told, at=now, session=session)
        return frozenset(done)

    def _remember(self, named: Named) -> None:
        self._linked[named.channel.workspace_id, named.keys] = None

    async def _link(self, named: Named) -> None:
        """Link, and join contacts where there are several; first the conversations of which one is too many end."""
        for attempt in range(ATTEMPTS):
            try:
                surplus = await self._database.transaction(partial(self._link_once, named))
            except Exception as error:
                if attempt == ATTEMPTS - 1 or not is_duplicate(error):
                    raise
                continue
            if not surplus:
                return
            for conversation in surplus:
                await self._conversations.close_as_seen(conversation, MERGED)
        raise WriteConflictError("messages keep arriving in two conversations of one customer")

    async def _link_once(self, named: Named, session: Session) -> Sequence[ConversationDocument]:
        """Link in a transaction; return the open conversations that have to be closed before, where there are any."""
        contacts = await self._contacts(named, session)
        if not contacts:
            return ()
        first, *others = contacts
        fields = joined(contacts) if others else {}
        fields |= with_ids(with_fields(first, fields), named.channel.kind.value, named.ids)
        if not fields:
            return ()
        opened = await self._opened(contacts, session) if others else []
        surplus = _surplus(opened, account_ids(with_fields(first, fields), named.ids))
        if surplus:
            return surplus
        await self._write(first, others, fields, opened, session)
        return ()

    async def _contacts(self, named: Named, session: Session) -> list[ContactDocument]:
        found = self._database.contacts.find(
            {"workspace_id": named.channel.workspace_id, "identity_keys": {"$in": list(named.keys)}}, session=session
        )
        contacts: list[ContactDocument] = await found.sort("_id", 1).to_list(None)
        return contacts

    async def _opened(self, contacts: Sequence[ContactDocument], session: Session) -> list[ConversationDocument]:
        condition = {
            "workspace_id": contacts[0]["workspace_id"],
            "contact_id": {"$in": [contact["_id"] for contact in contacts]},
            "open": True,
        }
        return await self._database.conversations.find(condition, session=session).to_list(None)

    async def _write(
        self,
        first: ContactDocument,
        others: Sequence[ContactDocument],
        fields: Fields,
        opened: Sequence[ConversationDocument],
        session: Session,
    ) -> None:
        now, workspace_id = self._clock.now(), first["workspace_id"]
        fields = _next_version(first, fields)
        gone = {"$in": [contact["_id"] for contact in others]}
        if others:
            await self._database.contacts.delete_many({"_id": gone, "workspace_id": workspace_id}, session=session)
        await self._database.contacts.update_one(
            {"_id": first["_id"], "workspace_id": workspace_id}, {"$set": fields}, session=session
        )
        if others:
            closed = {"workspace_id": workspace_id, "contact_id": gone, "open": False}
            await self._database.conversations.update_many(
                closed, {"$set": {"contact_id": first["_id"]}, "$inc": {"version": 1}}, session=session
            )
            moved = [Change(c, {"contact_id": first["_id"]}) for c in opened if c["contact_id"] != first["_id"]]
            await change_conversations(self._database, moved, EventType.CONVERSATION_UPDATED, at=now, session=session)
        await self._spread_family(first["_id"], fields, workspace_id, session)
        told = await contacts_updated(self._database, [with_fields(first, fields)], at=now, session=session)
        await write_events(self._database, told, at=now, session=session)

    async def _spread_family(self, first_id: str, fields: Fields, workspace_id: str, session: Session) -> None:
        """Let all with whom one of the joined contacts was merged know each other; a block holds for all of them."""
        others = [member for member in fields.get("family", ()) if member != first_id]
        if not others:
            return
        known = {"family": fields["family"], **({"blocked": True} if fields.get("blocked") else {})}
        await self._database.contacts.update_many(
            {"_id": {"$in": others}, "workspace_id": workspace_id},
            {"$set": known, "$inc": {"version": 1}},
            session=session,
        )


class _Owners:
    """Who owns ids, as contacts were read."""

    def __init__(self, contacts: Sequence[ContactDocument]) -> None:
        self._by_key = {(c["workspace_id"], key): c for c in contacts for key in c["identity_keys"]}

    def of(self, named: Named) -> Sequence[ContactDocument]:
        """Return the contacts that own some of the ids."""
        own = (self._by_key.get((named.channel.workspace_id, key)) for key in named.keys)
        return list({contact["_id"]: contact for contact in own if contact is not None}.values())

    def has_news_in(self, named: Named) -> bool:
        """Tell whether ids are named that nobody owns, or that several do."""
        first, *others = self.of(named)
        return bool(others or with_ids(first, named.channel.kind.value, named.ids))

    def simple_among(self, batch: Sequence[Named]) -> list[Named]:
        """Return those with one contact, which nobody else of the batch has."""
        owners = [self.of(named) for named in batch]
        times = Counter(contact["_id"] for own in owners for contact in own)
        return [named for named, own in zip(batch, owners, strict=True) if len(own) == 1 and times[own[0]["_id"]] == 1]


def _with_terms(contact: ContactDocument, named: Named) -> tuple[ContactDocument, Fields]:
    """Return a contact, and what changes in it where it owns all ids; nothing if it does already."""
    fields = with_ids(contact, named.channel.kind.value, named.ids)
    return contact, _next_version(contact, fields) if fields else {}


def _next_version(contact: ContactDocument, fields: Fields) -> Fields:
    return {"version": contact["version"] + 1, FIELD: search_terms(with_fields(contact, fields)), **fields}


def _check_ids(named: Named) -> None:
    """Check that ids can be looked up. Raises `UnicodeError`."""
    "\n".join(named.ids).encode()


def _set_aside(_: Named, error: Exception) -> Exception | None:
    """Drop ids that no contact can own; raise what may pass, so that the provider repeats."""
    return error if is_transient(error) or is_duplicate(error) else None


def _surplus(opened: Sequence[ConversationDocument], ids: Sequence[str]) -> list[ConversationDocument]:
    """Return the open conversations of one account that are one too many on their channel.

    The one that an operator has stays, otherwise the oldest.
    """
    by_channel: dict[str, list[ConversationDocument]] = defaultdict(list)
    for conversation in opened:
        if conversation["identity"]["external_id"] in ids:
            by_channel[conversation["channel_id"]].append(conversation)
    ranked = (sorted(own, key=lambda c: (c["operator_id"] is None, c["_id"])) for own in by_channel.values())
    return [conversation for own in ranked for conversation in own[1:]]
