"""Channels: connecting, changing, disconnecting. Credentials are sealed and never come back out of the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from inbox.channel.channel_kind import ChannelKind
from inbox.channel.channel_models import (
    Channel,
    ChannelFields,
    ChannelHealth,
    HealthStatus,
    WhatsAppChannelFields,
    channel_view,
)
from inbox.channel.channel_queue import check_channel_queue
from inbox.conversation.rechecks import RuleOwner, note_recheck
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import FieldError, Problem, not_found
from inbox.foundation.public_address import AddressRefused, check_public_url, check_url_shape
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.settings import Settings
from inbox.messages.views import to_document
from inbox.storage.database import Database, Document, DuplicateKeyError, Session
from inbox.stream.events import Event, EventType, write_events

OLD_SECRET_VALID: Final = timedelta(hours=24)
"""Time to enter a new app secret at Meta without losing a webhook."""
KEPT_AFTER_DELETE: Final = frozenset({"app_secret", "app_secret_previous", "verify_token"})
"""Enough to serve siblings whose webhooks still come to a deleted channel's address."""
CAN_BE_CREATED: Final = frozenset({ChannelKind.WHATSAPP})
_LIVE: Final[Mapping[str, Any]] = {"deleted_at": None}


class ChannelStore:
    """The channels of all workspaces."""

    def __init__(self, database: Database, secret_box: SecretBox, settings: Settings) -> None:
        self._database = database
        self._secret_box = secret_box
        self._settings = settings

    async def create(
        self, workspace_id: str, fields: ChannelFields, *, now: datetime, session: Session | None = None
    ) -> Channel:
        """Connect an account.

        Raises:
            Problem: `duplicate` if the account is connected already, in whatever workspace; `invalid_request`.
        """
        whatsapp = _supported(fields)
        document: Document = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "kind": ChannelKind.WHATSAPP.value,
            "created_at": now,
            "deleted_at": None,
            "secret_rotated_until": None,
            "health": to_document(ChannelHealth()),
            **await self._stored_fields(workspace_id, whatsapp, known_url=None),
            "credentials": self._secret_box.seal(_credentials_of(whatsapp)),
        }
        try:
            await self._database.channels.insert_one(document, session=session)
        except DuplicateKeyError:
            raise _account_taken() from None
        return self._view(document)

    async def get(self, workspace_id: str, channel_id: str) -> Channel:
        """Get one channel. Raises `Problem` (`not_found`)."""
        return self._view(await self._find(workspace_id, channel_id))

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Channel]:
        """List channels, oldest first."""
        after = decode_cursor(cursor, str) or ""
        found = self._database.channels.find({"workspace_id": workspace_id, "_id": {"$gt": after}, **_LIVE})
        documents = await found.sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([self._view(document) for document in documents], limit, lambda channel: channel.id)

    async def patch(self, workspace_id: str, channel_id: str, patch: Mapping[str, Any], *, now: datetime) -> Channel:
        """Merge a patch (RFC 7396), also inside of `credentials`.

        A new app secret leaves the old one valid for 24 hours.

        Raises:
            Problem: `not_found`, `invalid_request`.
        """

        async def change(session: Session) -> Channel:
            stored = await self._find(workspace_id, channel_id, session=session)
            secrets = self._secret_box.open(stored["credentials"])
            fields = _patched(stored, secrets, patch)
            changed = await self._stored_fields(
                workspace_id, fields, known_url=stored["provider_base_url"], session=session
            )
            fresh = _credentials_of(fields)
            if fresh != {name: value for name, value in secrets.items() if name in fresh}:
                changed |= await self._rotated(stored, secrets, fresh, now=now, session=session)
            await self._database.channels.update_one({"_id": channel_id}, {"$set": changed}, session=session)
            if changed["auto_close"] != stored.get("auto_close"):
                await note_recheck(self._database, workspace_id, RuleOwner.CHANNEL, channel_id, session=session)
            return self._view({**stored, **changed})

        return await self._database.transaction(change)

    async def delete(
        self, workspace_id: str, channel_id: str, *, now: datetime, session: Session | None = None
    ) -> None:
        """Disconnect: the account is free for another channel, the webhook address goes on serving siblings.

        Raises:
            Problem: `not_found`.
        """
        stored = await self._find(workspace_id, channel_id, session=session)
        secrets = self._secret_box.open(stored["credentials"])
        kept = {name: value for name, value in secrets.items() if name in KEPT_AFTER_DELETE}
        await self._database.channels.update_one(
            {"_id": channel_id, **_LIVE},
            {"$set": {"deleted_at": now, "enabled": False, "credentials": self._secret_box.seal(kept)}},
            session=session,
        )

    async def record_health(
        self, workspace_id: str, channel_id: str, status: HealthStatus, detail: str | None, *, now: datetime
    ) -> Channel:
        """Note what a look at the channel showed, with an event if its status changed.

        Raises:
            Problem: `not_found`.
        """
        health = ChannelHealth(status=status, detail=detail, at=now)

        async def note(session: Session) -> Channel:
            stored = await self._find(workspace_id, channel_id, session=session)
            changed = {"health": to_document(health)}
            await self._database.channels.update_one({"_id": channel_id}, {"$set": changed}, session=session)
            view = self._view({**stored, **changed})
            if stored["health"]["status"] != status:
                event = Event(workspace_id=workspace_id, type=EventType.CHANNEL_HEALTH, at=now, data=view)
                await write_events(self._database, [event], at=now, session=session)
            return view

        return await self._database.transaction(note)

    async def _find(self, workspace_id: str, channel_id: str, *, session: Session | None = None) -> Document:
        stored: Document | None = await self._database.channels.find_one(
            {"_id": channel_id, "workspace_id": workspace_id, **_LIVE}, session=session
        )
        if stored is None:
            raise not_found("channel")
        return stored

    async def _stored_fields(
        self,
        workspace_id: str,
        fields: WhatsAppChannelFields,
        *,
        known_url: str | None,
        session: Session | None = None,
    ) -> Document:
        routed = {"name": fields.name, "queue_id": fields.queue_id, "auto_close": to_document(fields.auto_close)}
        await check_channel_queue(self._database, workspace_id, routed, session=session)
        return {
            **routed,
            "enabled": fields.enabled,
            "provider_base_url": await self._checked_url(fields.provider_base_url, known_url),
            "account_key": fields.credentials.phone_number_id,
            "scope_key": fields.credentials.waba_id,
        }

    async def _checked_url(self, url: str | None, known_url: str | None) -> str | None:
        if url is None or url == known_url:
            return url
        try:
            tidy = check_url_shape(url)
            if not self._settings.allow_private_urls:
                await check_public_url(tidy)
        except AddressRefused as refused:
            raise field_problem("/provider_base_url", str(refused)) from None
        return tidy

    async def _rotated(
        self, stored: Document, old: dict[str, str], fresh: dict[str, str], *, now: datetime, session: Session
    ) -> Document:
        """Give the changed credential fields; a deleted channel of the same app gets the new app secret too."""
        changed: Document = {"health": to_document(ChannelHealth())}
        if fresh["app_secret"] == old["app_secret"]:
            kept = {**old, **fresh}
        else:
            kept = {**fresh, "app_secret_previous": old["app_secret"]}
            changed["secret_rotated_until"] = now + OLD_SECRET_VALID
            await self._rotate_deleted(stored["workspace_id"], old["app_secret"], kept, changed, session)
        return {**changed, "credentials": self._secret_box.seal(kept)}

    async def _rotate_deleted(
        self, workspace_id: str, old_secret: str, kept: dict[str, str], changed: Document, session: Session
    ) -> None:
        deleted = self._database.channels.find(
            {"workspace_id": workspace_id, "deleted_at": {"$ne": None}}, session=session
        )
        async for channel in deleted:
            secrets = self._secret_box.open(channel["credentials"])
            if secrets.get("app_secret") != old_secret:
                continue
            secrets |= {name: kept[name] for name in ("app_secret", "app_secret_previous")}
            update = {
                "credentials": self._secret_box.seal(secrets),
                "secret_rotated_until": changed["secret_rotated_until"],
            }
            await self._database.channels.update_one({"_id": channel["_id"]}, {"$set": update}, session=session)

    def _view(self, document: Document) -> Channel:
        return channel_view(document, self._settings.public_url)


