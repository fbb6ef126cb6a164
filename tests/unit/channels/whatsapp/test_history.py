"""What a phone app hands over, read: odd parts hurt nothing beside them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from channels.whatsapp.history import read_handed_over
from inbox.arriving.history import Imported, place_of
from inbox.arriving.inbound import MessageEchoed, MessageReceived
from inbox.model.statuses import MessageStatus

CUSTOMER = "16505551234"


def read(value: Any, topic: str = "history") -> Imported:
    found = read_handed_over(topic, msgspec.json.encode(value))
    assert found is not None
    return found


def text(id_: str, said: str, *, from_: str, status: str = "READ", at: int = 1_780_000_000) -> dict[str, Any]:
    return {
        "id": id_,
        "from": from_,
        "timestamp": str(at),
        "type": "text",
        "text": {"body": said},
        "history_context": {"status": status},
    }


def chunk(*messages: Any, phase: int = 0, progress: int = 50) -> dict[str, Any]:
    metadata = {"phase": phase, "chunk_order": 1, "progress": progress}
    return {"history": [{"metadata": metadata, "threads": [{"id": CUSTOMER, "messages": list(messages)}]}]}


def test_each_side_is_told_apart_by_the_thread() -> None:
    both = chunk(text("a", "hi", from_=CUSTOMER), text("b", "hello", from_="15550783881", status="DELIVERED"))
    (thread,) = read(both).threads
    first, second = thread.messages
    assert isinstance(first.event, MessageReceived)
    assert not first.event.opens_window
    assert (first.status, type(second.event), second.status) == (
        MessageStatus.RECEIVED,
        MessageEchoed,
        MessageStatus.DELIVERED,
    )


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("SENT", MessageStatus.SENT),
        ("READ", MessageStatus.READ),
        ("PLAYED", MessageStatus.READ),
        ("PENDING", MessageStatus.SENT),
        ("ERROR", MessageStatus.FAILED),
        ("SOMETHING_NEW", MessageStatus.SENT),
    ],
)
def test_ticks_come_along(said: str, status: MessageStatus) -> None:
    (thread,) = read(chunk(text("b", "hello", from_="15550783881", status=said))).threads
    assert thread.messages[0].status is status


@pytest.mark.parametrize(
    ("phase", "progress", "percent", "done"),
    [(0, 0, 0, False), (0, 100, 33, False), (1, 50, 50, False), (2, 99, 99, False), (2, 100, 100, True)],
)
def test_progress_is_over_all_phases(phase: int, progress: int, percent: int, done: bool) -> None:
    found = read(chunk(phase=phase, progress=progress)).progress
    assert found is not None
    assert (found.percent, found.done) == (percent, done)


def test_an_odd_message_hurts_no_other() -> None:
    (thread,) = read(chunk({"id": 7}, "nonsense", text("a", "hi", from_=CUSTOMER))).threads
    assert [one.event.provider_id for one in thread.messages] == ["a"]


def test_a_refusal_to_share_is_told() -> None:
    assert read({"history": [{"errors": [{"code": 2593109, "title": "no"}]}]}).declined


def test_contacts_come_with_their_names_and_forgotten_ones_stay() -> None:
    states = [
        {"type": "contact", "action": "add", "contact": {"full_name": "Ann Lee", "phone_number": "+1 650 555 1234"}},
        {"type": "contact", "action": "remove", "contact": {"full_name": "Bob", "phone_number": "16505550000"}},
        {"type": "contact", "action": "add", "contact": {"full_name": " ", "phone_number": "16505550001"}},
        {"type": "contact", "action": "add"},
    ]
    found = read({"state_sync": states}, "smb_app_state_sync").contacts
    assert [(one.external_id, one.name) for one in found] == [(CUSTOMER, "Ann Lee")]


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"history":7}', b"\xff"])
def test_what_is_no_history_is_none(raw: bytes) -> None:
    assert read_handed_over("history", raw) is None


def test_places_follow_time_whatever_the_order_of_parts() -> None:
    thread = [text(f"m{n}", "x", from_=CUSTOMER, at=1_780_000_000 + n // 3) for n in range(30)]
    (whole,) = read(chunk(*thread)).threads
    places = [
        place_of(one.event.provider_at, one.event.provider_id, n % 3, 0)
        for n, one in enumerate(whole.messages)
        if one.event.provider_at is not None
    ]
    assert places == sorted(places)
    assert max(places) < 2**53
