"""`/`: the operators' workplace, a page that talks to the API as any other client would.

Its source is TypeScript in `gateway/workplace/`; `make workplace` builds the files that are served here.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import brotli
from aiohttp import web

from gateway.pages.page_files import OWN_FILES_ONLY, Handler, page_headers, serve_bytes

FILES: Final = Path(__file__).parent.parent / "static" / "workplace"
SCREENS: Final = ("conversations", "contacts", "board", "reports", "campaigns", "templates", "settings")
"""First parts of the paths at which the page is served: what is below them is the page's own matter, as `OURS` in
`frame/address.ts` says too.
"""
_TYPES: Final = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_IN_BYTES: Final = {".png"}
_POLICY: Final = {
    **OWN_FILES_ONLY,
    "img-src": "'self' data: https:",
    "media-src": "'self' https:",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
}
"""Files of messages come from this server by signed links, or from the address that was given when they were sent. The
business's own page stands in a frame of ours (`integration_frame.py`).
"""
_WORKER: Final = "service_worker.js"
_WORKER_POLICY: Final = {"default-src": "'none'", "connect-src": "'self'"}
"""The worker loads nothing; it asks for the page again on behalf of its reader."""
ICONS: Final = ("icon_192.png", "badge_96.png")
"""Also at addresses that no build changes: notices may be shown by the worker of an earlier one."""
_BUILD_MARK: Final = "@build"
_FOREVER: Final = "public, max-age=31536000, immutable"
"""A year, the longest that RFC 9111 has caches keep anything: another build has another address."""
_BROTLI_QUALITY: Final = 11
"""The highest; a file is packed once a process, when it is first asked for."""


def register_workplace_page(app: web.Application) -> None:
    """Add the page, at the addresses of all its screens, and its files."""
    for path in ("/", *(f"/{screen}{below}" for screen in SCREENS for below in ("", "/{below:.*}"))):
        app.router.add_get(path, _serve_page)
    app.router.add_get("/service-worker.js", _serve_worker)
    for icon in ICONS:
        app.router.add_get(
            f"/workplace/icons/{icon}", serve_bytes((FILES / icon).read_bytes(), _TYPES[".png"], _POLICY)
        )
    app.router.add_get("/workplace/{build}/{file}", _serve_file)


async def _serve_page(request: web.Request) -> web.Response:
    return await _page()(request)


async def _serve_worker(request: web.Request) -> web.Response:
    """The service worker, at the root: it may act for pages below its own address only."""
    return await _worker()(request)


async def _serve_file(request: web.Request) -> web.Response:
    """A file of this build; one of another build is gone, for its parts would not fit together."""
    name = request.match_info["file"]
    content = _contents().get(name)
    if content is None or request.match_info["build"] != _build():
        raise web.HTTPNotFound
    headers = {**page_headers(_POLICY), "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    suffix = Path(name).suffix
    if suffix not in _IN_BYTES and "br" in request.headers.get("Accept-Encoding", ""):
        content = await asyncio.to_thread(_packed, name)
        headers["Content-Encoding"] = "br"
    charset = None if suffix in _IN_BYTES else "utf-8"
    return web.Response(body=content, content_type=_TYPES[suffix], charset=charset, headers=headers)


@cache
def _packed(name: str) -> bytes:
    packed: bytes = brotli.compress(_contents()[name], quality=_BROTLI_QUALITY)
    return packed


@cache
def _contents() -> Mapping[str, bytes]:
    """Read all files but the page itself, once a process."""
    return {file.name: file.read_bytes() for file in FILES.iterdir() if file.suffix != ".html"}


@cache
def _build() -> str:
    """Return what tells this build from others, for the addresses of its files."""
    found = hashlib.sha256()
    for name, content in sorted(_contents().items()):
        found.update(f"{name} {len(content)} ".encode() + content)
    return found.hexdigest()[:16]


@cache
def _page() -> Handler:
    text = (FILES / "index.html").read_text().replace(_BUILD_MARK, _build())
    return serve_bytes(text.encode(), _TYPES[".html"], _POLICY)


@cache
def _worker() -> Handler:
    return serve_bytes(_contents()[_WORKER], _TYPES[".js"], _WORKER_POLICY)
