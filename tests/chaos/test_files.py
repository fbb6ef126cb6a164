"""The largest file goes through the real processes: none holds it in memory, none that is killed spoils it."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from inbox.storage.database import Database
from tests.acceptance.demo_process import DemoProcess
from tests.chaos.world import World
from tests.waiting import eventually

SIZE = 100 * 1024 * 1024
PIECE = b"%PDF-1.7\n" + bytes(range(256)) * 255
MOST_KB = 30 * 1024
CUSTOMER = "16505559876"
PATIENCE_SECONDS = 120
GONE_OUT = ("sent", "delivered", "read")


async def document(size: int) -> AsyncIterator[bytes]:
    while size > 0:
        yield PIECE[:size]
        size -= len(PIECE)


async def digest_of(pieces: AsyncIterator[bytes]) -> str:
    digest = hashlib.sha256()
    async for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


class Shop:
    """Its API and its customer, a piece at a time."""

    def __init__(self, demo: DemoProcess, http: aiohttp.ClientSession) -> None:
        self.demo = demo
        self.http = http
        self.customer = CUSTOMER
        self.number = demo.whatsapp["phone_number_id"]

    async def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.demo.owner_token}"}
        async with self.http.request(
            method, f"{self.demo.base_url}/api/v1{path}", json=body, headers=headers
        ) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def customer_sends(self, size: int) -> None:
        control = f"{self.demo.sandbox_url}/control/whatsapp/{self.number}"
        typed = {"Content-Type": "application/pdf"}
        async with self.http.post(f"{control}/media", data=document(size), headers=typed) as answer:
            media = await answer.json()
        message = {"type": "document", "document": {**media, "filename": "plan.pdf"}}
        async with self.http.post(f"{control}/customers/{CUSTOMER}/messages", json=message) as answer:
            assert answer.status == 201, await answer.text()

    async def conversation(self) -> Any:
        async def look() -> Any:
            found = (await self.api("GET", "/conversations?limit=200"))["items"]
            return next((one for one in found if one["identity"]["external_id"] == self.customer), None)

        return await eventually(look, "the customer's conversation is here")

    async def newest(self) -> Any:
        conversation = await self.conversation()
        return (await self.api("GET", f"/conversations/{conversation['id']}/messages"))["items"][-1]

    async def fetched(self, size: int) -> Any:
        async def look() -> Any:
            media = (await self.newest())["content"].get("media") or {}
            return media if (media.get("status"), media.get("bytes")) == ("stored", size) else None

        return await eventually(look, "the customer's document is here", PATIENCE_SECONDS)

    async def downloaded(self, url: str) -> str:
        async with self.http.get(url) as answer:
            assert answer.status == 200
            return await digest_of(answer.content.iter_chunked(256 * 1024))

    async def taken(self) -> None:
        conversation = await self.conversation()
        if conversation["operator_id"] is None:
            owner = self.demo.ready["owner"]["id"]
            await self.api("POST", f"/conversations/{conversation['id']}/assign", {"operator_id": owner})

    async def sends(self, size: int) -> Any:
        """Upload a document and have its message accepted."""
        form = aiohttp.FormData()
        form.add_field("file", document(size), filename="plan.pdf", content_type="application/pdf")
        headers = {"Authorization": f"Bearer {self.demo.owner_token}"}
        async with self.http.post(f"{self.demo.base_url}/api/v1/media", data=form, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            file = await answer.json()
        return await self.says({"type": "document", "media": {"id": file["id"]}})

    async def says(self, content: Any) -> Any:
        conversation = await self.conversation()
        return await self.api("POST", f"/conversations/{conversation['id']}/messages", {"content": content})

    async def sent(self, message: Any) -> Any:
        async def look() -> Any:
            newest = await self.newest()
            return newest if newest["id"] == message["id"] and newest["status"] in GONE_OUT else None

        return await eventually(look, "the document is sent", PATIENCE_SECONDS)

    async def received(self) -> Any:
        """Return the last message that the customer got."""
        url = f"{self.demo.sandbox_url}/control/whatsapp/{self.number}/customers/{CUSTOMER}/thread"
        async with self.http.get(url) as answer:
            return [one for one in (await answer.json())["messages"] if one["direction"] == "in"][-1]


def memory_kb(pid: int, line: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(found for found in status.splitlines() if found.startswith(f"{line}:")).split()[1])


class Memory:
    """How much more memory the gateway's processes take at their peak than at this moment."""

    def __init__(self, demo: DemoProcess) -> None:
        pids = {pid: part for part in ("serve", "work") for pid in demo.pids(part)}
        self._parts = pids
        self._before = {pid: memory_kb(pid, "VmRSS") for pid in pids}
        for pid in pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew: man 5 proc

    def more(self) -> dict[str, int]:
        peaks = {pid: memory_kb(pid, "VmHWM") for pid in self._parts}
        return {f"{self._parts[pid]} {pid}": peaks[pid] - before for pid, before in self._before.items()}


