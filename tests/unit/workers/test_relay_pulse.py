"""The pulse: whichever of them are lost, a listener learns of every kind that happened, or that any may have."""

from __future__ import annotations

from random import Random

from workers.relay.relay_pulse import ANY_KIND, Pulse, Told, kinds_after
from workers.relay.relay_source import EventDocument, Place

KINDS = ("message.created", "conversation.updated", "contact.updated")


def test_the_same_place_tells_that_nothing_happened() -> None:
    pulse = Told("2-0", "1-0", frozenset(KINDS)).written().encode()
    assert kinds_after("2-0", pulse) == ("2-0", frozenset())
    assert kinds_after("1-0", pulse) == ("2-0", frozenset(KINDS))


def test_nothing_that_happened_is_missed_whichever_pulses_are_lost() -> None:
    for seed in range(300):
        random = Random(seed)
        known: str | None = None
        told, missed = Told("", "", frozenset()), set[str]()
        for place in range(30):
            kinds = frozenset(random.sample(KINDS, random.randint(1, len(KINDS))))
            told = Told(f"{place}-0", "" if random.random() < 0.05 else told.place, kinds)  # some relays begin anew
            missed |= kinds
            for _ in range(random.randint(0, 2)):
                known, heard = kinds_after(known, told.written().encode())
                missed = set() if heard is None else missed - heard
                assert not missed, seed


def test_an_older_relay_s_pulse_may_mean_anything() -> None:
    assert kinds_after("1-0", b"2-0") == ("2-0", None)
    assert kinds_after("1-0", b"1-0") == ("1-0", frozenset())


def test_it_says_of_which_kinds_the_documents_were_and_that_one_could_not_be_read() -> None:
    pulse = Pulse()
    place = Place(5, 0)
    items = b'[[{},{"id":"e1","type":"message.created","at":"2026-11-28T10:00:00Z","data":{"type":"x"}}]]'
    pulse.note([EventDocument(place, "w1", 1, items)])
    _, first = kinds_after("-", pulse.due(place).encode())
    pulse.note([EventDocument(place, "w1", 1, b"broken")])
    assert (first, pulse.due(place)) == ({"message.created"}, "")  # a second pulse follows later
    unread = Pulse()
    unread.note([EventDocument(place, "w1", 1, b"broken")])
    assert ANY_KIND in unread.due(place)
