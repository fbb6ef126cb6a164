"""Which other origins' pages may call the API. None, unless the settings name them.

Source: Fetch standard, section 3.3 (CORS protocol).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from aiohttp import web
from multidict import CIMultiDict

PREFIX: Final = "/api/"
KEEP_PREFLIGHT_SECONDS: Final = "600"
_METHODS: Final = "GET, POST, PUT, PATCH, DELETE"
_HEADERS: Final = "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
_EXPOSED: Final = "X-Request-Id, Retry-After, Idempotency-Replayed"


def is_preflight(request: web.Request) -> bool:
    """Tell whether a browser asks what it may ask."""
    return (
        request.method == "OPTIONS"
        and request.path.startswith(PREFIX)
        and "Access-Control-Request-Method" in request.headers
    )


def preflight_response() -> web.Response:
    """Answer the preflight; without the origin's header (see `add_cors`) it means no."""
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": KEEP_PREFLIGHT_SECONDS,
        },
    )


def add_cors(request: web.Request, headers: CIMultiDict[str], origins: Collection[str]) -> None:
    """Allow the origin if the settings do. Credentials are never allowed: tokens travel in a header."""
    if not origins or not request.path.startswith(PREFIX):
        return
    headers.add("Vary", "Origin")
    origin = request.headers.get("Origin")
    if origin is not None and origin in origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = _EXPOSED
