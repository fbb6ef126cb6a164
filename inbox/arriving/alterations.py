"""Edits, deletions and reactions: what they change in messages, and writing many of them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from inbox.arriving.addressed import Alteration, AlteringEvent
from inbox.arriving.arrivals import identity_keys
from inbox.arriving.inbound import MessageEdited, MessageRevoked, ReactionChanged
from inbox.files.file_models import pending_file, with_own_file
from inbox.finding.message_terms import change_terms
from inbox.foundation.structs import to_document
from inbox.messages.message_lookup import find_meant
from inbox.model.authors import Author, AuthorKind
from inbox.storage.database import Collections, Session, UpdateOne, has_fields
from inbox.storage.documents import Fields, FileDocument, MessageDocument, with_fields
from inbox.stream.events import write_events
from inbox.views.message_views import message_view
from inbox.views.telling import message_updated


class Altered(msgspec.Struct):
    """What became of alterations, by their places in the batch.

    Attributes:
        missing: Those whose message is not here.
        unstorable: Those that no message can take, and why.
    """

    missing: list[int] = []
    unstorable: dict[int, str] = {}


class _Altering:
    """A message as it is read, and as it becomes."""

    def __init__(self, message: MessageDocument) -> None:
        self.before = message
        self.fields: Fields = {}

    @property
    def after(self) -> MessageDocument:
        return with_fields(self.before, self.fields)

    @property
    def says_something_else(self) -> bool:
        """Whether its words were changed or taken back; a reaction leaves them as they are."""
        return not self.fields.keys().isdisjoint({"content", "deleted_at"})

    def apply(self, event: AlteringEvent, contact_id: str | None, at: datetime) -> None:
        """Apply an alteration to its message in memory. Raises where the result could not be stored or shown."""
        told = altered_fields(self.after, event, contact_id, at)
        altered = {name: value for name, value in told.items() if not has_fields(self.after, {name: value})}
        if altered:
            message_view(with_fields(self.after, altered))
            self.fields |= altered

    def awaited_file(self, at: datetime) -> FileDocument | None:
        """Make the file document of an edited message; None if its file is the same as before."""
        after = self.after
        if after["content"].get("media") == self.before["content"].get("media"):
            return None
        return pending_file(after, at)


async def alter_messages(
    database: Collections, alterations: Sequence[Alteration], *, at: datetime, session: Session
) -> Altered:
    """Alter messages inside a transaction, with a fixed number of statements and one event a message."""
    people = {one.key: identity_keys(one.channel, one.event.customer) for one in alterations}
    meant = await find_meant(database, people.keys(), {"raw": 0}, people=people, session=session)
    messages = {message["_id"]: _Altering(message) for message in meant.values()}
    contacts = await _contacts(database, messages.values(), session)
    outcome = Altered()
    for place, one in enumerate(alterations):
        found = meant.get(one.key)
        if found is None:
            outcome.missing.append(place)
            continue
        try:
            messages[found["_id"]].apply(one.event, contacts.get(found["conversation_id"]), at)
        except Exception as error:  # whatever it is, only this one has it
            outcome.unstorable[place] = type(error).__name__
    await _write(database, [message for message in messages.values() if message.fields], at, session)
    return outcome


async def _write(database: Collections, changed: Sequence[_Altering], at: datetime, session: Session) -> None:
    if not changed:
        return
    updates = [
        UpdateOne({"_id": m.before["_id"], "workspace_id": m.before["workspace_id"]}, {"$set": m.fields})
        for m in changed
    ]
    await database.messages.bulk_write(updates, ordered=False, session=session)
    await change_terms(database, [m.after for m in changed if m.says_something_else], session)
    files = [file for message in changed if (file := message.awaited_file(at)) is not None]
    if files:
        await database.files.insert_many(files, session=session)
    await write_events(database, [message_updated(m.after, at) for m in changed], at=at, session=session)


async def _contacts(database: Collections, messages: Iterable[_Altering], session: Session) -> Mapping[str, str]:
    """Read whose conversations the messages are in: conversation → contact."""
    of = {message.before["conversation_id"]: message.before["workspace_id"] for message in messages}
    if not of:
        return {}
    condition = {"_id": {"$in": list(of)}, "workspace_id": {"$in": list(set(of.values()))}}
    found = await database.conversations.find(condition, {"contact_id": 1}, session=session).to_list(None)
    return {conversation["_id"]: conversation["contact_id"] for conversation in found}


def altered_fields(message: MessageDocument, event: AlteringEvent, contact_id: str | None, now: datetime) -> Fields:
    """Return the fields that an edit, deletion or reaction changes; nothing if a newer one is already there."""
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


def _edited(message: MessageDocument, event: MessageEdited) -> Fields:
    """Return the new content; a file that is the same as before is not fetched again."""
    before, after = message["content"].get("media") or {}, to_document(event.content)
    reference = (after.get("media") or {}).get("provider_media_id")
    if reference is not None and reference == before.get("provider_media_id"):
        return {**after, "media": before}
    return dict(to_document(with_own_file(event.content)))


def _with_reaction(message: MessageDocument, event: ReactionChanged, contact_id: str | None, at: datetime) -> Fields:
    """Replace the author's reaction; one taken back stays as an empty one, so that an older one can't return."""
    author = to_document(Author(AuthorKind.EXTERNAL) if event.by_business else Author(AuthorKind.CONTACT, contact_id))
    reactions = message.get("reactions", [])
    own = next((r for r in reactions if r["author"] == author), None)
    if own is not None and own["at"] > at:
        return {}
    others = [r for r in reactions if r["author"] != author]
    return {"reactions": [*others, {"author": author, "emoji": event.emoji, "at": at}]}
