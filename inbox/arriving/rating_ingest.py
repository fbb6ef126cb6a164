"""Answers to the question how it was: a pressed score belongs to the conversation that it names.

It is no message: it opens no conversation and stands in none, however late it comes. A score counts only where that
conversation asked this customer on this channel; anything else is a message like any other. For WhatsApp the press
opens the reply window all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from inbox.arriving.arrivals import Arrival, WindowField, check_names, identity_keys, windows_opened
from inbox.arriving.inbound import MessageReceived
from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.conversation.cues import cue_for, note_cues
from inbox.foundation.clock import Clock
from inbox.foundation.structs import from_document, to_document
from inbox.model.content import ChoiceContent
from inbox.model.occasions import Occasion
from inbox.model.ratings import Press, Rated, Rating, answered, read_choice
from inbox.storage.database import Collections, Database, Session, UpdateOne, is_duplicate, is_transient
from inbox.storage.documents import ContactDocument, ConversationDocument, Fields
from inbox.storage.setting_apart import write_setting_apart
from inbox.stream.events import EventType


def rated_by(arrival: Arrival) -> Rated | None:
    """Return what a customer's message says if it is a pressed score; whether it counts is not known yet."""
    event = arrival.event
    if not isinstance(event, MessageReceived) or not isinstance(event.content, ChoiceContent):
        return None
    return read_choice(event.content.id)


