"""Notes: one an operator and conversation, while it is theirs, also when two write and it is transferred meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio

from inbox.conversation.notes import MAX_NOTE_CHARS, MAX_NOTES
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from inbox.stream.events import decode_items
from tests.integration.api.support import Actor, Answer, Team, customer_writes, whatsapp_channel


@dataclass(frozen=True)
class NoteDesk:
    """A conversation that Ann has, and a colleague, Bea."""

    team: Team
    bea: Actor
    path: str

    async def note(self, who: Actor, text: str) -> Answer:
        return await who.call("PUT", f"{self.path}/note", {"text": text})

    async def notes(self) -> list[tuple[str, str]]:
        listed = (await self.team.owner.get(f"{self.path}/notes")).body["items"]
        return [(note["operator_id"], note["text"]) for note in listed]

    async def give(self, who: Actor) -> None:
        body = {"operator_id": who.id, "take_over": True}
        assert (await self.team.owner.post(f"{self.path}/assign", body)).status == 200


async def colleague(team: Team, runtime: Runtime, name: str) -> Actor:
    now, workspace_id = runtime.clock.now(), team.owner.workspace_id
    made = await create_operator(
        runtime.database, workspace_id, NewOperator(name=name, email=f"{name}@shop.example"), now=now
    )
    token = await issue_sign_in(runtime.database, workspace_id, made.id, now, days=1)
    return Actor(team.owner.client, token, workspace_id, made.id)


@pytest_asyncio.fixture
async def desk(team: Team, runtime: Runtime) -> NoteDesk:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "help")
    (conversation,) = (await team.owner.get("/conversations")).body["items"]
    made = NoteDesk(team, await colleague(team, runtime, "bea"), f"/conversations/{conversation['id']}")
    await made.give(team.operator)
    return made


async def test_a_note_is_its_writers_and_stays_readable_after_a_transfer(desk: NoteDesk, database: Database) -> None:
    ann, bea = desk.team.operator, desk.bea
    first = await desk.note(ann, "wants a refund")
    assert (first.status, first.body["operator_id"], first.body["text"]) == (200, ann.id, "wants a refund")
    changed = await desk.note(ann, "wants a refund by Friday")
    assert (changed.body["id"], changed.body["created_at"]) == (first.body["id"], first.body["created_at"])
    await desk.give(bea)
    assert (await desk.note(ann, "mine still")).status == 404, "what she does not see any more is not there"
    assert (await bea.get(f"{desk.path}/notes")).body["items"] == [changed.body]
    await desk.note(bea, "refunded")
    assert await desk.notes() == [(ann.id, "wants a refund by Friday"), (bea.id, "refunded")]
    assert (await bea.get(desk.path)).body["notes"] == 2
    told = [
        event.body
        for document in await database.events.find({}).to_list(None)
        for event in decode_items(document["items"])
    ]
    assert sum(b'"note.updated"' in bytes(body) for body in told) == 3


async def test_nobody_notes_where_a_conversation_is_not_theirs(desk: NoteDesk) -> None:
    owner = desk.team.owner
    for who in (owner, desk.team.key):
        answer = await desk.note(who, "not mine")
        assert (answer.status, answer.body["code"]) == (403, "not_assigned")
    channel = (await owner.get("/channels")).body["items"][0]
    await customer_writes(owner.client, channel, "anybody there?", wa_id="16505550000")
    (waiting,) = (await owner.get("/conversations?view=unassigned")).body["items"]
    for who in (owner, desk.team.operator, desk.team.key):
        answer = await who.call("PUT", f"/conversations/{waiting['id']}/note", {"text": "nobody has it"})
        assert (answer.status, answer.body["code"]) == (403, "not_assigned")
    await desk.give(owner)
    await owner.post(f"{desk.path}/close", {})
    assert (await desk.note(owner, "too late")).body["code"] == "conversation_closed"
    assert await desk.notes() == []


@pytest.mark.parametrize("text", ["", " \n", "x" * (MAX_NOTE_CHARS + 1), None, "\u200b"])
async def test_a_note_that_is_none_is_told_by_pointer(desk: NoteDesk, text: str) -> None:
    answer = await desk.note(desk.team.operator, text)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/text")


async def test_two_writes_at_once_are_one_note_and_the_tenth_is_the_last(
    desk: NoteDesk, runtime: Runtime, database: Database
) -> None:
    ann = desk.team.operator
    answers = await asyncio.gather(*(desk.note(ann, f"{n}") for n in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert len(await desk.notes()) == 1
    conversation_id = desk.path.rpartition("/")[2]
    await database.conversations.update_one({"_id": conversation_id}, {"$set": {"notes": MAX_NOTES - 1}})
    await desk.give(desk.bea)
    assert (await desk.note(desk.bea, "the tenth")).status == 200
    await desk.give(desk.team.owner)
    full = await desk.note(desk.team.owner, "the eleventh")
    assert (full.status, full.body["code"]) == (409, "too_many_notes")
    await desk.give(desk.bea)
    assert (await desk.note(desk.bea, "the tenth, changed")).status == 200


async def test_a_note_and_a_transfer_at_once_come_one_after_the_other(desk: NoteDesk, database: Database) -> None:
    """Whoever writes has the conversation at that moment: no note comes after its writer lost it."""
    ann, bea = desk.team.operator, desk.bea
    for turn in range(6):
        giver, taker = (ann, bea) if turn % 2 == 0 else (bea, ann)
        noted, _, early = await asyncio.gather(
            desk.note(giver, f"turn {turn}"), desk.give(taker), desk.note(taker, f"turn {turn}")
        )
        assert {noted.status, early.status} <= {200, 404}
        texts = dict(await desk.notes())
        assert (texts.get(giver.id) == f"turn {turn}") == (noted.status == 200)
        assert (texts.get(taker.id) == f"turn {turn}") == (early.status == 200)
    counted = await database.conversations.find_one({"_id": desk.path.rpartition("/")[2]})
    assert counted is not None
    assert counted.get("notes", 0) == len(await desk.notes())
