"""Reading conversations, complete with contact, last message and unread count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

import msgspec

from inbox.conversation.conversation_surroundings import Surrounded, read_surrounded, surround
from inbox.conversation.expected_waits import expected_waits
from inbox.conversation.queue_places import places_in_queue
from inbox.conversation.unanswered import read_unanswered
from inbox.foundation.problems import not_found
from inbox.labels.label_reading import Labels, read_labels
from inbox.model.authors import Direction
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import Silence
from inbox.people.access import Caller
from inbox.people.sight import sees
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import ChannelDocument, ConversationDocument, Fields, MessageDocument
from inbox.views.contact_views import contact_brief
from inbox.views.conversation_views import ConversationView, Surroundings, conversation_view
from inbox.views.message_views import LastMessage, content_of, newest


class QueuePlace(msgspec.Struct, frozen=True):
    """A place in a queue, from 1, and how long it will take; None where that is not known."""

    position: int | None
    wait_seconds: int | None


_NO_PLACE: Final = QueuePlace(None, None)


async def read_conversation(
    database: Collections, workspace_id: str, conversation_id: str, *, now: datetime, session: Session = None
) -> ConversationView | None:
    """Return one conversation, whoever asks; None if there is none."""
    found = await read_conversations(database, workspace_id, [conversation_id], now=now, session=session)
    return found.get(conversation_id)


async def read_conversations(
    database: Collections, workspace_id: str, ids: Sequence[str], *, now: datetime, session: Session = None
) -> dict[str, ConversationView]:
    """Return conversations by their ids, whoever asks; those that do not exist are left out."""
    found = await read_surrounded(database, workspace_id, ids, session=session)
    return {view.id: view for view in await _views(database, found, now, session)}


async def show_conversations(
    database: Collections,
    documents: Sequence[ConversationDocument],
    *,
    now: datetime,
    session: Session = None,
    places: Mapping[str, QueuePlace] | None = None,
) -> list[ConversationView]:
    """Show conversations that were read, in their order.

    Args:
        database: Where the rest is read.
        documents: As they are stored.
        now: The current time.
        session: The transaction, if there is one.
        places: Of those that wait in queues, where the caller knows them.
    """
    return await _views(database, await surround(database, documents, session=session), now, session, places)


async def _places(
    database: Collections, conversations: Sequence[ConversationDocument], now: datetime, session: Session
) -> Mapping[str, QueuePlace]:
    """Return the place in its queue of each conversation that waits in one; far back there is none."""
    lines: dict[tuple[str, str], set[str]] = {}
    for one in conversations:
        if one["state"] == ConversationState.QUEUED.value and one["queue_id"]:
            lines.setdefault((one["workspace_id"], one["queue_id"]), set()).add(one["_id"])
    places: dict[str, QueuePlace] = {}
    for line, shown in lines.items():
        all_places = await places_in_queue(database, *line, session=session)
        asked = {id_: place for id_, place in all_places.items() if id_ in shown}
        waits = await expected_waits(database, *line, asked, now=now, session=session)
        places |= {id_: QueuePlace(place, waits.get(id_)) for id_, place in asked.items()}
    return places


async def get_conversation(
    database: Database, caller: Caller, conversation_id: str, *, now: datetime
) -> ConversationView:
    """Return one conversation that the caller sees.

    Raises:
        ProblemError: `not_found`, also for one that exists but is not visible.
    """
    view = await read_conversation(database, caller.workspace_id, conversation_id, now=now)
    if view is None or not await sees(database, caller, _looked_at(view)):
        raise not_found("conversation")
    return view


async def visible_conversation(
    database: Database, caller: Caller, conversation_id: str, *, session: Session = None
) -> ConversationDocument:
    """Read the document of a conversation that the caller sees. Raises `ProblemError` (`not_found`)."""
    document: ConversationDocument | None = await database.conversations.find_one(
        {"_id": conversation_id, "workspace_id": caller.workspace_id}, session=session
    )
    if document is None or not await sees(database, caller, document, session=session):
        raise not_found("conversation")
    return document


def _looked_at(view: ConversationView) -> ConversationDocument:
    """Return the fields that decide who sees a conversation."""
    fields: Fields = {
        "queue_id": view.queue_id,
        "operator_id": view.operator_id,
        "open": view.state is not ConversationState.CLOSED,
        "contact_id": view.contact.id,
        "state": view.state.value,
        **({} if view.bot_id is None else {"bot": {"id": view.bot_id}}),
    }
    return cast(ConversationDocument, fields)


async def _views(
    database: Collections,
    shown: Sequence[Surrounded],
    now: datetime,
    session: Session,
    places: Mapping[str, QueuePlace] | None = None,
) -> list[ConversationView]:
    """Show conversations that were read with what surrounds them."""
    if places is None:
        places = await _places(database, shown, now, session)
    assigned = [c for c in shown if c["state"] == ConversationState.ASSIGNED.value]
    asking = [c["_id"] for c in assigned if _silence(c).only_while_customer_owes]
    owed = await read_unanswered(database, asking, session=session) if asking else {}
    waits = ConversationState.QUEUED.value
    labels = await read_labels(database, shown, session=session)
    place_of = [places.get(c["_id"], _NO_PLACE) if c["state"] == waits else _NO_PLACE for c in shown]
    around = [_surroundings(c, place, c["_id"] in owed, labels) for c, place in zip(shown, place_of, strict=True)]
    return [conversation_view(c, surroundings, now) for c, surroundings in zip(shown, around, strict=True)]


def _silence(conversation: Surrounded) -> Silence:
    channel: ChannelDocument | Fields = conversation["channel"][0] if conversation["channel"] else {}
    return msgspec.convert(channel.get("auto_close") or {}, Silence)


def _surroundings(document: Surrounded, place: QueuePlace, operator_owes: bool, labels: Labels) -> Surroundings:
    channel: ChannelDocument | Fields = document["channel"][0] if document["channel"] else {"name": ""}
    return Surroundings(
        channel_name=channel["name"],
        silence=_silence(document),
        operator_owes=operator_owes,
        contact=contact_brief(document["contact"][0]),
        last_message=_last_message(document["last"][0]) if document["last"] else None,
        unread=document["unread"][0]["count"] if document["unread"] else 0,
        queue_position=place.position,
        expected_wait_seconds=place.wait_seconds,
        tags=labels.tags(document.get("tags", ())),
        topics=labels.topics(document.get("topics", ())),
    )


def _last_message(message: MessageDocument) -> LastMessage:
    return newest(
        int(message["seq"]),
        Direction(message["direction"]),
        content_of(message),
        message["created_at"],
        deleted=bool(message.get("deleted_at")),
    )
