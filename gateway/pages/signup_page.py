"""`/signup/whatsapp`: the only page of ours that carries a script of Meta's, under a policy of its own.

It is opened with `noopener`, so that it shares no session storage with the workplace, where tokens are; what it has is
a ticket that works once.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from aiohttp import web

from gateway.api.signups import signup_app
from gateway.pages.page_files import OWN_FILES_ONLY, page_headers, serve_bytes
from gateway.parts import PARTS
from inbox.channel.signup_models import SignupApp

_FILES: Final = Path(__file__).parent.parent / "static" / "signup"
_SDK: Final = "/en_US/sdk.js"
_SCRIPTS: Final = "https://connect.facebook.net"
_DIALOGS: Final = ("https://www.facebook.com", "https://web.facebook.com")
_GRAPH: Final = "https://graph.facebook.com"
_SERVED: Final = {"signup.js": "text/javascript", "signup.css": "text/css"}


def register_signup_page(app: web.Application) -> None:
    """Add the page and its files."""
    app.router.add_get("/signup/whatsapp", _serve_page)
    for name, content_type in _SERVED.items():
        handler = serve_bytes((_FILES / name).read_bytes(), content_type, OWN_FILES_ONLY)
        app.router.add_get(f"/signup/{name}", handler)


async def _serve_page(request: web.Request) -> web.Response:
    settings = request.app[PARTS].runtime.settings
    at_meta = signup_app(settings)
    if at_meta is None:
        raise web.HTTPNotFound
    body = _page(at_meta, settings.graph_version)
    headers = {**page_headers(policy_of(at_meta)), "Cross-Origin-Opener-Policy": "same-origin-allow-popups"}
    headers["Referrer-Policy"] = "strict-origin"
    return web.Response(text=body, content_type="text/html", charset="utf-8", headers=headers)


def policy_of(app: SignupApp) -> dict[str, str]:
    """Return what the page may load: its own files, Meta's script, and what that asks and frames."""
    scripts, dialogs = _hosts(app)
    asked = app.server or _GRAPH
    return {
        **OWN_FILES_ONLY,
        "script-src": f"'self' {scripts}",
        "connect-src": " ".join(["'self'", asked, *dialogs]),
        "frame-src": " ".join(dialogs),
    }


def _hosts(app: SignupApp) -> tuple[str, tuple[str, ...]]:
    return (app.server, (app.server,)) if app.server else (_SCRIPTS, _DIALOGS)


def _page(app: SignupApp, version: str) -> str:
    scripts, dialogs = _hosts(app)
    values = {"app": app.id, "config": app.config, "version": version, "sdk": scripts + _SDK}
    values["origins"] = " ".join(dialogs)
    text = (_FILES / "index.html").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}", escape(value))
    return text
