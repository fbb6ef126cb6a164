"""Queues on the page: given out to who is ready, handed on to the end, turned away when full."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.support.select import Select

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
    ana.show("mine")
    ana.open_conversation("Tess Transfer")
    ana.click("[data-action=transfer]")
    ana.until(lambda: "Sales" in ana.one("#transfer").text, "queues are listed")
    assert "Sofia Sees" not in ana.one("#transfer").text
    assert ana.driver.switch_to.active_element.get_attribute("name") == "target", "one chooses by the keyboard at once"
    ana.click("#all-targets")
    ana.until(lambda: "neither online nor ready" in ana.one("#transfer").text, "reasons are shown")
    ana.press("\ue00c")


def test_a_manager_sets_the_limit_and_a_customer_is_turned_away(
    ana: Browser, ben: Browser, shop: Shop, sales: str, new_sales_customer: SalesCustomer
) -> None:
    ben.sign_in_with(shop.owner["token"])
    ben.click("#show-queues")
    card = f"[data-queue='{sales}']"
    ben.click(f"{card} [data-action=queue-settings]")
    limit = ben.one("#queue-limit")
    limit.clear()
    limit.send_keys("0")
    ben.click("#save-queue")
    ben.until(lambda: ben.one("#queue-limit-fault").text != "", "the server's objection is at the field")
    limit.clear()
    limit.send_keys("1")
    ben.click("#save-queue")
    ben.until(lambda: "0 of 1 waiting" in ben.one(card).text, "the limit is 1")
    new_sales_customer("Will Waits").writes("Hello")
    ben.until(lambda: "1 of 1 waiting" in ben.one(card).text, "one waits, live")
    late = new_sales_customer("Lea Late")
    late.writes("Hello?")
    shop.demo.wait_until(lambda: any(FULL in text for text in late.sees()), "Lea is told that the queue is full")


def fill(browser: Browser, selector: str, value: str) -> None:
    field = browser.one(selector)
    field.clear()
    field.send_keys(value)


def choose(browser: Browser, selector: str, text: str) -> None:
    Select(browser.one(selector)).select_by_visible_text(text)


def objects(browser: Browser, selector: str, text: str) -> None:
    browser.until(lambda: text in browser.one(f"{selector}-fault").text, f"{selector} says {text!r}")


def test_an_administrator_changes_how_a_queue_works(ben: Browser, shop: Shop, sales: str) -> None:
    ben.sign_in_with(shop.owner["token"])
    ben.click("#show-queues")
    ben.click(f"[data-queue='{sales}'] [data-action=queue-settings]")
    choose(ben, "#queue-next_queue_id", "None")
    ben.click("#save-queue")
    objects(ben, "#queue-next_queue_id", "Choose the queue")
    choose(ben, "#queue-next_queue_id", "Support")
    choose(ben, "#queue-on_overflow", "Ask the next queue")
    choose(ben, "#queue-strategy", "One after the other")
    fill(ben, "#queue-repeat_wait_text_seconds", "30")
    fill(ben, "#queue-texts-greeting-en", "Hello {{ contact.nam }}")
    choose(ben, "#text-language", "Russian")
    ben.click("#save-queue")
    objects(ben, "#queue-texts-greeting-en", "contact.nam")
    fill(ben, "#queue-texts-greeting-en", "Hello")
    ben.click("#save-queue")
    ben.until_notice("The settings of “Sales” are saved.")
    ben.click(".notice button")  # it is not behind the box
    ben.until(lambda: not ben.all(".notice"), "the notice is gone")
    saved = shop.api("GET", f"/queues/{sales}")
    assert saved["texts"]["greeting"]["en"] == "Hello"
    changed = {name: saved[name] for name in ("on_overflow", "strategy", "repeat_wait_text_seconds", "limit")}
    assert changed == {"on_overflow": "transfer", "strategy": "round_robin", "repeat_wait_text_seconds": 30, "limit": 5}


def test_an_administrator_says_who_belongs_to_a_queue(ben: Browser, shop: Shop, sales: str) -> None:
    group = shop.api("POST", "/groups", {"name": "Night shift"})["id"]
    before = shop.api("GET", f"/queues/{sales}")["operator_ids"]
    ben.sign_in_with(shop.owner["token"])
    ben.click("#show-queues")
    ben.click(f"[data-queue='{sales}'] [data-action=queue-settings]")
    ben.click(f"#queue-operator_ids-{shop.owner['id']}")
    ben.click(f"#queue-group_ids-{group}")
    ben.click("#save-queue")
    ben.until_notice("The settings of “Sales” are saved.")
    saved = shop.api("GET", f"/queues/{sales}")
    assert (saved["operator_ids"], saved["group_ids"]) == ([*before, shop.owner["id"]], [group])
    shop.api("PATCH", f"/queues/{sales}", {"group_ids": []})
    shop.api("DELETE", f"/groups/{group}")


def test_a_channel_may_not_close_earlier_than_its_queue_waits(ben: Browser, shop: Shop, sales: str) -> None:
    ben.sign_in_with(shop.owner["token"])
    channel = shop.demo.ready["channels"]["webchat"]["id"]
    ben.click("#show-queues")
    ben.click(f"[data-channel='{channel}'] [data-action=channel-settings]")
    fill(ben, "#channel-auto_close-assigned_seconds", "60")
    ben.click("#save-channel")
    objects(ben, "#channel-auto_close-warn_before_seconds", "Write less than both times.")
    fill(ben, "#channel-auto_close-warn_before_seconds", "30")
    ben.click("#save-channel")
    objects(ben, "#channel-auto_close-assigned_seconds", "'Sales'")
    fill(ben, "#channel-auto_close-assigned_seconds", "1500")
    ben.click("#save-channel")
    row = f"[data-channel='{channel}']"
    ben.until(lambda: "25 min with an operator" in ben.one(row).text, "the new time is shown")


def test_a_supervisor_sees_how_things_stand_but_changes_nothing(ben: Browser, shop: Shop, sales: str) -> None:
    ben.sign_in_with(shop.sofia["token"])
    ben.click("#show-queues")
    ben.until(lambda: "0 of 5 waiting" in ben.one(f"[data-queue='{sales}']").text, "the numbers are shown")
    assert not ben.all("#queues [data-action]")


def test_an_administrator_makes_business_hours_and_a_queue_has_them(ben: Browser, shop: Shop, sales: str) -> None:
    ben.sign_in_with(shop.owner["token"])
    ben.click("#show-queues")
    ben.until(lambda: ben.one("#add-hours").is_displayed(), "the settings are read")
    ben.click("#add-hours")
    fill(ben, "#hours-name", "Mornings")
    fill(ben, "#hours-week-friday", "from nine")
    ben.click("#save-hours")
    objects(ben, "#hours-week-friday", "09:00-12:00")
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        fill(ben, f"#hours-week-{day}", "8:00-12:00")
    fill(ben, "#hours-time_zone", "Europe/Lisbon")
    ben.click("#save-hours")
    ben.until(lambda: "Mon–Fri 08:00-12:00 · Europe/Lisbon" in ben.one("#queues").text, "they are listed")
    ben.click(f"[data-queue='{sales}'] [data-action=queue-settings]")
    choose(ben, "#queue-business_hours_id", "Mornings")
    ben.click("#save-queue")
    ben.until_notice("The settings of “Sales” are saved.")
    made = {one["name"]: one["id"] for one in shop.api("GET", "/business-hours")["items"]}
    assert shop.api("GET", f"/queues/{sales}")["business_hours_id"] == made["Mornings"]
