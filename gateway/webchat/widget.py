"""The widget's script, made of its modules once, and a page to try it on."""

from __future__ import annotations

import hashlib
import re
from html import escape
from pathlib import Path
from typing import Final

from aiohttp import web

from gateway.http.entity_tags import is_known
from gateway.pages.page_files import OWN_FILES_ONLY, page_headers, serve_bytes
from inbox.channel.channel_directory import ChannelRecord

_FILES: Final = Path(__file__).parent.parent / "static" / "webchat"
MODULES: Final = (
    "texts.js",
    "store.js",
    "page.js",
    "outbox.js",
    "thread.js",
    "line.js",
    "dom.js",
    "looks.js",
    "style.js",
    "said.js",
    "rows.js",
    "notice.js",
    "emoji.js",
    "chime.js",
    "form.js",
    "view.js",
    "asking.js",
    "inviting.js",
    "upload.js",
    "frames.js",
    "chat.js",
    "main.js",
)
"""In the order in which they stand in the script: each imports only from those before it."""
_IMPORT: Final = re.compile(r"^import .*;\n", re.M)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:class|const|function) )", re.M)
_COMMENT: Final = re.compile(r"^[ ]*/\*.*?\*/\n", re.M | re.S)
"""One that begins a line: for those who read the modules, not for those who load the script."""
KEEP_SECONDS: Final = 300
"""How long a browser uses the script without asking: a new version is everywhere within minutes."""


def widget_source() -> bytes:
    """Return the modules as one script; they share one closure and no global name."""
    modules = [(_FILES / name).read_text() for name in MODULES]
    parts = "\n".join(_EXPORT.sub("", _IMPORT.sub("", _COMMENT.sub("", module))) for module in modules)
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'.encode()


_SCRIPT: Final = widget_source()
_ETAG: Final = hashlib.sha256(_SCRIPT).hexdigest()[:32]
_HEADERS: Final = {
    "Cache-Control": f"public, max-age={KEEP_SECONDS}",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Any page may load it, also with `crossorigin` and under `Cross-Origin-Embedder-Policy`; who may chat is
decided by the socket."""


async def widget_script(request: web.Request) -> web.Response:
    """Return the script; asked for again it is not sent again."""
    if is_known(request, _ETAG):
        response = web.Response(status=304, headers=_HEADERS)
    else:
        response = web.Response(body=_SCRIPT, content_type="text/javascript", charset="utf-8", headers=_HEADERS)
        response.enable_compression()
    response.etag = _ETAG
    return response


demo_style: Final = serve_bytes((_FILES / "demo.css").read_bytes(), "text/css", OWN_FILES_ONLY)
_PAGE: Final = (_FILES / "demo.html").read_text()


def demo_page(channel: ChannelRecord, public_url: str) -> web.Response:
    """Return the page; the sites that may carry the widget may show it in a frame."""
    framed = " ".join(["'self'", *channel.credentials["allowed_origins"].split()])
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": f"'self' data: blob: https: {public_url}",
        "media-src": f"'self' blob: https: {public_url}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": framed,
    }
    body = _PAGE.replace("{{name}}", escape(channel.name)).replace("{{src}}", f"/webchat/{channel.id}/widget.js")
    return web.Response(text=body, content_type="text/html", headers=page_headers(policy))
