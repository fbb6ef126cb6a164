"""Calls that the demo's samples make: to the API as one of the shop's people, and to the emulators' control."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from typing import Any, Final

import aiohttp

from gateway.demo.seed import Person, Seed

FAULTS: Final = 400


class SampleError(Exception):
    """Something was refused, or did not come in."""


class SampleCalls:
    """The calls. Each raises `SampleError` where it is refused."""

    def __init__(self, session: aiohttp.ClientSession, seeded: Seed, base_url: str, sandbox_url: str) -> None:
        ana, ben, *_ = seeded.first.operators
        self.session = session
        self.base_url = base_url
        self.people: dict[str, Person] = {"owner": seeded.first.owner, "ana": ana, "ben": ben}
        self._sandbox_url = sandbox_url

    async def api(
        self,
        who: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        query: dict[str, str] | None = None,
        also: int = 0,
    ) -> Any:
        """Call the API as somebody; `also` is a refusal that is as good as done."""
        async with self.session.request(
            method, f"{self.base_url}/api/v1{path}", json=body, params=query, headers=self._headers(who)
        ) as answer:
            return await _content(answer, lambda status: status < FAULTS or status == also)

    async def give(self, who: str, path: str, table: str, *, query: dict[str, str] | None = None) -> Any:
        """Give the API a table, as CSV."""
        headers = {**self._headers(who), "Content-Type": "text/csv"}
        url = f"{self.base_url}/api/v1{path}"
        async with self.session.post(url, data=table.encode(), params=query, headers=headers) as answer:
            return await _content(answer, lambda status: status < FAULTS)

    async def sandbox(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Have something happen at the emulators."""
        async with self.session.request(method, f"{self._sandbox_url}/control{path}", json=body or {}) as answer:
            return await _content(answer, lambda status: status < FAULTS)

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.people[who].token}", "Idempotency-Key": secrets.token_hex(16)}


async def _content(answer: aiohttp.ClientResponse, fine: Callable[[int], bool]) -> Any:
    if not fine(answer.status):
        raise SampleError(f"{answer.method} {answer.url.path} was answered {answer.status}")
    with contextlib.suppress(aiohttp.ContentTypeError):
        return await answer.json()
    return None
