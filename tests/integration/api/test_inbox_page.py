"""The inbox page's files are served as what they are, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import gateway.pages.inbox_page
from tests.integration.api.support import Client

STATIC = Path(gateway.pages.inbox_page.__file__).parents[1] / "static" / "inbox"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


async def test_each_file_is_served_and_nothing_else(client: Client) -> None:
    for file in STATIC.iterdir():
        path = "/" if file.name == "index.html" else f"/inbox/{file.name}"
        async with client.get(path) as answer:
            assert (answer.status, answer.content_type) == (200, TYPES[file.suffix])
            assert await answer.read() == file.read_bytes()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for path in ("/inbox/index.html", "/inbox/none.js", "/inbox/..%2Fdocs%2Fdocs.js", "/inbox/"):
        async with client.get(path) as answer:
            assert answer.status == 404, path
