"""`/control`: faults, the raw log, counts over it, the time, and the live feed of the phone page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from channels.sandbox.clock import ClockNotSharedError, SandboxClock
from channels.sandbox.faults import FaultBox
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.state import Number
from channels.sandbox.graph.statuses import read_chat
from channels.sandbox.live import LiveFeed, LivePage
from channels.sandbox.request_log import RequestLog
from channels.sandbox.telegram.stats import bot_stats
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import BadRequestError, ConflictError, answer, body_of

PAGE_REQUESTS = 10_000
"""Most log entries in one answer."""


class Control:
    """Handlers that belong to no single messenger."""

    def __init__(
        self, clock: SandboxClock, faults: FaultBox, log: RequestLog, live: LiveFeed, cloud: Cloud, telegram: Telegram
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._log = log
        self._live = live
        self._cloud = cloud
        self._telegram = telegram

    def routes(self) -> Iterator[web.RouteDef]:
        """All routes."""
        yield web.get("/control/health", self.health)
        yield web.get("/control/faults", self.faults)
        yield web.put("/control/faults", self.put_faults)
        yield web.delete("/control/faults", self.reset_faults)
        yield web.get("/control/requests", self.requests)
        yield web.delete("/control/requests", self.clear_requests)
        yield web.get("/control/stats", self.stats)
        yield web.get("/control/clock", self.clock)
        yield web.put("/control/clock", self.put_clock)
        yield web.post("/control/webhooks/retry", self.retry_webhooks)
        yield web.get("/control/live", self.live)

    async def health(self, _request: web.Request) -> web.Response:
        """The sandbox answers."""
        return answer({"ok": True})

    async def faults(self, _request: web.Request) -> web.Response:
        """The faults in force."""
        return answer(self._faults.active)

    async def put_faults(self, request: web.Request) -> web.Response:
        """Change some faults; what is not named stays."""
        self._faults.update(await body_of(request))
        return self._changed_faults()

    async def reset_faults(self, _request: web.Request) -> web.Response:
        """No faults."""
        self._faults.reset()
        return self._changed_faults()

    def _changed_faults(self) -> web.Response:
        self._live.tell({"type": "faults"})
        return answer(self._faults.active)

    async def requests(self, request: web.Request) -> web.Response:
        """The raw log above `?after=`, oldest first, at most `?limit=`; `next_after` goes on from there."""
        after = _integer(request, "after", 0)
        limit = min(_integer(request, "limit", PAGE_REQUESTS), PAGE_REQUESTS)
        entries = self._log.after(after, limit)
        last = entries[-1]["seq"] if entries else max(after, self._log.dropped)
        return answer({"requests": entries, "next_after": last, "dropped": self._log.dropped})

    async def clear_requests(self, _request: web.Request) -> web.Response:
        """Forget the log; sequence numbers go on."""
        self._log.clear()
        return answer({"next_after": self._log.last_seq})

    async def stats(self, request: web.Request) -> web.Response:
        """Counts per number and recipient and per bot and chat, double sends, webhooks that never arrived."""
        recipients = request.query.get("recipients", "true") != "false"
        numbers = self._cloud.state.numbers.values()
        doubles = [
            {"phone_number_id": key[0], "biz_opaque_callback_data": key[1], "message_ids": ids}
            for key, ids in self._cloud.state.doubles.items()
        ]
        view = {
            "requests": self._log.last_seq,
            "in_flight": self._log.in_flight,
            "numbers": {one.id: self._number_stats(one, recipients=recipients) for one in numbers},
            "bots": {str(one.id): bot_stats(one, recipients=recipients) for one in self._telegram.bots.values()},
            "double_sends": {"count": len(doubles), "items": doubles},
            "undelivered_webhooks": [batch.view() for batch in self._cloud.webhooks.undelivered],
        }
        return answer(view)

    def _number_stats(self, number: Number, *, recipients: bool) -> dict[str, Any]:
        stats: dict[str, Any] = {
            "accepted": number.accepted,
            "refused": number.refused,
            "inbound": number.inbound,
            "statuses": dict(number.statuses),
            "webhooks": self._cloud.webhooks.outbox(number).stats(),
        }
        if recipients:
            stats["recipients"] = dict(number.by_recipient)
        return stats

    async def clock(self, _request: web.Request) -> web.Response:
        """The offset, and the time that it makes."""
        return answer({"offset_seconds": self._clock.offset_seconds, "now": self._clock.now()})

    async def put_clock(self, request: web.Request) -> web.Response:
        """Move the time of all processes that read the shared file."""
        seconds = (await body_of(request)).get("offset_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise BadRequestError("offset_seconds must be a number")
        try:
            self._clock.set_offset(seconds)
        except ClockNotSharedError as error:
            raise ConflictError(str(error)) from error
        self._live.tell({"type": "clock"})
        return await self.clock(request)

    async def retry_webhooks(self, _request: web.Request) -> web.Response:
        """Try failed webhooks now, without waiting for their turn."""
        self._cloud.webhooks.retry_now()
        self._telegram.deliveries.retry_now()
        return answer({"ok": True})

    async def live(self, request: web.Request) -> web.WebSocketResponse:
        """What happens, for the phone page, which says in turn which chats it shows."""
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        subscriber = self._live.join()
        writer = asyncio.create_task(_write(socket, subscriber))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._shown(subscriber, frame.data)
        finally:
            writer.cancel()
            self._live.leave(subscriber)
        return socket

    def _shown(self, subscriber: LivePage, text: str) -> None:
        try:
            frame = msgspec.json.decode(text, type=Shown)
        except msgspec.DecodeError:
            return
        chats = frozenset(frame.open)
        new = chats - subscriber.open_chats
        self._live.show(subscriber, chats)
        for phone_number_id, customer_key in new:
            number = self._cloud.state.numbers.get(phone_number_id)
            if number is not None and customer_key in number.customers:
                read_chat(self._cloud, number.customers[customer_key])


class Shown(msgspec.Struct):
    """A page's frame: the chats that it shows."""

    open: list[tuple[str, str]]


async def _write(socket: web.WebSocketResponse, subscriber: LivePage) -> None:
    while not socket.closed:
        event = await subscriber.events.get()
        await socket.send_str(event.decode())


def _integer(request: web.Request, name: str, otherwise: int) -> int:
    try:
        return max(0, int(request.query.get(name, otherwise)))
    except ValueError as error:
        raise BadRequestError(f"{name} must be a number") from error
