"""The widget on a site of another origin, under a strict Content Security Policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.webchat.desk import Desk
from tests.acceptance.webchat.test_widget_page import PICTURE
from tests.acceptance.webchat.visitor_page import ROOT, VisitorPage


@contextmanager
def site(gateway: str, channel_id: str) -> Iterator[str]:
    """Somebody's web server, with one page that carries the widget as docs/webchat.md says."""
    policy = (
        f"default-src 'none'; script-src {gateway}; connect-src {gateway} {gateway.replace('http', 'ws')}; "
        f"img-src {gateway} data:; media-src {gateway}"
    )
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
        <link rel="icon" href="data:,"></head><body><h1>A shop</h1>
        <script src="{gateway}/webchat/{channel_id}/widget.js" async></script></body></html>""".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def elsewhere(demo: DemoProcess, browser: Browser) -> Iterator[VisitorPage]:
    with site(demo.base_url, demo.ready["channels"]["webchat"]["id"]) as url:
        yield VisitorPage(browser, url)


def test_a_site_that_is_not_named_gets_no_chat(elsewhere: VisitorPage, desk: Desk) -> None:
    desk.nobody_came_yet()
    elsewhere.visit()
    elsewhere.open()
    elsewhere.write("let me in")
    elsewhere.until_notice("No connection")
    said: list[str] = []

    def explained() -> bool:
        said.extend(elsewhere.browser.read_log())
        return any("allowed_origins" in line for line in said)

    elsewhere.browser.until(explained, "the console tells the site's owner which setting to look at")
    assert [line["pending"] for line in elsewhere.lines()] == [True]
    assert desk.nobody_is_new()


def test_a_named_site_has_the_whole_chat(elsewhere: VisitorPage, desk: Desk, demo: DemoProcess, tmp_path: Path) -> None:
    channel = f"/channels/{demo.ready['channels']['webchat']['id']}"
    origins = [demo.base_url, demo.sandbox_url, elsewhere.url]
    desk.shop.api("PATCH", channel, {"credentials": {"allowed_origins": origins}})
    desk.nobody_came_yet()
    elsewhere.visit()
    elsewhere.open()
    elsewhere.write("from the shop's page")
    elsewhere.until_said("from the shop's page")
    desk.takes()
    desk.answers("welcome")
    elsewhere.until_said("from the shop's page", "welcome")
    picture = tmp_path / "shoe.png"
    picture.write_bytes(PICTURE)
    elsewhere.browser.run("arguments[0].hidden = false", elsewhere.element("picker"))
    elsewhere.element("picker").send_keys(str(picture))
    loaded = f"return [...{ROOT}.querySelectorAll('#log img')].some((one) => one.naturalWidth)"
    elsewhere.browser.until(lambda: elsewhere.browser.run(loaded), "the picture is there")
    colour = f"return getComputedStyle({ROOT}.querySelector('header')).backgroundColor"
    assert elsewhere.browser.run(colour) == "rgb(31, 95, 191)"
    elsewhere.browser.check_log()
