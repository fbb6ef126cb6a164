"""Replays captured Telegram updates against a running gateway; called by `replay_payloads`.

A bot of its own is connected for the replay. Its provider is a small server here that takes every call, so that the
webhook is registered as with Telegram. Ids of messages are moved by file, so that captures which share one do not
count as repeats of each other.
"""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from tests.acceptance.demo_process import DemoProcess
from tests.chaos.http_client import HttpClient
from tests.chaos.picture import Picture, read_picture
from tests.waiting import NotInTimeError, eventually

NOTHING = "nothing"
"""Kept raw as a notice, not shown."""
CHANGED = "changed"
"""Changes a message or a contact, if there is one; alone it is shown as a message of its own, or not at all."""

BECOMES: Mapping[str, frozenset[str]] = {
    "message:text": frozenset({"text"}),
    "message:photo": frozenset({"image"}),
    "message:video": frozenset({"video"}),
    "message:video_note": frozenset({"video"}),
    "message:animation": frozenset({"video"}),
    "message:audio": frozenset({"audio"}),
    "message:voice": frozenset({"voice"}),
    "message:document": frozenset({"document"}),
    "message:sticker": frozenset({"sticker"}),
    "message:location": frozenset({"location"}),
    "message:venue": frozenset({"location"}),
    "message:contact": frozenset({"contacts"}),
    "message:dice": frozenset({"text"}),
    "message:poll": frozenset({"text"}),
    "message:game": frozenset({"text"}),
    "message:checklist": frozenset({"checklist"}),
    "message:web_app_data": frozenset({"text"}),
    "message:invoice": frozenset({"text"}),
    "message:story": frozenset({"text"}),
    "message:successful_payment": frozenset({"system"}),
    "message:chat_shared": frozenset({"system"}),
    "message:pinned_message": frozenset({"system"}),
    "message:new_chat_members": frozenset({"system"}),
    "message:gift": frozenset({"system"}),
    "message:forum_topic_created": frozenset({"system"}),
    "message:migrate_to_chat_id": frozenset({"system"}),
    "message:migrate_from_chat_id": frozenset({"system"}),
    "edited_message": frozenset({CHANGED}),
    "callback_query": frozenset({"choice", NOTHING}),
    "message_reaction": frozenset({CHANGED}),
    "my_chat_member": frozenset({CHANGED}),
    "channel_post": frozenset({NOTHING}),
    "inline_query": frozenset({NOTHING}),
    "poll_answer": frozenset({NOTHING}),
    "message_reaction_count": frozenset({NOTHING}),
    "chat_boost": frozenset({NOTHING}),
    "removed_chat_boost": frozenset({NOTHING}),
    "purchased_paid_media": frozenset({NOTHING}),
}
"""What each kind of the manifest becomes; an update of a kind that nobody knows is a notice."""

OTHERS: Mapping[str, str] = {
    "video_chat_started": "system",
    "forum_topic_closed": "system",
    "migrate_from_chat_id": "system",
}
"""Messages that the manifest calls "other", by the field that tells them; without such a field nobody can read them."""

_SECONDS = 60.0
_STEP = 1_000_000_000


class TelegramPayload(msgspec.Struct):
    """One captured update.

    Attributes:
        name: Its file, relative to the manifest.
        kind: As the manifest has it.
        body: The JSON, with ids of its own.
    """

    name: str
    kind: str
    body: dict[str, Any]

    @property
    def becomes(self) -> frozenset[str]:
        """What it may become."""
        message = self.body.get("message")
        if isinstance(message, dict) and message["chat"]["type"] == "channel":
            return frozenset({NOTHING})
        if self.kind == "message:other" and isinstance(message, dict):
            return frozenset({next((OTHERS[name] for name in OTHERS if name in message), "unsupported")})
        return BECOMES.get(self.kind, frozenset({NOTHING}))

    def is_shown_by(self, provider_id: str) -> bool:
        """Whether a message in the inbox is this update's."""
        message = self.body.get("message") or (self.body.get("callback_query") or {}).get("message")
        if not isinstance(message, dict):
            return False
        if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
            return provider_id.endswith(":migrated")
        own = f"{message['chat']['id']}:{message['message_id']}"
        return provider_id == own or provider_id.startswith(f"{own}:c")


