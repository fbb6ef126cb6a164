"""The suppression list: keyed hashes of who gets no marketing messages. It outlives the erased contact.

The truth about a contact that exists is its `marketing` field; the list says the same about customers' accounts,
also about those that are no contacts any more or have never been.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from inbox.contacts.contact_models import OptOutSource
from inbox.foundation.secret_box import Sign
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import ContactDocument


class Suppression:
    """The suppression lists of all workspaces.

    Args:
        database: Where they are.
        sign: Makes a keyed hash, which nobody without the key can try out phone numbers against: the runtime's
            `hash_opt_out`, whose key outlives a change of `GATEWAY_SECRET_KEY`. With another key the lists are lost.
    """

    def __init__(self, database: Database, sign: Sign) -> None:
        self._database = database
        self._sign = sign

    def name_of(self, workspace_id: str, identity_key: str) -> str:
        """Return the hash under which a customer's account is on the list; `identity_key` is `kind:id`."""
        return self._sign(f"no-marketing:{workspace_id}:{identity_key}")

    async def add(
        self,
        workspace_id: str,
        identity_keys: Iterable[str],
        source: OptOutSource,
        at: datetime,
        *,
        session: Session = None,
        within: Collections | None = None,
    ) -> None:
        """Put accounts on the list; those that are there stay as they are. `within` has the collections of a batch."""
        puts = [
            UpdateOne(
                {"_id": self.name_of(workspace_id, key)},
                {"$setOnInsert": {"workspace_id": workspace_id, "source": source.value, "at": at}},
                upsert=True,
            )
            for key in identity_keys
        ]
        if puts:
            await (within or self._database).suppressions.bulk_write(puts, ordered=False, session=session)

    async def remove(
        self,
        workspace_id: str,
        identity_keys: Iterable[str],
        *,
        session: Session = None,
        within: Collections | None = None,
    ) -> None:
        """Take accounts off the list."""
        names = [self.name_of(workspace_id, key) for key in identity_keys]
        await (within or self._database).suppressions.delete_many(
            {"_id": {"$in": names}, "workspace_id": workspace_id}, session=session
        )

    async def holds(self, workspace_id: str, identity_keys: Iterable[str], *, session: Session = None) -> bool:
        """Tell whether one of the accounts is on the list."""
        names = [self.name_of(workspace_id, key) for key in identity_keys]
        listed = {"_id": {"$in": names}, "workspace_id": workspace_id}
        return await self._database.suppressions.find_one(listed, {"_id": 1}, session=session) is not None

    async def follow(self, contact: ContactDocument, *, session: Session, within: Collections | None = None) -> None:
        """Put a contact's accounts on the list or take them off, as its `marketing` says."""
        marketing = contact.get("marketing")
        if marketing is None:
            return
        keys = contact["identity_keys"]
        if marketing["accepts"]:
            await self.remove(contact["workspace_id"], keys, session=session, within=within)
        else:
            source = OptOutSource(marketing["source"])
            await self.add(contact["workspace_id"], keys, source, marketing["at"], session=session, within=within)

    async def suppressed(
        self, database: Collections, workspace_id: str, identity_keys: Iterable[str], *, session: Session = None
    ) -> frozenset[str]:
        """Return which of some accounts are on the list."""
        keys = {self.name_of(workspace_id, key): key for key in identity_keys}
        found = await database.suppressions.find(
            {"_id": {"$in": list(keys)}, "workspace_id": workspace_id}, {"_id": 1}, session=session
        ).to_list(None)
        return frozenset(keys[entry["_id"]] for entry in found)


def has_opted_out(contact: ContactDocument) -> bool:
    """Tell whether a contact wants no marketing messages; one that never said anything takes them."""
    marketing = contact.get("marketing")
    return marketing is not None and not marketing["accepts"]
