"""The side of a conversation: the customer's card, tags, topics, notes, setting aside, what was before."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]
SIDE = "#details-pane"


def fill(browser: Browser, label: str, value: str) -> None:
    """Write into the field with this label, in place of what it says."""
    script = """const label = [...document.querySelectorAll("dialog label, #details-pane label")]
        .find((one) => one.textContent === arguments[0]);
        return label && document.getElementById(label.htmlFor);"""
    field = browser.until(lambda: browser.run(script, label), f"{label} is there")
    field.send_keys(Keys.CONTROL + "a")
    field.send_keys(Keys.NULL, value)


def pick(browser: Browser, label: str, text: str) -> None:
    """Type into a field with a list, and take what is first."""
    field = browser.one(f"{SIDE} [role=combobox][aria-label='{label}']")
    field.send_keys(text)
    browser.until(lambda: browser.all(f"{SIDE} [role=option]"), f"{text} is offered")
    field.send_keys(Keys.ENTER)


def says(browser: Browser, text: str) -> None:
    browser.until(lambda: text in browser.one(SIDE).text, f"the side says {text!r}")


def test_what_is_known_of_a_customer_is_shown_and_changed(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    delivery = shop.api("POST", "/topics", {"name": "Parcels"})
    shop.api("POST", "/topics", {"name": "Lost", "parent_id": delivery["id"]})
    shop.api("POST", "/contact-fields", {"key": "shoe", "name": "Shoe size", "type": "number"})
    sia = new_customer("Sia Side")
    sia.writes("What was before")
    before = sia.assigned_to(shop.ana)
    shop.api("POST", f"/conversations/{before['id']}/close", {}, token=shop.ana["token"])
    sia.writes("Where is my parcel?")
    now = sia.assigned_to(shop.ana)
    other = new_customer("Oda Other")
    other.writes("Something else")
    other.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Sia Side")

    pick(ana, "Add a tag", "parcel-lost")
    pick(ana, "Add a topic", "lost")
    says(ana, "Parcels › Lost")
    shop.demo.wait_until(lambda: sia.conversation()["tags"] == ["parcel-lost"], "the tag is kept")

    fill(ana, "Your note", "Half a note")
    ana.open_conversation("Oda Other")
    ana.open_conversation("Sia Side")
    note = "return document.querySelector('#details-pane textarea')?.value"
    ana.until(lambda: ana.run(note) == "Half a note", "what is typed is still there")
    ana.click(f"{SIDE} .form button.primary")
    ana.until_notice("The note is saved.")
    ana.click(".notice button")
    assert shop.api("GET", f"/conversations/{now['id']}/notes")["items"][0]["text"] == "Half a note"

    ana.click("#edit-card")
    fill(ana, "Phone 1", "12")
    ana.click("dialog button.primary")
    ana.until(lambda: ana.all("dialog [aria-invalid=true]"), "the fault is at its field")
    fill(ana, "Phone 1", "+49 1512 3456789")
    fill(ana, "Shoe size", "42")
    ana.press(Keys.ENTER)
    ana.until(lambda: not ana.all("dialog"), "it is saved")
    says(ana, "+4915123456789")
    says(ana, "42")

    ana.click("[data-action=snooze]")
    fill(ana, "What to remember", "Ask the carrier")
    ana.press(Keys.ENTER)
    says(ana, "Ask the carrier")
    assert violations(ana) == []
    assert sia.conversation()["snooze"]["note"] == "Ask the carrier"

    ana.click(f"{SIDE} a[href='/conversations/{before['id']}']")
    ana.until_said("What was before")
    ana.until_note("This conversation is closed")
    ana.driver.back()
    ana.until_said("Where is my parcel?")