def read_updates(directory: Path) -> list[TelegramPayload]:
    """Read a directory's Telegram updates, in the manifest's order."""
    manifest = next(path for path in (directory / "MANIFEST.json", directory.parent / "MANIFEST.json") if path.exists())
    payloads = []
    for number, row in enumerate(json.loads(manifest.read_text()), 1):
        path = manifest.parent / row["file"]
        if path.is_relative_to(directory) and path.exists():
            body = json.loads(path.read_text())
            if "update_id" in body:
                payloads.append(TelegramPayload(row["file"], row["kinds"][0], moved(body, number * _STEP)))
    return payloads


def moved(value: Any, by: int) -> Any:
    """Move all ids of messages and updates."""
    if isinstance(value, list):
        return [moved(item, by) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item + by if key in ("message_id", "update_id") and isinstance(item, int) else moved(item, by)
        for key, item in value.items()
    }


def missing_updates(picture: Picture, payloads: Iterable[TelegramPayload]) -> Iterator[str]:
    """Say what updates should have left in the inbox and did not."""
    shown = {m["provider_id"]: m["content"]["type"] for m in picture.messages.values() if m["provider_id"]}
    for payload in payloads:
        if CHANGED in payload.becomes:
            continue
        found = {kind for provider_id, kind in shown.items() if payload.is_shown_by(provider_id)} or {NOTHING}
        if not found <= payload.becomes:
            yield f"{payload.name}: {payload.kind} became {', '.join(sorted(found))}"


async def replay_updates(demo: DemoProcess, directory: Path) -> tuple[int, list[str]]:
    """Replay a directory against a demo that runs; return how many updates there were, and the faults."""
    payloads = read_updates(directory)
    if not payloads:
        return 0, []
    async with (
        _quiet_telegram() as (provider_url, secrets),
        HttpClient(demo.base_url, demo.owner_token) as api,
        HttpClient(demo.base_url) as outside,
    ):
        channel_id = await _connect(api, provider_url)
        before = await _dead_letters(api)
        headers = {"X-Telegram-Bot-Api-Secret-Token": secrets[0]}
        faults = []
        for payload in payloads:
            body = msgspec.json.encode(payload.body)
            answer = await outside.once("POST", f"/webhooks/telegram/{channel_id}", body, headers=headers)
            if answer.status != 200:
                faults.append(f"{payload.name}: answered {answer.status} {answer.body}")

        async def all_there() -> bool:
            return not any(missing_updates(await read_picture(api), payloads))

        try:
            await eventually(all_there, "everything is there", _SECONDS)
        except NotInTimeError:
            faults += missing_updates(await read_picture(api), payloads)
        faults += [f"dead letter: {letter}" for letter in (await _dead_letters(api)) - before]
        return len(payloads), faults


@asynccontextmanager
async def _quiet_telegram() -> AsyncIterator[tuple[str, list[str]]]:
    """A Bot API that takes every call; it learns the secret token when the webhook is registered."""
    secrets: list[str] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else {}
        if "secret_token" in body:
            secrets.append(body["secret_token"])
        result = {"id": 1, "first_name": "Replay", "username": "replay_bot", "url": body.get("url", "")}
        return web.json_response({"ok": True, "result": result})

    app = web.Application()
    app.router.add_post("/{bot}/{method}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}".format(*runner.addresses[0][:2]), secrets
    finally:
        await runner.cleanup()


async def _connect(api: HttpClient, provider_url: str) -> str:
    token = f"{random.SystemRandom().randrange(10**9, 10**10)}:replay"
    fields = {"kind": "telegram", "name": "Replay bot", "provider_base_url": provider_url}
    answer = await api.ask("POST", "/api/v1/channels", {**fields, "credentials": {"bot_token": token}})
    assert answer.status == 201, answer
    return str(answer.body["id"])


async def _dead_letters(api: HttpClient) -> set[str]:
    page = await api.get("/api/v1/dead-letters?limit=200")
    return {f"{letter['reason']}: {letter['raw'][:200]}" for letter in page["items"]}
