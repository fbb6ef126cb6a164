"""The subscriptions of a workspace: made, listed, changed, deleted, their secrets rotated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.structs import read_as, to_document
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, Fields, WebhookDocument, with_fields
from inbox.subscriptions.receiver_store import ReceiverStore
from inbox.subscriptions.receivers import new_secret, sealed_secret
from inbox.subscriptions.subscription_models import MAX_WEBHOOKS, NewWebhook, Webhook, WebhookFields

_ALL_WELL: Final[Fields] = {"failing_since": None, "failures": 0, "resume_at": None, "disabled_reason": None}
"""Somebody enabled it, or gave it another address: it gets another chance at once."""
_THERE: Final[Condition] = {"deleted_at": None}


class WebhookStore(ReceiverStore[WebhookDocument]):
    """The subscriptions of all workspaces.

    Args:
        allow_private: Whether addresses may lead into our own network (demo, tests).
    """

    def __init__(self, database: Database, box: SecretBox, *, allow_private: bool) -> None:
        super().__init__(database.webhooks, "webhook", box, allow_private=allow_private, there=_THERE)
        self._database = database

    async def create(self, workspace_id: str, fields: WebhookFields, *, now: datetime, session: Session) -> NewWebhook:
        """Make one; its address has been checked. Raises `ProblemError` (`conflict`) where there are too many."""
        own: Condition = {"workspace_id": workspace_id, **_THERE}
        if await self._database.webhooks.count_documents(own, session=session) >= MAX_WEBHOOKS:
            raise ProblemError("conflict", f"A workspace has at most {MAX_WEBHOOKS} webhooks. Delete one first.")
        secret = new_secret()
        document: WebhookDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "url": fields.url,
            "description": fields.description,
            "events": list(fields.events),
            "enabled": fields.enabled,
            "created_at": now,
            "secrets": sealed_secret(secret, self._box),
        }
        await self._database.webhooks.insert_one(document, session=session)
        return read_as({**document, "secret": secret}, NewWebhook)

    async def get(self, workspace_id: str, webhook_id: str) -> Webhook:
        """Get one. Raises `ProblemError` (`not_found`)."""
        return webhook_view(await self._find(workspace_id, webhook_id))

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Webhook]:
        """List all, oldest first."""
        after = decode_cursor(cursor, str) or ""
        found = self._database.webhooks.find({"workspace_id": workspace_id, "_id": {"$gt": after}, **_THERE})
        documents = await found.sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([webhook_view(document) for document in documents], limit, lambda webhook: webhook.id)

    async def check_patch(self, workspace_id: str, webhook_id: str, patch: Mapping[str, Any]) -> None:
        """Refuse a patch that can't be stored; looks names up, so it comes before the transaction.

        Raises `ProblemError` (`not_found`, `invalid_request`).
        """
        stored = await self._find(workspace_id, webhook_id)
        fields = apply_patch(_current(stored), patch, WebhookFields)
        if fields.url != stored["url"]:
            await self.check_address(fields.url)

    async def patch(
        self, workspace_id: str, webhook_id: str, patch: Mapping[str, Any], *, session: Session = None
    ) -> Webhook:
        """Merge a patch (RFC 7396) that was checked. Raises `ProblemError` (`not_found`, `invalid_request`)."""
        stored = await self._find(workspace_id, webhook_id, session)
        current = _current(stored)
        fields = apply_patch(current, patch, WebhookFields)
        wanted = {**to_document(fields), "events": list(fields.events)}
        changed: Fields = {
            "url": fields.url,
            **{name: value for name, value in wanted.items() if value != current[name]},
            **(_ALL_WELL if fields.url != stored["url"] or (fields.enabled and not stored["enabled"]) else {}),
        }
        own = {"_id": webhook_id, "workspace_id": workspace_id}
        await self._database.webhooks.update_one(own, {"$set": changed}, session=session)
        return webhook_view(with_fields(stored, changed))

    async def delete(self, workspace_id: str, webhook_id: str, *, now: datetime, session: Session) -> None:
        """Delete one; what it was still to be told is never told. Raises `ProblemError` (`not_found`).

        What is left of it goes a moment later (`inbox.subscriptions.ending`).
        """
        wanted = {"_id": webhook_id, "workspace_id": workspace_id, **_THERE}
        gone: Fields = {"deleted_at": now, "enabled": False}
        if not (await self._database.webhooks.update_one(wanted, {"$set": gone}, session=session)).matched_count:
            raise not_found("webhook")

    async def rotate(
        self, workspace_id: str, webhook_id: str, *, keep_hours: int, now: datetime, session: Session
    ) -> NewWebhook:
        """Replace a webhook's secret; the old one signs too for some hours. Raises `ProblemError` (`not_found`)."""
        changed, secret = await self._renew_secret(
            workspace_id, webhook_id, keep_hours=keep_hours, now=now, session=session
        )
        shown = webhook_view(changed)
        return NewWebhook(secret=secret, **{name: getattr(shown, name) for name in shown.__struct_fields__})


def _current(stored: WebhookDocument) -> dict[str, Any]:
    return {name: stored[name] for name in WebhookFields.__struct_fields__}  # type: ignore[literal-required]


def webhook_view(document: WebhookDocument) -> Webhook:
    """Return a subscription as it is shown."""
    return read_as({**document, "previous_secret_until": document.get("previous_until")}, Webhook)
