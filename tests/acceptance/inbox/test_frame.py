"""The frame of the page: panes of any width, keys of any keyboard, screens of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop
from tests.acceptance.inbox.test_inbox_screens import SCREENS, go, heading

NewCustomer = Callable[[str], Customer]

TOO_WIDE = """const parts = document.querySelectorAll("html, #rail, #screen, #thread-pane, .thread-head");
    return [...parts]
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.id || one.className} is too wide`)"""


@pytest.fixture
def owner(first_browser: Browser, shop: Shop) -> Iterator[Browser]:
    first_browser.sign_in_with(shop.owner["token"])
    yield first_browser
    first_browser.run("localStorage.clear()")
    first_browser.check_log()


def width(browser: Browser, pane: str) -> int:
    return int(browser.run("return document.getElementById(arguments[0]).offsetWidth", pane))


def test_panes_are_as_wide_as_somebody_wants_them(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    wanda = new_customer("Wanda Wide")
    wanda.writes("Is there room?")
    wanda.assigned_to(shop.owner)
    owner.show("mine")
    owner.open_conversation("Wanda Wide")
    usual = width(owner, "list-pane"), width(owner, "details-pane")

    ActionChains(owner.driver).drag_and_drop_by_offset(owner.one("#list-edge"), 80, 0).perform()
    owner.until(lambda: width(owner, "list-pane") == usual[0] + 80, "the list is wider")
    owner.one("#side-edge").send_keys(Keys.ARROW_LEFT)
    owner.until(lambda: width(owner, "details-pane") > usual[1], "the side is wider")
    told = owner.one("#side-edge").get_attribute("aria-valuenow")
    assert told == str(width(owner, "details-pane"))
    assert violations(owner) == []

    owner.driver.refresh()
    owner.until_live()
    assert width(owner, "list-pane") == usual[0] + 80
    ActionChains(owner.driver).double_click(owner.one("#list-edge")).perform()
    owner.one("#side-edge").send_keys(Keys.ENTER)
    owner.until(lambda: (width(owner, "list-pane"), width(owner, "details-pane")) == usual, "as wide as usual")


def test_keys_lead_to_each_screen_from_any_keyboard(owner: Browser) -> None:
    def press(key: str, code: str) -> None:
        for kind in ("keyDown", "keyUp"):
            owner.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})

    owner.run("localStorage.setItem('workplace.language', 'ru')")
    go(owner, "/contacts")
    for letters, title in (("пе", "Шаблоны"), ("пь", "Рассылки"), ("пк", "Отчёты"), ("gs", "Настройки")):
        for letter in letters:
            press(letter, {"п": "KeyG", "е": "KeyT", "ь": "KeyM", "к": "KeyR"}.get(letter, f"Key{letter.upper()}"))
        owner.until(lambda title=title: heading(owner) == title, f"{title} is open")
    press("?", "Slash")
    owner.until(lambda: "перейти в раздел «Рассылки»" in owner.one("dialog .keys").text, "the keys are listed")
    assert violations(owner) == []


@pytest.mark.parametrize(("across", "down"), [(390, 844), (820, 1180)])
def test_everybody_can_use_small_screens(
    owner: Browser, shop: Shop, new_customer: NewCustomer, across: int, down: int
) -> None:
    sam = new_customer(f"Sam Small {across}")
    sam.writes("Can you read this?")
    conversation = sam.assigned_to(shop.ben)
    owner.run("localStorage.setItem('workplace.language', 'ru')")
    found = []
    with owner.screen(across, down):
        for path in (*SCREENS, f"/conversations/{conversation['id']}"):
            go(owner, path)
            found += [f"{path}: {one}" for one in (*violations(owner), *owner.run(TOO_WIDE))]
        owner.click("#details-toggle")
        found += [f"side: {one}" for one in violations(owner)]
        if across == 390:
            owner.press(Keys.ESCAPE)
            owner.until(lambda: not owner.all(".with-details"), "the side is closed")
            owner.press(Keys.ESCAPE)
            owner.click(".rail-more summary")
            found += [f"more: {one}" for one in violations(owner)]
            owner.click(".rail-more a[href='/settings']")
            owner.until(
                lambda: heading(owner) == "Настройки" and not owner.all(".rail-more[open]"), "settings are open"
            )
    assert found == []
