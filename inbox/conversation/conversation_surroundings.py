"""What is shown around a conversation: contact, channel, last message, unread count.

MongoDB 6 needs 200–330 µs for each `$lookup` with a pipeline, a quarter of that for the same in queries over many
conversations at once (measured with batches of 100: 770 µs against 130 µs a conversation). So where only
their ids are known, one or a few are read by lookups, in one round trip, and many by queries. Conversations that were
read already are surrounded by queries in any case: in a transaction of one or two MongoDB needed 0.8 ms a conversation
for messages and channels, and 7.6 ms with lookups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict, TypeVar, cast

from inbox.contacts.whole_contacts import read_wholes
from inbox.model.authors import AuthorKind, Direction
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Collections, Cursor, Document, Session
from inbox.storage.documents import (
    ChannelDocument,
    Collection,
    Condition,
    ContactDocument,
    ConversationDocument,
    Fields,
    MessageDocument,
    with_fields,
)

D = TypeVar("D", bound=Mapping[str, Any])

UNREAD_COUNTED: Final = 999
"""More unread messages than a badge can show are not counted on."""
MANY: Final = 8
UNREAD_READ_AT_ONCE: Final = 3_000
"""Of all conversations together; where there are more each is counted by itself, up to its limit."""

_SHOWN: Final = ("seq", "direction", "content", "created_at", "deleted_at")
_MACHINES: Final = (AuthorKind.AUTO.value, AuthorKind.CAMPAIGN.value)
"""What they write would hide the words of people in a list; it is shown where there is nothing else."""
_WAITS: Final = MessageStatus.SCHEDULED.value
"""What is to be sent later was not said yet."""
_MESSAGE: Final[Condition] = {"void": {"$exists": False}, "status": {"$ne": _WAITS}}


def _newest(condition: Condition) -> Document:
    """Make the lookup of the newest message that fits, from the end of the thread's index."""
    return {
        "$lookup": {
            "from": "messages",
            "localField": "_id",
            "foreignField": "conversation_id",
            "pipeline": [
                {"$match": condition},
                {"$sort": {"seq": -1}},
                {"$limit": 1},
                {"$project": {"_id": 0, **dict.fromkeys(_SHOWN, 1)}},
            ],
            "as": "last",
        }
    }


_LAST_MESSAGE: Final = _newest(_MESSAGE)
_LAST_WORDS: Final = _newest({**_MESSAGE, "author.kind": {"$nin": list(_MACHINES)}})
_UNREAD: Final[Document] = {
    "$lookup": {
        "from": "messages",
        "localField": "_id",
        "foreignField": "conversation_id",
        "let": {"read_seq": "$read_seq"},
        "pipeline": [
            {"$match": {"$expr": {"$gt": ["$seq", "$$read_seq"]}, "direction": "in"}},
            {"$limit": UNREAD_COUNTED},
            {"$count": "count"},
        ],
        "as": "unread",
    }
}
_CONTACT: Final[Document] = {
    "$lookup": {"from": "contacts", "localField": "contact_id", "foreignField": "_id", "as": "contact"}
}
_CHANNEL_FIELDS: Final[Fields] = {"name": 1, "auto_close": 1}
_CHANNEL: Final[Document] = {
    "$lookup": {
        "from": "channels",
        "localField": "channel_id",
        "foreignField": "_id",
        "pipeline": [{"$project": {"_id": 0, **_CHANNEL_FIELDS}}],
        "as": "channel",
    }
}
_CONTACT_FIELDS: Final[Fields] = dict.fromkeys(
    ("workspace_id", "name", "identities", "reachability", "blocked", "family"), 1
)


class UnreadCount(TypedDict):
    """How many messages of the customer are unread."""

    count: int


class Surrounded(ConversationDocument):
    """A conversation with what is shown around it, each a list of at most one."""

    contact: list[ContactDocument]
    channel: list[ChannelDocument]
    last: list[MessageDocument]
    unread: list[UnreadCount]


async def read_surrounded(
    database: Collections, workspace_id: str, ids: Sequence[str], *, session: Session = None
) -> list[Surrounded]:
    """Read conversations by their ids with `contact`, `channel`, `last` and `unread`, each a list of at most one."""
    wanted = {"_id": {"$in": list(ids)}, "workspace_id": workspace_id}
    if len(ids) < MANY:
        lookups = [_CONTACT, _CHANNEL, _LAST_WORDS, _UNREAD]
        looked_up = database.conversations.aggregate([{"$match": wanted}, *lookups], session=session)
        few = cast(list[Surrounded], await looked_up.to_list(None))
        silent = [conversation["_id"] for conversation in few if not conversation["last"]]
        last = await _found_last(database, silent, _LAST_MESSAGE, session)
        people = await _shown_people(database, [contact for one in few for contact in one["contact"]], None, session)
        return [
            {
                **one,
                "contact": _listed(people.get(one["contact_id"])),
                "last": one["last"] or _listed(last.get(one["_id"])),
            }
            for one in few
        ]
    found: list[ConversationDocument] = await database.conversations.find(wanted, session=session).to_list(None)
    return await surround(database, found, session=session)


