"""What bots, helpers and webhooks of a workspace have in common: an address that is called, a secret that signs."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from inbox.foundation.problems import not_found
from inbox.foundation.secret_box import SecretBox
from inbox.storage.database import Session
from inbox.storage.documents import Collection, Condition, ReceiverDocument, with_fields
from inbox.subscriptions.receivers import check_address, new_secret, rotated_secret

ReceiverT = TypeVar("ReceiverT", bound=ReceiverDocument)


class ReceiverStore(Generic[ReceiverT]):
    """The receivers of one kind, of all workspaces.

    Args:
        collection: Where they are.
        called: What one is called where it is not found.
        allow_private: Whether addresses may lead into our own network (demo, tests).
        there: What only those meet that were not deleted.
    """

    def __init__(
        self,
        collection: Collection[ReceiverT],
        called: str,
        box: SecretBox,
        *,
        allow_private: bool,
        there: Condition | None = None,
    ) -> None:
        self._collection = collection
        self._called = called
        self._box = box
        self._allow_private = allow_private
        self._there: Condition = there or {}

    async def check_address(self, url: str) -> None:
        """Refuse an address that can't be posted to. Raises `ProblemError` (`invalid_request`)."""
        await check_address(url, allow_private=self._allow_private)

    async def _find(self, workspace_id: str, receiver_id: str, session: Session = None) -> ReceiverT:
        wanted: Condition = {"_id": receiver_id, "workspace_id": workspace_id, **self._there}
        found = await self._collection.find_one(wanted, session=session)
        if found is None:
            raise not_found(self._called)
        return found

    async def _renew_secret(
        self, workspace_id: str, receiver_id: str, *, keep_hours: int, now: datetime, session: Session
    ) -> tuple[ReceiverT, str]:
        """Make a new secret; the old one signs too for some hours. Returns the receiver as it is now, and the secret.

        Raises `ProblemError` (`not_found`).
        """
        stored = await self._find(workspace_id, receiver_id, session)
        secret = new_secret()
        changed = rotated_secret(stored, secret, self._box, keep_hours=keep_hours, now=now)
        own: Condition = {"_id": receiver_id, "workspace_id": workspace_id}
        await self._collection.update_one(own, {"$set": changed}, session=session)
        return with_fields(stored, changed), secret
