"""What tags and topics are called now. Conversations and contacts keep keys, which never change.

A tag has one key of its own, and those of the tags that were merged into it: so renaming and merging change one
document, everything shows it at once, and nothing that is tagged at the same moment can be missed. A key of no tag is
shown as it is: contacts were tagged with plain words before there was a list of tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from inbox.labels.label_models import folded
from inbox.labels.topic_tree import Tree, canonical, with_descendants
from inbox.storage.database import Collections, Session
from inbox.storage.documents import ContactDocument, ConversationDocument

Named = Mapping[str, str | None]
"""Key → the tag's name now; None for a tag that was deleted."""


class Labels(msgspec.Struct, frozen=True):
    """The tags and topics of a workspace, as far as some documents need them."""

    names: Named = {}
    tree: Tree = {}

    def tags(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the names of tags, each once."""
        named = (self.names.get(key, key) for key in keys)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def topics(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of topics, each once."""
        return canonical(self.tree, keys)


async def read_labels(
    database: Collections,
    documents: Sequence[ConversationDocument] | Sequence[ContactDocument],
    *,
    session: Session = None,
) -> Labels:
    """Read what the labels of documents of one workspace are called; mostly there are none, and nothing is read."""
    tagged = {key for one in documents for key in one.get("tags", ())}
    about = any(one.get("topics") for one in documents)
    workspace_id = documents[0]["workspace_id"] if documents else ""
    names = await _names(database, workspace_id, tagged, session) if tagged else {}
    return Labels(names, await read_tree(database, workspace_id, session=session) if about else {})


async def read_tree(database: Collections, workspace_id: str, *, session: Session = None) -> Tree:
    """Read all topics of a workspace, by id."""
    found = await database.topics.find({"workspace_id": workspace_id}, session=session).to_list(None)
    return {topic["_id"]: topic for topic in found}


async def keys_of_tag(database: Collections, workspace_id: str, name: str) -> list[str]:
    """Return the keys that documents with a tag have; of a word that never was a tag the word itself."""
    named = {"workspace_id": workspace_id, "folded": folded(name), "deleted_at": None}
    tag = await database.tags.find_one(named)
    if tag is not None:
        return tag["keys"]
    was_one = await database.tags.find_one({"workspace_id": workspace_id, "keys": name}, {"_id": 1})
    return [name] if was_one is None else []


async def keys_of_topic(database: Collections, workspace_id: str, topic_id: str) -> list[str]:
    """Return the keys that conversations with a topic, or one below it, have."""
    tree = await read_tree(database, workspace_id)
    topics = with_descendants(tree, topic_id) if topic_id in tree else []
    return [key for one in topics for key in tree[one]["keys"]]


async def _names(database: Collections, workspace_id: str, keys: set[str], session: Session) -> Named:
    wanted = {"workspace_id": workspace_id, "keys": {"$in": list(keys)}}
    found = await database.tags.find(wanted, session=session).to_list(None)
    return {key: tag["name"] if tag["deleted_at"] is None else None for tag in found for key in tag["keys"]}
