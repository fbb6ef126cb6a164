"""`/integration-frame`: the business's own page beside a conversation, in a page whose policy names its origin."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

from gateway.pages.page_files import page_headers, serve_bytes
from gateway.parts import PARTS
from inbox.conversation.integration_frame import PATH, frame_is_ours

_FILES: Final = Path(__file__).parent.parent / "static" / "integration"
_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}


def register_integration_frame(app: web.Application) -> None:
    """Add the page and its files."""
    app.router.add_get(PATH, _serve_frame)
    for name, content_type in (("frame.js", "text/javascript"), ("frame.css", "text/css")):
        served = serve_bytes((_FILES / name).read_bytes(), content_type, _POLICY)
        app.router.add_get(f"/integration-{name}", served)


async def _serve_frame(request: web.Request) -> web.Response:
    """The frame for the origin that we signed; another one's is not found."""
    runtime = request.app[PARTS].runtime
    origin, until, signature = (request.query.get(name, "") for name in ("origin", "until", "signature"))
    if not frame_is_ours(origin, until, signature, runtime.secret_box.vouches, runtime.clock.now()):
        raise web.HTTPNotFound
    headers = page_headers({**_POLICY, "frame-src": origin})
    body = (_FILES / "frame.html").read_bytes()
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)
