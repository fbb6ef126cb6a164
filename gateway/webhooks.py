"""Providers' webhooks: the answer 200 means that all in it is durable."""

from __future__ import annotations

import asyncio
import collections
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from prometheus_client import Counter

from channels.abilities import AnswersChallenge
from channels.accounts import account_of
from channels.contract import Connector, InboundRequest, WebhookRejectedError
from gateway.http.front import LeanRoute
from gateway.http.metrics import count_refusal
from gateway.parts import PARTS, Parts
from inbox.arriving.inbound import InboundEvent, MessageReceived, ProviderNotice
from inbox.arriving.ingest import Addressed, Ingest, IngestCounts, Listeners
from inbox.channel.channel_directory import ChannelRecord
from inbox.contacts.suppression import Suppression
from inbox.foundation.problems import ProblemError, not_found

PATH: Final = "/webhooks/{kind}/{channel_id}"
LEAN_PATH: Final = re.compile(r"/webhooks/(?P<kind>[a-z]+)/(?P<channel_id>[A-Za-z0-9_-]+)")

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""Meta sends up to 3 MB (webhooks/create-webhook-endpoint, 21 Apr 2026); the contract allows 4 MiB."""

BODY_SECONDS: Final = 8.0
"""As for the API: a provider sends its megabytes in one go, and nobody has proved anything before the body is here."""

CHANNEL_SECONDS: Final = 0.4
"""How long the look-up of the channel may take; the rest of `mongo_timeout_seconds` is for storing, so that
a provider hears 503 within 2 seconds when the database is away."""

_CODE_BY_STATUS: Final = {400: "malformed", 401: "unauthenticated", 413: "too_large"}

UPDATES = Counter("gateway_webhook_updates", "Updates that webhooks brought, by what became of them", ["outcome"])
_COUNTERS: Final = {name: UPDATES.labels(name) for name in IngestCounts.__struct_fields__}


@dataclass(frozen=True)
class WayIn:
    """What the webhooks work with."""

    parts: Parts
    ingest: Ingest


WAY_IN: web.AppKey[WayIn] = web.AppKey("way_in", WayIn)


def register_webhooks(app: web.Application) -> None:
    """Add the routes, and the ingest that lives as long as the application."""
    app.router.add_get(PATH, answer_challenge)
    app.router.add_post(PATH, receive)
    app.cleanup_ctx.append(_ingest)


async def _ingest(app: web.Application) -> AsyncIterator[None]:
    parts = app[PARTS]
    runtime = parts.runtime
    ingest = Ingest(
        runtime.database,
        runtime.clock,
        parts.inbox.sequence,
        timeout_seconds=max(CHANNEL_SECONDS, runtime.settings.mongo_timeout_seconds - CHANNEL_SECONDS),
        suppression=Suppression(runtime.database, runtime.hash_opt_out),
        listeners=Listeners(
            on_queue=parts.wakeups.route, on_tasks=parts.wakeups.tell_provider, on_refusal=count_refusal
        ),
    )
    app[WAY_IN] = WayIn(parts, ingest)
    yield
    await ingest.drain()


async def answer_challenge(request: web.Request) -> web.Response:
    """Answer a provider that asks whether the address is really ours."""
    way_in = request.app[WAY_IN]
    channel, connector = await _channel(request.match_info, way_in.parts)
    if not isinstance(connector, AnswersChallenge):
        raise not_found("challenge: this messenger asks none")
    try:
        answer = connector.challenge(_inbound(request, b""), account_of(channel))
    except WebhookRejectedError as rejected:
        raise _problem(rejected) from None
    return web.Response(text=answer)


async def receive(request: web.Request) -> web.Response:
    """Check, parse and store what a provider sends."""
    way_in = request.app[WAY_IN]
    channel, connector = await _channel(request.match_info, way_in.parts)
    await _take(way_in, channel, connector, _inbound(request, await _body(request)))
    return web.Response()


def lean_route(app: web.Application) -> LeanRoute:
    """Return the way of usual requests, as `receive` serves them; the application must have been started."""
    way_in = app[WAY_IN]

    async def receive_lean(path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> None:
        channel, connector = await _channel(path, way_in.parts)
        await _take(way_in, channel, connector, InboundRequest(headers=headers, body=body))

    return LeanRoute(LEAN_PATH, PATH, receive_lean)


async def _take(way_in: WayIn, channel: ChannelRecord, connector: Connector, inbound: InboundRequest) -> None:
    """Check, parse and store a request that came for a channel."""
    try:
        connector.verify(inbound, account_of(channel))
        events = connector.parse(inbound)
    except WebhookRejectedError as rejected:
        raise _problem(rejected) from None
    to_store = await addressed(events, channel, way_in.parts)
    counts = await way_in.ingest.store(to_store)
    _count(counts)
    if counts.kept_raw:
        way_in.parts.wakeups.stir()  # a notice of templates, of which no event tells
    written = collections.Counter(a.channel.id for a in to_store if isinstance(a.event, MessageReceived))
    for channel_id, messages in written.items():
        way_in.parts.channels.traffic.count(channel_id, messages)


async def _channel(path: Mapping[str, str], parts: Parts) -> tuple[ChannelRecord, Connector]:
    channel = parts.channels.directory.fresh(path["channel_id"])
    if channel is None:
        async with asyncio.timeout(CHANNEL_SECONDS):
            channel = await parts.channels.directory.get(path["channel_id"])
    if channel is None or channel.kind.value != path["kind"]:
        raise not_found("channel: check the webhook address that is set at the provider")
    return channel, parts.channels.connectors[channel.kind]


def _inbound(request: web.Request, body: bytes) -> InboundRequest:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return InboundRequest(headers=headers, body=body, query=request.query)


async def _body(request: web.Request) -> bytes:
    """Read the body; stop as soon as it is too long, or does not come."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise _too_large()
    if request.content.is_eof():  # it came with the headers, as nearly all do
        return request.content.read_nowait()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise _too_large()
    except TimeoutError:
        raise ProblemError("malformed", f"The body did not arrive within {BODY_SECONDS:g} seconds.") from None
    return bytes(body)


def _too_large() -> ProblemError:
    return ProblemError("too_large", f"A webhook must not be longer than {MAX_BODY_BYTES} bytes.")


async def addressed(events: Sequence[InboundEvent], channel: ChannelRecord, parts: Parts) -> list[Addressed]:
    """Pair each event with its channel: the one that was called, or the sibling whose account it names."""
    own, ref = (None, channel.account_key), channel.ref
    if channel.deleted_at is None and all(event.account_key in own for event in events):
        return [Addressed(ref, event) for event in events]
    return [await _address(event, channel, parts) for event in events]


async def _address(event: InboundEvent, channel: ChannelRecord, parts: Parts) -> Addressed:
    own = event.account_key in (None, channel.account_key)
    owner = (
        channel
        if own
        else await parts.channels.directory.sibling(channel.workspace_id, channel.kind, str(event.account_key))
    )
    if owner is None or owner.deleted_at is not None:
        return Addressed(channel.ref, _kept_raw(event))
    return Addressed(owner.ref, event)


def _kept_raw(event: InboundEvent) -> ProviderNotice:
    """Keep what belongs to no channel of this workspace (any more)."""
    return ProviderNotice(account_key=event.account_key, raw=event.raw, topic="unaddressed")


def _problem(rejected: WebhookRejectedError) -> ProblemError:
    return ProblemError(_CODE_BY_STATUS[rejected.status], rejected.detail)


def _count(counts: IngestCounts) -> None:
    for name, counter in _COUNTERS.items():
        number = getattr(counts, name)
        if number:
            counter.inc(number)
