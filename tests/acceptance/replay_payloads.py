"""Replays captured webhooks (WhatsApp, Telegram) against a running gateway and looks for what they say.

    python -m tests.acceptance.replay_payloads DIRECTORY [--ready-file FILE]

DIRECTORY has payloads and, in it or beside it, a MANIFEST.json: a list of `{"file", "kinds", "expect": {"messages":
[{"id", "type"}], "statuses": [{"id", "status"}], "echoes": [{"id", "type"}]}}` with files relative to the manifest.
Without a ready file of a demo that runs, one is started. For Telegram see `replay_telegram`.

A channel of its own is made for the replay, whose provider is a small server here: it gives the next outgoing message
the id that a captured status is about. Ids get the file's name as a suffix, so that captures which share an id
do not count as repeats of each other; the phone number id becomes the channel's; each body is signed anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.replay_telegram import replay_updates
from tests.chaos.http_client import HttpClient
from tests.chaos.meta import JsonObject, MetaClient, text_message
from tests.chaos.picture import Picture, read_picture
from tests.waiting import NotInTimeError, eventually

SHOWN_AS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "image": frozenset({"image"}),
    "video": frozenset({"video"}),
    "audio": frozenset({"audio", "voice"}),
    "voice": frozenset({"voice"}),
    "document": frozenset({"document"}),
    "sticker": frozenset({"sticker"}),
    "location": frozenset({"location"}),
    "contacts": frozenset({"contacts"}),
    "button": frozenset({"choice"}),
    "order": frozenset({"order"}),
    "system": frozenset({"system"}),
    "unsupported": frozenset({"unsupported"}),
}
"""Content types for Meta's message types; what is not listed may be shown in several ways."""

BECOMES: Mapping[str, frozenset[str]] = {
    "sent": frozenset({"sent"}),
    "delivered": frozenset({"delivered"}),
    "read": frozenset({"read"}),
    "played": frozenset({"read"}),
    "failed": frozenset({"failed"}),
}
"""What a captured status makes of a message that was just sent; other words are about calls, not messages."""

CHANGES = frozenset({"edit", "reaction", "revoke"})
"""What a capture says of another one's message is kept until that comes, and shown nowhere."""

_REFERENCES = ("id", "message_id", "original_message_id")
_SECONDS = 60.0


