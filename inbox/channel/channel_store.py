"""Channels: connect, change, disconnect. Credentials are sealed and the API never returns them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from inbox.channel.channel_bot import check_channel_bot, release_from_bot
from inbox.channel.channel_models import (
    Channel,
    ChannelFields,
    CheckedHealth,
    HealthStatus,
    TelegramChannelFields,
    WebchatChannelFields,
    WhatsAppChannelFields,
    channel_view,
    webhook_url,
)
from inbox.channel.channel_patch import patched
from inbox.channel.channel_queue import check_channel_queue, routing_line
from inbox.channel.channel_traits import TRAITS, ChannelTraits, Credentials, kind_of_fields
from inbox.channel.claims import CLAIMED_ELSEWHERE, account_taken, confirms, is_claimed
from inbox.channel.connecting_rules import looked_at_anew
from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.foundation.public_address import AddressRefusedError, check_public_url, check_url_shape
from inbox.foundation.secret_box import SecretBox, SecretUnreadableError
from inbox.foundation.settings import Settings
from inbox.foundation.structs import to_document
from inbox.model.channel_kind import ChannelKind
from inbox.model.retention import Retention
from inbox.storage.database import Database, DuplicateKeyError, Session
from inbox.storage.documents import ChannelDocument, ChannelSettingsDocument, Condition, Fields, with_fields
from inbox.stream.events import Event, EventType, write_events

OLD_SECRET_VALID: Final = timedelta(hours=24)
"""Time to enter a new app secret at Meta without losing a webhook."""
_LIVE: Final[Condition] = {"deleted_at": None}


class ChannelStore:
    """The channels of all workspaces."""

    def __init__(self, database: Database, secret_box: SecretBox, settings: Settings) -> None:
        self._database = database
        self._secret_box = secret_box
        self._settings = settings

    async def create(self, workspace_id: str, fields: ChannelFields, *, now: datetime) -> Channel:
        """Connect an account. Raises `ProblemError` as `create_checked`."""
        return await self.create_checked(workspace_id, await self.checked(fields), now=now)

    async def checked(self, fields: ChannelFields) -> ChannelFields:
        """Check the server address of a new channel before any transaction begins, since it asks DNS.

        Raises:
            ProblemError: `invalid_request`.
        """
        url = await self._checked_url(fields.provider_base_url)
        return msgspec.structs.replace(fields, provider_base_url=url)

    async def create_checked(
        self, workspace_id: str, fields: ChannelFields, *, now: datetime, session: Session | None = None
    ) -> Channel:
        """Connect an account whose server address `checked` has accepted.

        Raises:
            ProblemError: `duplicate` if the account is connected already in this workspace, or confirmed to another
                one; `invalid_request`.
        """
        kind = kind_of_fields(fields)
        traits = TRAITS[kind]
        credentials = traits.credentials_of(fields)
        document: ChannelDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "kind": kind.value,
            "created_at": now,
            "deleted_at": None,
            "secret_rotated_until": None,
            "health": to_document(CheckedHealth()),
            # mypy fears that settings hold further fields of a channel, in other types.
            **await self._stored_settings(workspace_id, fields, session=session),  # type: ignore[typeddict-item]
            "account_key": traits.key_of(credentials),
            "scope_key": traits.scope_of(credentials),
            "credentials": self._secret_box.seal({**traits.generate(), **credentials}),
        }
        if await is_claimed(self._database, document, session=session):
            raise account_taken(traits)
        try:
            await self._database.channels.insert_one(document, session=session)
        except DuplicateKeyError:
            raise account_taken(traits) from None
        return self._view(document)

    async def get(self, workspace_id: str, channel_id: str) -> Channel:
        """Get one channel. Raises `ProblemError` (`not_found`)."""
        return self._view(await self._find(workspace_id, channel_id))

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Channel]:
        """List channels, oldest first."""
        after = decode_cursor(cursor, str) or ""
        found = self._database.channels.find({"workspace_id": workspace_id, "_id": {"$gt": after}, **_LIVE})
        documents = await found.sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([self._view(document) for document in documents], limit, lambda channel: channel.id)

    async def patch(self, workspace_id: str, channel_id: str, patch: Mapping[str, Any], *, now: datetime) -> Channel:
        """Merge a patch (RFC 7396), also inside of `credentials`.

        A new app secret (web chat: identity secret) leaves the old one valid for 24 hours. Credentials that no key
        opens any more are entered anew, all of them.

        Raises:
            ProblemError: `not_found`, `invalid_request`.
        """

        tidy_url = await self._checked_change(workspace_id, channel_id, patch.get("provider_base_url"))

        async def change(session: Session) -> Channel:
            stored = await self._find(workspace_id, channel_id, session=session)
            secrets = self._opened(stored)
            traits = TRAITS[ChannelKind(stored["kind"])]
            fields = patched(stored, traits, secrets, patch)
            if fields.provider_base_url != stored["provider_base_url"]:
                fields = msgspec.structs.replace(fields, provider_base_url=tidy_url)
            changed: Fields = {**await self._stored_settings(workspace_id, fields, session=session)}
            if changed["provider_base_url"] != stored["provider_base_url"]:
                changed |= {"confirmed": False, "health": to_document(CheckedHealth()), **looked_at_anew(stored)}
            fresh = traits.credentials_of(fields)
            changed["scope_key"] = traits.scope_of(fresh)
            if fresh != {name: value for name, value in secrets.items() if name in fresh}:
                changed |= await self._rotated(stored, secrets, fresh, now=now, session=session)
            await self._database.channels.update_one({"_id": channel_id}, {"$set": changed}, session=session)
            await release_from_bot(self._database, workspace_id, stored, fields.bot_id, session=session)
            if changed["auto_close"] != stored.get("auto_close"):
                await note_recheck(self._database, workspace_id, RuleOwner.CHANNEL, channel_id, session=session)
            return self._view(with_fields(stored, changed))

        return await self._database.transaction(change, line=routing_line(workspace_id))

    async def delete(
        self, workspace_id: str, channel_id: str, *, now: datetime, session: Session | None = None
    ) -> None:
        """Disconnect: the account is free for another channel, the webhook address goes on serving siblings.

        Raises:
            ProblemError: `not_found`.
        """
        stored = await self._find(workspace_id, channel_id, session=session)
        secrets = self._opened(stored)
        traits = TRAITS[ChannelKind(stored["kind"])]
        kept = {name: value for name, value in secrets.items() if name in traits.kept_after_delete}
        ended = {"deleted_at": now, "enabled": False, "confirmed": False, "credentials": self._secret_box.seal(kept)}
        await self._database.channels.update_one({"_id": channel_id, **_LIVE}, {"$set": ended}, session=session)

    async def record_health(
        self,
        workspace_id: str,
        channel_id: str,
        status: HealthStatus,
        detail: str | None,
        *,
        server: str | None,
        now: datetime,
    ) -> Channel:
        """Store the result of a health check, with an event if the status changed.

        A look that succeeds claims the account at the `server` that was asked, if it is the channel's still. Where
        another channel was faster, that is the fault that is noted.

        Raises:
            ProblemError: `not_found`.
        """
        health = CheckedHealth(status=status, detail=detail, at=now)
        try:
            return await self._note_health(workspace_id, channel_id, health, server, now)
        except DuplicateKeyError:
            fault = CheckedHealth(status=HealthStatus.FAILING, detail=CLAIMED_ELSEWHERE, at=now)
            return await self._note_health(workspace_id, channel_id, fault, server, now)

    async def _note_health(
        self, workspace_id: str, channel_id: str, health: CheckedHealth, server: str | None, now: datetime
    ) -> Channel:
        status = health.status

        async def note(session: Session) -> Channel:
            stored = await self._find(workspace_id, channel_id, session=session)
            changed: Fields = {"health": to_document(health)}
            if confirms(status, server, stored):
                changed["confirmed"] = True
            await self._database.channels.update_one({"_id": channel_id}, {"$set": changed}, session=session)
            view = self._view(with_fields(stored, changed))
            if stored["health"]["status"] != status:
                event = Event(workspace_id=workspace_id, type=EventType.CHANNEL_HEALTH, at=now, data=view)
                await write_events(self._database, [event], at=now, session=session)
            return view

        return await self._database.transaction(note)

    def webhook_url(self, kind: ChannelKind, channel_id: str) -> str:
        """Return the address that the provider of a channel calls."""
        return webhook_url(self._settings.public_url, kind, channel_id)

    async def _find(self, workspace_id: str, channel_id: str, *, session: Session | None = None) -> ChannelDocument:
        stored = await self._database.channels.find_one(
            {"_id": channel_id, "workspace_id": workspace_id, **_LIVE}, session=session
        )
        if stored is None:
            raise not_found("channel")
        return stored

    async def _stored_settings(
        self, workspace_id: str, fields: ChannelFields, *, session: Session | None = None
    ) -> ChannelSettingsDocument:
        settings: ChannelSettingsDocument = {
            "name": fields.name,
            "queue_id": fields.queue_id,
            "auto_close": to_document(fields.auto_close),
            "required_before_close": to_document(fields.required_before_close),
            "priority": fields.priority,
            "bot_id": fields.bot_id,
            "enabled": fields.enabled,
            "provider_base_url": fields.provider_base_url,
            "retention": to_document(fields.retention),
        }
        if fields.retention != Retention():
            settings["retained"] = True
        if isinstance(fields, TelegramChannelFields):
            settings["updates"] = fields.updates.value
        if isinstance(fields, WhatsAppChannelFields):
            settings["messages_per_second"] = fields.messages_per_second
            settings["marketing_policy"] = fields.marketing_policy.value
        if isinstance(fields, WebchatChannelFields):
            settings["widget"] = to_document(fields.widget)
        await check_channel_queue(self._database, workspace_id, settings, session=session)
        await check_channel_bot(self._database, workspace_id, fields.bot_id, session=session)
        return settings

    async def _checked_change(self, workspace_id: str, channel_id: str, url: object) -> str | None:
        """Check a server address that a patch changes; a value that is not a text is refused by validation later."""
        stored = await self._find(workspace_id, channel_id)
        if not isinstance(url, str) or url == stored["provider_base_url"]:
            return stored["provider_base_url"] if isinstance(url, str) else None
        return await self._checked_url(url)

    async def _checked_url(self, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            tidy = check_url_shape(url)
            if not self._settings.allow_private_urls:
                await check_public_url(tidy)
        except AddressRefusedError as refused:
            raise field_problem("/provider_base_url", str(refused)) from None
        return tidy

    async def _rotated(
        self, stored: ChannelDocument, old: Credentials, fresh: Credentials, *, now: datetime, session: Session
    ) -> Fields:
        """Return the changed credential fields; a deleted channel of the same app gets the new app secret too."""
        traits = TRAITS[ChannelKind(stored["kind"])]
        changed: Fields = {"health": to_document(CheckedHealth()), **looked_at_anew(stored)}
        if stored.get("look_at") is not None:
            changed["look_at"] = now
        kept = {**(old or traits.generate()), **fresh}
        rotating, previous = traits.rotates, traits.previous
        if old and rotating and previous and fresh[rotating] != old[rotating]:
            kept[previous] = old[rotating]
            changed["secret_rotated_until"] = now + OLD_SECRET_VALID
            await self._rotate_deleted(stored, traits, old, kept, changed["secret_rotated_until"], session)
        return {**changed, "credentials": self._secret_box.seal(kept)}

    async def _rotate_deleted(
        self,
        stored: ChannelDocument,
        traits: ChannelTraits,
        old: Credentials,
        kept: Credentials,
        until: datetime,
        session: Session,
    ) -> None:
        rotating = traits.rotates
        renewed = {name: kept[name] for name in (rotating, traits.previous) if name in traits.kept_after_delete}
        if rotating is None or not renewed:
            return
        deleted = self._database.channels.find(
            {"workspace_id": stored["workspace_id"], "kind": stored["kind"], "deleted_at": {"$ne": None}},
            session=session,
        )
        async for channel in deleted:
            secrets = self._opened(channel)
            if secrets.get(rotating) == old[rotating]:
                update = {"credentials": self._secret_box.seal({**secrets, **renewed}), "secret_rotated_until": until}
                await self._database.channels.update_one({"_id": channel["_id"]}, {"$set": update}, session=session)

    def _opened(self, stored: ChannelDocument) -> Credentials:
        """Return a channel's secrets; empty if the key that sealed them is lost."""
        try:
            return self._secret_box.open(stored["credentials"])
        except SecretUnreadableError:
            return {}

    def _view(self, document: ChannelDocument) -> Channel:
        return channel_view(document, self._settings.public_url)
