"""The helpers of a workspace: one of each kind; their secrets sign what they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.structs import read_as
from inbox.helpers.helper_models import Helper, HelperChange, HelperFields, HelperKind, HelperSecret, NewHelper
from inbox.storage.database import Database, DuplicateKeyError, Session
from inbox.storage.documents import Condition, HelperDocument, with_fields
from inbox.subscriptions.receiver_store import ReceiverStore
from inbox.subscriptions.receivers import new_secret, sealed_secret, signing_secrets


class HelperStore(ReceiverStore[HelperDocument]):
    """The helpers of all workspaces.

    Args:
        allow_private: Whether addresses may lead into our own network (demo, tests).
    """

    def __init__(self, database: Database, box: SecretBox, *, allow_private: bool) -> None:
        super().__init__(database.helpers, "helper", box, allow_private=allow_private)
        self._database = database

    async def create(self, workspace_id: str, fields: HelperFields, *, now: datetime, session: Session) -> NewHelper:
        """Set one up; its address has been checked. Raises `ProblemError` (`duplicate`) where there is one."""
        secret = new_secret()
        document: HelperDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "kind": fields.kind.value,
            "url": fields.url,
            "deadline_ms": fields.deadline_ms,
            "created_at": now,
            "secrets": sealed_secret(secret, self._box),
        }
        try:
            await self._database.helpers.insert_one(document, session=session)
        except DuplicateKeyError:
            raise ProblemError(
                "duplicate", f"There is a helper that can {fields.kind} already: change or delete it."
            ) from None
        return read_as({**document, "secret": secret}, NewHelper)

    async def list(self, workspace_id: str) -> Page[Helper]:
        """List all."""
        found = self._database.helpers.find({"workspace_id": workspace_id}).sort("kind", 1)
        return Page(items=[_view(document) for document in await found.to_list(None)], next_cursor=None)

    async def kinds(self, workspace_id: str) -> tuple[HelperKind, ...]:
        """Tell what there is a helper for."""
        found = self._database.helpers.find({"workspace_id": workspace_id}, {"kind": 1}).sort("kind", 1)
        return tuple(HelperKind(document["kind"]) for document in await found.to_list(None))

    async def change(self, workspace_id: str, helper_id: str, fields: HelperChange, *, session: Session) -> Helper:
        """Change one; its address has been checked. Raises `ProblemError` (`not_found`)."""
        stored = await self._find(workspace_id, helper_id, session)
        changed = {"url": fields.url, "deadline_ms": fields.deadline_ms}
        own: Condition = {"_id": helper_id, "workspace_id": workspace_id}
        await self._database.helpers.update_one(own, {"$set": changed}, session=session)
        return _view(with_fields(stored, changed))

    async def delete(self, workspace_id: str, helper_id: str, *, session: Session) -> None:
        """Delete one. Raises `ProblemError` (`not_found`)."""
        own: Condition = {"_id": helper_id, "workspace_id": workspace_id}
        if not (await self._database.helpers.delete_one(own, session=session)).deleted_count:
            raise not_found("helper")

    async def rotate_secret(
        self, workspace_id: str, helper_id: str, *, keep_hours: int, now: datetime, session: Session
    ) -> HelperSecret:
        """Replace a helper's secret; the old one signs too for some hours. Raises `ProblemError` (`not_found`)."""
        _, secret = await self._renew_secret(workspace_id, helper_id, keep_hours=keep_hours, now=now, session=session)
        return HelperSecret(secret=secret)

    async def of_kind(self, workspace_id: str, kind: HelperKind) -> HelperDocument:
        """Find the one that does something. Raises `ProblemError` (`no_helper`)."""
        wanted: Condition = {"workspace_id": workspace_id, "kind": kind.value}
        found = await self._database.helpers.find_one(wanted)
        if found is None:
            raise ProblemError("no_helper", f"No helper can {kind} here: an administrator can set one up.")
        return found

    def secrets_of(self, helper: HelperDocument, now: datetime) -> Sequence[str]:
        """Return the secrets that sign now."""
        return signing_secrets(helper, self._box, now)


def _view(document: HelperDocument) -> Helper:
    return read_as({**document, "previous_secret_until": document.get("previous_until")}, Helper)