class Payload(msgspec.Struct):
    """One captured webhook.

    Attributes:
        name: Its file, relative to the manifest.
        body: The JSON, ids and number changed.
        expect: As in the manifest, ids changed.
    """

    name: str
    body: JsonObject
    expect: Mapping[str, Sequence[Mapping[str, Any]]]

    def expected(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """What the manifest expects of one kind."""
        return self.expect.get(kind, ())

    @property
    def known_before(self) -> list[str]:
        """Provider's ids of messages that must have been sent before the webhook comes."""
        return [str(status["id"]) for status in self.expected("statuses") if status["status"] in BECOMES]


def read_payloads(directory: Path, phone_number_id: str) -> list[Payload]:
    """Read a directory's WhatsApp payloads, in the manifest's order, ready to be signed."""
    manifest = next(path for path in (directory / "MANIFEST.json", directory.parent / "MANIFEST.json") if path.exists())
    payloads = []
    for row in json.loads(manifest.read_text()):
        path = manifest.parent / row["file"]
        if path.is_relative_to(directory) and path.exists():
            body = json.loads(path.read_text())
            if body.get("object") == "whatsapp_business_account":
                payloads.append(_adapted(row, body, path.stem, phone_number_id))
    return payloads


def _adapted(row: Mapping[str, Any], body: JsonObject, suffix: str, phone_number_id: str) -> Payload:
    ids = set(_ids(body))

    def new(value: Any) -> Any:
        return f"{value}.{suffix}" if value in ids else value

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        changed = {key: new(item) if key in _REFERENCES else walk(item) for key, item in value.items()}
        return changed | ({"phone_number_id": phone_number_id} if "phone_number_id" in changed else {})

    expect = {
        kind: [{**item, "id": new(item["id"])} for item in items]
        for kind, items in row["expect"].items()
        if kind != "fields"
    }
    return Payload(str(row["file"]), walk(body), expect)


def _ids(body: JsonObject) -> Iterator[str]:
    """All ids of messages that a webhook names; not those of accounts and files."""
    for entry in body.get("entry", ()):
        for change in entry.get("changes", ()):
            for items in change.get("value", {}).values():
                for item in items if isinstance(items, list) else ():
                    yield from _ids_of(item)


def _ids_of(item: Any) -> Iterator[str]:
    if not isinstance(item, dict):
        return
    if isinstance(item.get("id"), str):
        yield item["id"]
    for part in ("context", "reaction", "revoke", "edit"):
        named = item.get(part)
        if isinstance(named, dict):
            yield from (named[key] for key in _REFERENCES if isinstance(named.get(key), str))


class QuietProvider:
    """A provider that takes every message, answers the id it was told to, and reports nothing."""

    def __init__(self) -> None:
        self.next_id = ""
        self.base_url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[QuietProvider]:
        """Have it on a free port."""
        app = web.Application()
        app.router.add_post("/{version}/{number}/messages", self._take)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = "http://{}:{}".format(*runner.addresses[0][:2])
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        to = str((await request.json()).get("to"))
        contacts = [{"input": to, "wa_id": to.lstrip("+")}]
        return web.json_response(
            {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": self.next_id}]}
        )


class Replay:
    """One replay on one gateway.

    Attributes:
        faults: What was not as the manifest says.
    """

    def __init__(self, api: HttpClient, meta: MetaClient, provider: QuietProvider, owner_id: str) -> None:
        self.faults: list[str] = []
        self._api = api
        self._meta = meta
        self._provider = provider
        self._owner_id = owner_id
        self._customer = f"4916{random.SystemRandom().randrange(10**8):08d}"
        self._conversation_id = ""

    async def run(self, payloads: Iterable[Payload]) -> None:
        """Post all payloads, then look for everything that they say."""
        payloads = list(payloads)
        before = await self._dead_letters()
        for payload in payloads:
            for provider_id in payload.known_before:
                await self._send_as(provider_id)
            answer = await self._meta.post(msgspec.json.encode(payload.body))
            if answer.status != 200:
                self.faults.append(f"{payload.name}: answered {answer.status} {answer.body}")
        try:
            await eventually(lambda: self._all_there(payloads), "everything is there", _SECONDS)
        except NotInTimeError:
            picture = await read_picture(self._api)
            self.faults += [f"{p.name}: {fault}" for p in payloads for fault in missing(picture, p)]
        self.faults += [f"dead letter: {letter}" for letter in (await self._dead_letters()) - before]

    async def _all_there(self, payloads: Sequence[Payload]) -> bool:
        picture = await read_picture(self._api)
        return not any(fault for payload in payloads for fault in missing(picture, payload))

    async def _send_as(self, provider_id: str) -> None:
        """Send a message that the provider gives this id."""
        if not self._conversation_id:
            hello = text_message(self._customer, f"wamid.{self._customer}", "hello")
            await self._meta.deliver(self._meta.envelope([hello]))
            page = await self._api.get(f"/api/v1/conversations?view=all&q={self._customer}")
            self._conversation_id = page["items"][0]["id"]
            path = f"/api/v1/conversations/{self._conversation_id}/assign"
            assert (await self._api.ask("POST", path, {"operator_id": self._owner_id})).status == 200
        self._provider.next_id = provider_id
        path = f"/api/v1/conversations/{self._conversation_id}/messages"
        sent = await self._api.ask("POST", path, {"content": {"type": "text", "text": provider_id}})
        assert sent.status == 201, sent

        async def known() -> bool:
            page = await self._api.get(f"{path}?limit=5")
            return any(m["provider_id"] == provider_id and m["status"] == "sent" for m in page["items"])

        await eventually(known, f"{provider_id} is sent", _SECONDS)

    async def _dead_letters(self) -> set[str]:
        page = await self._api.get("/api/v1/dead-letters?limit=200")
        return {f"{letter['reason']}: {letter['raw'][:200]}" for letter in page["items"]}


def missing(picture: Picture, payload: Payload) -> Iterator[str]:
    """Say what a payload should have left in the inbox and did not."""
    found = {m["provider_id"]: m for m in picture.messages.values() if m["provider_id"]}
    for kind, direction in (("messages", "in"), ("echoes", "out")):
        for item in payload.expected(kind):
            message = found.get(item["id"])
            if item["type"] in CHANGES:
                if message is not None:
                    yield f"{item['type']} {item['id']} is shown without the message that it changes"
            elif message is None:
                yield f"{item['type']} {item['id']} is not in the inbox"
            elif message["direction"] != direction:
                yield f"{item['type']} {item['id']} is shown as {message['direction']}"
            elif message["content"]["type"] not in SHOWN_AS.get(item["type"], {message["content"]["type"]}):
                yield f"{item['type']} {item['id']} is shown as {message['content']['type']}"
    for status in payload.expected("statuses"):
        if status["status"] in BECOMES:
            seen = found[status["id"]]["status"] if status["id"] in found else "nothing"
            if seen not in BECOMES[status["status"]]:
                yield f"{status['status']} of {status['id']} made it {seen}"


async def replay(demo: DemoProcess, directory: Path) -> tuple[int, list[str]]:
    """Replay a directory against a demo that runs; return how many payloads there were, and the faults."""
    provider = QuietProvider()
    async with (
        provider.running(),
        HttpClient(demo.base_url, demo.owner_token) as api,
        HttpClient(demo.base_url) as outside,
    ):
        channel = await _make_channel(api, provider)
        run = Replay(api, MetaClient(outside, channel), provider, demo.ready["owner"]["id"])
        payloads = read_payloads(directory, channel["phone_number_id"])
        await run.run(payloads)
    updates, faults = await replay_updates(demo, directory)
    return len(payloads) + updates, run.faults + faults


async def _make_channel(api: HttpClient, provider: QuietProvider) -> dict[str, str]:
    credentials = {
        "phone_number_id": str(random.SystemRandom().randrange(10**14, 10**15)),
        "waba_id": "900100200301",
        "access_token": "EAAreplay",
        "app_secret": "fedcba9876543210fedcba9876543210",
        "verify_token": "replay",
    }
    body = {"kind": "whatsapp", "name": "Replay", "provider_base_url": provider.base_url, "credentials": credentials}
    answer = await api.ask("POST", "/api/v1/channels", body)
    assert answer.status == 201, answer
    return {"id": answer.body["id"], **credentials}


def main() -> int:
    """Replay from the shell."""
    parser = argparse.ArgumentParser(description="Replay captured webhooks.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--ready-file", type=Path, help="of a demo that runs; otherwise one is started")
    options = parser.parse_args()
    directory = options.directory.absolute()
    if options.ready_file:
        demo = DemoProcess(options.ready_file.parent)
        demo.ready = json.loads(options.ready_file.read_text())
        count, faults = asyncio.run(replay(demo, directory))
    else:
        with tempfile.TemporaryDirectory() as data, DemoProcess.started(Path(data)) as demo:
            count, faults = asyncio.run(replay(demo, directory))
    for fault in faults:
        print(fault)
    print(f"{count} payloads, {len(faults)} faults")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
