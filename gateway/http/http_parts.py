"""What the HTTP side of a server process works with, whatever it serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from gateway.http.client_address import ClientAddresses
from gateway.http.connections import Connections
from gateway.http.draining import RequestsUnderWay
from gateway.http.request_rate import RequestRate
from gateway.http.sockets import OpenSockets
from gateway.http.turns import Turns
from inbox.people.quotas import QuotaBook, usual_quotas
from inbox.storage.runtime import Runtime


@dataclass(frozen=True)
class HttpParts:
    """Connections, requests and sockets of this process.

    Attributes:
        quotas: How much each workspace may use.
        rate: How many requests it may make.
        searches: Which searches may run now: they are slow, and one workspace's must not use up the database.
    """

    runtime: Runtime
    addresses: ClientAddresses
    connections: Connections
    quotas: QuotaBook
    rate: RequestRate
    searches: Turns
    sockets: OpenSockets = field(default_factory=OpenSockets)
    requests: RequestsUnderWay = field(default_factory=RequestsUnderWay)


HTTP: Final[web.AppKey[HttpParts]] = web.AppKey("http", HttpParts)


def make_http_parts(runtime: Runtime) -> HttpParts:
    """Return the parts of a process that has no connections yet."""
    addresses = ClientAddresses(runtime.settings.trusted_proxies)
    quotas = QuotaBook(runtime.database, usual_quotas(runtime.settings))

    async def searches_at_once(workspace_id: str) -> int:
        return (await quotas.of(workspace_id)).searches_at_once

    return HttpParts(
        runtime,
        addresses,
        Connections(addresses),
        quotas,
        RequestRate(runtime.redis, quotas),
        Turns(searches_at_once),
    )
