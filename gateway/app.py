"""The server's application: every route, put together over the parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import partial

from aiohttp import web

from channels.contract import Connector
from channels.registry import open_connectors
from gateway.api.conversations import show_typing
from gateway.api.dispatch import make_handler
from gateway.api.file_transfer import register_media
from gateway.api.mcp_route import MCP
from gateway.api.openid_logout import register_openid_logout
from gateway.api.routes import PREFIX, ROUTES
from gateway.events.event_hub import EventHub
from gateway.events.event_routes import EventRoutes, register_events
from gateway.events.event_socket import EventServices
from gateway.events.signals import SignedOut
from gateway.http.http_parts import HTTP
from gateway.http.middleware import around
from gateway.http.status_pages import register_status_pages
from gateway.pages.documentation import register_documentation
from gateway.pages.integration_frame import register_integration_frame
from gateway.pages.signup_page import register_signup_page
from gateway.pages.workplace_page import register_workplace_page
from gateway.parts import PARTS, Parts, make_parts
from gateway.scim.scim_routes import register_scim
from gateway.webchat.visitor_routes import register_webchat
from gateway.webhooks import register_webhooks
from inbox.model.channel_kind import ChannelKind
from inbox.people.visible_pages import VisiblePages
from inbox.storage.runtime import Runtime
from inbox.stream.event_stream import EventReader

MAX_BODY_BYTES = 4 * 1024 * 1024
"""A webhook's body, the largest that any route takes; the API's routes have their own, smaller limits."""


def build_app(runtime: Runtime, connectors: Mapping[ChannelKind, Connector] | None = None) -> web.Application:
    """Build the application.

    Args:
        runtime: Opened and closed by the caller.
        connectors: One of each kind; those of the registry unless a test brings its own. Closed with the application.
    """
    app = web.Application(middlewares=[around], client_max_size=MAX_BODY_BYTES)
    if connectors is None:
        connectors = open_connectors(
            allow_private=runtime.settings.allow_private_urls, versions=runtime.settings.provider_versions
        )
    app[PARTS] = make_parts(runtime, connectors)
    app[HTTP] = app[PARTS].http
    app.cleanup_ctx.append(_close_parts)
    register_api(app)
    register_media(app)
    register_webhooks(app)
    register_openid_logout(app)
    register_scim(app)
    events = _event_services(app[PARTS])
    routes = register_events(app, events, sockets=app[HTTP].sockets, origins=runtime.settings.cors_origins)
    _hear_of_sign_outs(app[PARTS], routes)
    register_webchat(app, events.hub)
    register_documentation(app)
    register_workplace_page(app)
    register_integration_frame(app)
    register_signup_page(app)
    register_status_pages(app)
    app.on_shutdown.append(_close_sockets)
    return app


def _event_services(parts: Parts) -> EventServices:
    redis, finish = parts.runtime.redis, parts.files.links.in_json
    return EventServices(
        EventHub(redis, finish),
        EventReader(redis),
        parts.people.authenticator.authenticate,
        on_typing=partial(show_typing, parts),
        on_alive=parts.queueing.presence.alive,
        on_visible=VisiblePages(redis, parts.runtime.clock).heard,
        finish=finish,
    )


def _hear_of_sign_outs(parts: Parts, routes: EventRoutes) -> None:
    """Have this process forget at once whose sign-in ended in any process, and look at their open sockets."""

    def forget(signal: SignedOut) -> None:
        parts.people.authenticator.forget_person(signal.workspace_id, signal.person_id)
        routes.signed_out(signal)

    parts.signals.listen_for_signed_out(forget)


def register_api(app: web.Application) -> None:
    """Add the routes of the table."""
    for route in (route for route in ROUTES if route.served):
        app.router.add_route(route.method, PREFIX + route.path, make_handler(route))
    app.router.add_route(MCP.method, MCP.path, make_handler(MCP))  # where assistants look for it


async def _close_sockets(app: web.Application) -> None:
    await app[HTTP].sockets.close_all()


async def _close_parts(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[PARTS].close()
