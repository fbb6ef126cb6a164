"""A page with the widget in a real browser, in the words of what a visitor does there."""

from __future__ import annotations

import json
from typing import Any

from selenium.webdriver.support.ui import WebDriverWait

from tests.acceptance.inbox.inbox_browser import POLL_SECONDS, Browser

PATIENCE_SECONDS = 90
"""A killed server is started again by its supervisor, and the page comes back after a growing pause: on a busy
machine that takes a while."""

ROOT = "document.querySelector('#webchat').shadowRoot"
LINES = f"""return [...{ROOT}.querySelectorAll('.line')].map((line) => ({{
    text: line.querySelector('.said').innerText, mine: line.classList.contains('visitor'),
    pending: line.classList.contains('pending'), seq: Number(line.dataset.seq || 0), below: line.innerText}}))"""


class VisitorPage:
    """The widget on a page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url

    def visit(self, *, forget: bool = True) -> None:
        """Come to the page; as somebody who was never here, unless told otherwise."""
        self.browser.driver.get(self.url)
        self.until_there()
        if forget:
            self.browser.run("window.webchat.forget(); localStorage.clear()")
            self.reload()

    def until_there(self) -> None:
        self.browser.until(lambda: self.browser.run("return !!window.webchat"), "the widget is there")

    def reload(self) -> None:
        self.browser.driver.refresh()
        self.until_there()

    def open(self) -> None:
        self.browser.run("window.webchat.open()")

    def element(self, name: str) -> Any:
        return self.browser.run(f"return {ROOT}.getElementById(arguments[0])", name)

    def text_of(self, name: str) -> str:
        return str(self.browser.run(f"return {ROOT}.getElementById(arguments[0]).textContent", name))

    def type(self, text: str) -> None:
        self.element("field").send_keys(text)

    def write(self, text: str) -> None:
        self.type(text + "\n")

    def lines(self) -> list[dict[str, Any]]:
        return list(self.browser.run(LINES))

    def said(self) -> list[str]:
        """What the thread shows, from the top, without automatic texts."""
        script = f"return [...{ROOT}.querySelectorAll('.line:not(.bot) .said')].map((one) => one.innerText)"
        return list(self.browser.run(script))

    def until_said(self, *texts: str) -> None:
        """Wait until the thread is exactly this, and all of it has reached the server."""

        def complete() -> bool:
            return self.said() == list(texts) and not any(line["pending"] for line in self.lines())

        wait = WebDriverWait(self.browser.driver, PATIENCE_SECONDS, POLL_SECONDS)
        wait.until(lambda _: complete(), f"the thread is not {texts}")

    def until_notice(self, text: str) -> None:
        self.browser.until(lambda: text in self.text_of("notice"), f"the notice says {text!r}")

    def kept(self) -> dict[str, Any]:
        """What is in the browser's store."""
        return dict(json.loads(self.browser.run("return JSON.stringify(localStorage)")))