class RatingIngest:
    """Notes pressed scores, a batch at a time; made for `GroupCommit`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, arrivals: Sequence[Arrival]) -> Sequence[bool | Exception]:
        """Note scores, in the order in which they came; tell of each whether it is one: otherwise it is a message.

        Raises:
            PyMongoError: if nothing could be stored now; the provider repeats.
        """
        return await write_setting_apart(arrivals, self._write_together, _set_aside, check=check_names)

    async def _write_together(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        async def work(database: Collections, session: Session) -> Sequence[bool]:
            at = self._clock.now()
            batch = _Batch(await _read(database, arrivals, session), at)
            counted = [batch.add(arrival) for arrival in arrivals]
            await _store(database, batch, at, session)
            return counted

        return await self._database.batch_transaction(work)


class _Asked(NamedTuple):
    """A conversation that a press names, with its customer."""

    conversation: ConversationDocument
    contact: ContactDocument | None


class _Answer:
    """What becomes of one conversation's rating in a batch.

    Attributes:
        windows: The times to which the presses raise the reply window.
    """

    def __init__(self, asked: ConversationDocument) -> None:
        self.conversation = asked
        self.before = from_document(asked["rating"], Rating)
        self.rating = self.before
        self.windows: dict[WindowField, datetime] = {}

    def add(self, arrival: Arrival, score: int, at: datetime) -> None:
        """Count a press."""
        event = arrival.event
        press = Press(id=event.provider_id, score=score, at=event.provider_at or at)
        self.rating = answered(self.rating, press, at)
        for field, value in windows_opened([arrival], at).items():
            self.windows[field] = max(value, self.windows.get(field, value))

    @property
    def is_first(self) -> bool:
        """Whether the customer had not answered before."""
        return self.before.answered_at is None

    @property
    def change(self) -> Change:
        """The change of the conversation that asked: its thanks are sent in the window that the press has opened."""
        raised: Fields = {
            field: value
            for field, value in self.windows.items()
            if value > (self.conversation.get(field) or datetime.min.replace(tzinfo=value.tzinfo))
        }
        return Change(self.conversation, {"rating": to_document(self.rating), **raised})


class _Batch:
    """Decides on presses one after the other."""

    def __init__(self, asked: Mapping[str, _Asked], at: datetime) -> None:
        self._asked = asked
        self._at = at
        self._answers: dict[str, _Answer] = {}

    def add(self, arrival: Arrival) -> bool:
        """Count a press; tell whether it is one of a score that this customer was asked for."""
        rated = rated_by(arrival)
        asked = None if rated is None else self._asked.get(rated.conversation_id)
        if rated is None or asked is None or not _is_asked(asked, arrival):
            return False
        answer = self._answers.setdefault(rated.conversation_id, _Answer(asked.conversation))
        answer.add(arrival, rated.score, self._at)
        return True

    @property
    def answers(self) -> Sequence[_Answer]:
        """All conversations that were rated, also those where nothing changes."""
        return list(self._answers.values())


def _is_asked(asked: _Asked, arrival: Arrival) -> bool:
    """Tell whether the conversation asked this customer on this channel, whatever number they have by now.

    Who was erased is known by nothing any more: what they press is a stranger's message.
    """
    conversation, channel = asked.conversation, arrival.channel
    ours = (conversation["workspace_id"], conversation["channel_id"]) == (channel.workspace_id, channel.id)
    known_by = () if asked.contact is None else asked.contact["identity_keys"]
    keys = identity_keys(channel, arrival.event.customer)
    return ours and "rating" in conversation and not set(keys).isdisjoint(known_by)


async def _read(database: Collections, arrivals: Sequence[Arrival], session: Session) -> Mapping[str, _Asked]:
    """Read the conversations that presses name, by id, each with its contact."""
    named: dict[str, set[str]] = defaultdict(set)
    for arrival in arrivals:
        rated = rated_by(arrival)
        if rated is not None:
            named[arrival.channel.workspace_id].add(rated.conversation_id)
    conversations = [
        conversation
        for workspace_id, ids in named.items()
        for conversation in await database.conversations.find(
            {"workspace_id": workspace_id, "_id": {"$in": list(ids)}}, {"routing_log": 0}, session=session
        ).to_list(None)
    ]
    contacts: dict[str, ContactDocument] = {}
    for workspace_id in {conversation["workspace_id"] for conversation in conversations}:
        ids = {one["contact_id"] for one in conversations if one["workspace_id"] == workspace_id}
        wanted = {"workspace_id": workspace_id, "_id": {"$in": list(ids)}}
        found = database.contacts.find(wanted, {"identity_keys": 1}, session=session)
        contacts |= {contact["_id"]: contact for contact in await found.to_list(None)}
    return {one["_id"]: _Asked(one, contacts.get(one["contact_id"])) for one in conversations}


async def _store(database: Collections, batch: _Batch, at: datetime, session: Session) -> None:
    """Write the ratings that changed, with their events and thanks, and the windows that were opened."""
    changed = [answer for answer in batch.answers if answer.rating is not answer.before]
    for workspace_id in {answer.conversation["workspace_id"] for answer in changed}:
        changes = [one.change for one in changed if one.conversation["workspace_id"] == workspace_id]
        await change_conversations(database, changes, EventType.CONVERSATION_RATED, at=at, session=session)
    thanks = [
        cue_for(one.conversation, one.conversation["queue_id"], Occasion.RATED, at)
        for one in changed
        if one.is_first and one.conversation["queue_id"] is not None
    ]
    await note_cues(database, thanks, session=session)
    await _open_windows(database, batch.answers, session)


async def _open_windows(database: Collections, answers: Sequence[_Answer], session: Session) -> None:
    """Raise the reply windows of customers: of their open conversation, and for the next one."""
    raised = [answer for answer in answers if answer.windows]
    if not raised:
        return
    await database.contacts.bulk_write(list(map(_of_contact, raised)), ordered=False, session=session)
    await database.conversations.bulk_write(list(map(_of_open, raised)), ordered=False, session=session)


def _of_contact(answer: _Answer) -> UpdateOne:
    conversation = answer.conversation
    windows = {f"windows.{conversation['channel_id']}.{field}": value for field, value in answer.windows.items()}
    return UpdateOne(
        {"_id": conversation["contact_id"], "workspace_id": conversation["workspace_id"]}, {"$max": windows}
    )


def _of_open(answer: _Answer) -> UpdateOne:
    conversation = answer.conversation
    account = {
        "workspace_id": conversation["workspace_id"],
        "channel_id": conversation["channel_id"],
        "identity.external_id": conversation["identity"]["external_id"],
    }
    return UpdateOne({**account, "open": True}, {"$max": dict(answer.windows)})


def _set_aside(_: Arrival, error: Exception) -> bool | Exception:
    """Let what can't be a rating be a message, which says itself what is wrong with it; raise what may pass."""
    if is_transient(error) or is_duplicate(error):
        return error
    return False
