"""Acts on messages that both sides have, and looking at what lies behind: what providers sent, who changed a status."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import field, fill, open_settings, press_button
from tests.acceptance.inbox.shop import Customer, Shop, TelegramCustomer

NewCustomer = Callable[[str], Customer]


@pytest.fixture
def owner(first_browser: Browser, shop: Shop) -> Iterator[Browser]:
    first_browser.sign_in_with(shop.owner["token"])
    yield first_browser
    first_browser.check_log()


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


def test_what_the_provider_sent_is_shown_on_request(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    rob = new_customer("Rob Raw")
    rob.writes("Byte for byte")
    conversation = rob.conversation()["id"]
    owner.driver.get(f"{owner.base_url}/conversations/{conversation}")
    owner.click_in_message("Byte for byte", "[data-action=details]")
    owner.click("dialog[open] .form-actions button")
    owner.until(lambda: owner.run("return document.activeElement.matches('pre.raw')"), "one is at the payload")
    assert "Byte for byte" in json.dumps(json.loads(owner.one("pre.raw").text))
    assert violations(owner) == []
    owner.press(Keys.ESCAPE)
    owner.until(lambda: not owner.all("dialog[open]"), "the box is closed")
    seen = shop.api("GET", "/audit?action=message.raw_read")["items"]
    assert any(one["object_id"] for one in seen)


def test_a_raw_payload_is_not_offered_to_operators(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    rita = new_customer("Rita Raw")
    rita.writes("Hello")
    ana.open_conversation_by_id(rita.assigned_to(shop.ana)["id"])
    ana.until_said("Hello")
    assert not ana.all("#messages .in [data-action=details]")


def test_who_changed_a_status_is_shown(owner: Browser, shop: Shop) -> None:
    path = f"/operators/{shop.sofia['id']}/status"
    for status in ("ready", "unavailable"):
        shop.api("PUT", path, {"status": status})
    name = shop.api("GET", f"/operators/{shop.sofia['id']}")["name"]
    owner.driver.get(f"{owner.base_url}/board")
    owner.until_live()
    owner.click(f"#screen [data-action=history][aria-label='Statuses of {name}']")
    newest = "dialog[open] tbody tr:first-child"
    owner.until(lambda: owner.all(newest), "the changes are listed")
    changer = shop.api("GET", "/me")["name"]
    cells = [" ".join(text.split()) for text in owner.texts(f"{newest} td")]
    assert cells[1:] == ["Ready", "Unavailable", "–", "chosen", changer]
    assert violations(owner) == []
    owner.press(Keys.ESCAPE)
    open_settings(owner, f"people/{shop.sofia['id']}")
    owner.until(lambda: "Unavailable" in " ".join(owner.texts("#screen tbody td")), "they are listed in the settings")
    assert violations(owner) == []


def test_several_numbers_are_opted_out_and_taken_off(owner: Browser, shop: Shop) -> None:
    open_settings(owner, "opt-outs")
    press_button(owner, "Opt numbers out")
    owner.until(lambda: "Write at least one number." in owner.one("#screen").text, "a number is wanted")
    fill(owner, "Phone numbers", "+1 650 555 1234, +49 1512 3456789\nnot a number")
    press_button(owner, "Opt numbers out")
    owner.until(lambda: "2 numbers were taken." in owner.one("#screen").text, "two are taken")
    assert field(owner, "Phone numbers").get_attribute("value") == "not a number"
    assert violations(owner) == []

    owner.run("document.querySelectorAll('#screen textarea')[1].focus()")
    owner.press("+1 650 555 1234")
    press_button(owner, "Take numbers off the list")
    owner.until(lambda: owner.all("#screen [aria-invalid=true]"), "a reason is wanted")
    fill(owner, "Reason", "typed in by mistake")
    press_button(owner, "Take numbers off the list")
    owner.until(lambda: "1 number was taken." in owner.one("#screen").text, "it is off the list")
    taken = shop.api("GET", "/audit?action=opt_outs")["items"]
    assert taken[0]["reason"] == "typed in by mistake"
