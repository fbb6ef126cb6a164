"""Playing the sample scenes: customers write at the emulators, operators act over the API, as people would."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

import aiohttp
from yarl import URL

from gateway.demo.sample_calls import SampleCalls, SampleError
from gateway.demo.sample_campaigns import play_campaigns, prepare_money
from gateway.demo.sample_scenes import (
    AGENTS,
    BUSINESS,
    BUSINESS_OWNER,
    REPLIES,
    SCENES,
    TAGS,
    TOPICS,
    Does,
    Says,
    Scene,
)
from gateway.demo.seed import Seed

WAIT_SECONDS: Final = 20.0
"""For a message to come in: milliseconds at rest; a machine that starts five processes may take seconds."""
POLL_SECONDS: Final = 0.1
CALL_SECONDS: Final = 15.0
CONFLICT: Final = 409
_ON_THEIR_WAY: Final = frozenset({"queued", "sending"})


async def play_samples(seeded: Seed, *, base_url: str, sandbox_url: str) -> None:
    """Let all scenes happen, those of different customers beside each other.

    Raises:
        SampleError: A scene could not be played to its end.
    """
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        calls = SampleCalls(session, seeded, base_url, sandbox_url)
        player = _Player(calls, seeded)
        try:
            await player.prepare()
            await prepare_money(calls)
            async with asyncio.TaskGroup() as group:
                group.create_task(play_campaigns(calls, seeded))
                group.create_task(player.play_all())
            await player.play_with_agent()
        except* (aiohttp.ClientError, TimeoutError, SampleError) as failed:
            raise SampleError(str(failed.exceptions[0])) from failed


class _Player:
    def __init__(self, calls: SampleCalls, seeded: Seed) -> None:
        self._calls = calls
        self._seeded = seeded

    async def prepare(self) -> None:
        """Make what operators say about conversations."""
        for name, color in TAGS:
            await self._calls.api("owner", "POST", "/tags", {"name": name, "color": color}, also=CONFLICT)
        for place, name in enumerate(TOPICS):
            await self._calls.api("owner", "POST", "/topics", {"name": name, "order": place})
        await self._prepare_replies()
        if self._seeded.telegram is not None:
            path = f"/telegram/{self._seeded.telegram.bot_id}/businesses"
            await self._calls.sandbox("POST", path, {"id": BUSINESS, "name": BUSINESS_OWNER})

    async def _prepare_replies(self) -> None:
        groups = [one["id"] for one in (await self._calls.api("owner", "GET", "/groups"))["items"]]
        collection = {"name": "Shop", "group_ids": groups}
        made = await self._calls.api("owner", "POST", "/reply-collections", collection, also=CONFLICT)
        if "id" not in made:
            return
        for title, shortcut, english, russian in REPLIES:
            texts = {
                language: [{"type": "text", "text": text}] for language, text in (("en", english), ("ru", russian))
            }
            reply = {"title": title, "shortcut": shortcut, "translations": texts}
            await self._calls.api("owner", "POST", f"/reply-collections/{made['id']}/replies", reply)

    async def play_all(self) -> None:
        """Play all scenes but those with the messenger's own agent."""
        async with asyncio.TaskGroup() as group:
            for scene in SCENES:
                if scene.place != AGENTS:
                    group.create_task(self.play(scene))

    async def play_with_agent(self) -> None:
        """Play the scenes with the messenger's own agent, which meanwhile answers in all chats of the number."""
        agent = f"/whatsapp/{self._seeded.whatsapp.phone_number_id}/agent"
        await self._calls.sandbox("PUT", agent, {"enabled": True})
        try:
            for scene in SCENES:
                if scene.place == AGENTS:
                    await self.play(scene)
        finally:
            await self._calls.sandbox("PUT", agent, {"enabled": False})

    async def play(self, scene: Scene) -> None:
        conversation_id = ""
        written = 0
        for step in scene.steps:
            if isinstance(step, Says):
                if conversation_id:
                    await self._until_sent(conversation_id)
                await self._writes(scene, step)
                written += 1
                conversation_id = await self._until_in(scene, written)
            else:
                await self._act(conversation_id, step)

    async def _writes(self, scene: Scene, step: Says) -> None:
        if scene.place == "webchat":
            await self._writes_in_chat(step)
        elif self._seeded.telegram is not None and scene.place in {"telegram", BUSINESS}:
            await self._writes_to_bot(scene, step, self._seeded.telegram.bot_id)
        else:
            await self._writes_to_number(scene, step)

    async def _writes_to_number(self, scene: Scene, step: Says) -> None:
        queued = scene.place == "whatsapp_queue" and self._seeded.whatsapp_queue
        number = queued or self._seeded.whatsapp
        customer = f"/whatsapp/{number.phone_number_id}/customers/{scene.number}"
        await self._calls.sandbox("POST", f"{customer}/messages", {"profile_name": scene.name, **step.message})

    async def _writes_to_bot(self, scene: Scene, step: Says, bot_id: str) -> None:
        first, _, last = scene.name.partition(" ")
        person = f"customers/{scene.number}"
        await self._calls.sandbox("PUT", f"/telegram/{bot_id}/{person}", {"first_name": first, "last_name": last})
        to = f"businesses/{BUSINESS}/{person}" if scene.place == BUSINESS else person
        await self._calls.sandbox("POST", f"/telegram/{bot_id}/{to}/messages", step.message)

    async def _writes_in_chat(self, step: Says) -> None:
        chat = self._seeded.webchat
        if chat is None:
            return
        origin = str(URL(self._calls.base_url).origin())
        async with self._calls.session.ws_connect(chat.socket_url, origin=origin) as socket:
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
                found = (await self._calls.api("owner", "GET", "/conversations", query={"q": scene.name}))["items"]
                if found:
                    path = f"/conversations/{found[0]['id']}/messages"
                    messages = (await self._calls.api("owner", "GET", path))["items"]
                    if sum(one["direction"] == "in" for one in messages) >= written:
                        return str(found[0]["id"])
                await asyncio.sleep(POLL_SECONDS)

    async def _until_sent(self, conversation_id: str) -> None:
        """Wait until the messenger has what was answered: customers write again when they have read it."""
        path = f"/conversations/{conversation_id}/messages"
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                messages = (await self._calls.api("owner", "GET", path))["items"]
                if not any(one["status"] in _ON_THEIR_WAY for one in messages):
                    return
                await asyncio.sleep(POLL_SECONDS)

    async def _act(self, conversation_id: str, step: Does) -> None:
        who = self._calls.people[step.who]
        body = {name: who.id if value == "{who}" else value for name, value in step.body.items()}
        await self._calls.api(step.who, step.method, f"/conversations/{conversation_id}/{step.path}", body)
