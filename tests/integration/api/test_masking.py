"""A number appears nowhere for a masked role: looked for in every answer, every event and every file's name."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import pytest_asyncio

from gateway.api.routes import ROUTES
from gateway.events.event_feed import Frame
from inbox.foundation.ids import new_id
from inbox.people.access import Caller, CallerKind, Role
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from inbox.stream.event_stream import Cursor, StreamEvent
from inbox.stream.events import decode_items
from tests.integration.api.support import API, Actor, Team, customer_writes, whatsapp_channel
from tests.integration.api.test_sight import colleague

NUMBER: Final = "16505551234"
SECOND: Final = "4930901820"
EMAIL: Final = "maria.smith@example.com"
WRITTEN: Final = "call +1 (650) 555-1234 or write to maria.smith@example.com"
MARKS: Final = (NUMBER, NUMBER[1:], SECOND, EMAIL, base64.b64encode(NUMBER.encode()).decode().rstrip("="))
SEEN: Final = ("conversations", "contacts", "messages", "media")


def found_in(text: str) -> list[str]:
    """Return the marks in a text, also of a number that is spelt with blanks and the like."""
    plain = re.sub(r"(?<=\d)[\s().\-/]+(?=\d)", "", text)
    return [mark for mark in MARKS if mark in text or mark in plain]


async def wamid(team: Team, database: Database) -> None:
    """Let a message have an id as Meta makes them: the customer's number is in it."""
    provider_id = f"wamid.{base64.b64encode(NUMBER.encode()).decode()}"
    await database.messages.update_one(
        {"workspace_id": team.owner.workspace_id}, {"$set": {"provider_id": provider_id}}
    )


@pytest_asyncio.fixture
async def ids(team: Team, database: Database) -> dict[str, str]:
    """Have a customer whose number is everywhere, with Ann, who is not to see it; ids by the first word of a path."""
    owner, ann = team.owner, team.operator
    masked = await owner.patch("/workspace", {"settings": {"masked_roles": ["operator"]}})
    assert masked.body["settings"]["masked_roles"] == ["operator"]
    channel = (await owner.post("/channels", whatsapp_channel())).body
    await customer_writes(owner.client, channel, WRITTEN, wa_id=NUMBER)
    (conversation,) = (await owner.get("/conversations")).body["items"]
    path, contact = f"/conversations/{conversation['id']}", f"/contacts/{conversation['contact']['id']}"
    await owner.post(f"{path}/assign", {"operator_id": ann.id})
    card = {"name": f"Maria +{NUMBER}", "phones": [f"+{SECOND}"], "emails": [EMAIL], "tags": [f"+{NUMBER}"]}
    assert (await owner.patch(contact, card)).status == 200
    message = (await owner.get(f"{path}/messages")).body["items"][0]
    await wamid(team, database)
    file = await _file(database, owner.workspace_id)
    media = {"id": file, "filename": f"invoice {NUMBER}.pdf", "mime_type": "application/pdf"}
    content = {"type": "document", "media": media, "caption": WRITTEN}
    await database.messages.update_one({"_id": message["id"]}, {"$set": {"content": content}})
    return {
        "conversations": conversation["id"],
        "contacts": conversation["contact"]["id"],
        "messages": message["id"],
        "media": file,
    }


async def _file(database: Database, workspace_id: str) -> str:
    """Keep an empty file with a telling name."""
    file: Any = {
        "_id": new_id(),
        "workspace_id": workspace_id,
        "state": "stored",
        "created_at": datetime.now(UTC),
        "filename": f"invoice {NUMBER}.pdf",
        "mime_type": "application/pdf",
        "bytes": 0,
        "sha256": hashlib.sha256(b"").hexdigest(),
        "blob_id": "none",
    }
    await database.files.insert_one(file)
    return str(file["_id"])


async def look_everywhere(who: Actor, ids: dict[str, str]) -> set[str]:
    """Ask for all that can be read; return the routes that answered."""
    answered = set()
    for route in ROUTES:
        first = route.path.split("/")[1]
        if route.method != "GET" or ("{" in route.path and first not in SEEN):
            continue
        answer = await who.get(route.path.replace("{id}", ids.get(first, "")))
        answered |= {route.path} if answer.status == 200 else set()
        assert not found_in(f"{answer.body} {dict(answer.headers)}"), route.path
    for query in (
        *(f"/contacts?q={NUMBER}", f"/conversations?q={NUMBER[-5:]}", f"/search?kind=contacts&q={NUMBER}"),
        f"/search?kind=conversations&q={NUMBER}",
    ):
        found = await who.get(query)
        assert len(found.body["items"]) == 1, query
        assert not found_in(str(found.body)), query
    raw = await who.get(f"/messages/{ids['messages']}/raw")
    assert (raw.status, raw.body["code"]) == (403, "forbidden")
    return answered


