"""The phone page in a real browser: a person is the customer."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sandbox_world import PHONE_ID, USER, World, text_message

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are needed")


class Browser:
    """Just enough of the WebDriver protocol."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def command(self, path: str, body: Any) -> Any:
        async with self._http.post(self._url + path, json=body) as answer:
            value = (await answer.json())["value"]
            assert answer.status == 200, value
            return value

    async def open(self, url: str) -> None:
        await self.command("/url", {"url": url})

    async def run(self, script: str, *arguments: Any) -> Any:
        return await self.command("/execute/sync", {"script": script, "args": arguments})

    async def until(self, script: str, *arguments: Any) -> Any:
        async with asyncio.timeout(20):
            while not (found := await self.run(f"return {script}", *arguments)):
                continue
        return found


@asynccontextmanager
async def browsing(http: aiohttp.ClientSession, profile: Path) -> AsyncIterator[Browser]:
    driver = await asyncio.create_subprocess_exec(
        str(DRIVER), "--port=0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert driver.stdout
    try:
        line = b""
        while b"on port" not in line or b"started" not in line:
            line = await driver.stdout.readline()
        base = f"http://127.0.0.1:{int(line.rstrip().rstrip(b'.').rsplit(b' ', 1)[1])}/session"
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        options = {"binary": CHROMIUM, "args": flags}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        async with http.post(base, json={"capabilities": {"alwaysMatch": wanted}}) as answer:
            session = (await answer.json())["value"]["sessionId"]
        try:
            yield Browser(http, f"{base}/{session}")
        finally:
            await http.delete(f"{base}/{session}")
    finally:
        driver.terminate()
        await driver.wait()


ADD = """
const form = document.getElementById("add");
form.elements.name.value = arguments[0];
form.elements.phone.value = arguments[1];
form.requestSubmit();
"""
WRITE = """
const form = document.querySelector(".composer");
form.querySelector("textarea").value = arguments[0];
form.requestSubmit();
"""
BUBBLES = "[...document.querySelectorAll('.bubble')].map((one) => one.firstChild.textContent)"


async def test_a_person_writes_reads_and_presses(sandbox: World, tmp_path: Path) -> None:
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.connection.live') && document.querySelector('option')")
        await browser.run(ADD, "Ann Smith", f"+{USER}")
        await browser.until("document.querySelector('.phone')")
        await browser.run(WRITE, "Hello <i>you</i>")
        await sandbox.receiver.until(lambda: sandbox.receiver.items("messages"))
        assert sandbox.receiver.items("messages")[0]["text"]["body"] == "Hello <i>you</i>"
        await browser.until("document.querySelector('.ticks.delivered')")

        trap = '<img src=x onerror="document.title=1">'
        _, answer = await sandbox.send(**text_message(trap))
        await sandbox.receiver.status(answer["messages"][0]["id"], "read")
        await browser.until("document.querySelectorAll('.theirs').length === 1")
        assert await browser.run(f"return {BUBBLES}") == ["Hello <i>you</i>", trap]
        assert await browser.run("return document.querySelectorAll('.bubble img, .bubble i').length") == 0

        reply = {"type": "reply", "reply": {"id": "y", "title": "Yes"}}
        interactive = {"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": [reply]}}
        await sandbox.send(type="interactive", interactive=interactive)
        await browser.until("document.querySelector('.choices button')")
        await browser.run("document.querySelector('.choices button').click()")
        await sandbox.receiver.until(lambda: len(sandbox.receiver.items("messages")) == 2)
        pressed = sandbox.receiver.items("messages")[1]
        assert pressed["interactive"]["button_reply"] == {"id": "y", "title": "Yes"}
        log = await browser.command("/se/log", {"type": "browser"})
        assert [entry["message"] for entry in log if entry["level"] == "SEVERE"] == []


async def test_a_closed_chat_is_not_read(sandbox: World, tmp_path: Path) -> None:
    await sandbox.write()
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.phone .bubble')")
        await browser.run("document.querySelector('.open').click()")
        _, answer = await sandbox.send()
        await browser.until("document.querySelectorAll('.theirs').length === 1")
        await sandbox.receiver.status(answer["messages"][0]["id"], "delivered")
        await browser.run("document.querySelector('.open').click()")
        await sandbox.receiver.status(answer["messages"][0]["id"], "read")


async def test_the_page_is_strict_and_names_no_other_server(sandbox: World) -> None:
    async with sandbox.http.get(sandbox.base_url) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert "http" not in page
    assert "style=" not in page
    assert (await sandbox.call("GET", "/static/../app.py"))[0] in (401, 404)
    assert (await sandbox.call("GET", "/static/missing.js"))[0] == 404
    assert json.dumps(PHONE_ID) not in page
