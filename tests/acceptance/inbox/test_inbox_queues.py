"""Queues on the page: given out to who is ready, handed on to the end, turned away when full."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.support.select import Select

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

SalesCustomer = Callable[[str], Customer]
FULL = "All our lines are busy now"
CHANGED = (
    "limit",
    "business_hours_id",
    "texts",
    "max_wait_seconds",
    "on_overflow",
    "next_queue_id",
    "strategy",
    "repeat_wait_text_seconds",
    "operator_ids",
    "group_ids",
)
"""The settings that the tests change."""


@pytest.fixture
def new_sales_customer(new_customer: Callable[..., Customer]) -> SalesCustomer:
    """Make a customer who writes to the number that feeds the queue "Sales"."""
    return lambda name: new_customer(name, number="whatsapp_queue")


@pytest.fixture
def sales(shop: Shop) -> Iterator[str]:
    """The queue's id; afterwards it is as it was, and empty."""
    queue_id = str(shop.demo.ready["queues"][0]["id"])
    before = shop.api("GET", f"/queues/{queue_id}")
    yield queue_id
    shop.api("PATCH", f"/queues/{queue_id}", {name: before[name] for name in CHANGED})
    for one in shop.api("GET", f"/conversations?queue_id={queue_id}")["items"]:
        shop.api("POST", f"/conversations/{one['id']}/close", {"silent": True})
    for operator in (shop.ana, shop.ben):
        shop.api("PUT", f"/operators/{operator['id']}/status", {"status": "online"})


def set_status(browser: Browser, status: str) -> None:
    Select(browser.one("#status")).select_by_visible_text(status)
    browser.until(lambda: browser.all(f".dot-{status.lower()}"), f"the status is {status}")


def waits(browser: Browser, name: str, place: int) -> None:
    browser.until(lambda: f"Sales · place {place}" in (browser.row(name) or ""), f"{name} has the place {place}")


def test_only_who_is_ready_gets_conversations(
    ana: Browser, ben: Browser, shop: Shop, sales: str, new_sales_customer: SalesCustomer
) -> None:
    set_status(ana, "Ready")
    mia = new_sales_customer("Mia Match")
    mia.writes("I want to buy a bicycle")
    ana.until_listed("Mia Match")
    ben.show("mine")
    assert ben.row("Mia Match") is None
    ana.open_conversation("Mia Match")
    ana.until(lambda: "Sales" in ana.one("#details-pane").text, "the queue is shown")
    ana.until(lambda: "in 29 min" in ana.one("#details-pane time[data-closes]").text, "it says when it closes")
    ana.click("#explain-button")
    ana.until(lambda: any("Given out to Ana Answers" in one for one in ana.texts("#explain li")), "it is explained")
    ana.press("\ue00c")  # Escape
    ana.until(lambda: not ana.all("dialog"), "the box is closed")
    shop.demo.wait_until(lambda: any("Ana Answers" in text for text in mia.sees()), "Mia is told who it is")


def test_a_transfer_to_a_queue_goes_to_its_end(
    ana: Browser, ben: Browser, shop: Shop, sales: str, new_sales_customer: SalesCustomer
) -> None:
    set_status(ana, "Ready")
    first = new_sales_customer("Fay First")
    first.writes("Hello")
    ana.until_listed("Fay First")
    set_status(ana, "Online")
    new_sales_customer("Sam Second").writes("Hello")
    ana.show("unassigned")
    waits(ana, "Sam Second", 1)
    ana.show("mine")
    ana.open_conversation("Fay First")
    ana.click("[data-action=transfer]")
    ana.click(f"#transfer input[value='queue:{sales}']")
    ana.click("#transfer-button")
    ana.until_not_listed("Fay First")
    ben.show("unassigned")
    waits(ben, "Sam Second", 1)
    waits(ben, "Fay First", 2)


def test_who_can_not_take_a_transfer_is_shown_with_the_reason(
    ana: Browser, shop: Shop, new_customer: SalesCustomer
) -> None:
    tess = new_customer("Tess Transfer")
    tess.writes("Hello")
    tess.assigned_to(shop.ana)
    shop.api("POST", "/operators", {"email": "nina@demo.example", "name": "Nina Never"})
    ana.show("mine")
    ana.open_conversation("Tess Transfer")
    ana.click("[data-action=transfer]")
    ana.until(lambda: "Sales" in ana.one("#transfer").text, "queues are listed")
    assert "Nina Never" not in ana.one("#transfer").text
    assert ana.driver.switch_to.active_element.get_attribute("name") == "target", "one chooses by the keyboard at once"
    ana.click("#all-targets")
    ana.until(lambda: "neither online nor ready" in ana.one("#transfer").text, "reasons are shown")
    ana.press("\ue00c")


def test_a_customer_is_turned_away_from_a_full_queue(
    ben: Browser, shop: Shop, sales: str, new_sales_customer: SalesCustomer
) -> None:
    shop.api("PATCH", f"/queues/{sales}", {"limit": 1})
    new_sales_customer("Will Waits").writes("Hello")
    ben.show("unassigned")
    waits(ben, "Will Waits", 1)
    late = new_sales_customer("Lea Late")
    late.writes("Hello?")
    shop.demo.wait_until(lambda: any(FULL in text for text in late.sees()), "Lea is told that the queue is full")


def test_who_has_come_is_offered_to_be_ready(first_browser: Browser, shop: Shop) -> None:
    page, who = first_browser, ("rita.ready@shop.example", "ready when I say so")
    rita = shop.new_operator(*who)
    queue = shop.api("POST", "/queues", {"name": "For Rita", "operator_ids": [rita["id"]]})
    page.open_page()
    page.sign_in(*who)
    page.until_live()
    page.until(lambda: page.one(".be-ready").is_displayed(), "it is offered")
    assert violations(page) == []
    page.click(".be-ready")
    page.until(lambda: Select(page.one("#status")).first_selected_option.text == "Ready", "she is ready")
    page.until(lambda: not page.all(".ready-offer"), "it is offered no longer")
    page.check_log()
    page.click("#sign-out")
    page.until(lambda: page.one("#sign-in").is_displayed(), "signed out")
    shop.api("DELETE", f"/queues/{queue['id']}")
    shop.api("DELETE", f"/operators/{rita['id']}")
