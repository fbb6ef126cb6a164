"""The suppression list: keyed hashes of who gets no marketing messages. It outlives the erased contact.

The truth about a contact that exists is its `marketing` field; the list says the same about customers' accounts,
also about those that are no contacts any more or have never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from inbox.contacts.contact_models import OptOutSource
from inbox.foundation.secret_box import Sign
from inbox.storage.database import Collections, Database, Session, UpdateOne, post
from inbox.storage.documents import ContactDocument


class Said(NamedTuple):
    """What was said of marketing: whether it is welcome; if not, how and when that was learnt."""

    workspace_id: str
    identity_keys: Sequence[str]
    accepts: bool
    source: OptOutSource | None = None
    at: datetime | None = None


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
    ) -> None:
        """Put accounts on the list; those that are there stay as they are."""
        said = Said(workspace_id, tuple(identity_keys), accepts=False, source=source, at=at)
        await self.follow_all([said], session=session)

    async def remove(self, workspace_id: str, identity_keys: Iterable[str], *, session: Session = None) -> None:
        """Take accounts off the list."""
        await self.follow_all([Said(workspace_id, tuple(identity_keys), accepts=True)], session=session)

    async def holds(self, workspace_id: str, identity_keys: Iterable[str], *, session: Session = None) -> bool:
        """Tell whether one of the accounts is on the list."""
        names = [self.name_of(workspace_id, key) for key in identity_keys]
        listed = {"_id": {"$in": names}, "workspace_id": workspace_id}
        return await self._database.suppressions.find_one(listed, {"_id": 1}, session=session) is not None

    async def follow(self, contact: ContactDocument, *, session: Session) -> None:
        """Put a contact's accounts on the list or take them off, as its `marketing` says."""
        await self.follow_all(said_by([contact]), session=session)

    async def follow_all(self, said: Iterable[Said], *, session: Session, within: Collections | None = None) -> None:
        """Put accounts on the list or take them off, as was said last of each: with two statements, however many."""
        last = {self.name_of(one.workspace_id, key): one for one in said for key in one.identity_keys}
        collection = (within or self._database).suppressions
        puts = [_put(name, one) for name, one in last.items() if not one.accepts]
        if puts:
            await post(collection.bulk_write(puts, ordered=False, session=session))
        taken_off = {name: one.workspace_id for name, one in last.items() if one.accepts}
        if taken_off:
            workspaces = list(set(taken_off.values()))
            gone = {"_id": {"$in": list(taken_off)}, "workspace_id": {"$in": workspaces}}
            await post(collection.delete_many(gone, session=session))

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


def said_by(contacts: Iterable[ContactDocument]) -> Iterator[Said]:
    """Return what contacts said of marketing; nothing of those that never said anything."""
    for contact in contacts:
        marketing = contact.get("marketing")
        if marketing is not None:
            source = OptOutSource(marketing["source"]) if not marketing["accepts"] else None
            accounts = contact["identity_keys"]
            yield Said(contact["workspace_id"], accounts, marketing["accepts"], source, marketing["at"])


def _put(name: str, said: Said) -> UpdateOne:
    source = said.source.value if said.source else None
    put = {"workspace_id": said.workspace_id, "source": source, "at": said.at}
    return UpdateOne({"_id": name}, {"$setOnInsert": put}, upsert=True)
