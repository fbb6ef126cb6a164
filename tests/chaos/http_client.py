"""HTTP as our clients use it: they repeat what was not answered, with the same bytes, as providers do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import msgspec

ATTEMPT_SECONDS = 8.0
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 120.0
AWAY = frozenset({500, 502, 503, 504})


class Answer(msgspec.Struct, frozen=True):
    """What a request was answered; status 0 where no answer came."""

    status: int
    body: Any = None

    @property
    def code(self) -> str | None:
        """The `code` of a problem."""
        return self.body.get("code") if isinstance(self.body, dict) else None


class HttpClient:
    """One pool of connections to one address."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        self.base_url = base_url
        self.token = token or ""
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> HttpClient:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=ATTEMPT_SECONDS), connector=aiohttp.TCPConnector(limit=0)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """aiohttp's session, inside of the `with` block."""
        assert self._session is not None, "used outside of `async with`"
        return self._session

    async def once(
        self, method: str, path: str, data: bytes | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask once."""
        sent = {"Content-Type": "application/json", **self._headers, **(headers or {})}
        try:
            async with self.session.request(method, self.base_url + path, data=data, headers=sent) as response:
                return Answer(response.status, _decoded(await response.read()))
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer(0)

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str | None = None, token: str | None = None
    ) -> Answer:
        """Ask until there is an answer that is not "try again"; with another token than usual if one is given."""
        data = None if body is None else msgspec.json.encode(body)
        headers = {"Idempotency-Key": key} if key else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self.until(lambda answer: answer.status not in AWAY | {0}, method, path, data, headers=headers)

    async def get(self, path: str) -> Any:
        """Read something that must be there."""
        answer = await self.ask("GET", path)
        assert answer.status == 200, (path, answer)
        return answer.body

    async def until(
        self,
        enough: Callable[[Answer], bool],
        method: str,
        path: str,
        data: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Repeat the same bytes until an answer is good enough."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = await self.once(method, path, data, headers=headers)
            if enough(answer):
                return answer
            assert time.monotonic() < deadline, f"{method} {path} is not answered: {answer}"
            await asyncio.sleep(PAUSE_SECONDS)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw) if raw else None
    except msgspec.DecodeError:
        return raw.decode(errors="replace")
