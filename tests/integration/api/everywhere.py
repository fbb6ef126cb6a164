"""A person who stands in every place in which the system can keep one, and the search that finds them there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from redis.asyncio import Redis

from inbox.finding.term_keeping import TermKeeper
from inbox.foundation.clock import Clock
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.ids import new_id
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Team, approved_template, campaign_of, customer_writes
from tests.integration.api.test_campaigns import upload as upload_list
from tests.integration.events.events_world import PLENTY, eventually
from workers.relay.relay import Relay
from workers.webhooks.write_deliveries import DeliveryWriter


@dataclass(frozen=True)
class Person:
    """By what somebody is known: nothing of it stands for anything else.

    Attributes:
        word: Is in all that they write and that is written about them.
    """

    number: str
    name: str
    email: str
    word: str

    @property
    def traces(self) -> tuple[bytes, ...]:
        """What a search finds them by."""
        return tuple(one.encode() for one in (self.number, self.name, self.email, self.word))


MARKED: Final = Person("14155550101", "Zdenka Quistorp", "zdenka@quistorp.example", "rhubarb")
NEIGHBOUR: Final = Person("14155550102", "Wanda Oyelaran", "wanda@oyelaran.example", "marzipan")


@asynccontextmanager
async def relaying(runtime: Runtime) -> AsyncIterator[None]:
    """A relay with webhooks, as a worker has it."""
    writer = DeliveryWriter(runtime.database, runtime.clock, lambda _: None)
    relay = Relay(runtime.database, runtime.redis, Clock(), keep=PLENTY, on_batch=writer.write, on_gap=writer.make_up)
    running = asyncio.create_task(relay.run())
    try:
        await eventually(lambda: runtime.database.relay_state.find_one({"epoch": {"$type": "string"}}))
        yield
    finally:
        await end_tasks([running])


async def put_everywhere(team: Team, runtime: Runtime, channel: dict[str, Any], person: Person) -> str:
    """Have a person in every place; return the contact's id."""
    owner, database = team.owner, runtime.database
    await writes(team, channel, person, f"first {person.word}")
    (talk,) = (await owner.get(f"/conversations?view=all&q={person.number}")).body["items"]
    contact, path = talk["contact"]["id"], f"/conversations/{talk['id']}"
    assert (await owner.post(f"{path}/assign", {"operator_id": owner.id})).status == 200
    await _card(team, contact, person)
    await _desk(team, path, person, (runtime.clock.now() + timedelta(hours=1)).isoformat())
    await _file(team, path, person)
    await _campaign(team, channel, person)
    await _raw(database, owner.workspace_id, channel["id"], person, contact)
    incoming = await database.messages.find_one({"conversation_id": talk["id"], "direction": "in"})
    assert incoming is not None
    assert (await owner.call("PUT", f"/messages/{incoming['_id']}/reaction", {"emoji": "👍"})).status == 200
    assert (await owner.post(f"{path}/read", {})).status in {200, 204}
    assert (await owner.post(f"/contacts/{contact}/export")).status == 202
    return str(contact)


async def written_behind(runtime: Runtime, team: Team) -> None:
    """Have terms, events and deliveries written of all that happened."""
    keeper = TermKeeper(runtime.database, runtime.clock, seconds=lambda: runtime.clock.now().timestamp() + 60)
    await keeper.keep_up()
    told = await runtime.database.events.count_documents({"workspace_id": team.owner.workspace_id})

    async def relayed() -> bool:
        streams = [key async for key in runtime.redis.scan_iter(match=f"*stream:{team.owner.workspace_id}")]
        return bool(streams) and await runtime.redis.xlen(streams[0]) == told

    await eventually(relayed)


async def writes(team: Team, channel: dict[str, Any], person: Person, text: str) -> None:
    """Have the person write, by the channel's webhook."""
    await customer_writes(team.owner.client, channel, text, wa_id=person.number, name=person.name)


async def _card(team: Team, contact: str, person: Person) -> None:
    card = {
        "emails": [person.email],
        "phones": [f"+{person.number}"],
        "tags": ["vip"],
        "consent": {"source": "shop", "at": "2026-01-02T03:04:05Z", "wording": f"yes, {person.word}"},
        "accepts_marketing": False,
    }
    assert (await team.owner.patch(f"/contacts/{contact}", card)).status == 200
    view = {"name": "them", "shared": True, "filter": {"q": f"+{person.number}"}, "order": "newest"}
    answer = await team.owner.post("/views", view)
    assert answer.status == 201, answer.body
    await team.owner.post("/contact-fields", {"key": "friend_of", "name": "Friend of", "type": "text"})
    named = {"fields": [{"key": "friend_of", "value": f"+{person.number}"}]}
    answer = await team.owner.post("/segments", {"name": f"friends {new_id()}", "filter": named})
    assert answer.status == 201, answer.body
    opted_in = {"accepts_marketing": True, "reason": f"{person.name} asked for {person.word}"}
    assert (await team.owner.patch(f"/contacts/{contact}", opted_in)).status == 200
    assert (await team.owner.patch(f"/contacts/{contact}", {"accepts_marketing": False})).status == 200
    off = {"phones": ["+4930901820"], "reason": f"asked by {person.number}"}
    assert (await team.owner.post("/opt-outs/remove", off)).status == 200