def _supported(fields: ChannelFields) -> WhatsAppChannelFields:
    if not isinstance(fields, WhatsAppChannelFields):
        kinds = ", ".join(sorted(CAN_BE_CREATED))
        raise field_problem("/kind", f"channels of this kind can't be connected yet, only: {kinds}")
    return fields


def _credentials_of(fields: WhatsAppChannelFields) -> dict[str, str]:
    credentials: dict[str, str] = msgspec.to_builtins(fields.credentials)
    return credentials


def _patched(stored: Document, secrets: dict[str, str], patch: Mapping[str, Any]) -> WhatsAppChannelFields:
    own = set(WhatsAppChannelFields.__struct_fields__)
    current = {
        **{name: value for name, value in stored.items() if name in own},
        "kind": stored["kind"],
        "credentials": {name: value for name, value in secrets.items() if name != "app_secret_previous"},
    }
    fields = apply_patch(current, patch, WhatsAppChannelFields)
    if fields.credentials.phone_number_id != stored["account_key"]:
        raise field_problem(
            "/credentials/phone_number_id", "can't change, since conversations belong to the number: add a channel"
        )
    return fields


def _account_taken() -> Problem:
    return Problem(
        "duplicate",
        "This number is already connected to a channel, here or in another workspace: delete that channel first.",
        errors=[FieldError("/credentials/phone_number_id", "is already connected")],
    )
