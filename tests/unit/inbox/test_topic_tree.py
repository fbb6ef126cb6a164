"""The tree of topics: where one may hang, which are offered, what is below what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.foundation.problems import ProblemError
from inbox.labels.label_models import MAX_DEPTH
from inbox.labels.topic_tree import Tree, ancestors, canonical, check_place, is_offered, with_descendants

AT = datetime(2026, 5, 4, tzinfo=UTC)


def tree(places: dict[str, str | None], *, inactive: tuple[str, ...] = (), keys: Any = None) -> Tree:
    return {
        id_: {
            "_id": id_,
            "workspace_id": "w",
            "name": id_,
            "parent_id": parent,
            "order": 0,
            "active": id_ not in inactive,
            "keys": [id_, *(keys or {}).get(id_, ())],
            "created_at": AT,
        }
        for id_, parent in places.items()
    }


CHAIN = {str(level): str(level - 1) if level else None for level in range(MAX_DEPTH)}


@pytest.mark.parametrize(
    ("places", "moved", "words"),
    [
        ({"a": None, "b": "a"}, "b", None),
        ({"a": "nowhere"}, "a", "no such topic"),
        ({"a": "a"}, "a", "below it"),
        ({"a": "c", "b": "a", "c": "b"}, "a", "below it"),
        (CHAIN, str(MAX_DEPTH - 1), None),
        ({**CHAIN, "deeper": str(MAX_DEPTH - 1)}, "deeper", "levels"),
        # moving a topic takes what is below it along
        ({**CHAIN, "x": "3", "y": "x"}, "x", "levels"),
        ({**CHAIN, "x": "2", "y": "x"}, "x", None),
    ],
)
def test_a_topic_hangs_only_where_the_tree_stays_one(
    places: dict[str, str | None], moved: str, words: str | None
) -> None:
    if words is None:
        check_place(tree(places), moved)
        return
    with pytest.raises(ProblemError) as refused:
        check_place(tree(places), moved)
    assert refused.value.errors[0].pointer == "/parent_id"
    assert words in refused.value.errors[0].message


def test_what_is_below_an_inactive_topic_is_not_offered() -> None:
    some = tree({"a": None, "b": "a", "c": None}, inactive=("a",))
    assert [is_offered(some, one) for one in ("a", "b", "c", "gone")] == [False, False, True, False]


def test_a_topic_is_found_with_all_below_it() -> None:
    some = tree({"a": None, "b": "a", "c": "b", "d": None})
    assert (with_descendants(some, "a"), with_descendants(some, "d")) == (["a", "b", "c"], ["d"])
    assert list(ancestors(some, "c")) == ["b", "a"]


def test_merged_topics_are_the_one_that_took_their_place() -> None:
    some = tree({"a": None, "b": None}, keys={"a": ("old", "older")})
    assert canonical(some, ["older", "b", "old", "a", "deleted"]) == ("a", "b")
