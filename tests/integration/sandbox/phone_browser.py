"""A real browser by the WebDriver protocol, for the phone page."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.waiting import eventually

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are needed")


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

    async def run_async(self, script: str) -> Any:
        """Run what calls its only argument when it is done."""
        return await self.command("/execute/async", {"script": script, "args": []})

    async def show_as(self, width: int, theme: str) -> None:
        """Show the page so many pixels wide, "light" or "dark"."""
        size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False}
        await self._devtools("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": theme}]
        await self._devtools("Emulation.setEmulatedMedia", {"features": features})

    async def _devtools(self, name: str, parameters: dict[str, Any]) -> None:
        await self.command("/goog/cdp/execute", {"cmd": name, "params": parameters})

    async def until(self, script: str, *arguments: Any) -> Any:
        return await eventually(lambda: self.run(f"return {script}", *arguments), script)


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
        flags.append("--autoplay-policy=no-user-gesture-required")
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
