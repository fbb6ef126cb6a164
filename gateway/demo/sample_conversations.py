"""Playing the sample scenes: customers write at the emulators, operators act over the API, as people would."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from yarl import URL

from gateway.demo.sample_scenes import SCENES, TAGS, TOPICS, Does, Says, Scene
from gateway.demo.seed import Person, Seed

WAIT_SECONDS: Final = 20.0
"""For a message to come in: milliseconds at rest; a machine that starts five processes may take seconds."""
POLL_SECONDS: Final = 0.1
CALL_SECONDS: Final = 15.0
CREATED, CONFLICT = 201, 409
FAULTS: Final = 400


class SampleError(Exception):
    """Something was refused, or did not come in."""


async def play_samples(seeded: Seed, *, base_url: str, sandbox_url: str) -> None:
    """Let all scenes happen, those of different customers beside each other.

    Raises:
        SampleError: A scene could not be played to its end.
    """
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        player = _Player(session, seeded, base_url, sandbox_url)
        try:
            await player.prepare()
            async with asyncio.TaskGroup() as group:
                for scene in SCENES:
                    group.create_task(player.play(scene))
        except* (aiohttp.ClientError, TimeoutError, SampleError) as failed:
            raise SampleError(str(failed.exceptions[0])) from failed


class _Player:
    def __init__(self, session: aiohttp.ClientSession, seeded: Seed, base_url: str, sandbox_url: str) -> None:
        self._session = session
        self._seeded = seeded
        self._base_url = base_url
        self._sandbox_url = sandbox_url
        ana, ben, *_ = seeded.first.operators
        self._people: dict[str, Person] = {"owner": seeded.first.owner, "ana": ana, "ben": ben}

    async def prepare(self) -> None:
        """Make what operators say about conversations."""
        for name, color in TAGS:
            await self._api("owner", "POST", "/tags", {"name": name, "color": color}, also=CONFLICT)
        for place, name in enumerate(TOPICS):
            await self._api("owner", "POST", "/topics", {"name": name, "order": place})

    async def play(self, scene: Scene) -> None:
        conversation_id = ""
        written = 0
        for step in scene.steps:
            if isinstance(step, Says):
                await self._writes(scene, step)
                written += 1
                conversation_id = await self._until_in(scene, written)
            else:
                await self._act(conversation_id, step)

    async def _writes(self, scene: Scene, step: Says) -> None:
        if scene.place == "webchat":
            return await self._writes_in_chat(step)
        if scene.place == "telegram" and self._seeded.telegram is not None:
            customer = f"/control/telegram/{self._seeded.telegram.bot_id}/customers/{scene.number}"
            first, _, last = scene.name.partition(" ")
            await self._sandbox("PUT", customer, {"first_name": first, "last_name": last})
            return await self._sandbox("POST", f"{customer}/messages", step.message)
        queued = scene.place == "whatsapp_queue" and self._seeded.whatsapp_queue
        number = queued or self._seeded.whatsapp
        customer = f"/control/whatsapp/{number.phone_number_id}/customers/{scene.number}"
        return await self._sandbox("POST", f"{customer}/messages", {"profile_name": scene.name, **step.message})

    async def _writes_in_chat(self, step: Says) -> None:
        chat = self._seeded.webchat
        if chat is None:
            return
        async with self._session.ws_connect(chat.socket_url, origin=str(URL(self._base_url).origin())) as socket:
            await socket.send_json({"type": "hello"})
            await socket.send_json({"type": "message", "id": secrets.token_hex(8), "content": step.message})
            async with asyncio.timeout(WAIT_SECONDS):
                while (await socket.receive_json()).get("type") != "accepted":
                    pass

    async def _until_in(self, scene: Scene, written: int) -> str:
        """Wait until the inbox has as many messages of the customer; return the conversation's id."""
        if not scene.name:
            return ""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                found = (await self._api("owner", "GET", "/conversations", query={"q": scene.name}))["items"]
                if found:
                    path = f"/conversations/{found[0]['id']}/messages"
                    messages = (await self._api("owner", "GET", path))["items"]
                    if sum(one["direction"] == "in" for one in messages) >= written:
                        return str(found[0]["id"])
                await asyncio.sleep(POLL_SECONDS)

    async def _act(self, conversation_id: str, step: Does) -> None:
        who = self._people[step.who]
        body = {name: who.id if value == "{who}" else value for name, value in step.body.items()}
        await self._api(step.who, step.method, f"/conversations/{conversation_id}/{step.path}", body)

    async def _api(
        self,
        who: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        query: dict[str, str] | None = None,
        also: int = 0,
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._people[who].token}", "Idempotency-Key": secrets.token_hex(16)}
        url = f"{self._base_url}/api/v1{path}"
        async with self._session.request(method, url, json=body, params=query, headers=headers) as answer:
            return await _content(answer, lambda status: status < FAULTS or status == also)

    async def _sandbox(self, method: str, path: str, body: dict[str, Any]) -> None:
        async with self._session.request(method, f"{self._sandbox_url}{path}", json=body) as answer:
            await _content(answer, lambda status: status < FAULTS)


async def _content(answer: aiohttp.ClientResponse, fine: Callable[[int], bool]) -> Any:
    if not fine(answer.status):
        raise SampleError(f"{answer.method} {answer.url.path} was answered {answer.status}")
    with contextlib.suppress(aiohttp.ContentTypeError):
        return await answer.json()
    return None