async def test_no_answer_shows_it(team: Team, ids: dict[str, str]) -> None:
    answered = await look_everywhere(team.operator, ids)
    assert len(answered) > 20
    assert {"/conversations", "/conversations/{id}/messages", "/contacts/{id}", "/contacts/{id}/timeline"} <= answered


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
async def test_nor_to_others_whose_role_is_masked(
    team: Team, ids: dict[str, str], runtime: Runtime, role: Role
) -> None:
    """They have it in their hands: with a note, a draft, a reminder, a view, a message to be sent later."""
    settings = {"settings": {"masked_roles": ["operator", "supervisor", "manager"]}}
    assert (await team.owner.patch("/workspace", settings)).status == 200
    who, path = await colleague(team, runtime, role), f"/conversations/{ids['conversations']}"
    later = (runtime.clock.now() + timedelta(hours=1)).isoformat()
    says = {"content": {"type": "text", "text": WRITTEN}}
    given = await team.owner.post(f"{path}/assign", {"operator_id": who.id, "take_over": True})
    assert given.status == 200, given.body
    for method, where, body in (
        ("PUT", f"{path}/note", {"text": WRITTEN}),
        ("PUT", f"{path}/draft", says),
        ("POST", f"{path}/messages", {**says, "send_at": later}),
        ("PUT", f"{path}/snooze", {"until": later, "note": WRITTEN}),
        ("PUT", f"{path}/tags", {"tags": [f"+{NUMBER}"]}),
        ("PUT", f"{path}/priority", {"priority": 3}),
        ("PATCH", f"/contacts/{ids['contacts']}", {"emails": [EMAIL]}),
        ("POST", "/views", {"name": f"of +{NUMBER}", "filter": {"q": f"+{NUMBER}"}, "order": "newest", "shared": True}),
        ("POST", f"{path}/unread", {}),
    ):
        answer = await who.call(method, where, body)
        assert answer.status in {200, 201}, (where, answer.body)
        assert not found_in(str(answer.body)), where
    answered = await look_everywhere(who, ids)
    assert {"/views", "/conversations/{id}/notes", "/conversations/{id}/draft", "/reports/live"} <= answered


@pytest.mark.parametrize(("masked", "shown"), [(["manager"], "•••34"), ([], f"+{NUMBER}")])
async def test_no_report_shows_it_as_a_table_either(
    team: Team, ids: dict[str, str], runtime: Runtime, masked: list[str], shown: str
) -> None:
    await team.owner.call("PUT", f"/conversations/{ids['conversations']}/tags", {"tags": [f"+{NUMBER}"]})
    assert (await team.owner.patch("/workspace", {"settings": {"masked_roles": masked}})).status == 200
    who = await colleague(team, runtime, Role.MANAGER)
    headers = {"Authorization": f"Bearer {who.token}"}
    async with who.client.get(f"{API}/reports/conversations?group_by=tag&format=csv", headers=headers) as response:
        lines = (await response.text()).splitlines()
    assert lines[1:] == [f"{shown},{shown},1,0,0,0"]


async def test_she_still_works_with_the_customer_and_her_own_acts_show_nothing(team: Team, ids: dict[str, str]) -> None:
    ann, path = team.operator, f"/conversations/{ids['conversations']}"
    sent = await ann.post(f"{path}/messages", {"content": {"type": "text", "text": f"We call +{NUMBER}."}})
    assert (sent.status, sent.body["content"]["text"]) == (201, "We call •••34.")
    for method, what, body in (
        ("PUT", "/note", {"text": WRITTEN}),
        ("PUT", "/tags", {"tags": [f"+{NUMBER}"]}),
        ("POST", "/read", None),
        ("POST", "/close", {}),
    ):
        answer = await ann.call(method, path + what, body)
        assert answer.status == 200, answer.body
        assert not found_in(str(answer.body)), what


async def test_others_see_it(team: Team, ids: dict[str, str]) -> None:
    for who in (team.owner, team.key):
        shown = (await who.get(f"/contacts/{ids['contacts']}")).body
        assert (shown["identities"][0]["external_id"], shown["phones"]) == (NUMBER, [f"+{SECOND}"])


async def test_no_event_shows_it(team: Team, ids: dict[str, str], database: Database) -> None:
    ann, path = team.operator, f"/conversations/{ids['conversations']}"
    await ann.call("PUT", f"{path}/note", {"text": WRITTEN})
    await ann.call("PUT", f"{path}/tags", {"tags": [f"+{NUMBER}"]})
    await team.owner.post(f"{path}/close", {})
    masked = Caller(
        workspace_id=ann.workspace_id, kind=CallerKind.OPERATOR, id=ann.id, role=Role.OPERATOR, is_masked=True
    )
    told, shown = set(), 0
    for document in await database.events.find({"workspace_id": ann.workspace_id}).to_list(None):
        for event in decode_items(document["items"]):
            frame = Frame(StreamEvent(Cursor("e", "1-1", 1), event.audience, event.body, {}), bytes(event.body))
            told.add(re.findall(rb'"type":"([\w.]+)"', frame.data)[0])
            shown += bool(found_in(frame.data.decode()))
            assert not found_in(frame.data_for(masked).decode()), frame.data
    assert {b"message.created", b"conversation.closed", b"contact.updated", b"note.updated", b"tag.updated"} <= told
    assert shown > 5


async def test_no_files_name_shows_it(team: Team, ids: dict[str, str]) -> None:
    ann = team.operator
    link = (await ann.get(f"/media/{ids['media']}/link")).body["url"]
    known = {"If-None-Match": f'"{hashlib.sha256(b"").hexdigest()}"'}
    path = link[link.index(API) :]
    async with ann.client.get(path, headers=known) as answer:
        assert answer.status == 304
        assert not found_in(answer.headers["Content-Disposition"])
        assert "%E2%80%A2%E2%80%A2%E2%80%A234" in answer.headers["Content-Disposition"]


async def test_only_roles_below_administrators_are_masked(team: Team) -> None:
    for bad in ("owner", "administrator", "x"):
        answer = await team.owner.patch("/workspace", {"settings": {"masked_roles": ["operator", bad]}})
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/settings/masked_roles/1")
