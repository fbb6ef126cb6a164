"""The tree of topics: what may hang where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from inbox.foundation.decoding import field_problem
from inbox.labels.label_models import MAX_DEPTH
from inbox.storage.documents import TopicDocument

_PARENT: Final = "/parent_id"
Tree = Mapping[str, TopicDocument]
"""All topics of a workspace, by id."""


def check_place(tree: Tree, topic_id: str) -> None:
    """Check where a topic hangs in a tree that has it already. Raises `ProblemError` (`invalid_request`)."""
    parent_id = tree[topic_id]["parent_id"]
    if parent_id is not None and parent_id not in tree:
        raise field_problem(_PARENT, "there is no such topic")
    above = list(ancestors(tree, topic_id))
    if topic_id in above:
        raise field_problem(_PARENT, "is the topic itself, or below it")
    if len(above) + _height(tree, topic_id) > MAX_DEPTH:
        raise field_problem(_PARENT, f"the tree of topics has at most {MAX_DEPTH} levels")


def ancestors(tree: Tree, topic_id: str) -> Iterator[str]:
    """Return the topics above one, the nearest first; ends where it comes back to where it was."""
    seen: set[str] = set()
    above = tree[topic_id]["parent_id"]
    while above is not None and above in tree and above not in seen:
        seen.add(above)
        yield above
        above = tree[above]["parent_id"]


def is_offered(tree: Tree, topic_id: str) -> bool:
    """Tell whether a topic can be chosen: it and all above it are active."""
    return topic_id in tree and all(tree[one]["active"] for one in (topic_id, *ancestors(tree, topic_id)))


def with_descendants(tree: Tree, topic_id: str) -> list[str]:
    """Return a topic and all below it."""
    return [topic_id, *(one for one in tree if topic_id in ancestors(tree, one))]


def canonical(tree: Tree, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the topics that stored keys stand for now, each once: a merged one is the one that took its place."""
    owner = {key: topic["_id"] for topic in tree.values() for key in topic["keys"]}
    return tuple(dict.fromkeys(owner[key] for key in keys if key in owner))


def _height(tree: Tree, topic_id: str) -> int:
    """Return how many levels a topic has with what is below it."""
    paths = (list(ancestors(tree, one)) for one in tree)
    return 1 + max((path.index(topic_id) + 1 for path in paths if topic_id in path), default=0)