async def _desk(team: Team, path: str, person: Person, later: str) -> None:
    owner, says = team.owner, {"type": "text", "text": f"about {person.word}"}
    done = [
        await owner.call("PUT", f"{path}/note", {"text": f"note on {person.word}"}),
        await owner.call("PUT", f"{path}/draft", {"content": says}),
        await owner.call("PUT", f"{path}/looking", {}),
        await owner.post(f"{path}/messages", {"content": says}, Idempotency_Key=f"once-{person.number}"),
        await owner.post(f"{path}/messages", {"content": says, "send_at": later}),
        await owner.call("PUT", f"{path}/snooze", {"until": later, "note": f"call {person.name}"}),
    ]
    assert [answer.status for answer in done if answer.status not in {200, 201, 204}] == [], done


async def _file(team: Team, path: str, person: Person) -> None:
    body = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{person.word}.txt"\r\n\r\n'
    raw = body.encode() + f"bytes of {person.word}".encode() + b"\r\n--cut--\r\n"
    kept = await team.owner.call("POST", "/media", raw, Content_Type="multipart/form-data; boundary=cut")
    assert kept.status == 201, kept.body
    content = {"type": "document", "media": {"id": kept.body["id"]}}
    assert (await team.owner.post(f"{path}/messages", {"content": content})).status == 201


async def _campaign(team: Team, channel: dict[str, Any], person: Person) -> None:
    if (await team.owner.get("/templates")).body["items"] == []:
        await approved_template(team.owner.client, team.owner.workspace_id, channel)
    made = (await team.owner.post("/campaigns", campaign_of(channel))).body
    rows = f"phone,first_name\n+{person.number},{person.word}\n+{person.number[:3]} {person.number[3:]},{person.word}\n"
    status, _ = await upload_list(team, made["id"], rows)
    assert status == 200


async def _raw(database: Database, workspace_id: str, channel_id: str, person: Person, contact: str) -> None:
    """What nobody could read, and what was told of a message that never came."""
    raw = msgspec.json.encode({"from": person.number, "text": person.word, "name": person.name})
    now = Clock().now()
    base = {"workspace_id": workspace_id, "channel_id": channel_id, "account_key": None, "raw": raw, "at": now}
    letter = {**base, "_id": new_id(), "key": new_id(), "reason": "odd", "replayed_at": None}
    await database.dead_letters.insert_one(letter)  # type: ignore[arg-type]
    notice = {**base, "_id": new_id(), "key": new_id(), "topic": "news", "scope_key": None, "handled_at": None}
    await database.notices.insert_one(notice)  # type: ignore[arg-type]
    early = {"target": "wamid.never", "customer_id": person.number, "content": {"text": person.word}, "raw": raw}
    await database.early_events.insert_one(
        {
            "_id": f"{channel_id}:wamid.never:{person.number}",
            "workspace_id": workspace_id,
            "channel_id": channel_id,
            "provider_id": "wamid.never",
            "kind": "edit",
            "at": now,
            "event": early,
        }
    )
    own = {"workspace_id": workspace_id, "contact_id": contact}
    message = await database.messages.find_one({"workspace_id": workspace_id, "direction": "out"}, sort=[("_id", -1)])
    assert message is not None
    await database.campaign_failures.insert_one(
        {
            "_id": message["_id"],
            "workspace_id": workspace_id,
            "campaign_id": new_id(),
            "recipient": f"list:{person.number}",
            "to": person.number,
            "code": "odd",
            "provider_code": None,
            "retryable": False,
        }
    )
    assert await database.conversations.find_one(own) is not None


async def where_found(database_url: str, redis: Redis, traces: tuple[bytes, ...]) -> dict[str, int]:
    """Search all collections and all of Redis, byte by byte; return how many documents and keys have a trace."""
    found = Counter(_in_mongodb(database_url, traces))
    async for key in redis.scan_iter():
        kept = key + await _value(redis, key)
        if any(trace in kept for trace in traces):
            found[f"redis {key.decode()}"] += 1
    return dict(found)


def _in_mongodb(database_url: str, traces: tuple[bytes, ...]) -> Iterator[str]:
    with MongoClient[RawBSONDocument](database_url, document_class=RawBSONDocument) as client:
        database = client.get_default_database()
        for name in database.list_collection_names():
            for document in database[name].find({}):
                if any(trace in document.raw for trace in traces):
                    yield name


async def _value(redis: Redis, key: bytes) -> bytes:
    """Return whatever a key has; Redis' own form would be compressed."""
    asked: Any = redis.execute_command
    read = {
        b"stream": ("XRANGE", key, "-", "+"),
        b"hash": ("HGETALL", key),
        b"string": ("GET", key),
        b"list": ("LRANGE", key, 0, -1),
        b"set": ("SMEMBERS", key),
        b"zset": ("ZRANGE", key, 0, -1),
    }
    return repr(await asked(*read[await redis.type(key)])).encode()
