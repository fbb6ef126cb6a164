"""`/openapi.json`, `/asyncapi.json`, and `/docs`, a page of our own that loads nothing from elsewhere."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from gateway.api.asyncapi import make_asyncapi
from gateway.api.openapi import make_openapi
from gateway.api.routes import PREFIX, ROUTES
from gateway.pages.page_files import OWN_FILES_ONLY, Handler, serve_bytes

CONTRACT_VERSION: Final = "1"
_FILES: Final = Path(__file__).parent.parent / "static" / "docs"
_SERVED: Final = {
    "/docs": ("index.html", "text/html"),
    "/docs/docs.js": ("docs.js", "text/javascript"),
    "/docs/docs.css": ("docs.css", "text/css"),
}


def register_documentation(app: web.Application) -> None:
    """Add the routes of the documentation."""
    app.router.add_get("/openapi.json", _serve_openapi)
    app.router.add_get("/asyncapi.json", _serve_asyncapi)
    for path, (name, content_type) in _SERVED.items():
        app.router.add_get(path, serve_bytes((_FILES / name).read_bytes(), content_type, OWN_FILES_ONLY))


async def _serve_openapi(request: web.Request) -> web.Response:
    handle = await asyncio.to_thread(_openapi)
    return await handle(request)


async def _serve_asyncapi(request: web.Request) -> web.Response:
    handle = await asyncio.to_thread(_asyncapi)
    return await handle(request)


@cache
def _asyncapi() -> Handler:
    body = msgspec.json.encode(make_asyncapi(version=CONTRACT_VERSION))
    return serve_bytes(body, "application/json", OWN_FILES_ONLY)


@cache
def _openapi() -> Handler:
    """Make the document when it is first asked for: it takes a quarter of a second, a tenth of a server's start."""
    document = make_openapi(ROUTES, prefix=PREFIX, version=CONTRACT_VERSION)
    return serve_bytes(msgspec.json.encode(document), "application/json", OWN_FILES_ONLY)
