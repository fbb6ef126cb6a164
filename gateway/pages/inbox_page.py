"""`/`: the reference inbox, a page of plain files that talks to the API as any other client would."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from aiohttp import web

from gateway.pages.page_files import OWN_FILES_ONLY, Handler, serve_bytes

_FILES: Final = Path(__file__).parent.parent / "static" / "inbox"
_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_POLICY: Final = {
    **OWN_FILES_ONLY,
    "img-src": "'self' data: https:",
    "media-src": "'self' https:",
}
"""Files of messages come from this server by signed links, or from the address that was given when they were sent."""


def register_inbox_page(app: web.Application) -> None:
    """Add the page and the files below it."""
    app.router.add_get("/", _serve_file)
    app.router.add_get("/inbox/{file}", _serve_file)


async def _serve_file(request: web.Request) -> web.Response:
    serve = _handlers().get(request.path)
    if serve is None:
        raise web.HTTPNotFound
    return await serve(request)


@cache
def _handlers() -> Mapping[str, Handler]:
    """Read all files, once a process; return what serves each, by its path."""
    return {
        "/" if file.name == "index.html" else f"/inbox/{file.name}": serve_bytes(
            file.read_bytes(), _TYPES[file.suffix], _POLICY
        )
        for file in _FILES.iterdir()
    }
