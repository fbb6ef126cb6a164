"""Templates on the page: from a draft to what the customer sees, and replies that wait for an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import ElementClickInterceptedException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.pictures import PNG
from tests.acceptance.inbox.settings_pages import choose as select
from tests.acceptance.inbox.settings_pages import field, fill, objects, press_button, shows
from tests.acceptance.inbox.shop import Customer, Shop

BODY = "Hello {{1}}, your repair {{2}} is done. You can come any day."
SEEN = "Hello Rosa, your repair 77 & more is done. You can come any day."
_numbers = count(1)


@pytest.fixture
def owner(first_browser: Browser, shop: Shop) -> Iterator[Browser]:
    """The owner's browser."""
    first_browser.sign_in_with(shop.owner["token"])
    yield first_browser
    first_browser.check_log()


def open_screen(browser: Browser, path: str) -> None:
    browser.driver.get(f"{browser.base_url}/{path}")
    browser.until_live()


def fill_search(browser: Browser, text: str) -> None:
    browser.until(lambda: browser.all("#screen [type=search]"), "the list can be searched")
    browser.one("#screen [type=search]").send_keys(text)


def started(shop: Shop, customer: Customer) -> dict[str, Any]:
    """Begin a conversation with somebody who never wrote: the window is closed in it."""
    template = {"name": "hello_again", "language": "en"}
    channel = shop.demo.ready["channels"]["whatsapp"]["id"]
    shop.demo.wait_until(
        lambda: shop.api("GET", "/templates?usable=true&q=hello_again")["items"], "the templates were read"
    )
    body = {"channel_id": channel, "to": f"+{customer.wa_id}", "template": template}
    return dict(shop.api("POST", "/conversations", body))


def saw(customer: Customer) -> list[str]:
    """Return the texts of all that the customer got, templates as they were shown."""
    thread = customer._control("GET", "/thread")["messages"]
    got = [one for one in thread if one["direction"] == "in"]
    return [one["text"]["body"] if one["type"] == "text" else one["rendered"]["body"] for one in got]


def test_from_a_draft_to_what_the_customer_sees(
    owner: Browser, shop: Shop, new_customer: Callable[..., Customer]
) -> None:
    name = f"repair_done_{next(_numbers)}"
    open_screen(owner, "templates")
    press_button(owner, "New template")
    fill(owner, "Name", name)
    fill(owner, "Text", "{{1}} is done")
    objects(owner, "Text", "variable")
    owner.until(lambda: owner.all("[data-code=variable_at_edge]"), "the linter objects")
    assert not owner.one("[data-second]").is_enabled()
    fill(owner, "Text", BODY)
    fill(owner, "Example of {{1}} in the text", "Anna")
    fill(owner, "Example of {{2}} in the text", "12")
    shows(owner, "Hello Anna, your repair 12 is done.")
    press_button(owner, "Save and submit")
    owner.until(lambda: owner.texts("#screen h2") == [f"{name} (en)"], "the template has a page")
    shows(owner, "In review")
    fill(owner, "Footer (optional)", "Half a word")
    status, _ = shop.demo.sandbox("POST", f"/control/whatsapp/templates/{name}/review", {"status": "APPROVED"})
    assert status == 200
    shows(owner, "Approved")
    assert field(owner, "Footer (optional)").get_attribute("value") == "Half a word"
    fill(owner, "Footer (optional)", "")
    press_button(owner, "Back to the list")
    fill_search(owner, "repair_done")
    owner.until(lambda: len(owner.all("#screen tbody tr")) == 1, "the list is searched")
    assert "Approved" in owner.one("#screen tbody tr").text
    assert violations(owner) == []

    rosa = new_customer("Rosa Repair")
    conversation = started(shop, rosa)
    open_screen(owner, "")
    owner.until_listed(rosa.wa_id[-4:])
    owner.run("document.querySelector(arguments[0])?.click()", f'[role=option][data-id="{conversation["id"]}"]')
    owner.until_note("The 24-hour window is closed")
    choose(owner, name)
    for number, value in enumerate(("Rosa", "77 & more"), 1):
        enter(owner, number, value)
    owner.until(lambda: SEEN in owner.one(".offer-preview").text, "the preview shows the values")
    owner.until(lambda: owner.one("#offer-send").is_enabled(), "it can be sent")
    shown = owner.one(".offer-preview .words").text
    click_when_free(owner, "#offer-send")
    owner.until_said(SEEN)
    shop.demo.wait_until(lambda: len(saw(rosa)) == 2, "Rosa got it")
    assert saw(rosa)[1] == shown == SEEN


def click_when_free(browser: Browser, selector: str) -> None:
    """Click what a notice may lie over for some seconds."""

    def clicked() -> bool:
        try:
            browser.driver.find_element(By.CSS_SELECTOR, selector).click()
        except ElementClickInterceptedException:
            return False
        return True

    browser.until(clicked, f"{selector} can be clicked")


def choose(browser: Browser, name: str) -> None:
    def chosen() -> bool:
        Select(browser.driver.find_element(By.ID, "offer-template")).select_by_visible_text(f"{name} · en")
        return True

    browser.until(chosen, f"{name} is offered")


def enter(browser: Browser, number: int, value: str) -> None:
    browser.until(lambda: len(browser.all(".template-values input")) >= number, "there is a field for the value")
    browser.all(".template-values input")[number - 1].send_keys(value)


