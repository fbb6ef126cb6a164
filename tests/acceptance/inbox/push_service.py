"""A push service for one browser, and the part of that browser that hands what came to the service worker."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import aiohttp
import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.acceptance.inbox.inbox_browser import Browser

SUBSCRIBED = """
  let held = sessionStorage.getItem("test.subscribed");
  const subscription = (key) => ({
    options: { applicationServerKey: Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer },
    toJSON: () => (%s),
    unsubscribe: async () => { sessionStorage.removeItem("test.subscribed"); held = null; return true; },
  });
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    sessionStorage.setItem("test.subscribed", applicationServerKey);
    held = applicationServerKey;
    return subscription(held);
  };
  PushManager.prototype.getSubscription = async () => held && subscription(held);
"""  # noqa: E501
"""Chromium's own push service is out of reach: its browser has one of ours. All else is the browser's."""

ACTIVE = """(async () => {
    while (registration.active?.state !== "activated") await new Promise((then) => setTimeout(then, 20));
})()"""
"""A push service has nobody to hand a message to before that; Chromium drops what its tools hand over sooner."""

HANDED_OVER = 6
"""Times at most."""


class PushService:
    """What came, in plain."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        self.received: list[dict[str, Any]] = []
        self.url = ""

    def take(self, body: bytes) -> None:
        plain = http_ece.decrypt(body, private_key=self._private, auth_secret=self._auth, version="aes128gcm")
        self.received.append(json.loads(plain))

    def take_part_in(self, browser: Browser) -> None:
        """Be the push service of a browser, whose reader allows notices."""
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _text(point), "auth": _text(self._auth)}
        subscription = json.dumps({"endpoint": f"{self.url}/send", "keys": keys})
        run = browser.driver.execute_cdp_cmd
        run("Page.addScriptToEvaluateOnNewDocument", {"source": SUBSCRIBED % subscription})
        run("Browser.grantPermissions", {"permissions": ["notifications"], "origin": browser.base_url})


@contextmanager
def push_service() -> Iterator[PushService]:
    """Listen as long as the block lasts."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            service.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


def deliver(browser: Browser, message: dict[str, Any]) -> None:
    """Hand the service worker what came until it shows that: on a full machine Chromium's tools drop some of it."""
    tag = message.get("conversation_id") or message["kind"]
    shown = """(async () => {
        for (let looks = 0; looks < 250; looks += 1) {
            if ((await registration.getNotifications({ tag: "TAG" })).length) return true;
            await new Promise((then) => setTimeout(then, 20));
        }
        return false;
    })()""".replace("TAG", tag)

    async def work(page: _Line, worker: _Line) -> None:
        await worker.ask("Runtime.evaluate", {"expression": ACTIVE, "awaitPromise": True})
        sent = {"origin": browser.base_url, "registrationId": await page.registration(), "data": json.dumps(message)}
        for _ in range(HANDED_OVER):
            await page.ask("ServiceWorker.deliverPushMessage", sent)
            if (await worker.ask("Runtime.evaluate", {"expression": shown, "awaitPromise": True}))["result"]["value"]:
                return
        raise AssertionError("the service worker shows nothing of what it was handed over")

    asyncio.run(_speaking(browser, work))


def click_notice(browser: Browser) -> None:
    """Click the notice that is shown."""
    script = """(async () => {
        const [notification] = await registration.getNotifications();
        self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    })()"""

    async def work(_: _Line, worker: _Line) -> None:
        await worker.ask("Runtime.evaluate", {"expression": script, "awaitPromise": True})

    asyncio.run(_speaking(browser, work))


def cut_off(browser: Browser, *, offline: bool) -> None:
    """Take the connection away from the service worker."""
    conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

    async def work(_: _Line, worker: _Line) -> None:
        await worker.ask("Network.enable", {})
        await worker.ask("Network.emulateNetworkConditions", conditions)
        browser.driver.get(f"{browser.base_url}/conversations")

    asyncio.run(_speaking(browser, work))


class _Line:
    """A conversation with a part of the browser, in Chrome's protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            said = await self._socket.receive_json(timeout=30)
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]

    async def registration(self) -> str:
        """Return the id of the worker's registration: it is told once, to whoever begins to listen."""
        await self._socket.send_json({"id": 0, "method": "ServiceWorker.enable"})
        while True:
            said = await self._socket.receive_json(timeout=30)
            if said.get("method") == "ServiceWorker.workerRegistrationUpdated" and said["params"]["registrations"]:
                return str(said["params"]["registrations"][0]["registrationId"])


async def _speaking(browser: Browser, work: Any) -> None:
    address = browser.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}/json/list") as answer:
        targets = await answer.json()
        urls = {one["type"]: one["webSocketDebuggerUrl"] for one in reversed(targets)}
        async with session.ws_connect(urls["page"]) as page, session.ws_connect(urls["service_worker"]) as worker:
            await work(_Line(page), _Line(worker))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
