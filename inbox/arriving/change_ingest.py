"""What customers do to what is already there: edits, deletions, reactions, a new number, a preference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from inbox.arriving.arrivals import Arrival, identity_keys
from inbox.arriving.inbound import (
    IdentityChanged,
    MarketingPreferenceChanged,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ReachabilityChanged,
    ReactionChanged,
)
from inbox.arriving.ingest_events import contact_updated, message_updated
from inbox.arriving.reachability import note_reachability
from inbox.channel.channel_ref import ChannelRef
from inbox.files.file_models import pending_file, with_own_file
from inbox.foundation.clock import Clock
from inbox.messages.content import SystemContent
from inbox.messages.message_lookup import find_meant
from inbox.messages.views import Author, AuthorKind, to_document
from inbox.storage.database import Database, Document, Session, is_duplicate
from inbox.stream.events import Event, write_events

ChangingEvent = (
    MessageEdited
    | MessageRevoked
    | ReactionChanged
    | IdentityChanged
    | MarketingPreferenceChanged
    | ReachabilityChanged
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a channel reported."""

    channel: ChannelRef
    event: ChangingEvent


class ChangeIngest:
    """Applies changes one after another; they are rare beside messages and statuses."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, changes: Sequence[Change]) -> Sequence[Arrival | None]:
        """Apply changes; give for each the message that it has to be shown as instead, if any.

        A reaction or an edit of a message that we don't have is shown by itself, not lost.
        """
        return [await self._apply(change) for change in changes]

    async def _apply(self, change: Change) -> Arrival | None:
        match change.event:
            case IdentityChanged() as event:
                await self._follow_identity(change.channel, event)
                return _shown(change, SystemContent(code="identity_changed", text=event.text))
            case MarketingPreferenceChanged() as event:
                preference = event
                await self._database.transaction(lambda s: self._note_preference(change.channel, preference, s))
                return None
            case ReachabilityChanged() as event:
                return await note_reachability(self._database, change.channel, event, self._clock.now())
            case MessageEdited() | MessageRevoked() | ReactionChanged() as event:
                alteration = event
                found = await self._database.transaction(lambda s: self._alter_message(change.channel, alteration, s))
                return None if found else _shown_alone(change, event)

    async def _alter_message(
        self, channel: ChannelRef, event: MessageEdited | MessageRevoked | ReactionChanged, session: Session
    ) -> bool:
        key = (channel.workspace_id, channel.id, event.target)
        meant = await find_meant(self._database, [key], {"raw": 0}, session=session)
        if key not in meant:
            return False
        found = meant[key]
        now = self._clock.now()
        contact_id = await self._contact_of(found, session)
        altered = altered_fields(found, event, contact_id, now)
        if altered:
            await self._database.messages.update_one({"_id": found["_id"]}, {"$set": altered}, session=session)
            await self._await_file(found, altered, session)
            await self._tell(message_updated(found | altered, now), session)
        return True

    async def _await_file(self, message: Document, altered: Document, session: Session) -> None:
        """Have the file of an edited message fetched, unless it is the one that it had."""
        if "content" not in altered or altered["content"].get("media") == message["content"].get("media"):
            return
        file = pending_file(message | altered, self._clock.now())
        if file is not None:
            await self._database.files.insert_one(file, session=session)

    async def _contact_of(self, message: Document, session: Session) -> str:
        conversation = await self._database.conversations.find_one(
            {"_id": message["conversation_id"], "workspace_id": message["workspace_id"]},
            {"contact_id": 1},
            session=session,
        )
        return str(conversation["contact_id"])

    async def _tell(self, event: Event, session: Session) -> None:
        await write_events(self._database, [event], at=event.at, session=session)

    async def _note_preference(self, channel: ChannelRef, event: MarketingPreferenceChanged, session: Session) -> None:
        now = self._clock.now()
        at = event.provider_at or now
        contact = await self._database.contacts.find_one_and_update(
            {
                "workspace_id": channel.workspace_id,
                "identity_keys": {"$in": identity_keys(channel, event.customer)},
                "$or": [{"marketing.at": {"$lte": at}}, {"marketing": {"$exists": False}}],
            },
            {
                "$set": {"marketing": {"accepts": event.accepts_marketing, "at": at, "source": "provider"}},
                "$inc": {"version": 1},
            },
            session=session,
            return_document=True,
        )
        if contact is not None:
            await self._tell(contact_updated(channel.workspace_id, contact, now), session)

    async def _follow_identity(self, channel: ChannelRef, event: IdentityChanged) -> None:
        """Let the contact own the new id too, and its open conversation answer to it."""
        old_key = f"{channel.kind}:{event.previous}"
        try:
            await self._database.contacts.update_one(
                {"workspace_id": channel.workspace_id, "identity_keys": old_key},
                {
                    "$addToSet": {
                        "identity_keys": {"$each": identity_keys(channel, event.customer)},
                        "identities": {"kind": channel.kind.value, "external_id": event.customer.external_id},
                    },
                    "$inc": {"version": 1},
                },
            )
            await self._database.conversations.update_one(
                {
                    "workspace_id": channel.workspace_id,
                    "channel_id": channel.id,
                    "identity.external_id": event.previous,
                    "open": True,
                },
                {"$set": {"identity.external_id": event.customer.external_id}, "$inc": {"version": 1}},
            )
        except Exception as error:
            if not is_duplicate(error):
                raise


def altered_fields(
    message: Mapping[str, Any],
    event: MessageEdited | MessageRevoked | ReactionChanged,
    contact_id: str,
    now: datetime,
) -> Document:
    """Give the fields that an edit, deletion or reaction changes; nothing if a newer one is already there."""
    at = event.provider_at or now
    match event:
        case ReactionChanged():
            return _with_reaction(message, event, contact_id, at)
        case MessageRevoked():
            return {} if message.get("deleted_at") else {"deleted_at": at}
        case MessageEdited():
            edited_at = message.get("edited_at")
            if message.get("deleted_at") or (edited_at is not None and edited_at > at):
                return {}
            return {"content": _edited(message, event), "edited_at": at}


def _edited(message: Mapping[str, Any], event: MessageEdited) -> Document:
    """Give the new content; a file that is the same as before is not fetched again."""
    before, after = message["content"].get("media") or {}, to_document(event.content)
    reference = (after.get("media") or {}).get("provider_media_id")
    if reference is not None and reference == before.get("provider_media_id"):
        return {**after, "media": before}
    return dict(to_document(with_own_file(event.content)))


def _with_reaction(message: Mapping[str, Any], event: ReactionChanged, contact_id: str, at: datetime) -> Document:
    """Replace the author's reaction; one taken back stays as an empty one, so that an older one can't return."""
    author = to_document(Author(AuthorKind.EXTERNAL) if event.by_business else Author(AuthorKind.CONTACT, contact_id))
    reactions = message.get("reactions", [])
    own = next((r for r in reactions if r["author"] == author), None)
    if own is not None and own["at"] > at:
        return {}
    others = [r for r in reactions if r["author"] != author]
    return {"reactions": [*others, {"author": author, "emoji": event.emoji, "at": at}]}


def _shown_alone(change: Change, event: MessageEdited | MessageRevoked | ReactionChanged) -> Arrival | None:
    match event:
        case MessageEdited():
            return _shown(change, event.content)
        case ReactionChanged(emoji=emoji) if emoji:
            return _shown(change, SystemContent(code="reaction", text=emoji, data={"target": event.target}))
        case ReactionChanged():
            return _shown(change, SystemContent(code="reaction_removed", data={"target": event.target}))
        case MessageRevoked():
            return _shown(change, SystemContent(code="deleted", data={"target": event.target}))


def _shown(change: Change, content: Any) -> Arrival:
    event = change.event
    if isinstance(event, MarketingPreferenceChanged | ReachabilityChanged):
        raise AssertionError("a preference is shown nowhere, and a block shows itself")
    if isinstance(event, MessageEdited | MessageRevoked | ReactionChanged) and event.by_business:
        return Arrival(
            channel=change.channel,
            event=MessageEchoed(
                customer=event.customer,
                provider_id=event.provider_id,
                content=content,
                provider_at=event.provider_at,
                raw=event.raw,
            ),
        )
    return Arrival(
        channel=change.channel,
        event=MessageReceived(
            customer=event.customer,
            provider_id=event.provider_id,
            content=content,
            provider_at=event.provider_at,
            opens_window=not isinstance(event, IdentityChanged),
            raw=event.raw,
        ),
    )
