"""Erasure: every place has a row, every row's step is there, and a person is found in raw bytes but nobody else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from inbox.erasing.person import Marks, ids_in, person_of
from inbox.erasing.places import PLACES
from inbox.erasing.provider_books import in_book
from inbox.erasing.steps import STEPS
from inbox.erasing.told_events import without_person
from inbox.foundation.ids import new_id
from inbox.storage.documents import AccountDocument, StoredCollections
from inbox.stream.events import EventAudience, StoredEvent, decode_items

PAGE = Path(__file__).parents[3] / "docs/erasure.md"
CONTACT: Any = {
    "_id": "c",
    "workspace_id": "w",
    "name": "Zdenka Quistorp",
    "identity_keys": ["whatsapp:14155550101", "whatsapp:US.778899AB", "telegram:42"],
    "identities": [],
    "phones": ["+4930901820"],
    "emails": ["zdenka@example.com"],
}


def test_every_collection_has_a_row() -> None:
    """Whoever adds a collection says here how a person is taken out of it, or why none is in it."""
    again = {"promised_conversations"}  # the conversations once more, for other writes
    assert sorted(StoredCollections.__annotations__.keys() - again) == sorted(PLACES)


def test_every_step_that_a_row_names_is_there_and_every_step_has_a_row() -> None:
    named = {step for place in PLACES.values() for step in place.steps}
    assert named <= set(STEPS)
    assert set(STEPS) - named == {"settle", "tell", "stream"}


def test_the_page_has_every_row() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", PAGE.read_text(), re.MULTILINE))
    assert rows == {name: place.why for name, place in PLACES.items()}


@pytest.mark.parametrize(
    ("raw", "is_named"),
    [
        (b'{"from":"14155550101"}', True),
        (b"+14155550101 wrote", True),
        (b'{"user_id":"US.778899AB"}', True),
        (b"ZDENKA@example.com", True),
        (b"+4930901820", True),
        (b"141555501012", False),
        (b"914155550101", False),
        (b"US.778899ABC", False),
        (b"anna-zdenka@example.community", False),
        (b'{"from":"42"}', False),  # too short: it stands everywhere
    ],
)
def test_a_person_is_found_in_bytes_by_whole_ids(raw: bytes, is_named: bool) -> None:
    assert Marks(person_of([CONTACT], ["c"])).in_bytes(raw) is is_named


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ("+1 (415) 555-0101", True),
        ("zdenka quistorp ", True),
        ("asked by zdenka@example.com", True),
        ("Zdenka Quistorp's cousin", False),
        ("415", False),
        ("", False),
        (None, False),
    ],
)
def test_a_person_is_found_in_what_people_type(text: str | None, is_meant: bool) -> None:
    assert Marks(person_of([CONTACT], ["c"])).in_text(text) is is_meant


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("whatsapp:group:Y2FwaV9ncm91cA", b'{"group_id":"Y2FwaV9ncm91cA"}'),
        ("telegram:700000001:bCONNECTION", b'{"chat":{"id":700000001},"business_connection_id":"CONNECTION"}'),
        ("webchat:u_12345:bob", b'{"visitor":"u_12345:bob"}'),
    ],
)
def test_somebody_is_found_by_the_id_that_the_messenger_tells(key: str, raw: bytes) -> None:
    person = person_of([{**CONTACT, "identity_keys": [key], "phones": [], "emails": []}], ["c"])
    assert [f"{one['kind']}:{one['external_id']}" for one in person["accounts"]] == [key]
    assert Marks(person).in_bytes(raw)
    assert not Marks(person).in_bytes(b'{"id":7000000012,"business_connection_id":"CONNECTION","visitor":"u_12345"}')


def test_who_is_known_by_nothing_is_found_nowhere() -> None:
    nobody = person_of([{**CONTACT, "identity_keys": [], "phones": [], "emails": [], "name": None}], ["c"])
    assert not Marks(nobody).in_bytes(b"anything")
    assert not Marks(nobody).in_text("anything")


def test_an_event_keeps_its_place_and_says_nothing_any_more() -> None:
    contact, talk, other = new_id(), new_id(), new_id()
    items = msgspec.json.encode([_event(other, "their text"), _event(talk, "my text"), _event(None, contact)])
    kept = decode_items(without_person(items, {contact, talk}, contact) or b"")
    bodies = [msgspec.json.decode(event.body) for event in kept]
    assert [body["type"] for body in bodies] == ["message.created", "contact.erased", "contact.erased"]
    assert bodies[1] == {**bodies[1], "id": "e", "data": {"id": contact, "erasure_id": None}}
    assert [event.audience.conversation_id for event in kept] == [other, talk, None]
    assert without_person(msgspec.json.encode(kept), {contact, talk}, contact) is None, "again it changes nothing"


def test_events_of_others_stay_as_they_are() -> None:
    assert without_person(msgspec.json.encode([_event(new_id(), "x")]), {new_id()}, "c") is None


def _event(conversation_id: str | None, text: str) -> StoredEvent:
    body = {"id": "e", "type": "message.created", "at": "2026-01-01T00:00:00Z", "data": {"text": text}}
    return StoredEvent(EventAudience(conversation_id), msgspec.Raw(msgspec.json.encode(body)))


def test_ids_are_found_wherever_they_stand() -> None:
    one, two = new_id(), new_id()
    assert ids_in(f'{{"a":"{one}","b":["list:{two}"]}}'.encode()) == {one, two}


def test_who_may_stand_in_a_providers_contact_book() -> None:
    """WhatsApp's has user ids; numbers, groups and parents' ids are not named to it, and other messengers have none."""
    ids = ("14155550101", "US.13491208655302741918", "US.ENT.11815799212886844830", "group:Y2FwaV9ncm91cDox")
    accounts: list[AccountDocument] = [{"kind": "whatsapp", "external_id": id_} for id_ in ids]
    accounts.append({"kind": "telegram", "external_id": "topic:7"})
    assert in_book(accounts) == ["US.13491208655302741918"]
