"""Malformed input to every route, generated from the application's own tables: it is refused, never a fault of ours."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import msgspec
import pytest_asyncio
from structlog.testing import capture_logs
from yarl import URL

from gateway.api.routes import PREFIX, ROUTES
from tests.integration.api.one_of_everything import one_of_everything
from tests.integration.api.support import Client, Team

IDS: Final = ("a%00b", "%ED%A0%BD", "..%2F..", "9" * 400, "0" * 24, "%FF")
TEXTS: Final = ("a%00b", "%ED%A0%BD", "9" * 30, "-1", "", "x" * 3_000, "(%5B*", "$ne")
"""Percent-encoded, as they stand in an address."""
WRONG: Final = (None, {}, ["\0"], "a\0b", 2**63, -(10**400), 0.5, {"$set": 1})
"""What is put in the place of each part of a body."""
BODIES: Final[tuple[bytes, ...]] = (
    *(b"", b"{", b"[]", b"null", b"\xff\xfe\0", b'{"a":"\\ud83d"}', b'{"\\u0000":NaN}'),
    *(b'{"a":' + b"9" * 5_000 + b"}", b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
)
HEADERS: Final = {
    "Range": ("bytes=-0", "bytes=5-2", "bytes=" + "9" * 400, "bytes=9-"),
    "If-None-Match": ("*", "x" * 4_000),
    "Idempotency-Key": ("x" * 5_000, "ü"),
    "Content-Type": ("multipart/form-data", "text/csv; charset=utf-7"),
    "Content-Encoding": ("gzip",),
    "Authorization": ("Bearer ü", ""),
    "X-Forwarded-For": (",,,",),
    "Origin": ("http://[",),
    "Host": ("[",),
}
RAW: Final[Mapping[str, bytes]] = {
    "a length that never comes": b"Content-Length: 1000\r\n\r\n{}",
    "a length that is none": b"Content-Length: -1\r\n\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a chunk that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk that breaks off": b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}",
    "gzip that is none": b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "a form that breaks off": b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x\r\n",
}
Asked = tuple[str, str, dict[str, Any]]
AT_ONCE: Final = 50
"""Connections at a time: fewer than wait to be accepted, or the system itself resets some."""
EVENTS: Final = "/api/v1/events"
"""Nobody relays events here: 503 is the right answer."""


@dataclass(frozen=True)
class World:
    """A shop in which every route finds something."""

    client: Client
    token: dict[str, str]
    ids: Mapping[str, str]

    def routes(self) -> Iterator[tuple[str, str]]:
        """Every method and path that the application serves."""
        for route in self.client.app.router.routes():
            if route.resource is not None and route.method not in {"HEAD", "*"}:
                yield route.method, route.resource.canonical

    def filled(self, path: str) -> str:
        """Put ids of things that are there into a path."""
        kind = path.removeprefix(PREFIX).split("/")[1]
        return re.sub(r"\{(\w+)[^}]*\}", lambda name: self.ids.get(name[1], self.ids.get(kind, "x")), path)

    async def faults(self, asked: Iterable[Asked]) -> list[str]:
        """Ask everything; name what was answered as our fault, or not at all."""
        found: list[str] = []
        with capture_logs():  # writing hundreds of faults out would be most of the test's time
            for method, path, options in asked:
                status = await self._status(method, path, **options)
                if status >= 500 and not (status == 503 and path.startswith(EVENTS)):
                    found.append(f"{status} {method} {path[:120]} {str(options)[:300]}")
        return found

    async def _status(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> int:
        url = URL(str(self.client.make_url("/")) + path.lstrip("/"), encoded=True)
        try:
            sent = {**self.token, **(headers or {})}
            async with self.client.session.request(method, url, headers=sent, **options) as answer:
                await answer.read()
                return answer.status
        except aiohttp.ServerDisconnectedError:
            return 599


@pytest_asyncio.fixture
async def world(client: Client, team: Team) -> World:
    return World(client, {"Authorization": f"Bearer {team.owner.token}"}, await one_of_everything(team))


def spoilt(value: Any) -> Iterator[Any]:
    """Return copies of a JSON value, each with one part replaced by something that does not belong there."""
    yield from WRONG
    if isinstance(value, Mapping):
        yield {**value, "\0": 1}
        for name, item in value.items():
            yield from ({**value, name: bad} for bad in spoilt(item))
    elif isinstance(value, list | tuple) and value:
        yield from ([bad, *value[1:]] for bad in spoilt(value[0]))


async def test_addresses_and_headers_that_are_none(world: World) -> None:
    paths = [(method, path) for method, path in world.routes() if "{" in path]
    assert len(paths) > 50
    asked = ((m, re.sub(r"\{[^}]*\}", bad, path), {"json": {}}) for (m, path), bad in itertools.product(paths, IDS))
    assert await world.faults(asked) == []
    await _parameters_that_are_none(world)
    await _headers_that_are_none(world)


async def _parameters_that_are_none(world: World) -> None:
    fields = [(r.method, r.path, name) for r in ROUTES if r.query for name in r.query.__struct_fields__]
    others = [(method, path, "x") for method, path in world.routes() if method == "GET"]
    assert len(fields) > 30
    asked = (
        (method, f"{world.filled(PREFIX + path)}?{name}={bad}", {})
        for (method, path, name), bad in itertools.product(fields, TEXTS)
    )
    more = (
        (m, f"{world.filled(path)}?{name}={bad}", {}) for (m, path, name), bad in itertools.product(others, TEXTS[:2])
    )
    assert await world.faults(itertools.chain(asked, more)) == []


async def test_bodies_that_are_none_break_off_or_have_parts_that_do_not_belong_there(world: World) -> None:
    await _bodies_that_are_none(world)
    await _parts_that_do_not_belong_there(world)
    await _requests_that_break_off(world)


async def _bodies_that_are_none(world: World) -> None:
    paths = [(method, path) for method, path in world.routes() if method in {"POST", "PUT", "PATCH"}]
    asked = ((m, world.filled(path), {"data": bad}) for (m, path), bad in itertools.product(paths, BODIES))
    assert await world.faults(asked) == []


async def _parts_that_do_not_belong_there(world: World) -> None:
    routes = [(r.method, r.path, r.example) for r in ROUTES if r.request is not None and r.served]
    assert len(routes) > 30
    asked = (
        (method, world.filled(PREFIX + path), {"data": _json(bad), "headers": {"Content-Type": "application/json"}})
        for method, path, example in routes
        for bad in spoilt(example or {})
    )
    assert await world.faults(asked) == []


async def _headers_that_are_none(world: World) -> None:
    values = [(name, value) for name, each in HEADERS.items() for value in each]
    asked = (
        (
            method,
            world.filled(path),
            {"headers": {name: value, "Connection": "close"}, "data": b"{}" if method != "GET" else None},
        )
        for (method, path), (name, value) in itertools.product(world.routes(), values)
        if method != "DELETE" and "events" not in path
    )
    assert await world.faults(asked) == []


async def _requests_that_break_off(world: World) -> None:
    host, port = world.client.host, world.client.port

    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(method: str, path: str, what: str) -> tuple[str, str, bytes]:
        async with turns:
            return await break_off(method, path, what)

    async def break_off(method: str, path: str, what: str) -> tuple[str, str, bytes]:
        reader, writer = await asyncio.open_connection(host, port)
        head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {world.token['Authorization']}\r\n"
        writer.write(head.encode() + RAW[what])
        writer.write_eof()
        status = (await reader.readline()).partition(b" ")[2][:3]
        writer.close()
        return path, what, status

    asked = [
        (m, world.filled(path), what) for m, path in world.routes() for what in RAW if m in {"POST", "PUT", "PATCH"}
    ]
    answers = await asyncio.gather(*(ask(*one) for one in asked))
    assert [one for one in answers if one[2].startswith(b"5")] == []


def _json(value: Any) -> bytes:
    """Encode, also numbers for which the encoder has no place."""
    whole = str(-(10**400))
    return msgspec.json.encode(value, enc_hook=str).replace(f'"{whole}"'.encode(), whole.encode())
