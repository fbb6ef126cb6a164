"""The settings in the browser, by what stands at their fields."""

from __future__ import annotations

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from tests.acceptance.inbox.inbox_browser import Browser


def open_settings(browser: Browser, path: str) -> None:
    """Open a page of the settings by its address."""
    browser.driver.get(f"{browser.base_url}/settings/{path}")
    browser.until_live()


def field(browser: Browser, label: str) -> WebElement:
    """Return the control that a label names."""

    def found() -> WebElement | None:
        for one in browser.all("#screen label[for], dialog label[for]"):
            if one.text.strip() == label:
                return browser.driver.find_element(By.ID, str(one.get_attribute("for")))
        return None

    control = browser.until(found, f"there is a field {label!r}")
    assert control is not None
    return control


def fill(browser: Browser, label: str, value: str) -> None:
    control = field(browser, label)
    control.send_keys(Keys.CONTROL, "a")
    control.send_keys(Keys.DELETE, value)


def choose(browser: Browser, label: str, text: str) -> None:
    Select(field(browser, label)).select_by_visible_text(text)


def press_button(browser: Browser, text: str) -> None:
    """Press a button, or follow a link, by its words."""

    def pressed() -> bool:
        script = """const shown = [...document.querySelectorAll("dialog[open] button, #screen button, #screen a")];
            const found = shown.find((one) => one.innerText.trim() === arguments[0] && !one.matches(":disabled"));
            if (found) found.click();
            return Boolean(found)"""
        return bool(browser.run(script, text))

    browser.until(pressed, f"{text!r} can be pressed")


def objects(browser: Browser, label: str, text: str) -> None:
    """Wait until a field says what is wrong with it."""

    def said() -> bool:
        described = str(field(browser, label).get_attribute("aria-describedby") or "").split()
        return any(text in browser.driver.find_element(By.ID, one).text for one in described if one.endswith("-fault"))

    browser.until(said, f"{label!r} says {text!r}")


def shows(browser: Browser, text: str) -> None:
    browser.until(lambda: text in browser.one("#screen").text, f"the page shows {text!r}")