async def measured(demo: DemoProcess, work: Callable[[], Awaitable[object]]) -> dict[str, int]:
    memory = Memory(demo)
    await work()
    more = memory.more()
    print(more)
    return {part: kilobytes for part, kilobytes in more.items() if kilobytes >= MOST_KB}


@pytest_asyncio.fixture
async def shop(demo: DemoProcess) -> AsyncIterator[Shop]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS)) as http:
        yield Shop(demo, http)


async def all_is_loaded(demo: DemoProcess, http: aiohttp.ClientSession) -> None:
    """Have the worker send by Telegram, whose library it loads in the background: 100 MB that are no file's."""
    other = Shop(demo, http)
    other.customer = "70009876"
    bot = demo.ready["channels"]["telegram"]["bot_token"].partition(":")[0]
    path = f"/control/telegram/{bot}/customers/{other.customer}/messages"
    async with http.post(demo.sandbox_url + path, json={"text": "hello"}) as answer:
        assert answer.status < 300, await answer.text()
    await other.taken()
    await other.sent(await other.says({"type": "text", "text": "hello"}))


async def test_the_largest_document_passes_in_and_out(demo: DemoProcess, shop: Shop) -> None:
    await all_is_loaded(demo, shop.http)
    for size in (100_000, 100_001):  # what is loaded at first use is not the file's
        await shop.customer_sends(size)
        await shop.downloaded((await shop.fetched(size))["url"])
    await shop.taken()
    await shop.sent(await shop.sends(100_000))
    expected = await digest_of(document(SIZE))

    async def way_in() -> None:
        await shop.customer_sends(SIZE)
        assert await shop.downloaded((await shop.fetched(SIZE))["url"]) == expected

    async def way_out() -> None:
        message = await shop.sent(await shop.sends(SIZE))
        assert await shop.downloaded(message["content"]["media"]["url"]) == expected
        handle = (await shop.received())["document"]["id"]
        assert await shop.downloaded(f"{demo.sandbox_url}/control/whatsapp/media/{handle}") == expected

    assert await measured(demo, way_in) == {}
    assert await measured(demo, way_out) == {}


async def test_a_worker_killed_in_the_middle_of_a_fetch_leaves_nothing_half_stored(world: World, shop: Shop) -> None:
    database = Database(str(world.demo.ready["mongo_url"]))

    async def begun() -> Any:
        """Return a file whose first bytes are here, with the worker standing still."""
        file = await database.files.find_one({"state": "pending", "bytes": None, "blob_id": {"$ne": None}})
        if file is None or await database.blob_chunks.find_one({"files_id": file["blob_id"]}, {"_id": 1}) is None:
            return None
        world.demo.kill("work", signal.SIGSTOP)
        if found := await database.files.find_one({"_id": file["_id"], "state": "pending"}):
            return found
        world.demo.kill("work", signal.SIGCONT)
        return None

    await shop.customer_sends(SIZE)
    file = await eventually(begun, "the fetch is under way")
    await world.kill("work")
    assert await database.blob_chunks.count_documents({"files_id": file["blob_id"]}) > 0
    await database.files.update_one({"_id": file["_id"]}, {"$set": {"next_attempt_at": datetime.now(UTC)}})
    media = await shop.fetched(SIZE)
    assert await shop.downloaded(media["url"]) == await digest_of(document(SIZE))
    assert await database.blob_chunks.count_documents({"files_id": file["blob_id"]}) == 0
    named = await database.files.distinct("blob_id")
    assert set(await database.blob_chunks.distinct("files_id")) <= set(named)
    database.close()


async def test_a_worker_killed_in_the_middle_of_an_upload_has_not_sent(world: World, shop: Shop) -> None:
    database = Database(str(world.demo.ready["mongo_url"]))

    async def uploading() -> Any:
        """Return the message whose file is on its way out, with the worker standing still."""
        on_its_way = {"uploading": {"$ne": None}}
        found = await database.outbox.find_one(on_its_way, {"_id": 1})
        if found is None:
            return None
        world.demo.kill("work", signal.SIGSTOP)
        if await database.outbox.find_one({**found, **on_its_way}):
            return found
        world.demo.kill("work", signal.SIGCONT)
        return None

    await shop.customer_sends(1000)
    await shop.fetched(1000)
    await shop.taken()
    message = await shop.sends(SIZE)
    assert (await eventually(uploading, "the upload is under way"))["_id"] == message["id"]
    await world.kill("work")
    await shop.sent(message)
    assert [ours for ours, _ in await world.emulator.accepted()].count(message["id"]) == 1
    assert (await shop.received())["document"]["filename"] == "plan.pdf"
    stored = await database.messages.find_one({"_id": message["id"]})
    assert [end["outcome"] for end in stored["ends"]] == ["refused", "sent"]
    database.close()
