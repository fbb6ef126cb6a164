"""A page that takes nothing is closed; what is sent to others is sent in order."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiohttp import web

from gateway.webchat.outgoing_frames import MAX_PENDING_BYTES, TOO_SLOW, OutgoingFrames


class Line:
    """A visitor's line, as far as it matters here."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed: list[int] = []
        self.open = asyncio.Event()

    async def send_frame(self, data: bytes, _: Any) -> None:
        await self.open.wait()
        self.sent.append(data)

    async def close(self, *, code: int, message: bytes) -> None:
        self.closed.append(code)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_frames_are_sent_in_order_and_no_task_is_left() -> None:
    line = Line()
    outgoing = OutgoingFrames(cast(web.WebSocketResponse, line))
    for number in range(3):
        outgoing.say(number)
    await settle()
    outgoing.say(3)
    line.open.set()
    await settle()
    assert line.sent == [b"0", b"1", b"2", b"3"]
    assert outgoing._task is None
    outgoing.say(4)
    await settle()
    assert line.sent[-1] == b"4"


async def test_a_page_that_takes_nothing_is_closed_once_and_fills_no_memory() -> None:
    line = Line()
    outgoing = OutgoingFrames(cast(web.WebSocketResponse, line))
    for _ in range(1_000):
        outgoing.push(bytes(MAX_PENDING_BYTES // 100))
        await asyncio.sleep(0)
    await settle()
    assert line.closed == [TOO_SLOW]
    assert outgoing._pending == []


async def test_one_large_frame_alone_is_no_fault_of_the_page() -> None:
    line = Line()
    line.open.set()
    outgoing = OutgoingFrames(cast(web.WebSocketResponse, line))
    outgoing.push(bytes(2 * MAX_PENDING_BYTES))
    await settle()
    assert (len(line.sent), line.closed) == (1, [])
