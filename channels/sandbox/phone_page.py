"""The page at `/`: emulated phones, as static files under a strict policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aiohttp import web

from channels.sandbox.web_answers import answer

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}
_PAGE = {**HEADERS, "Cross-Origin-Opener-Policy": "same-origin"}
"""Not the sign-up's dialog: it answers the page that opened it, as Meta's does."""


def page_routes() -> Iterator[web.RouteDef]:
    """The page and its files."""
    yield web.get("/", _page)
    yield web.get("/static/{name}", _file)
    yield web.get("/en_US/sdk.js", _sdk)
    yield web.get("/signup-dialog", _signup_dialog)


def settings_route(webchat_page_url: str | None) -> web.RouteDef:
    """What the page has to know of the configuration."""

    async def settings(_request: web.Request) -> web.Response:
        return answer({"webchat_page_url": webchat_page_url})

    return web.get("/control/page", settings)


async def _page(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / "index.html", headers=_PAGE)


async def _sdk(_request: web.Request) -> web.StreamResponse:
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.FileResponse(STATIC / "sdk.js", headers=headers)


async def _signup_dialog(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / "signup_dialog.html", headers=HEADERS)


async def _file(request: web.Request) -> web.StreamResponse:
    known = {path.name: path for path in STATIC.iterdir()}
    path = known.get(request.match_info["name"])
    return web.FileResponse(path, headers=HEADERS) if path else web.Response(status=404)
