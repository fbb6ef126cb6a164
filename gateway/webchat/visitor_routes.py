"""`/webchat/{channel_id}/…`: the widget's script, a page to try it on, and the visitors' sockets."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import structlog
from aiohttp import web

from channels.webchat import limits
from channels.webchat.frames import FrameRefusedError, Hello, decode_frame
from channels.webchat.identity import (
    IdentityRefusedError,
    Visitor,
    check_identity,
    check_visitor_token,
    is_visitor_token,
    new_visitor,
    visitor_token,
)
from channels.webchat.origins import origin_allowed, origin_named
from gateway.events.event_hub import EventHub
from gateway.events.event_socket import close_socket
from gateway.http.problem_response import problem_response
from gateway.parts import PARTS, Parts
from gateway.webchat.answer_times import AnswerTimes
from gateway.webchat.lookout import Lookout
from gateway.webchat.pages_seen import PagesSeen
from gateway.webchat.receipts import Receipts
from gateway.webchat.thread import Names, ThreadReader
from gateway.webchat.visitor_files import VisitorFiles, add_cors, preflight
from gateway.webchat.visitor_forms import VisitorForms
from gateway.webchat.visitor_hub import VisitorHub
from gateway.webchat.visitor_services import GoodbyeError, VisitorServices
from gateway.webchat.visitor_socket import VisitorSocket
from gateway.webchat.widget import demo_page, demo_style, widget_script
from gateway.webchat.writing import Writing
from gateway.webhooks import CHANNEL_SECONDS, WAY_IN
from inbox.channel.channel_directory import ChannelRecord
from inbox.contacts.language_tags import language_tag
from inbox.foundation.problems import ProblemError, not_found
from inbox.model.channel_kind import ChannelKind
from inbox.stream.event_stream import EventReader

HELLO_SECONDS: Final = 5.0
"""As for operators' sockets: a page has its token at hand."""
PING_SECONDS: Final = 25.0
"""Below the 60 s after which common proxies cut a silent connection."""
CLOSE_SECONDS: Final = 2.0
ROOM_SECONDS: Final = 10
"""When somebody who found no room may look again."""
log = structlog.get_logger(__name__)

WEBCHAT: web.AppKey[VisitorServices] = web.AppKey("webchat", VisitorServices)


def register_webchat(app: web.Application, hub: EventHub) -> None:
    """Add the routes. The way in must be registered before: it ends after the sockets."""
    files = VisitorFiles(app[PARTS])
    routes = VisitorRoutes(app, files)
    app.router.add_get("/webchat/{channel_id}/widget.js", routes.widget)
    app.router.add_get("/webchat/{channel_id}/demo", routes.demo)
    app.router.add_get("/webchat/{channel_id}/demo.css", demo_style)
    app.router.add_post("/webchat/{channel_id}/files", routes.upload)
    app.router.add_route("OPTIONS", "/webchat/{channel_id}/files", routes.ask_to_upload)
    app.router.add_get("/webchat/{channel_id}/socket", routes.follow, allow_head=False)
    app.cleanup_ctx.append(lambda app: _services(app, hub, files))


async def _services(app: web.Application, hub: EventHub, files: VisitorFiles) -> AsyncIterator[None]:
    parts, ingest = app[PARTS], app[WAY_IN].ingest
    database = parts.runtime.database
    names = Names(database)
    threads = ThreadReader(database, names, parts.files.links.in_media)
    receipts = Receipts(database, ingest)
    lookout = Lookout(database, parts.runtime.clock, parts.channels.directory, names)
    visitors = VisitorHub(hub, EventReader(parts.runtime.redis), threads, lookout.hurry)
    forms = VisitorForms(database, parts.inbox.contacts)
    app[WEBCHAT] = VisitorServices(
        visitors,
        threads,
        Writing(ingest, parts.channels.directory, files, forms, parts.runtime.redis),
        receipts,
        parts.signals,
        lookout,
        forms,
        AnswerTimes(database, parts.runtime.clock),
    )
    lookout.start()
    parts.signals.listen(visitors.hear)
    parts.signals.start()
    yield
    await lookout.close()
    await visitors.close()
    await receipts.drain()


