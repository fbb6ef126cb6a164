"""The inbox in a real browser, in the words of what people do there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

T = TypeVar("T")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1360,850")
SECONDS = 60
"""Longest wait for what a page shows: a second at rest, far more beside tests that kill and start processes."""
MESSAGES = "#messages .messages-part > li"
SAID = """[...document.querySelectorAll(arguments[0])]
    .map((one) => [one, one.checkVisibility({ contentVisibilityAuto: true }) ? one.innerText : one.textContent])"""
"""What is far from sight is not drawn, and has no `innerText`."""
SEEN = """return JSON.stringify({
    address: location.href,
    connection: document.getElementById("connection")?.dataset.state,
    notices: [...document.querySelectorAll(".notice")].map((one) => one.innerText),
    boxes: [...document.querySelectorAll("dialog[open]")].map((one) => one.id || one.className),
    milliseconds: Math.round(performance.now()),
    requests: performance.getEntriesByType("resource").slice(-12)
        .map((one) => [one.name, one.responseStatus, one.startTime, one.duration].join(" ")),
})"""
"""What a page that did not show what it should was at: a test's failure is often all that is left of it."""
POLL_SECONDS = 0.1
"""Each look is some milliseconds of the browser's computing, and of its driver's."""


class Browser:
    """One Chromium on the page."""

    def __init__(self, base_url: str, *flags: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for flag in (*FLAGS, *flags):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.base_url = base_url

    def quit(self) -> None:
        self.driver.quit()

    # Waiting and finding

    def until(self, condition: Callable[[], T], what: str) -> T:
        ignored = (NoSuchElementException, StaleElementReferenceException)
        wait = WebDriverWait(self.driver, SECONDS, POLL_SECONDS, ignored_exceptions=ignored)
        try:
            return wait.until(lambda _: condition())
        except TimeoutException:
            said = [one["message"] for one in self.driver.get_log("browser")]
            raise TimeoutException(f"not within {SECONDS} s: {what}; {self.run(SEEN)}; the log: {said}") from None

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """Texts of the elements, all at one moment, drawn or not."""
        return list(self.driver.execute_script(f"return {SAID}.map(([, text]) => text)", selector))

    def one(self, selector: str) -> WebElement:
        return self.until(lambda: self.driver.find_element(By.CSS_SELECTOR, selector), f"{selector} is there")

    def click(self, selector: str) -> None:
        def clicked() -> bool:
            self.driver.find_element(By.CSS_SELECTOR, selector).click()
            return True

        self.until(clicked, f"{selector} can be clicked")

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def focus_is_on(self, element_id: str) -> bool:
        return bool(self.run("return document.activeElement.id === arguments[0]", element_id))

    @contextmanager
    def screen(self, width: int, height: int) -> Iterator[None]:
        """Be a screen of another size during the block."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    @contextmanager
    def another_tab(self) -> Iterator[None]:
        """Be in another tab of the page during the block."""
        here = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        try:
            self.driver.get(f"{self.base_url}/")
            yield
        finally:
            self.driver.close()
            self.driver.switch_to.window(here)

    # Signing in

    def open_page(self) -> None:
        """Open the page as somebody who was never here."""
        self._go_to_origin()
        self.run("sessionStorage.clear()")
        self.driver.get(f"{self.base_url}/")

    def sign_in_with(self, token: str) -> None:
        """Be signed in already."""
        self._go_to_origin()
        self.run("sessionStorage.clear(); sessionStorage.setItem('inbox.token', arguments[0])", json.dumps(token))
        self.driver.get(f"{self.base_url}/")
        self.until_live()

    def _go_to_origin(self) -> None:
        """Storage belongs to an origin: be on some page of it."""
        if not self.driver.current_url.startswith(self.base_url):
            self.driver.get(f"{self.base_url}/healthz")

    def sign_in(self, email: str, password: str) -> None:
        for name, value in (("email", email), ("password", password)):
            field = self.one(f"[name={name}]")
            field.clear()
            field.send_keys(value)
        self.press(Keys.ENTER)

    def until_live(self) -> None:
        self.until(lambda: self.one("#connection").get_attribute("data-state") == "live", "the stream is live")

    # Conversations

    def show(self, view: str) -> None:
        self.click(f"#tab-{view}")

    def row(self, name: str) -> str | None:
        """Text of a conversation's row, None where it is not listed; read at one moment, for rows are made anew."""
        rows: list[str] = self.texts("#list [role=option]")
        return next((text for text in rows if name in text), None)

    def badge(self, name: str) -> str | None:
        """Number of unread messages that a row shows."""
        script = """return [...document.querySelectorAll("#list [role=option]")]
            .find((one) => one.innerText.includes(arguments[0]))?.querySelector(".badge")?.innerText"""
        shown: str | None = self.run(script, name)
        return shown

    def until_listed(self, name: str) -> str:
        return self.until(lambda: self.row(name), f"{name} is in the list") or ""

    def until_not_listed(self, name: str) -> None:
        self.until(lambda: self.row(name) is None, f"{name} is not in the list")

    def open_conversation(self, name: str) -> None:
        self.click_in("#list [role=option]", name)
        self.until(lambda: self.one("#head-name").text.strip() == name.strip(), f"{name} is open")

    def open_conversation_by_id(self, conversation_id: str) -> None:
        """Open one of my own, whatever its customer is called."""
        self.show("mine")
        self.click(f"#list [data-id='{conversation_id}']")

    def click_in(self, selector: str, text: str, inner: str | None = None) -> None:
        """Click an element that says something, or what is inside of it."""

        def clicked() -> bool:
            for found in self.all(selector):
                if text in found.text:
                    (found.find_element(By.CSS_SELECTOR, inner) if inner else found).click()
                    return True
            return False

        self.until(clicked, f"{text!r} can be clicked")

    # The thread

    def messages(self) -> list[str]:
        """Texts of the thread's messages from the top."""
        return self.texts(f"{MESSAGES}:is(.in, .out)")

    def until_said(self, text: str) -> None:
        self.until(lambda: any(text in one for one in self.texts(MESSAGES)), f"the thread says {text!r}")

    def click_in_message(self, text: str, selector: str) -> None:
        """Click something beside or below a message."""
        self.click_in(MESSAGES, text, selector)

    def until_status(self, text: str, status: str) -> None:
        script = f"""return {SAID}
            .some(([one, said]) => said.includes(arguments[1]) && one.dataset.status === arguments[2])"""
        self.until(lambda: self.run(script, MESSAGES, text, status), f"{text!r} is {status}")

    def write(self, text: str) -> None:
        field = self.one("#text")
        self.until(field.is_enabled, "one can write")
        field.send_keys(text)

    def send(self, text: str) -> None:
        self.write(text + Keys.ENTER)

    def until_note(self, text: str) -> None:
        self.until(lambda: text in self.one("#composer-note").text, f"the composer says {text!r}")

    def until_notice(self, text: str) -> None:
        self.until(lambda: any(text in notice for notice in self.texts(".notice")), f"a notice says {text!r}")

    # What the browser itself says

    def read_log(self) -> list[str]:
        """What the console has said since it was last read."""
        return [str(one["message"]) for one in self.driver.get_log("browser")]

    def check_log(self) -> None:
        """Nothing broke the page's policy and no script failed; refused requests are no faults of the page."""
        entries = self.driver.get_log("browser")
        faults = [one["message"] for one in entries if one["level"] == "SEVERE" and one["source"] != "network"]
        assert faults == [], faults
        assert self.run("return window.pwned") is None
