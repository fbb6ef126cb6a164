"""Where conversations are, followed in stream order, so that each event is relayed with who may learn of it.

The relay does this once for all readers: a reader that looked it up itself would find where a
conversation is now, not where it was at the event.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Final

import msgspec
import structlog

from inbox.people.access import Placement
from inbox.people.families import read_families
from inbox.storage.database import Database
from inbox.stream.events import EventAudience, StoredEvent
from workers.relay.relay_log import Stamped
from workers.relay.relay_source import EventDocument

MAX_KNOWN: Final = 200_000
"""About 60 MB; a miss costs a share of one query per batch."""

_Key = tuple[str, str]
_OfContacts = dict[_Key, list[Placement]]


_decoder = msgspec.json.Decoder(list[StoredEvent])
log = structlog.get_logger(__name__)


class Placements:
    """A bounded map of conversation to placement.

    Older ones are dropped after a batch, never within it as a ready-made cache would: the batch needs all of its own.
    """

    def __init__(self, database: Database, *, max_known: int = MAX_KNOWN) -> None:
        self._database = database
        self._max_known = max_known
        self._known: OrderedDict[_Key, Placement | None] = OrderedDict()

    async def stamp(self, documents: Sequence[EventDocument]) -> list[Stamped]:
        """Add to each document the placements that its events leave open, as of its place in the stream.

        A document that no reader could decode is left out, loudly: it must not stop all workspaces.
        """
        sound = [(document, audiences) for document in documents if (audiences := _audiences(document))]
        await self._look_up(self._missing(sound))
        contacts = await self._of_contacts(sound)
        stamped = [self._stamp(document, audiences, contacts) for document, audiences in sound]
        self._shrink()
        return stamped

    def _missing(self, documents: Sequence[tuple[EventDocument, list[EventAudience]]]) -> list[_Key]:
        missing: dict[_Key, bool] = {}
        told: set[_Key] = set()
        for document, audiences in documents:
            for audience in audiences:
                if audience.conversation_id is None:
                    continue
                key = (document.workspace_id, audience.conversation_id)
                if audience.placements:
                    told.add(key)
                    if missing.pop(key, False):
                        self._known[key] = audience.placements[0]
                elif key not in self._known and key not in told:
                    missing[key] = True
        return list(missing)

    async def _look_up(self, keys: list[_Key]) -> None:
        if not keys:
            return
        query = {
            "_id": {"$in": [conversation for _, conversation in keys]},
            "workspace_id": {"$in": list({workspace for workspace, _ in keys})},
        }
        fields = {"workspace_id": 1, "queue_id": 1, "operator_id": 1}
        self._known.update(dict.fromkeys(keys))
        for found in await self._database.conversations.find(query, fields).to_list(None):
            key = (found["workspace_id"], found["_id"])
            self._known[key] = Placement(found.get("queue_id"), found.get("operator_id"))

    async def _of_contacts(self, documents: Sequence[tuple[EventDocument, list[EventAudience]]]) -> _OfContacts:
        """Find where the conversations of contacts are that events are about.

        They are few (a new name, an opt-out), so nothing is kept of them. Where a conversation has moved since then,
        its own event tells both sides.
        """
        asked = {(d.workspace_id, a.contact_id) for d, audiences in documents for a in audiences if a.contact_id}
        if not asked:
            return {}
        families = await self._families(asked)
        theirs = {
            "workspace_id": {"$in": list({workspace for workspace, _ in asked})},
            "contact_id": {"$in": list({member for family in families.values() for member in family})},
        }
        place = {
            "workspace": "$workspace_id",
            "contact": "$contact_id",
            "queue": "$queue_id",
            "operator": "$operator_id",
        }
        found: _OfContacts = {}
        async for one in self._database.conversations.aggregate([{"$match": theirs}, {"$group": {"_id": place}}]):
            at = one["_id"]
            own = found.setdefault((at["workspace"], at["contact"]), [])
            own.append(Placement(at.get("queue"), at.get("operator")))
        return {
            (workspace, contact): [place for member in family for place in found.get((workspace, member), ())]
            for (workspace, contact), family in families.items()
        }

    async def _families(self, asked: Collection[_Key]) -> dict[_Key, tuple[str, ...]]:
        """Read with whom contacts were merged: whoever sees one of them sees the customer."""
        families: dict[_Key, tuple[str, ...]] = {}
        for workspace in {workspace for workspace, _ in asked}:
            own = [contact for of, contact in asked if of == workspace]
            read = await read_families(self._database, workspace, own)
            families |= {(workspace, contact): family for contact, family in read.items()}
        return families

    def _stamp(self, document: EventDocument, audiences: list[EventAudience], contacts: _OfContacts) -> Stamped:
        """Where a conversation moves within the document, all its events there go to both sides."""
        placements: dict[str, list[Placement]] = {}
        for audience in audiences:
            if audience.contact_id is not None:
                placements[audience.contact_id] = contacts.get((document.workspace_id, audience.contact_id), [])
            if audience.conversation_id is None:
                continue
            key = (document.workspace_id, audience.conversation_id)
            if audience.placements:
                self._known[key] = audience.placements[-1]
            else:
                known, own = self._known[key], placements.setdefault(audience.conversation_id, [])
                if known is not None and known not in own:
                    own.append(known)
            self._known.move_to_end(key)
        return Stamped(document, placements)

    def _shrink(self) -> None:
        while len(self._known) > self._max_known:
            self._known.popitem(last=False)


def _audiences(document: EventDocument) -> list[EventAudience]:
    try:
        audiences = [event.audience for event in _decoder.decode(document.items)]
        if len(audiences) == document.count > 0 and isinstance(document.workspace_id, str):
            return audiences
    except (msgspec.DecodeError, TypeError):
        pass
    log.error("relay.document_unreadable", place=document.place.redis_id)
    return []
