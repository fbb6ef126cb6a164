"""Acts on messages that both sides have: reacting, other words, taking one back."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop, TelegramCustomer

NewCustomer = Callable[[str], Customer]


def open_acts(browser: Browser, text: str) -> None:
    browser.click_in_message(text, "[data-action=more]")
    browser.until(lambda: browser.run("return Boolean(document.activeElement.closest('.acts'))"), "one is in the acts")


def open_words(browser: Browser, text: str) -> None:
    open_acts(browser, text)
    browser.click(".acts [data-action=edit]")
    browser.until(lambda: browser.run("return document.activeElement.value") == text, "one is in the words")


def at_more(browser: Browser) -> bool:
    return bool(browser.run("return document.activeElement.dataset.action === 'more'"))


def test_messages_are_reacted_to_changed_and_taken_back(ana: Browser, shop: Shop) -> None:
    tess = TelegramCustomer(shop, "70005511")
    tess.writes("Is it open?")
    ana.open_conversation_by_id(tess.assigned_to(shop.ana)["id"])
    ana.until_said("Is it open?")
    _react(ana, shop, tess)
    ana.send("Until eigth")
    ana.until_status("Until eigth", "sent")
    _change(ana, shop, tess)
    _take_back(ana, shop, tess)


def _react(ana: Browser, shop: Shop, tess: TelegramCustomer) -> None:
    open_acts(ana, "Is it open?")
    assert violations(ana) == []
    assert not ana.all(".acts [data-action=edit]")  # it is the customer's
    ana.press(Keys.ENTER)
    ana.until(lambda: ana.texts("#messages .reactions span") == ["👍"], "the reaction is shown")
    ana.until(lambda: at_more(ana), "one is back at the button")
    shop.demo.wait_until(lambda: any(one.get("reactions") for one in tess.thread()), "the customer sees it")
    open_acts(ana, "Is it open?")
    assert ana.all(".acts [aria-pressed=true]")
    ana.press(Keys.ENTER)
    ana.until(lambda: not ana.all("#messages .reactions"), "it was taken back")


def _change(ana: Browser, shop: Shop, tess: TelegramCustomer) -> None:
    open_words(ana, "Until eigth")
    assert violations(ana) == []
    ana.press(Keys.CONTROL + "a")
    ana.press(Keys.DELETE)
    ana.press(Keys.ENTER)
    ana.until(lambda: ana.all(".acts .fault"), "some words are wanted")
    ana.press("Until")
    tess.writes("Hello?")
    ana.until_said("Hello?")
    ana.press(" eight")
    ana.press(Keys.ENTER)
    ana.until_said("Until eight")
    ana.until(lambda: at_more(ana), "one is back at the button")
    shop.demo.wait_until(lambda: "Until eight" in tess.texts(), "the customer sees it")
    open_words(ana, "Until eight")
    ana.press(Keys.ESCAPE)
    ana.until(lambda: not ana.all(".acts"), "Escape leaves it")
    assert at_more(ana)


def _take_back(ana: Browser, shop: Shop, tess: TelegramCustomer) -> None:
    open_acts(ana, "Until eight")
    ana.click(".acts .danger")
    ana.one("dialog[open] .danger")
    assert violations(ana) == []
    ana.click("dialog[open] .danger")
    ana.until_said("This message was deleted")
    ana.until(lambda: ana.focus_is_on("text"), "one can go on writing")
    shop.demo.wait_until(lambda: "Until eight" not in tess.texts(), "it is gone there, too")


def test_whatsapp_has_reactions_alone(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    may = new_customer("May Messenger")
    may.writes("What does it cost?")
    may.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("May Messenger")
    ana.send("Ten euros")
    ana.until_status("Ten euros", "delivered")
    open_acts(ana, "Ten euros")
    assert ana.all(".acts .emoji-one")
    assert not ana.all(".acts [data-action=edit], .acts .danger")