class VisitorRoutes:
    """Serves pages that carry the widget."""

    def __init__(self, app: web.Application, files: VisitorFiles) -> None:
        self._parts: Parts = app[PARTS]
        self._files = files
        runtime = self._parts.runtime
        self._pages = PagesSeen(runtime.database, runtime.clock, runtime.settings.public_url)
        self._by_address: Counter[str] = Counter()
        self._count = 0

    async def widget(self, request: web.Request) -> web.StreamResponse:
        """Return the script."""
        await self._channel(request)
        return await widget_script(request)

    async def demo(self, request: web.Request) -> web.StreamResponse:
        """Return a page that carries the widget."""
        return demo_page(await self._channel(request), self._parts.runtime.settings.public_url)

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """Serve a visitor's socket; say why not to any page that asks, for its owner to read."""
        address = self._parts.http.addresses.name(request)
        try:
            channel = await self._channel_of_page(request)
            self._check_room(address)
        except ProblemError as problem:
            refusal = problem_response(problem)
            refusal.headers["Access-Control-Allow-Origin"] = "*"
            return refusal
        socket = web.WebSocketResponse(
            max_msg_size=limits.MAX_FRAME_BYTES, compress=False, heartbeat=PING_SECONDS, timeout=CLOSE_SECONDS
        )
        await socket.prepare(request)
        self._count += 1
        self._by_address[address] += 1
        try:
            with self._parts.http.sockets.holding(socket):
                await self._serve(request, socket, channel, address)
        finally:
            self._count -= 1
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
        return socket

    async def ask_to_upload(self, request: web.Request) -> web.StreamResponse:
        """Answer a browser's question before an upload from another origin."""
        await self._channel_of_page(request)
        response = preflight()
        add_cors(request, response)
        return response

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Store a visitor's file."""
        channel = await self._channel_of_page(request)
        try:
            response: web.StreamResponse = await self._files.upload(request, channel, self._bearer(request, channel))
        except ProblemError as problem:
            response = problem_response(problem)
        add_cors(request, response)
        return response

    def _check_room(self, address: str) -> None:
        if self._count >= limits.SOCKETS_PER_PROCESS:
            detail = "Too many chats are open on this server: try again soon."
            raise ProblemError("unavailable", detail, extra={"retry_after_seconds": ROOM_SECONDS})
        if self._by_address[address] >= limits.SOCKETS_PER_ADDRESS:
            detail = f"{limits.SOCKETS_PER_ADDRESS} chats are open from this address: close one and try again."
            raise ProblemError("too_many_requests", detail, extra={"retry_after_seconds": ROOM_SECONDS})

    async def _serve(
        self, request: web.Request, socket: web.WebSocketResponse, channel: ChannelRecord, address: str
    ) -> None:
        services = request.app[WEBCHAT]
        code, reason = 1000, ""
        try:
            hello = await _hello(socket)
            visitor, token = self._identified(hello, channel)
            visitor = msgspec.structs.replace(visitor, language=language_tag(hello.language))
            if services.hub.count((channel.id, visitor.id)) >= limits.SOCKETS_PER_VISITOR:
                raise GoodbyeError(4429, f"{limits.SOCKETS_PER_VISITOR} pages of this visitor are connected")
            await VisitorSocket(socket, services, channel, visitor, address).serve(hello, token)
        except GoodbyeError as goodbye:
            code, reason = goodbye.code, goodbye.reason
        except ConnectionError:
            code = 1001
        except Exception as error:
            log.warning("webchat.socket_failed", error=type(error).__name__)
            code, reason = 1013, "try again soon"
        await close_socket(request, socket, code, reason)

    def _bearer(self, request: web.Request, channel: ChannelRecord) -> Visitor:
        """Say whose file it is. Raises `ProblemError` (`unauthenticated`)."""
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        known = Hello(token=token) if is_visitor_token(token) else Hello(identity=token)
        try:
            return self._identified(known, channel)[0]
        except GoodbyeError as refused:
            raise ProblemError("unauthenticated", f"Send the visitor's token or identity: {refused.reason}.") from None

    def _identified(self, hello: Hello, channel: ChannelRecord) -> tuple[Visitor, str | None]:
        """Say who it is; a visitor without identity gets a new token each time, so that it never ends in use."""
        now, box = self._parts.runtime.clock.now(), self._parts.runtime.secret_box
        try:
            if hello.identity is not None:
                return check_identity(hello.identity, channel.credentials, now), None
            visitor = check_visitor_token(hello.token, channel.id, box.vouches, now) if hello.token else new_visitor()
        except IdentityRefusedError as refused:
            raise GoodbyeError(4401, refused.code) from None
        return visitor, visitor_token(visitor, channel.id, box.signature, now)

    async def _channel_of_page(self, request: web.Request) -> ChannelRecord:
        """Return the channel, if the page that asks may carry it. Raises `ProblemError` (`not_found`, `forbidden`)."""
        channel = await self._channel(request)
        allowed = channel.credentials["allowed_origins"].split()
        origin = request.headers.get("Origin")
        may = origin_allowed(origin, allowed, request.host)
        if not may or (origin is not None and origin_named(origin, allowed)):
            await self._pages.note(channel, origin, allowed=may)
        if not may:
            raise ProblemError(
                "forbidden", "This page's origin may not open the chat: see the channel's allowed_origins."
            )
        return channel

    async def _channel(self, request: web.Request) -> ChannelRecord:
        channel_id = request.match_info["channel_id"]
        channel = self._parts.channels.directory.fresh(channel_id)
        if channel is None:
            async with asyncio.timeout(CHANNEL_SECONDS):
                channel = await self._parts.channels.directory.get(channel_id)
        live = channel is not None and channel.deleted_at is None and channel.enabled
        if channel is None or not live or channel.kind is not ChannelKind.WEBCHAT:
            raise not_found("web chat")
        return channel


async def _hello(socket: web.WebSocketResponse) -> Hello:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            frame = decode_frame(await socket.receive_str())
    except (TimeoutError, TypeError, FrameRefusedError):
        raise GoodbyeError(4400, "the first frame is hello, within 5 seconds") from None
    if not isinstance(frame, Hello):
        raise GoodbyeError(4400, "the first frame is hello")
    return frame
