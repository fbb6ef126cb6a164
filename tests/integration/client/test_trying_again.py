"""What the network loses the client sends again, and what creates is done once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from messaging_gateway_client import Gateway, UnreachableError
from tests.integration.client.conftest import Clients


class Loser:
    """Passes requests on and loses the answers of the first ones, or refuses them."""

    def __init__(self, target: str, lost: int, refuse_with: int | None = None) -> None:
        self.target, self.lost, self.refuse_with = target, lost, refuse_with
        self.passed = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_with is not None and self.lost > 0:
            self.lost -= 1
            return web.Response(status=self.refuse_with, headers={"Retry-After": "0"})
        headers = {name: value for name, value in request.headers.items() if name not in {"Host", "Content-Length"}}
        async with (
            aiohttp.ClientSession(self.target) as session,
            session.request(request.method, request.rel_url, headers=headers, data=await request.read()) as answer,
        ):
            body = await answer.read()
            self.passed += 1
            if self.lost > 0:
                self.lost -= 1
                assert request.transport is not None
                request.transport.abort()
            return web.Response(status=answer.status, body=body, content_type=answer.content_type)


@asynccontextmanager
async def losing(clients: Clients, lost: int, refuse_with: int | None = None) -> AsyncIterator[tuple[Gateway, Loser]]:
    loser = Loser(clients.base_url, lost, refuse_with)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", loser.handle)
    async with TestServer(app) as server, Gateway(str(server.make_url("")), clients.team.key.token) as gateway:
        yield gateway, loser


async def test_what_creates_is_done_once_though_its_answer_is_lost(clients: Clients) -> None:
    async with losing(clients, 2) as (gateway, loser):
        added = await gateway.add_contact({"emails": ["maria@example.com"]})
        assert loser.passed == 3
    assert [one["id"] for one in (await clients.key.show_contacts())["items"]] == [added["id"]]


async def test_what_may_do_harm_twice_is_not_sent_again(clients: Clients) -> None:
    contacts = [(await clients.key.add_contact({"emails": [f"{n}@example.com"]}))["id"] for n in range(2)]
    async with losing(clients, 1) as (gateway, loser):
        with pytest.raises(UnreachableError):
            await gateway.merge_contacts(contacts[0], {"contact_id": contacts[1]})
        assert loser.passed == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_what_is_refused_for_the_moment_is_asked_again(clients: Clients, status: int) -> None:
    async with losing(clients, 2, status) as (gateway, loser):
        assert (await gateway.show_contacts())["items"] == []
        assert loser.passed == 1
