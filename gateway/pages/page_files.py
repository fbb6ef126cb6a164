"""Serving the files of our own pages: fixed bytes, with headers that let them load nothing from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from gateway.http.entity_tags import is_known

Handler = Callable[[web.Request], Awaitable[web.Response]]

OWN_FILES_ONLY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""A Content-Security-Policy by directive; `'self'` in `connect-src` is also the WebSocket of the same origin."""


NO_DEVICES: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
"""A Permissions-Policy: no page of ours asks for these, and nothing within it can."""


def page_headers(policy: dict[str, str]) -> dict[str, str]:
    """Return the headers of a page's files under a Content-Security-Policy.

    Whoever opens a page of ours, or is opened by it, gets no hold of its window.
    Source: https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-opener-policies, read 2026-11-28.
    """
    return {
        "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in policy.items()),
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": NO_DEVICES,
        "Cache-Control": "no-cache",
    }


def serve_bytes(body: bytes, content_type: str, policy: dict[str, str]) -> Handler:
    """Make the handler of one file: asked for again it is not sent again unless it changed."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    headers = page_headers(policy)

    async def handle(request: web.Request) -> web.Response:
        if is_known(request, etag):
            response = web.Response(status=304, headers=headers)
        else:
            charset = None if content_type.startswith("image/") else "utf-8"
            response = web.Response(body=body, content_type=content_type, charset=charset, headers=headers)
        response.etag = etag
        return response

    return handle
