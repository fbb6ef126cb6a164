"""A second client of the event stream: reads cursor, lists, follows, and keeps its own picture.

It believes every event as it comes. Whenever it is told that its cursor is too old it reads the lists again;
otherwise it goes on from the last cursor that it was given.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import Enum
from typing import Any

import aiohttp
import msgspec

from messaging_gateway_client import CursorExpiredError, Gateway
from tests.chaos.http_client import HttpClient
from tests.chaos.picture import Picture, read_picture

EVENTS = "/api/v1/events"
CURSOR_EXPIRED = 4410
PAUSE_SECONDS = 0.05
LONGEST_STAY = 120
"""Frames after which a client at the latest hangs up by itself."""
JsonObject = dict[str, Any]


class Way(Enum):
    """How a follower follows."""

    POLLING = "polling"
    SOCKET = "socket"
    CLIENT = "client"


class Follower:
    """Follows until told to stop.

    Attributes:
        picture: What it knows.
        reread: How often it was told to read the lists again.
        events: How many it took.
        faults: What a client must never see.
        told_at: When each message was first told to have each status.
    """

    def __init__(self, api: HttpClient, *, seed: int, way: Way = Way.SOCKET) -> None:
        self.picture = Picture({}, {})
        self.cursor = ""
        self.reread = -1
        self.events = 0
        self.faults: list[str] = []
        self.told_at: dict[str, dict[str, datetime]] = {}
        self._api = api
        self._random = random.Random(seed)
        self._way = way
        self._seen: set[str] = set()
        self._cursors: set[str] = set()

    @asynccontextmanager
    async def following(self) -> AsyncIterator[Follower]:
        """Follow during the block."""
        await self._read_lists()
        ways = {Way.POLLING: self._poll, Way.SOCKET: self._listen, Way.CLIENT: self._listen_with_client}
        task = asyncio.create_task(ways[self._way]())
        try:
            yield self
            if task.done():
                task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _read_lists(self) -> None:
        self.reread += 1
        answer = await self._api.ask("GET", f"{EVENTS}?limit=0")
        assert answer.status == 200, answer
        self.cursor = answer.body["cursor"]
        self._seen, self._cursors = set(), set()
        self.picture = await read_picture(self._api)

    async def _poll(self) -> None:
        while True:
            limit = self._random.choice((1, 7, 100, 1000))
            answer = await self._api.once("GET", f"{EVENTS}?cursor={self.cursor}&limit={limit}")
            if answer.status == 410:
                await self._read_lists()
            elif answer.status == 200:
                for event in answer.body["items"]:
                    self._take(event)
                self.cursor = answer.body["cursor"]
            if answer.status != 200 or not answer.body["items"]:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._api.session.ws_connect(
                    self._api.base_url + EVENTS, autoclose=True, max_msg_size=0
                ) as socket:
                    await socket.send_json({"type": "auth", "token": self._api.token, "cursor": self.cursor})
                    expired = await self._read_socket(socket)
            except (aiohttp.ClientError, TimeoutError, OSError):
                expired = False
            if expired:
                await self._read_lists()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _listen_with_client(self) -> None:
        """Leave it to the Python client to connect again; begin anew now and then, as programs do."""
        async with Gateway(self._api.base_url, self._api.token) as gateway:
            while True:
                stay = self._random.randint(1, LONGEST_STAY)
                try:
                    async for event in gateway.events(self.cursor):
                        self._take({**event})
                        stay -= 1
                        if not stay:
                            break
                except CursorExpiredError:
                    await self._read_lists()

    async def _read_socket(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """Take frames until either side hangs up; tell whether the cursor was too old."""
        for _ in range(self._random.randint(1, LONGEST_STAY)):
            message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            frame = msgspec.json.decode(message.data)
            if frame["type"] == "hello":
                self._expect(frame["cursor"] == self.cursor, "hello with another cursor than the one it was given")
            elif frame["type"] == "heartbeat":
                self.cursor = frame["cursor"]
            elif frame["type"] not in ("pong", "error"):
                self._take(frame)
        return socket.close_code == CURSOR_EXPIRED

    def _take(self, event: JsonObject) -> None:
        self.events += 1
        self._expect(event["id"] not in self._seen, f"told twice: {event['type']}")
        self._expect(event["cursor"] not in self._cursors, f"one cursor for two events: {event['type']}")
        self._seen.add(event["id"])
        self._cursors.add(event["cursor"])
        self.cursor = event["cursor"]
        kind, data = event["type"], event["data"]
        if kind.startswith("message."):
            self._take_message(kind, data, datetime.fromisoformat(event["at"]))
        elif kind.startswith("conversation."):
            self.picture.conversations[data["id"]] = data

    def _take_message(self, kind: str, message: JsonObject, at: datetime) -> None:
        conversation = self.picture.conversations.get(message["conversation_id"])
        if kind == "message.created":
            self._expect(conversation is not None, "a message of a conversation that nobody told of")
            if self.reread == 0 and conversation is not None and message["direction"] == "in":
                self._expect(conversation["state"] != "closed", f"a message after the close: {message['provider_id']}")
        else:
            self._expect(message["id"] in self.picture.messages, f"changed before it was made: {message['id']}")
        self.picture.messages[message["id"]] = message
        self.told_at.setdefault(message["id"], {}).setdefault(message["status"], at)

    def _expect(self, condition: bool, fault: str) -> None:
        if not condition:
            self.faults.append(fault)
