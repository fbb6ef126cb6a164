"""Blocking a customer: open conversations close, further messages open none, and the provider is told.

All of it is one transaction with the contact's change: who opens a conversation of a known contact writes to the
contact, too (`inbox.arriving.openings`), so that the two come one after the other.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from inbox.channel.provider_tasks import blocks
from inbox.contacts.contact_models import Contact
from inbox.contacts.contact_store import ContactStore
from inbox.conversation.closing import close_unchanged
from inbox.conversation.conversation_rules import ConversationFacts, check_close
from inbox.conversation.promises import settle_promises
from inbox.conversation.routing_notes import who
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.labels.tag_use import labelling
from inbox.model.close_reasons import Close, CloseReason
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ConversationDocument

ATTEMPTS: Final = 50
"""Each fails only if a message arrived meanwhile; nobody writes fifty times in that time."""
ACCOUNTS: Final = 200
"""Of one contact, each on each channel: far more than anybody has."""


class Blocking:
    """Changes contacts who are thereby blocked or unblocked."""

    def __init__(self, database: Database, clock: Clock, contacts: ContactStore) -> None:
        self._database = database
        self._clock = clock
        self._contacts = contacts

    async def patch(self, caller: Caller, contact_id: str, patch: Mapping[str, Any]) -> Contact:
        """Change a contact; where that blocks or unblocks the customer, all that follows from it happens with it.

        Raises:
            ProblemError: as `ContactStore.patch`; `not_assigned` where a colleague has a conversation of the customer
                and the caller is no supervisor; `stale_state` where messages keep arriving.
        """
        if "blocked" not in patch:
            return await self._contacts.patch(caller, contact_id, patch)
        for _ in range(ATTEMPTS):
            before = await self._contacts.get(caller, contact_id)
            opened = await self._open_of(before, caller) if patch["blocked"] is True else []
            await settle_promises(self._database, opened)
            try:
                return await self._patch_once(caller, before, patch, opened)
            except _StillOpenError:
                await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 - lets the messages that arrive through
        raise ProblemError("stale_state", "Messages of this customer keep arriving. Try again.")

    async def _patch_once(
        self, caller: Caller, before: Contact, patch: Mapping[str, Any], opened: Sequence[ConversationDocument]
    ) -> Contact:
        async def work(session: Session) -> Contact:
            after = await self._contacts.patch_within(caller, before.id, patch, session=session)
            if after.blocked:
                await self._close(caller, after, opened, session)
            if after.version != before.version:
                accounts = await self._accounts(after, caller, session)
                now = self._clock.now()
                await blocks(self._database, accounts, blocked=after.blocked, at=now, session=session)
            return after

        return await labelling(self._database, work)

    async def _close(
        self, caller: Caller, contact: Contact, opened: Sequence[ConversationDocument], session: Session
    ) -> None:
        """Close all open conversations. Raises `_StillOpenError` where one was not seen as it is."""
        for conversation in opened:
            check_close(ConversationFacts.of(conversation), caller)
        if opened:
            close = Close(reason=CloseReason.CONTACT_BLOCKED, by=who(caller), silent=True)
            await close_unchanged(self._database, opened, close, at=self._clock.now(), session=session)
        theirs = {**_of(contact, caller), "open": True}
        if await self._database.conversations.find_one(theirs, {"_id": 1}, session=session) is not None:
            raise _StillOpenError

    async def _open_of(self, contact: Contact, caller: Caller) -> list[ConversationDocument]:
        theirs = {**_of(contact, caller), "open": True}
        return await self._database.conversations.find(theirs).to_list(None)

    async def _accounts(self, contact: Contact, caller: Caller, session: Session) -> list[ConversationDocument]:
        """Return one conversation of each account of the contact on each channel."""
        account = {"channel_id": "$channel_id", "external_id": "$identity.external_id"}
        found = self._database.conversations.aggregate(
            [
                {"$match": _of(contact, caller)},
                {"$group": {"_id": account, "one": {"$first": "$_id"}}},
                {"$limit": ACCOUNTS},
            ],
            session=session,
        )
        ids = [group["one"] for group in await found.to_list(None)]
        wanted = {"_id": {"$in": ids}, "workspace_id": caller.workspace_id}
        return await self._database.conversations.find(wanted, session=session).to_list(None)


def _of(contact: Contact, caller: Caller) -> Condition:
    """Make the condition on conversations of a customer."""
    return {"workspace_id": caller.workspace_id, "contact_id": {"$in": contact.all_ids}}


class _StillOpenError(Exception):
    """A conversation of the customer changed, or opened, since it was read."""
