"""Erasure: afterwards a raw search through every collection, file and Redis key finds nothing but the keyed hash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest_asyncio

from inbox.channel.provider_tasks import claim_task, task_done
from inbox.erasing.erasing_tools import Tools
from inbox.erasing.steps import LATE, go_on
from inbox.files.gridfs_store import GridFsStore
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import new_id
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from tests.integration.api.everywhere import (
    MARKED,
    NEIGHBOUR,
    Person,
    put_everywhere,
    relaying,
    where_found,
    writes,
    written_behind,
)
from tests.integration.api.support import Team, whatsapp_channel
from tests.integration.events.events_world import eventually
from workers.erase import Eraser

EVERYWHERE = {
    "audience_errors",
    "audit",
    "blobs.chunks",
    "campaign_failures",
    "campaign_recipients",
    "contacts",
    "conversations",
    "dead_letters",
    "drafts",
    "early_events",
    "events",
    "exports",
    "files",
    "idempotency",
    "message_terms",
    "messages",
    "notes",
    "notices",
    "outbox",
    "provider_tasks",
    "segments",
    "views",
    "webhook_deliveries",
}


@pytest_asyncio.fixture
async def eraser(runtime: Runtime) -> AsyncIterator[Eraser]:
    tools = Tools(runtime.database, runtime.clock, runtime.redis, GridFsStore(runtime.database))
    worker = Eraser(tools, Leases(runtime.database, new_id()))
    yield worker
    await worker.stop()


@pytest_asyncio.fixture
async def channel(team: Team) -> dict[str, Any]:
    assert (await team.owner.post("/webhooks", {"url": "http://127.0.0.1:9/hook"})).status == 201
    return dict((await team.owner.post("/channels", whatsapp_channel())).body)


async def worked(eraser: Eraser, team: Team) -> None:
    """Go on with what is due."""
    await eraser.sweep()
    await eraser.finished(team.owner.workspace_id)


async def erased(eraser: Eraser, team: Team, clock: FixedClock, erasure_id: str) -> dict[str, Any]:
    """Work until an erasure is done, and return it."""
    await worked(eraser, team)
    clock.advance(LATE)

    async def done() -> Any:
        clock.advance(timedelta(seconds=1))
        await worked(eraser, team)
        shown = (await team.owner.get(f"/erasures/{erasure_id}")).body
        return shown if shown["state"] == "done" else None

    return dict(await eventually(done))


async def test_nothing_is_found_of_an_erased_person_but_the_keyed_hash(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock, database_url: str
) -> None:
    async with relaying(runtime):
        contact = await put_everywhere(team, runtime, channel, MARKED)
        await put_everywhere(team, runtime, channel, NEIGHBOUR)
        await written_behind(runtime, team)
        before = await where_found(database_url, runtime.redis, MARKED.traces)
        neighbour = await where_found(database_url, runtime.redis, NEIGHBOUR.traces)
        assert EVERYWHERE - before.keys() == set()
        assert [name for name in before if name.startswith("redis")]

        asked = await team.owner.delete(f"/contacts/{contact}")
        assert (asked.status, asked.body["state"]) == (202, "working")
        done = await erased(eraser, team, clock, asked.body["id"])

    assert await where_found(database_url, runtime.redis, MARKED.traces) == {}
    assert await where_found(database_url, runtime.redis, NEIGHBOUR.traces) == neighbour
    assert await runtime.database.suppressions.count_documents({}) == 2
    assert {name for name, count in done["counts"].items() if count} >= EVERYWHERE - {"blobs.chunks"}
    assert (await team.owner.get(f"/contacts/{contact}")).status == 404


async def _talk(team: Team, person: Person) -> dict[str, Any]:
    (talk,) = (await team.owner.get(f"/conversations?view=all&q={person.number}")).body["items"]
    return dict(talk)


async def test_from_the_moment_of_asking_nobody_finds_them_and_what_they_write_is_a_new_contact(
    team: Team, channel: dict[str, Any]
) -> None:
    await writes(team, channel, MARKED, "hello")
    talk = await _talk(team, MARKED)
    asked = await team.owner.delete(f"/contacts/{talk['contact']['id']}")
    assert asked.status == 202
    closed = (await team.owner.get(f"/conversations/{talk['id']}")).body
    assert (closed["state"], closed["close_reason"], closed["contact"]["name"]) == ("closed", "contact_erased", None)
    for question in (MARKED.number, "quistorp"):
        assert (await team.owner.get(f"/contacts?q={question}")).body["items"] == []

    await writes(team, channel, MARKED, "hello again")
    anew = await _talk(team, MARKED)
    assert anew["contact"]["id"] != talk["contact"]["id"]
    assert (await team.owner.delete(f"/contacts/{talk['contact']['id']}")).body == asked.body, "asked again"


async def test_what_they_write_meanwhile_stays(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock
) -> None:
    await writes(team, channel, MARKED, "hello")
    before = (await _talk(team, MARKED))["contact"]["id"]
    asked = (await team.owner.delete(f"/contacts/{before}")).body
    await writes(team, channel, MARKED, "meanwhile")
    async with relaying(runtime):
        await erased(eraser, team, clock, asked["id"])
    await writes(team, channel, MARKED, "afterwards")
    talk = await _talk(team, MARKED)
    thread = (await team.owner.get(f"/conversations/{talk['id']}/messages")).body["items"]
    assert [message["content"]["text"] for message in thread] == ["meanwhile", "afterwards"]


async def test_all_contacts_of_a_merged_customer_are_erased_together(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock, database_url: str
) -> None:
    async with relaying(runtime):
        await writes(team, channel, MARKED, "hello")
        await writes(team, channel, NEIGHBOUR, "hello too")
        head, part = [(await _talk(team, one))["contact"]["id"] for one in (MARKED, NEIGHBOUR)]
        assert (await team.owner.post(f"/contacts/{head}/merge", {"contact_id": part})).status == 200
        asked = (await team.owner.delete(f"/contacts/{part}")).body
        assert asked["contact_id"] == head
        assert (await team.owner.delete(f"/contacts/{head}")).body == asked
        await written_behind(runtime, team)
        await erased(eraser, team, clock, asked["id"])
    assert await where_found(database_url, runtime.redis, MARKED.traces + NEIGHBOUR.traces) == {}
    assert await runtime.database.contacts.count_documents({}) == 0


async def test_only_administrators_erase_and_it_stands_in_the_log(team: Team, channel: dict[str, Any]) -> None:
    await writes(team, channel, MARKED, "hello")
    contact = (await _talk(team, MARKED))["contact"]["id"]
    assert (await team.operator.delete(f"/contacts/{contact}")).status == 403
    assert (await team.operator.get("/erasures")).status == 403
    asked = (await team.key.delete(f"/contacts/{contact}")).body
    assert (await team.owner.get("/erasures")).body["items"] == [asked]
    (entry,) = [e for e in (await team.owner.get("/audit")).body["items"] if e["action"] == "contact.erased"]
    assert (entry["object_id"], entry["by"]) == (contact, f"api_key:{team.key.id}")


async def test_a_request_that_made_what_was_erased_makes_nothing_again(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock
) -> None:
    await writes(team, channel, MARKED, "hello")
    talk = await _talk(team, MARKED)
    path, said = f"/conversations/{talk['id']}/messages", {"content": {"type": "text", "text": "hi"}}
    assert (await team.key.post(path, said, Idempotency_Key="k")).status == 201
    asked = (await team.owner.delete(f"/contacts/{talk['contact']['id']}")).body
    async with relaying(runtime):
        await erased(eraser, team, clock, asked["id"])
    assert (await team.key.post(path, said, Idempotency_Key="k")).body["code"] in {"idempotency_conflict", "not_found"}
    note = await runtime.database.idempotency.find_one({"erased": True})
    assert note is not None
    assert note["response"] is None


async def test_what_is_being_sent_is_waited_for(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock
) -> None:
    await writes(team, channel, MARKED, "hello")
    talk = await _talk(team, MARKED)
    sent = await team.key.post(f"/conversations/{talk['id']}/messages", {"content": {"type": "text", "text": "hi"}})
    await runtime.database.outbox.update_one({"_id": sent.body["id"]}, {"$set": {"sender": "somebody"}})
    asked = (await team.owner.delete(f"/contacts/{talk['contact']['id']}")).body
    for _ in range(3):
        await worked(eraser, team)
        clock.advance(LATE)
    left = await runtime.database.messages.find({}).to_list(None)
    assert [message["_id"] for message in left] == [sent.body["id"]]
    await runtime.database.outbox.delete_one({"_id": sent.body["id"]})
    async with relaying(runtime):
        await erased(eraser, team, clock, asked["id"])
    assert await runtime.database.messages.count_documents({}) == 0


async def test_it_goes_on_wherever_it_was_killed(
    team: Team, runtime: Runtime, channel: dict[str, Any], clock: FixedClock, database_url: str
) -> None:
    """Every part of the work is cut off, each time a little later, until it gets through."""
    tools = Tools(runtime.database, clock, runtime.redis, GridFsStore(runtime.database))
    async with relaying(runtime):
        contact = await put_everywhere(team, runtime, channel, MARKED)
        await written_behind(runtime, team)
        asked = (await team.owner.delete(f"/contacts/{contact}")).body
        clock.advance(LATE)

        for passes in count(1, 7):
            erasure = await runtime.database.erasures.find_one({"_id": asked["id"]})
            assert erasure is not None
            if erasure["state"] == "done":
                break
            working = asyncio.create_task(go_on(tools, erasure))
            for _ in range(passes):
                await asyncio.sleep(0)
            working.cancel()
            await asyncio.wait({working})
    assert await where_found(database_url, runtime.redis, MARKED.traces) == {}


async def test_it_is_done_when_the_provider_has_forgotten_the_customer_too(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock, database_url: str
) -> None:
    user_id = "US.13491208655302741918"
    async with relaying(runtime):
        await writes(team, channel, MARKED, "hello")
        contact = (await _talk(team, MARKED))["contact"]["id"]
        known = {"$push": {"identity_keys": f"whatsapp:{user_id}", "identities.0.aliases": user_id}}
        await runtime.database.contacts.update_one({"_id": contact}, known)
        asked = (await team.owner.delete(f"/contacts/{contact}")).body
        await worked(eraser, team)
        clock.advance(LATE)

        async def waits() -> Any:
            clock.advance(timedelta(seconds=1))
            await worked(eraser, team)
            return await runtime.database.erasures.find_one({"step": "contact_book_told"})

        await eventually(waits)
        await worked(eraser, team)
        assert (await team.owner.get(f"/erasures/{asked['id']}")).body["state"] == "working"
        (task,) = await runtime.database.provider_tasks.find({}).to_list(None)
        assert (task["kind"], task["to"], task["channel_id"]) == ("forget", user_id, channel["id"])
        claimed = await claim_task(runtime.database, channel["id"], clock.now())
        assert claimed is not None
        await task_done(runtime.database, claimed)
        await erased(eraser, team, clock, asked["id"])
    assert await where_found(database_url, runtime.redis, (*MARKED.traces, user_id.encode())) == {}


async def test_one_that_can_not_be_gone_on_with_stops_no_other(
    team: Team, runtime: Runtime, channel: dict[str, Any], eraser: Eraser, clock: FixedClock
) -> None:
    async with relaying(runtime):
        stuck = await put_everywhere(team, runtime, channel, NEIGHBOUR)
        contact = await put_everywhere(team, runtime, channel, MARKED)
        first = (await team.owner.delete(f"/contacts/{stuck}")).body["id"]
        await runtime.database.erasures.update_one({"_id": first}, {"$set": {"step": "nowhere"}})
        asked = await team.owner.delete(f"/contacts/{contact}")
        assert (await erased(eraser, team, clock, asked.body["id"]))["state"] == "done"