async def surround(
    database: Collections, conversations: Sequence[ConversationDocument], *, session: Session = None
) -> list[Surrounded]:
    """Add to conversations that were read what surrounds them, with one query for each kind of thing."""
    if not conversations:
        return []
    found, used, newest = await database.together(
        _of_ids(database.contacts, {c["contact_id"] for c in conversations}, _CONTACT_FIELDS, session),
        _of_ids(database.channels, {c["channel_id"] for c in conversations}, _CHANNEL_FIELDS, session),
        _newest_of_each(database, [c["_id"] for c in conversations], session),
    )
    contacts = await _shown_people(database, found, _CONTACT_FIELDS, session)
    channels: dict[str, ChannelDocument] = {channel["_id"]: channel for channel in used}
    last = await _last_messages(database, newest, session)
    unread = await _unread(database, conversations, last, session)
    return [
        {
            **conversation,
            "contact": _listed(contacts.get(conversation["contact_id"])),
            "channel": _listed(channels.get(conversation["channel_id"])),
            "last": _listed(last.get(conversation["_id"])),
            "unread": [{"count": unread.get(conversation["_id"], 0)}],
        }
        for conversation in conversations
    ]


async def _shown_people(
    database: Collections, contacts: Sequence[ContactDocument], fields: Fields | None, session: Session
) -> dict[str, ContactDocument]:
    """Return by their ids contacts as they are shown: as one customer with whoever was merged with them.

    Whether a channel reaches the customer is said of the conversation's own account.
    """
    wholes = await read_wholes(database, contacts, fields, session=session)
    return {
        own["_id"]: with_fields(one.contact, {"reachability": own.get("reachability", {})})
        for own, one in zip(contacts, wholes, strict=True)
    }


def _of_ids(collection: Collection[D], ids: set[str], fields: Fields, session: Session) -> Cursor:
    return collection.find({"_id": {"$in": list(ids)}}, fields, session=session)


def _newest_of_each(database: Collections, ids: Sequence[str], session: Session) -> Cursor:
    """Ask for the first message of each group, to which MongoDB skips in the index."""
    newest = {name: {"$first": f"${name}"} for name in (*_SHOWN, "void", "author", "status")}
    return database.messages.aggregate(
        [
            {"$match": {"conversation_id": {"$in": list(ids)}}},
            {"$sort": {"conversation_id": -1, "seq": -1}},
            {"$group": {"_id": "$conversation_id", **newest}},
        ],
        session=session,
    )


async def _last_messages(
    database: Collections, messages: Sequence[MessageDocument], session: Session
) -> dict[str, MessageDocument]:
    """Return the newest message of each conversation that a person wrote, or the newest one where nobody did.

    It is mostly the newest of all. Where that is an automatic text or a tombstone a lookup finds the one before.
    """
    void = [one["_id"] for one in messages if one.get("void") or one.get("status") == _WAITS]
    last = {one["_id"]: one for one in messages if one["_id"] not in void}
    hidden = [id_ for id_, one in last.items() if one["author"]["kind"] in _MACHINES]
    words = await _found_last(database, [*void, *hidden], _LAST_WORDS, session)
    mute = [id_ for id_ in void if id_ not in words]
    return {**last, **words, **await _found_last(database, mute, _LAST_MESSAGE, session)}


async def _found_last(
    database: Collections, ids: Sequence[str], lookup: Document, session: Session
) -> dict[str, MessageDocument]:
    found = await _looked_up(database, ids, lookup, session) if ids else []
    return {document["_id"]: document["last"][0] for document in found if document["last"]}


async def _unread(
    database: Collections,
    conversations: Sequence[ConversationDocument],
    last: Mapping[str, MessageDocument],
    session: Session,
) -> dict[str, int]:
    """Count what customers wrote since the last reading; not at all where nothing came since then."""
    news = [c for c in conversations if c["_id"] in last and last[c["_id"]]["seq"] > c["read_seq"]]
    if not news:
        return {}
    alike: dict[int, list[str]] = {}
    for conversation in news:
        alike.setdefault(int(conversation["read_seq"]), []).append(conversation["_id"])
    after = [{"conversation_id": {"$in": ids}, "seq": {"$gt": read_seq}} for read_seq, ids in alike.items()]
    found = await database.messages.aggregate(
        [
            {"$match": {"$or": after, "direction": Direction.IN.value}},
            {"$limit": UNREAD_READ_AT_ONCE},
            {"$group": {"_id": "$conversation_id", "count": {"$sum": 1}}},
        ],
        session=session,
    ).to_list(None)
    counts = {document["_id"]: document["count"] for document in found}
    if sum(counts.values()) < UNREAD_READ_AT_ONCE:
        return {conversation_id: min(count, UNREAD_COUNTED) for conversation_id, count in counts.items()}
    looked_up = await _looked_up(database, [c["_id"] for c in news], _UNREAD, session)
    return {document["_id"]: document["unread"][0]["count"] for document in looked_up if document["unread"]}


async def _looked_up(database: Collections, ids: Sequence[str], lookup: Document, session: Session) -> list[Document]:
    found: list[Document] = await database.conversations.aggregate(
        [{"$match": {"_id": {"$in": list(ids)}}}, lookup], session=session
    ).to_list(None)
    return found


def _listed(document: D | None) -> list[D]:
    return [] if document is None else [document]
