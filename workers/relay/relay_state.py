"""What the relay remembers in MongoDB: how far it came, and in which epoch. Guarded by the lease's fence."""

from __future__ import annotations

import msgspec

from inbox.storage.database import Database, Document, DuplicateKeyError
from workers.relay.relay_log import FencedError
from workers.relay.relay_source import Place

_ID = "relay"


class RelayState(msgspec.Struct, frozen=True):
    """How far the relay came.

    Attributes:
        token: Resume token of the change stream; None before the first start and after lost history.
        place: Place of the last document; saved with the token, or what remains of a transaction that was
            half relayed would get places from 0 again, and be refused as old.
        epoch: The epoch in Redis that holds everything since it began; another one there means: begin anew.
    """

    token: Document | None = None
    place: Place = Place()
    epoch: str | None = None


class RelayStates:
    """Loads and saves the state on behalf of one holder of the lease."""

    def __init__(self, database: Database, fence: int) -> None:
        self._database = database
        self._fence = fence

    async def claim(self) -> RelayState:
        """Load the state and shut out all earlier holders.

        Raises:
            FencedError: if a later holder was here.
        """
        try:
            found = await self._database.relay_state.find_one_and_update(
                {"_id": _ID, "fence": {"$lte": self._fence}},
                {"$set": {"fence": self._fence}},
                upsert=True,
                return_document=True,
            )
        except DuplicateKeyError:
            raise FencedError from None
        if found is None:
            raise AssertionError("an upsert returns what it made")
        place = Place(*found.get("place", ()))
        return RelayState(found.get("token"), place, found.get("epoch"))

    async def save(self, state: RelayState) -> None:
        """Save the state.

        Raises:
            FencedError: if a later holder was here.
        """
        place = msgspec.to_builtins(state.place)
        result = await self._database.relay_state.update_one(
            {"_id": _ID, "fence": self._fence},
            {"$set": {"token": state.token, "place": place, "epoch": state.epoch}},
        )
        if not result.matched_count:
            raise FencedError
