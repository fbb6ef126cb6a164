"""Asking for a contact to be erased: from that moment nobody finds it, and what the customer writes is a new contact.

One transaction closes open conversations, empties the contact and notes the erasure; workers do the rest
(`inbox.erasing.steps`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Final

from inbox.contacts.suppression import Suppression
from inbox.contacts.whole_contacts import family_of
from inbox.conversation.closing import close_unchanged
from inbox.conversation.promises import settle_promises
from inbox.conversation.routing_notes import who
from inbox.erasing.erasure_models import Erasure, ErasureState, erasure_view
from inbox.erasing.person import person_of
from inbox.erasing.steps import FIRST_STEP
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.model.close_reasons import Close, CloseReason
from inbox.people.access import Caller
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ContactDocument, ConversationDocument, ErasureDocument, Fields
from inbox.stream.events import write_events
from inbox.views.telling import contact_updated

ATTEMPTS: Final = 50
"""Each fails only if a message arrived meanwhile; nobody writes fifty times in that time."""
_STAY: Final = frozenset({"_id", "workspace_id", "name", "identity_keys", "identities", "created_at", "version"})


class ContactErasing:
    """Begins erasures of contacts."""

    def __init__(self, database: Database, clock: Clock, suppression: Suppression) -> None:
        self._database = database
        self._clock = clock
        self._suppression = suppression

    async def begin(self, caller: Caller, contact_id: str) -> Erasure:
        """Erase a contact, with all that was merged into it; asked again, return the erasure that is under way.

        Raises:
            ProblemError: `not_found`; `stale_state` where messages keep arriving.
        """
        under_way = await self._under_way(caller, contact_id)
        if under_way is not None:
            return erasure_view(under_way)
        for _ in range(ATTEMPTS):
            contacts = await family_of(self._database, caller.workspace_id, contact_id)
            opened = await self._open_of(contacts)
            await settle_promises(self._database, opened)
            try:
                return erasure_view(await self._begin_once(caller, contacts, opened))
            except _StillOpenError:
                await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 - lets the messages that arrive through
        raise ProblemError("stale_state", "Messages of this customer keep arriving. Try again.")

    async def _under_way(self, caller: Caller, contact_id: str) -> ErasureDocument | None:
        return await self._database.erasures.find_one(
            {
                "workspace_id": caller.workspace_id,
                "person.contact_ids": {"$eq": contact_id, "$type": "string"},
                "state": ErasureState.WORKING.value,
            }
        )

    async def _open_of(self, contacts: Sequence[ContactDocument]) -> list[ConversationDocument]:
        return await self._database.conversations.find({**_of(contacts), "open": True}).to_list(None)

    async def _begin_once(
        self, caller: Caller, contacts: Sequence[ContactDocument], opened: Sequence[ConversationDocument]
    ) -> ErasureDocument:
        async def work(session: Session) -> ErasureDocument:
            now = self._clock.now()
            family = await family_of(self._database, caller.workspace_id, contacts[0]["_id"], session=session)
            if opened:
                close = Close(reason=CloseReason.CONTACT_ERASED, by=who(caller), silent=True)
                await close_unchanged(self._database, opened, close, at=now, session=session)
            await self._check_closed(family, session)
            erasure = self._document(caller, family)
            await self._database.erasures.insert_one(erasure, session=session)
            for contact in family:
                await self._suppression.follow(contact, session=session)
                await self._empty(contact, session)
            noted = AuditNote(Act.CONTACT_ERASED, erasure["contact_id"])
            await write_audit(self._database, caller, noted, at=now, session=session)
            return erasure

        return await self._database.transaction(work)

    async def _check_closed(self, contacts: Sequence[ContactDocument], session: Session) -> None:
        """Raise `_StillOpenError` where a conversation was not seen as it is."""
        still = {**_of(contacts), "open": True}
        if await self._database.conversations.find_one(still, {"_id": 1}, session=session) is not None:
            raise _StillOpenError

    async def _empty(self, contact: ContactDocument, session: Session) -> None:
        """Leave nothing of a contact but its id, until the conversations that name it are gone."""
        now, workspace_id = self._clock.now(), contact["workspace_id"]
        nothing: Fields = {
            "name": None,
            "identities": [],
            "identity_keys": [f"erased:{contact['_id']}"],
            "version": contact["version"] + 1,
        }
        unset = {name: "" for name in contact if name not in _STAY}
        update: Fields = {"$set": nothing, **({"$unset": unset} if unset else {})}
        await self._database.contacts.update_one(
            {"_id": contact["_id"], "workspace_id": workspace_id}, update, session=session
        )
        emptied: ContactDocument = {
            "_id": contact["_id"],
            "workspace_id": workspace_id,
            "name": None,
            "identities": [],
            "identity_keys": nothing["identity_keys"],
            "created_at": contact["created_at"],
            "version": nothing["version"],
        }
        await write_events(self._database, [contact_updated(workspace_id, emptied, now)], at=now, session=session)

    def _document(self, caller: Caller, contacts: Sequence[ContactDocument]) -> ErasureDocument:
        now = self._clock.now()
        contact_ids = [id_ for one in contacts for id_ in (one["_id"], *one.get("joined_ids", ()))]
        return {
            "_id": new_id(),
            "workspace_id": caller.workspace_id,
            "state": ErasureState.WORKING.value,
            "contact_id": contacts[0]["_id"],
            "requested_by": who(caller),
            "requested_at": now,
            "due_at": now,
            "step": FIRST_STEP,
            "mark": None,
            "counts": {},
            "person": person_of(contacts, contact_ids),
            "finished_at": None,
        }


def _of(contacts: Sequence[ContactDocument]) -> Condition:
    """Make the condition on a person's conversations."""
    ids = [id_ for one in contacts for id_ in (one["_id"], *one.get("joined_ids", ()))]
    return {"workspace_id": contacts[0]["workspace_id"], "contact_id": {"$in": ids}}


class _StillOpenError(Exception):
    """A conversation of the customer changed, or opened, since it was read."""
