"""Two ways to use the page: with a mouse, and with the keyboard alone. A job is done by either in the same words."""

from __future__ import annotations

from abc import ABC, abstractmethod

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.acceptance.inbox.inbox_browser import Browser

MOST_TABS = 150
"""More than stand on any page of ours."""
IS_IT = """const one = document.activeElement, [selector, text] = arguments;
    if (!one?.matches(selector)) return false;
    const said = [one.innerText, one.ariaLabel, one.title, ...[...(one.labels ?? [])].map((label) => label.innerText)];
    return !text || said.some((words) => words?.trim() === text)"""
THAT = """const [selector, text] = arguments;
    return [...document.querySelectorAll(selector)].find((one) => one.checkVisibility() && !one.disabled && (!text
        || [one.innerText, one.ariaLabel, one.title, ...[...(one.labels ?? [])].map((label) => label.innerText)]
            .some((words) => words?.trim() === text)))"""
IS_SEEN = "return !document.hasFocus() || document.activeElement.matches(':focus-visible')"
FIELDS = "input, textarea, select"
BUTTONS = "button, a[href], summary"


class Hands(ABC):
    """Somebody at the page; everything is named by a selector, a text of it or of its label, or both."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @abstractmethod
    def press(self, selector: str = BUTTONS, text: str = "") -> None:
        """Press a button or follow a link."""

    @abstractmethod
    def take(self, selector: str = FIELDS, text: str = "") -> None:
        """Be in a field."""

    @abstractmethod
    def pick(self, option: str, selector: str = "select", text: str = "") -> None:
        """Choose one of a list's options by its words, or by what it begins with."""

    @abstractmethod
    def tick(self, selector: str = "input", text: str = "") -> None:
        """Tick a box or a choice."""

    @abstractmethod
    def open_conversation(self, name: str) -> None:
        """Open a conversation of the list."""

    def fill(self, value: str, selector: str = FIELDS, text: str = "") -> None:
        """Write into a field, in place of what is in it."""
        self.take(selector, text)
        self.browser.press(Keys.CONTROL + "a")
        self.browser.press(Keys.DELETE)
        self.type(value)

    def type(self, *keys: str) -> None:
        """Type where one is."""
        ActionChains(self.browser.driver).send_keys(*keys).perform()

    def _there(self, selector: str, text: str) -> None:
        self.browser.until(lambda: self.browser.run(THAT, selector, text), f"{selector} {text!r} is there")


class Mouse(Hands):
    """With a mouse, and keys only to write."""

    def press(self, selector: str = BUTTONS, text: str = "") -> None:
        def clicked() -> bool:
            self.browser.run(THAT, selector, text).click()
            return True

        self._there(selector, text)
        self.browser.until(clicked, f"{selector} {text!r} can be clicked")

    take = press
    tick = press

    def pick(self, option: str, selector: str = "select", text: str = "") -> None:
        self._there(selector, text)
        select = Select(self.browser.run(THAT, selector, text))
        select.select_by_visible_text(next(one.text for one in select.options if one.text.startswith(option)))

    def open_conversation(self, name: str) -> None:
        self.browser.open_conversation(name)


class Keyboard(Hands):
    """With the keyboard alone: what Tab does not lead to, or where the focus can't be seen, is not there."""

    def press(self, selector: str = BUTTONS, text: str = "") -> None:
        self.take(selector, text)
        self.type(Keys.ENTER)

    def take(self, selector: str = FIELDS, text: str = "") -> None:
        self._there(selector, text)
        if self.browser.run(f"return (() => {{ {THAT} }})().matches('[role=tab]')", selector, text):
            self._until_at("[role=tab][aria-selected=true]", "", Keys.TAB)
            self._until_at(selector, text, Keys.ARROW_RIGHT)
        self._until_at(selector, text, Keys.TAB)
        assert self.browser.run(IS_SEEN), f"the focus on {selector} {text!r} can't be seen"

    def pick(self, option: str, selector: str = "select", text: str = "") -> None:
        self.take(selector, text)
        chosen = "return document.activeElement.selectedOptions[0].innerText.trim()"
        if not str(self.browser.run(chosen)).startswith(option):
            self.type(option)
        self.browser.until(lambda: str(self.browser.run(chosen)).startswith(option), f"{option!r} is chosen")
        self.type(Keys.TAB)

    def tick(self, selector: str = "input", text: str = "") -> None:
        self._there(selector, text)
        group = self.browser.run(
            f"const one = (() => {{ {THAT} }})(); return one.type === 'radio' ? one.name : ''", selector, text
        )
        if not group:
            self.take(selector, text)
            self.type(Keys.SPACE)
            return
        self.take(f"[type=radio][name='{group}']")
        if self.browser.run(IS_IT, selector, text):
            self.type(Keys.SPACE)
        self._until_at(selector, text, Keys.ARROW_DOWN)

    def _until_at(self, selector: str, text: str, key: str) -> None:
        for _ in range(MOST_TABS):
            if self.browser.run(IS_IT, selector, text):
                return
            self.type(key)
        raise AssertionError(f"nothing leads to {selector} {text!r}")

    def open_conversation(self, name: str) -> None:
        self.browser.until_listed(name)
        self.take("#list")
        active = "return document.querySelector('#list .active')?.innerText ?? ''"
        self.type(Keys.HOME)
        for _ in range(MOST_TABS):
            if name in self.browser.run(active):
                break
            self.type(Keys.ARROW_DOWN)
        self.type(Keys.ENTER)
        self.browser.until(lambda: self.browser.one("#head-name").text.strip() == name, f"{name} is open")