def test_a_held_reply_goes_out_when_the_customer_answers(
    owner: Browser, shop: Shop, new_customer: Callable[..., Customer]
) -> None:
    henry = new_customer("Henry Holds")
    conversation = started(shop, henry)
    owner.until_listed(henry.wa_id[-4:])
    owner.run("document.querySelector(arguments[0])?.click()", f'[role=option][data-id="{conversation["id"]}"]')
    owner.until_note("The 24-hour window is closed")
    choose(owner, "hello_again")
    owner.one("#held-text").send_keys("Your bicycle is ready.")
    owner.until(lambda: owner.one("#offer-send").text == "Send template, hold reply", "the button says what it does")
    owner.until(lambda: owner.one("#offer-send").is_enabled(), "it can be sent")
    click_when_free(owner, "#offer-send")
    owner.until_status("Your bicycle is ready.", "held")
    shop.demo.wait_until(lambda: len(saw(henry)) == 2, "Henry got the template")
    henry.writes("Yes?")
    shop.demo.wait_until(lambda: saw(henry)[2:] == ["Your bicycle is ready."], "Henry got the reply")
    owner.until(lambda: owner.all("#messages li[data-status=delivered], #messages li[data-status=sent]"), "it was sent")
    owner.until_note("Window closes in")


def test_a_template_shows_a_file_of_ones_own(
    owner: Browser, shop: Shop, new_customer: Callable[..., Customer], tmp_path: Path
) -> None:
    picture = tmp_path / "collection.png"
    picture.write_bytes(PNG)
    nora = new_customer("Nora Newest")
    conversation = started(shop, nora)
    owner.until_listed(nora.wa_id[-4:])
    owner.run("document.querySelector(arguments[0])?.click()", f'[role=option][data-id="{conversation["id"]}"]')
    owner.until_note("The 24-hour window is closed")
    choose(owner, "new_collection")
    owner.one(".template-values .field:last-child input").send_keys("SPRING20")
    owner.one(".template-values input[type=file]").send_keys(str(picture))
    owner.until(lambda: "✓ collection.png" in owner.one(".template-values [role=status]").text, "it is uploaded")
    owner.until(lambda: owner.one("#offer-send").is_enabled(), "it can be sent")
    click_when_free(owner, "#offer-send")
    shop.demo.wait_until(lambda: len(saw(nora)) == 2, "Nora got it")
    messages = shop.api("GET", f"/conversations/{conversation['id']}/messages")["items"]
    sent = [one["content"]["name"] for one in messages if one["content"]["type"] == "template"]
    assert sorted(sent) == ["hello_again", "new_collection"]


def test_a_conversation_is_begun_and_its_prices_are_told_before_it_is_sent(
    owner: Browser, shop: Shop, new_customer: Callable[..., Customer]
) -> None:
    paula = new_customer("Paula Price")
    shop.demo.wait_until(
        lambda: shop.api("GET", "/templates?usable=true&q=hello_again")["items"], "the templates were read"
    )
    owner.driver.refresh()
    owner.until_live()
    owner.run("document.getElementById('begin').click()")
    fill(owner, "To", f"+{paula.wa_id}")
    assert not price_calls(owner)
    field(owner, "To").send_keys(Keys.TAB)
    owner.until(lambda: "price not known" in owner.one("#start-price").text, "without a card the price is not known")
    assert violations(owner) == []
    press_button(owner, "Send and open")
    owner.until_said("Hello, we have an answer to your question. May we send it?")
    owner.until(lambda: "price not known" in owner.one("#offer-price").text, "nor is that of the next template")
    shop.demo.wait_until(lambda: len(saw(paula)) == 1, "Paula got it")
    paula.writes("Please do")
    owner.until_note("Window closes in")
    owner.until(lambda: "free" in owner.one("#composer-price").text, "what the reply costs is shown")
    asked = price_calls(owner)
    owner.one("#text").send_keys("We have found your umbrella")
    owner.until(lambda: "umbrella" in owner.one("#text").get_attribute("value"), "the reply is written")
    assert price_calls(owner) == asked


def price_calls(browser: Browser) -> int:
    """Return how often prices were asked for since the page was loaded."""
    return int(
        browser.run(
            r"return performance.getEntriesByType('resource').filter((one) => /\/prices(\?|$)/.test(one.name)).length"
        )
    )


def test_a_carousel_gets_its_samples_and_is_submitted(owner: Browser, shop: Shop, tmp_path: Path) -> None:
    picture = tmp_path / "tea.png"
    picture.write_bytes(PNG)
    name = f"new_teas_{next(_numbers)}"
    open_screen(owner, "templates")
    press_button(owner, "New template")
    fill(owner, "Name", name)
    select(owner, "Category", "Marketing: offers and news")
    fill(owner, "Text", "Our new teas are here, come and try them.")
    select(owner, "What it is", "A carousel of cards")
    for number in (1, 2):
        field(owner, f"Sample of card {number}").send_keys(str(picture))
        fill(owner, f"Text of card {number}", "The first harvest of this year.")
    for one in owner.all("#screen label[for]"):
        if one.text.strip() == "Text of button 1":
            owner.driver.find_element(By.ID, str(one.get_attribute("for"))).send_keys("Order")
    owner.until(lambda: len(owner.all(".preview-picture")) == 2, "both samples are shown")
    assert violations(owner) == []
    press_button(owner, "Save and submit")
    owner.until(lambda: owner.texts("#screen h2") == [f"{name} (en)"], "the template has a page")
    shows(owner, "In review")
    found = shop.api("GET", f"/templates?q={name}")["items"][0]["components"]
    assert [one["type"] for one in found] == ["BODY", "CAROUSEL"]
