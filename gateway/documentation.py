"""`/openapi.json`, and `/docs`, a page of our own that shows it without loading anything from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from gateway.api.openapi import make_openapi
from gateway.api.routes import PREFIX, ROUTES
from inbox.problems import STATUS_BY_CODE

CONTRACT_VERSION: Final = "1"
_FILES: Final = Path(__file__).parent / "static" / "docs"
_SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_SERVED: Final = {
    "/docs": ("index.html", "text/html"),
    "/docs/docs.js": ("docs.js", "text/javascript"),
    "/docs/docs.css": ("docs.css", "text/css"),
}


def register_documentation(app: web.Application) -> None:
    """Add the routes of the documentation."""
    app.router.add_get("/openapi.json", _serve(_openapi(), "application/json"))
    for path, (name, content_type) in _SERVED.items():
        app.router.add_get(path, _serve((_FILES / name).read_bytes(), content_type))


def _openapi() -> bytes:
    document = make_openapi(ROUTES, prefix=PREFIX, version=CONTRACT_VERSION)
    return msgspec.json.encode({**document, "x-problem-codes": dict(STATUS_BY_CODE)})


def _serve(body: bytes, content_type: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=_SECURITY)

    return handle
