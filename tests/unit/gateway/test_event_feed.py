"""Joining a feed: whatever a socket has read of history, it gets the rest, each event once."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.events.event_feed import RECENT_DOCUMENTS, Batch, Feed, visible_frames
from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller, CallerKind, Role
from inbox.stream.event_stream import Cursor, PlacedDocument
from inbox.stream.events import EventAudience, StoredEvent

W = "w1"
OWNER = Caller(workspace_id=W, kind=CallerKind.OPERATOR, id="o", role=Role.OWNER)


class Listener:
    """A subscriber that behaves as a socket does."""

    def __init__(self, read: int) -> None:
        self.count = read
        self.numbers = list(range(read))
        self.expired = False

    def deliver(self, batch: Batch) -> None:
        if batch.after.count > self.count:
            assert batch.before.count <= self.count
            self.numbers += [json.loads(data)["n"] for data in visible_frames(batch.frames, OWNER, self.count)]
            self.count = batch.after.count

    def expire(self) -> None:
        self.expired = True


def document(n: int, start: int, size: int) -> PlacedDocument:
    items = tuple(StoredEvent(EventAudience(), msgspec.Raw(b'{"n":%d}' % k)) for k in range(start, start + size))
    return PlacedDocument(f"{n + 1}-0", start, items, {})


def documents(sizes: list[int]) -> list[PlacedDocument]:
    return [document(n, sum(sizes[:n]), size) for n, size in enumerate(sizes)]


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=RECENT_DOCUMENTS + 20),
    st.integers(0, 80),
    st.integers(0, 400),
)
def test_a_join_is_complete_or_refused(sizes: list[int], passed: int, read: int) -> None:
    """The socket has read `read` events; the feed has passed `passed` documents when it joins."""
    read, feed = min(read, sum(sizes)), Feed(W, Cursor("e", "0-0", 0))
    listener, all_documents = Listener(read), documents(sizes)
    for item in all_documents[:passed]:
        feed.take(item)
    joined = feed.add(listener, Cursor("e", "?", read))
    for item in all_documents[passed:]:
        feed.take(item)
    if joined:
        assert listener.numbers == list(range(sum(sizes)))
    else:
        assert len(all_documents[:passed]) > RECENT_DOCUMENTS
        assert listener.numbers == list(range(read))


def test_a_feed_that_began_later_refuses_who_has_read_less() -> None:
    feed = Feed(W, Cursor("e", "5-0", 10))
    assert not feed.add(Listener(9), Cursor("e", "4-0", 9))
    assert feed.add(Listener(10), Cursor("e", "5-0", 10))
    assert feed.add(Listener(12), Cursor("e", "6-0", 12))


@pytest.mark.parametrize("start", [3, 1, 0])  # a document is missing; half of it was there; all of it was there
def test_a_document_that_does_not_follow_is_noticed(start: int) -> None:
    feed = Feed(W, Cursor("e", "1-0", 2))
    size = 2 if start else 1
    if start == 1:
        feed.take(document(1, start, size))
        assert feed.position.count == 3
        return
    with pytest.raises(ProblemError, match="cursor_expired"):
        feed.take(document(1, start, size))


def test_those_who_left_hear_nothing() -> None:
    feed, listener = Feed(W, Cursor("e", "0-0", 0)), Listener(0)
    assert feed.add(listener, Cursor("e", "0-0", 0))
    feed.remove(listener)
    feed.take(document(0, 0, 1))
    feed.expire()
    assert (listener.numbers, listener.expired) == ([], False)
